"""Times a list going out as a request file and its answers coming in, beside the same list drafted live.

    python benchmarks/batch.py QUESTIONS [CONTENT_DIR] [--near allow]

Needs no key: answers are one constant reply. Prints seconds of wall and processor time, rates, and the largest
memory of each step, start-up included. The live run asks the same planned questions of the test server in a process
of its own, 32 at a time; its rate counts from the first question to the last draft.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.extractive.completions import completion
from generator.fake_openai.canned import CANNED_CONTENT
from generator.model.batch.files import request_bodies, response_line
from tests.support.servers import RunningServer


@dataclass(frozen=True)
class DownloadedBatch:
    """What a step took; ``said`` is its JSON."""

    seconds: float
    processor_seconds: float
    most_mb: float
    said: dict[str, Any]


def step(folder: Path, *arguments: str, address: str | None = None) -> DownloadedBatch:
    """Run one command."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    if address is not None:
        environment |= {"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": address}
    command = [
        sys.executable,
        "-m",
        "generator",
        "--config",
        str(folder / "config.yaml"),
        *arguments,
        "--json",
    ]
    started = time.perf_counter()
    with (folder / "out.json").open("w+", encoding="utf-8") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, env=environment)
        _, _, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        out.seek(0)
        said = json.load(out)
    return DownloadedBatch(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said)


def answer_all(requests: Path, responses: Path) -> int:
    """Answer every request of a file with the constant reply; how many."""
    count = 0
    with requests.open("rb") as asked, responses.open("wb") as answered:
        for custom_id, body in request_bodies(asked):
            count += 1
            reply = completion(str(count), 1, body, CANNED_CONTENT, finish_reason="stop")
            answered.write(response_line(custom_id, count, status=200, body=reply, request_id=None))
    return count


def show(name: str, taken: DownloadedBatch, count: int) -> None:
    print(
        f"{name:8} {taken.seconds:8.1f} s  {taken.processor_seconds:8.1f} s processor"
        f"  {count / taken.seconds:8.0f}/s  {taken.most_mb:6.0f} MB at most"
    )


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("questions", type=Path)
    parser.add_argument("content_dir", type=Path, nargs="?")
    parser.add_argument("--near", default="hold")
    parser.add_argument("--no-live", action="store_true", help="only the request file and its answers")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        content = json.dumps(str((arguments.content_dir or folder / "content").resolve()))
        config = f"content_dir: {content}\noutput_dir: output\nmodel: {{concurrency: 32}}\n"
        config += "duplicates: {compare_answers: false}\n"  # the test server gives one reply to all questions
        (folder / "config.yaml").write_text(config, encoding="utf-8")
        requests, responses = folder / "requests.jsonl", folder / "responses.jsonl"
        questions = str(arguments.questions.resolve())
        step(folder, "batch", "export", str(folder / "one.jsonl"), questions, "--limit", "1")
        exported = step(folder, "batch", "export", str(requests), questions, "--near", arguments.near)
        count = answer_all(requests, responses)
        show("export", exported, count)
        if not arguments.no_live:
            saved = folder / "saved"
            subprocess.run(["cp", "-r", str(folder / "output"), str(saved)], check=True)
        imported = step(folder, "batch", "import", str(responses))
        show("import", imported, imported.said["drafts"].get("drafted", 0))
        if not arguments.no_live:
            subprocess.run(["rm", "-r", str(folder / "output")], check=True)
            saved.rename(folder / "output")
            for number in ("1", "2"):
                step(folder, "batch", "cancel", number)
            with RunningServer("--canned") as server:
                live = step(folder, "draft", questions, "--near", arguments.near, address=server.base_url)
            show("live", live, live.said["states"].get("drafted", 0))
    print(f"the benchmark itself: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
