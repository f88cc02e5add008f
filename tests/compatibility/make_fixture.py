"""Made the folder ``earlier`` and its ``expected.json``: what version 0.1.0, commit 27d995c, left of interrupted work.

NOT to be run again with newer code: the fixture is worth something because an earlier version wrote it. A later
version that writes otherwise gets a fixture of its own beside this one. It was run by hand as

    python -m tests.compatibility.make_fixture /tmp/earlier-version

and uses the package as a command only, against the test server. The folder's name stands in the ledger as part of
the path of an exported request file, and so must not be one of a person's machine.
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.compatibility.provider import Provider, answers_to
from tests.compatibility.reading import RESULTS, results
from tests.support.servers import ROOT, RunningServer

HERE = Path(__file__).resolve().parent
DATA = HERE / "data"
EARLIER = HERE / "earlier"
PORT = 8799
DATE = ("--date", "2026-01-31")


class Site:
    """The folder in which the commands run, and the provider that they ask."""

    def __init__(self, folder: Path, provider: Provider) -> None:
        self.folder = folder
        self.provider = provider
        address = {"OPENAI_API_KEY": "test-key", "OPENAI_BASE_URL": provider.base_url}
        self._environment = {**os.environ, **address, "PYTHONPATH": str(ROOT)}

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "generator", *arguments], cwd=self.folder, env=self._environment
        )

    def run(self, *arguments: str, code: int = 0) -> None:
        print("$ generator", *arguments, flush=True)
        assert self.start(*arguments).wait() == code, arguments

    def kill(self, *arguments: str, when: Callable[[], bool]) -> None:
        """Run a command and kill it at a moment."""
        print("$ generator", *arguments, " (killed)", flush=True)
        process = self.start(*arguments)
        while not when():
            assert process.poll() is None, arguments
            time.sleep(0.005)
        time.sleep(0.1)  # what was answered is committed; what is in flight takes longer
        process.send_signal(signal.SIGKILL)
        process.wait()

    def kill_after(self, answers: int, *arguments: str) -> None:
        before = self.provider.chats
        self.kill(*arguments, when=lambda: self.provider.chats >= before + answers)

    def kill_when_a_batch_is_made(self, *arguments: str) -> None:
        """The provider has the batch, and its answer never arrives."""
        print("$ generator", *arguments, " (killed)", flush=True)
        process = self.start(*arguments)

        def kill() -> None:
            process.send_signal(signal.SIGKILL)
            process.wait()

        self.provider.on_created = kill
        process.wait()
        self.provider.on_created = None
        assert process.returncode == -signal.SIGKILL


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text, file
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def work(site: Site, honest: str) -> None:
    """Reach every state."""
    provider, output = site.provider, site.folder / "output"
    site.run("draft", "reviewed.csv", *DATE, code=1)
    site.run("draft", "near.csv", *DATE, code=1)
    site.run("allow", "cooking/how-does-yeast-make-the-bread-rise", "--note", "asked often")
    for kind, source in (("content", "spoiled"), ("refusal", "refused"), ("500", "failed")):
        with RunningServer("--faults", "1", "--fault-kinds", kind) as faulty:
            provider.target = faulty.base_url
            site.run("draft", f"{source}.csv", *DATE, code=1)
    provider.target = honest

    site.run("seo", "propose", "--all", "--max-cost", "1")
    site.run("seo", "apply", "gardening/how-often-should-tomato-plants-be-watered")
    site.run(
        "seo",
        "approve",
        "cooking/how-does-yeast-make-bread-rise",
        "gardening/when-should-fruit-trees-be-pruned",
    )
    site.run("seo", "reject", "cooking/why-should-meat-rest-after-roasting", "--note", "too long")

    site.run("approve", "how-does-compost-store-water-in-garden-soil", "--note", "good")
    site.run(
        "approve", "why-are-young-fruit-trees-pruned-each-year", "why-do-vegetable-crops-need-a-rotation-plan"
    )
    site.run("publish", "--approved", "--dry-run")
    site.run(
        "publish", "why-are-young-fruit-trees-pruned-each-year", "why-do-vegetable-crops-need-a-rotation-plan"
    )
    site.run("withdraw", "why-do-vegetable-crops-need-a-rotation-plan", "--reason", "said elsewhere")
    site.run("reject", "how-does-mulch-help-tomato-plants-in-hot-weather", "--reason", "too general")
    site.run("revise", "why-does-bread-dough-need-salt", "--note", "Shorter.", code=1)
    site.run("revise", "how-do-juices-thicken-while-meat-rests", "--note", "Shorter.", code=1)
    site.run("revise", "how-do-juices-thicken-while-meat-rests", "--accept", "all")
    edit(
        output / "drafts/cooking/how-does-gluten-hold-the-gas-in-bread-dough.md", "Gluten ", "Elastic gluten "
    )
    site.run("list", "--state", "drafted")

    site.run("batch", "export", "requests.jsonl", "exported.csv", *DATE)
    one, *others = answers_to(honest, site.folder / "requests.jsonl")
    (site.folder / "first.jsonl").write_text(one, encoding="utf-8")
    (site.folder / "responses.jsonl").write_text("".join(others), encoding="utf-8")
    site.run("batch", "import", "first.jsonl")
    site.run("draft", "sent.csv", "--batch", "--max-cost", "1", *DATE)
    site.kill_when_a_batch_is_made("draft", "cut-short.csv", "--batch", *DATE)

    site.run("draft", "redone.csv", *DATE, code=1)
    with RunningServer("--latency-ms", "500") as slow:
        provider.target = slow.base_url
        site.kill_after(1, "draft", "redone.csv", "--redo", "--concurrency", "1", *DATE)
        site.run("status")  # which leaves the write-ahead log to the last run alone
        first = output / "drafts/gardening/how-do-earthworms-enrich-garden-soil-with-compost.md"
        site.kill("draft", "killed.csv", "--concurrency", "2", *DATE, when=first.exists)
    first.unlink()


def recorded(folder: Path) -> dict[str, dict[str, int]]:
    """What no command shows of a question that is not drafted yet: its article's id, and how often it was answered."""
    questions = "SELECT question, article_id FROM job WHERE kind = 'answer'"
    answers = (
        "SELECT question, count(*) FROM call JOIN job ON job.id = call.job"
        " WHERE outcome = 'ok' AND kind = 'answer' GROUP BY question"
    )
    with sqlite3.connect(folder / "output" / "ledger.sqlite3") as connection:
        return {
            "article_ids": dict(connection.execute(questions).fetchall()),
            "answered": dict(connection.execute(answers).fetchall()),
        }


def main(folder: Path) -> None:
    if folder.exists() or EARLIER.exists():
        sys.exit(f"{folder} or {EARLIER} is there already")
    shutil.copytree(DATA, folder)
    with RunningServer() as server, Provider(server.base_url, port=PORT) as provider:
        work(Site(folder, provider), server.base_url)
        kept = provider.saved()
    # SQLite makes new -shm files; the write-ahead log is what a killed run leaves.
    shutil.copytree(folder, EARLIER, ignore=shutil.ignore_patterns("*-shm", "*.lock"))
    lock = next((folder / "output" / "locks").glob("[0-9]*.lock"))
    shutil.copy(lock, EARLIER / "output" / "locks" / lock.name)
    (EARLIER / "provider.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    with tempfile.TemporaryDirectory() as copy:
        site = Path(copy) / "copy"
        shutil.copytree(EARLIER, site)
        expected: dict[str, Any] = {**recorded(site)}
    with tempfile.TemporaryDirectory() as copy:
        site = Path(copy) / "copy"
        shutil.copytree(EARLIER, site)
        expected |= results(site, RESULTS)
    text = json.dumps(expected, indent=1, sort_keys=True) + "\n"
    (HERE / "expected.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
