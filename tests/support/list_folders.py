"""A folder with a question list and settings, as a user has it, and what a run writes there."""

import csv
import subprocess
import time
from pathlib import Path

from tests.support.servers import RunningServer

PRICED = "subjects: [Biology]\nmodel: {name: m}\nprices: {m: {input: 1, cached_input: 0.1, output: 10}}\n"


def list_folder(folder: Path, *, questions: int, settings: str = "subjects: [Biology]\n") -> Path:
    """Write a list of so many questions, and settings, without a corpus.

    The test server gives the same reply to all of them.
    """
    with (folder / "questions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["subject", "question"])
        for number in range(questions):
            writer.writerow(["Biology", f"What does enzyme {number} of the liver cell do?"])
    (folder / "config.yaml").write_text(settings + "duplicates: {compare_answers: false}\n", encoding="utf-8")
    return folder


def wait_for(process: subprocess.Popen[bytes], server: RunningServer, answers: int) -> None:
    """Wait until the server gave so many answers to a process that runs."""
    deadline = time.monotonic() + 60
    while server.stats()["completed"] < answers:
        if process.poll() is not None:
            raise AssertionError(process.communicate()[1].decode())
        assert time.monotonic() < deadline, "the run makes no progress"
        time.sleep(0.03)


def files(site: Path) -> dict[str, bytes]:
    """The draft files of a folder."""
    folder = site / "output" / "drafts"
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.md"))}
