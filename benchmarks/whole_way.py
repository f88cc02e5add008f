"""The whole way of a long list: sent as batches, collected, claims checked, sampled, released, published, reported.

    python -m benchmarks.whole_way [QUESTIONS] [--keep FOLDER]

Every step is a command of the program, against the test server in a process of its own. The commands that send and
collect are each killed once in the middle and run again. Prints wall and processor seconds and the largest memory of
each step, and at the end what must hold: every question drafted once, none paid twice, every approved draft published
and committed. Fails where one of these does not hold. 10,000 questions take some minutes on two cores.
"""

import argparse
import csv
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.servers import ROOT, RunningServer

SETTINGS = """content_dir: content
duplicates: {compare_answers: false}  # the test server gives one reply to all questions
output_dir: output
subjects: [Biology, Physics, Psychology, Economics]
model: {name: made}
prices: {made: {input: 1, cached_input: 0.1, output: 4}}
"""
SUBJECTS = ("Biology", "Physics", "Psychology", "Economics")
SERVER = ("--batch-validating", "0.5", "--batch-running", "1", "--batch-finalizing", "0.5")
REVIEWER = ("--reviewer", "Ada")


@dataclass
class WholeWay:
    """A folder with a list of questions, and the commands that are run in it."""

    folder: Path
    address: str
    peak_mb: float = 0.0
    seconds: float = 0.0
    _environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
        self._environment = kept | {
            "OPENAI_API_KEY": "none",
            "OPENAI_BASE_URL": self.address,
            "PYTHONPATH": str(ROOT),
        }

    def run(self, *words: str, kill_after: float | None = None) -> Any:
        """Run a command to its end, or kill it after some seconds; its JSON, None where it was killed."""
        command = [sys.executable, "-m", "generator", *words, "--json"]
        started = time.perf_counter()
        with (self.folder / "out.json").open("w+b") as out, (self.folder / "err.txt").open("w+b") as errors:
            process = subprocess.Popen(
                command, stdout=out, stderr=errors, cwd=self.folder, env=self._environment
            )
            if kill_after is not None:
                time.sleep(kill_after)
                process.kill()
            _, status, used = os.wait4(process.pid, 0)
            out.seek(0)
            errors.seek(0)
            said = out.read()
            complaint = errors.read().decode(errors="replace")
        seconds = time.perf_counter() - started
        self.seconds += seconds
        self.peak_mb = max(self.peak_mb, used.ru_maxrss / 1024)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print(
            f"{' '.join(words[:3])[:44]:44} {seconds:7.1f} s {used.ru_utime + used.ru_stime:7.1f} s processor"
            f" {used.ru_maxrss / 1024:6.0f} MB{'  killed' if killed else ''}",
            flush=True,
        )
        if killed:
            return None
        if os.waitstatus_to_exitcode(status) > 1:
            raise SystemExit(f"{' '.join(words)}: {complaint or said.decode()}")
        return json.loads(said)


def make_folder(folder: Path, count: int) -> None:
    """A list of so many questions, settings, and a content folder under git."""
    with (folder / "questions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["subject", "question"])
        for number in range(count):
            writer.writerow([SUBJECTS[number % 4], f"What does enzyme {number} of the liver cell do?"])
    (folder / "config.yaml").write_text(SETTINGS, encoding="utf-8")
    (folder / "content").mkdir()
    git(folder, "init", "-q")
    git(folder, "commit", "-q", "--allow-empty", "-m", "Start")


def git(folder: Path, *words: str) -> str:
    """What git says in the content folder."""
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    command = ["git", *identity, *words]
    done = subprocess.run(command, cwd=folder / "content", check=True, capture_output=True, text=True)
    return done.stdout


def release(way: WholeWay) -> int:
    """Freeze a lot of all drafts, judge what is drawn, release it: how many drafts are approved by that."""
    lot = way.run("lots", "create", "--seed", "1", *REVIEWER)["id"]
    drawn = [each["key"] for each in way.run("lots", "show", str(lot))["draws"]]
    for key in drawn:
        way.run("lots", "judge", key, "--as", "fine", *REVIEWER)
    approved: int = way.run("lots", "release", str(lot), *REVIEWER)["approved"]
    return approved


def collect(way: WholeWay, *, kill_after: float | None = None) -> None:
    """Collect all batches, follow-ups included; with a kill in the middle where one is asked for."""
    if kill_after is not None:
        way.run("batch", "collect", "--wait", "--every", "1", kill_after=kill_after)
    way.run("batch", "collect", "--wait", "--every", "1")


def answers(server: RunningServer) -> int:
    """How many answers of batches the provider charged for."""
    with urllib.request.urlopen(f"{server.base_url}/batches?limit=100", timeout=60) as response:
        batches = json.load(response)["data"]
    return sum(batch["request_counts"]["completed"] for batch in batches)


def go(way: WholeWay, server: RunningServer, count: int) -> list[str]:
    """Take all steps; what does not hold at the end."""
    send = ("draft", "questions.csv", "--near", "allow", "--batch", "--no-canary")
    way.run(*send, kill_after=2.0 + count / 2000)
    way.run(*send)
    collect(way, kill_after=3.0 + count / 1000)
    drafted = way.run("status")["states"].get("drafted", 0)
    asked = answers(server)
    way.run("claims", "check", "--state", "drafted", "--batch", "--no-canary")
    collect(way)
    approved = release(way)
    way.run("publish", "--approved", "--commit", *REVIEWER)
    report = way.run("report", "--html", "report.html")
    tracked = len([name for name in git(way.folder, "ls-files").splitlines() if name.endswith(".md")])
    unclean = git(way.folder, "status", "--porcelain")
    print(f"{drafted} drafted, {approved} approved, {tracked} committed; {asked} answers for the articles")
    print(
        f"{report['calls']} calls, ${report['cost_usd']:.2f}, ${report['cost_of_accepted_usd']:.5f} for an accepted"
        f" article at made-up prices; claims: {report['verdicts']}; releases: {report['releases']}"
    )
    holds = {
        f"{drafted} of {count} questions are drafted": drafted == count,
        f"{asked} answers were paid for {count} articles": asked == count,
        f"{tracked} of {approved} approved drafts are committed": tracked == approved == count,
        f"the content folder is not clean: {unclean[:80]}": not unclean,
    }
    return [text for text, right in holds.items() if not right]


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("questions", type=int, nargs="?", default=10_000)
    parser.add_argument("--keep", type=Path, help="a new folder that is kept")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name, RunningServer(*SERVER) as server:
        folder = arguments.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        make_folder(folder, arguments.questions)
        way = WholeWay(folder.resolve(), server.base_url)
        wrong = go(way, server, arguments.questions)
        print(f"all commands: {way.seconds:.0f} s, at most {way.peak_mb:.0f} MB")
    for text in wrong:
        print(f"wrong: {text}", file=sys.stderr)
    return bool(wrong)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
