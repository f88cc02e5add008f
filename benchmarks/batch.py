"""Times a list going out as a request file and its answers coming in, beside the same list drafted live.

    python -m benchmarks.batch QUESTIONS [CONTENT_DIR] [--near allow]

Needs no key: answers are one constant reply. The live run asks the same planned questions of the test server.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.figures import show
from benchmarks.running import Ran, environment, generator, run
from generator.extractive.completions import completion
from generator.fake_openai.canned import CANNED_CONTENT
from generator.model.batch.files import request_bodies, response_line
from tests.support.servers import RunningServer

NOTE = """\
Start-up included; memory of all processes together. The live run has 32 calls in flight at a test server without
latency.
"""


def step(folder: Path, *arguments: str, address: str | None = None) -> Ran:
    """Run one command."""
    config = ("--config", str(folder / "config.yaml"))
    return run(generator(*config, *arguments, "--json"), environment(address))


def answer_all(requests: Path, responses: Path) -> int:
    """Answer every request of a file with the constant reply; how many."""
    count = 0
    with requests.open("rb") as asked, responses.open("wb") as answered:
        for custom_id, body in request_bodies(asked):
            count += 1
            reply = completion(str(count), 1, body, CANNED_CONTENT, finish_reason="stop")
            answered.write(response_line(custom_id, count, status=200, body=reply, request_id=None))
    return count


def taken(name: str, ran: Ran, count: int) -> tuple[str, ...]:
    """A row of a step that went through so many questions."""
    return (
        name,
        f"{ran.seconds:.1f} s",
        f"{ran.processor_seconds:.1f} s",
        f"{count / ran.seconds:.0f} a second",
        f"{ran.peak_mb:.0f} MB",
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
        rows = [taken("export", exported, count)]
        if not arguments.no_live:
            saved = folder / "saved"
            shutil.copytree(folder / "output", saved)
        imported = step(folder, "batch", "import", str(responses))
        rows.append(taken("import", imported, imported.said["drafts"].get("drafted", 0)))
        if not arguments.no_live:
            shutil.rmtree(folder / "output")
            saved.rename(folder / "output")
            for number in ("1", "2"):
                step(folder, "batch", "cancel", number)
            with RunningServer("--canned") as server:
                live = step(folder, "draft", questions, "--near", arguments.near, address=server.base_url)
            rows.append(taken("live", live, live.said["states"].get("drafted", 0)))
    show(
        f"{count} questions by request file, and live",
        ("step", "wall", "processor", "questions", "peak memory"),
        rows,
        note=NOTE,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
