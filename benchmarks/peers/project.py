"""A project of ours with new questions, the same work as a job for the other tools, and who is compared."""

import csv
import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.peers.environments import CURATOR, INSTRUCTOR, PYDANTIC_AI, Peer
from benchmarks.peers.job import MODEL, Job
from benchmarks.running import ROOT, environment, generator, run

PEERS = (INSTRUCTOR, CURATOR, PYDANTIC_AI)
OURS = "generator"
BARE = "loop around the SDK"


def question_list(path: Path, count: int) -> Path:
    """Write a list of questions that are all new."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["subject", "question"])
        for number in range(count):
            writer.writerow(
                ["Biology", f"What does enzyme {number} of the liver cell do in case {number * 7}?"]
            )
    return path


@dataclass(frozen=True)
class Contestant:
    """A tool with its command line for the job of a project; ``address`` is the test server's."""

    name: str
    command: tuple[str, ...]
    peer: Peer | None = None

    def environment(self, address: str) -> dict[str, str]:
        """The environment variables of its process."""
        return self.peer.environment(address) if self.peer else environment(address)


class Project:
    """A folder with our settings and a question list, and the job of the other tools: the messages that we would send."""

    def __init__(self, folder: Path, questions: int, *, in_flight: int, timeout_seconds: int, attempts: int):
        self.folder = folder
        (folder / "content").mkdir(parents=True)
        settings = {
            "content_dir": "content",
            "prompts_dir": str(ROOT / "prompts"),
            "model": {
                "name": MODEL,
                "concurrency": in_flight,
                "timeout_seconds": timeout_seconds,
                "attempts": attempts,
            },
        }
        (folder / "config.yaml").write_text(json.dumps(settings), encoding="utf-8")
        self._list = question_list(folder / "questions.csv", questions)
        self.job = Job(self._messages(), in_flight, timeout_seconds, attempts)

    def contestants(self, output: str, *, resuming: bool = False) -> list[Contestant]:
        """Ours, a bare loop and the peers that could be installed.

        Args:
            output: the name of a new folder for what they write.
            resuming: whether the peers are to keep what lets them resume.
        """
        folder = self.folder / output
        folder.mkdir()
        found = [
            Contestant(OURS, tuple(self._generator("draft", str(self._list), output=folder / "ours"))),
            Contestant(
                BARE, (sys.executable, "-m", "benchmarks.peers.bare_sdk", self._job_file(folder / "bare"))
            ),
        ]
        for peer in PEERS:
            if peer.python() is not None:
                state = folder / peer.name if resuming else None
                command = peer.command(self._job_file(folder / peer.module, state))
                found.append(Contestant(str(peer), tuple(command), peer))
        return found

    def _messages(self) -> list[list[dict[str, str]]]:
        requests = self.folder / "requests.jsonl"
        exported = run(
            self._generator("batch", "export", str(requests), str(self._list), output=self.folder / "export")
        )
        if exported.code:
            raise RuntimeError(exported.error)
        with requests.open(encoding="utf-8") as lines:
            return [json.loads(line)["body"]["messages"] for line in lines]

    def _generator(self, *arguments: str, output: Path) -> list[str]:
        config = ("--config", str(self.folder / "config.yaml"))
        options = ("--output-dir", str(output), "--near", "allow", "--json")
        return generator(*config, *arguments, *options)

    def _job_file(self, path: Path, state: Path | None = None) -> str:
        if state:
            state.mkdir()
        file = path.with_suffix(".json")
        replace(self.job, folder=str(state) if state else None).write(file)
        return str(file)


def articles(said: dict[str, Any]) -> int:
    """How many valid articles a contestant says it has: ours by the states of its drafts, of this run and before."""
    if "states" not in said:
        return int(said.get("articles", 0))
    return sum(int(said[when].get("drafted", 0)) for when in ("states", "before"))
