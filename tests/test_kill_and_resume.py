"""Killed in the middle and run again: the same files, no id twice, and no reply asked for again but those in flight."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generator.content.frontmatter import read
from generator.store.ledger.ledger import LEDGER_NAME, Ledger
from generator.store.ledger.storage.database import Database
from tests.support.commands import Commands
from tests.support.list_folders import files, list_folder, wait_for
from tests.support.nightly import NIGHTLY
from tests.support.rewrites import publish_page
from tests.support.servers import RunningServer

QUESTIONS = 120 if NIGHTLY else 60
CONCURRENCY = 16 if NIGHTLY else 8
KILLS = 3 if NIGHTLY else 2

pytestmark = pytest.mark.port


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with a list, settings and an empty corpus."""
    return list_folder(tmp_path, questions=QUESTIONS)


DRAFT = (
    "draft",
    "questions.csv",
    "--near",
    "allow",
    "--date",
    "2026-01-31",
    "--concurrency",
    str(CONCURRENCY),
)


def command(site: Path, address: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "generator", "--config", str(site / "config.yaml"), *DRAFT],
        env={**os.environ, "OPENAI_API_KEY": "test-key", "OPENAI_BASE_URL": address},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=site,
    )


def kill_after(process: subprocess.Popen[bytes], server: RunningServer, answers: int) -> None:
    """Kill the run once the server has answered so often, without a word of warning."""
    wait_for(process, server, answers)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_a_killed_run_goes_on_without_paying_twice(site: Path) -> None:
    with RunningServer("--latency-ms", "40", "--canned") as server:
        for kill in range(1, KILLS + 1):
            kill_after(command(site, server.base_url), server, kill * QUESTIONS // (KILLS + 1))
        code, last = Commands(site, server.base_url).run(*DRAFT)
        assert code == 0, last
        completed = server.stats()["completed"]
    drafts = files(site)
    articles = [read(data).article() for data in drafts.values()]
    assert len(drafts) == QUESTIONS
    assert sorted(article.id for article in articles) == list(range(1, QUESTIONS + 1))
    assert completed - QUESTIONS <= KILLS * CONCURRENCY
    database = Database(site / "output" / LEDGER_NAME)
    try:
        assert database.problems() == list(Ledger(database).verify()) == []
        counted = database.execute("SELECT count(*) FROM call WHERE outcome = 'ok'").fetchone()[0]
    finally:
        database.close()
    assert counted == QUESTIONS


@pytest.mark.slow
def test_ctrl_c_lets_calls_in_flight_end_and_says_how_to_go_on(site: Path) -> None:
    with RunningServer("--latency-ms", "400", "--canned") as server:
        process = command(site, server.base_url)
        wait_for(process, server, QUESTIONS // 6)
        while not server.stats()["in_flight"]:  # between two rounds of calls
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        completed = server.stats()["completed"]
        assert process.returncode == 130, errors.decode()
        assert b"stopping: waiting for" in errors
        assert len(files(site)) == completed < QUESTIONS


PAGES = 12


@pytest.mark.slow
def test_killed_rewrites_go_on_without_paying_twice(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(
        "content_dir: content\noutput_dir: output\nduplicates: {compare_answers: false}\n", encoding="utf-8"
    )
    pages = {
        publish_page(tmp_path, f"How do enzymes of kind {number} speed up reactions?", id=100 + number)
        for number in range(PAGES)
    }
    before = {page: page.read_bytes() for page in pages}
    arguments = ("rewrite", "--rule", "cut-off", "--concurrency", "4")
    with RunningServer("--latency-ms", "100", "--canned") as server:
        commands = Commands(tmp_path, server.base_url)
        kill_after(commands.start(*arguments), server, PAGES // 3)
        code, last = commands.run(*arguments)
        assert code == 0 and last["before"]["drafted"] + last["states"]["drafted"] == PAGES, last
        completed = server.stats()["completed"]
    assert len(list((tmp_path / "output" / "drafts" / "rewrites").rglob("*.md"))) == PAGES
    assert completed - PAGES <= 4
    assert {page: page.read_bytes() for page in pages} == before
    database = Database(tmp_path / "output" / LEDGER_NAME)
    try:
        assert list(Ledger(database).verify()) == []
    finally:
        database.close()
