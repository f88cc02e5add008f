"""The batch commands with a server on a port: send, kill, collect, cancel, export, import."""

import contextlib
import json
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from generator.store.ledger.ledger import LEDGER_NAME
from tests.support.commands import QUESTIONS, Commands, rows
from tests.support.list_folders import PRICED, list_folder
from tests.support.nightly import NIGHTLY
from tests.support.servers import RunningServer

COLLECT = ["batch", "collect", "--wait", "--every", "0.1"]

pytestmark = [pytest.mark.slow, pytest.mark.port]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with a list, settings and an empty corpus."""
    return list_folder(tmp_path, questions=QUESTIONS, settings=PRICED)


def draft(*more: str) -> list[str]:
    return ["draft", "questions.csv", "--batch", "--near", "allow", "--date", "2026-01-31", *more]


def has_reached(site: Path, sql: str) -> bool:
    """Whether a query of a command's ledger gives a true value. The ledger is opened for reading only."""
    path = site / "output" / LEDGER_NAME
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            return bool(connection.execute(sql).fetchone()[0])
    except sqlite3.Error:  # there is no ledger yet, or not all of it
        return False


PLANNED = "SELECT count(*) FROM job"
SENT = "SELECT count(*) FROM batch WHERE batch_id IS NOT NULL"
ANSWERED = "SELECT count(*) FROM call WHERE outcome = 'ok'"
SENT_AGAIN = "SELECT count(*) > 1 FROM batch"
MOMENTS = [(draft(), PLANNED), (draft(), SENT), (COLLECT, ANSWERED), (COLLECT, SENT_AGAIN)]


def wait_until(process: subprocess.Popen[bytes], site: Path, sql: str) -> None:
    """Return when the ledger of a command gives a true value, or the command has ended."""
    deadline = time.monotonic() + 60
    while not has_reached(site, sql) and process.poll() is None:
        assert time.monotonic() < deadline, "the command makes no progress"
        time.sleep(0.01)


def kill_once(commands: Commands, site: Path, arguments: list[str], sql: str, *, later: float) -> bool:
    """Kill a command ``later`` seconds after its ledger gives a true value. Returns False if it had ended."""
    process = commands.start(*arguments)
    wait_until(process, site, sql)
    time.sleep(later)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def test_a_list_is_sent_and_collected_once_however_often_commands_are_killed(site: Path) -> None:
    with RunningServer("--batch-failing", "0.2") as server:
        commands = Commands(site, server.base_url)
        killed = [
            kill_once(commands, site, arguments, sql, later=later)
            for later in ((0.0, 0.01, 0.05, 0.2, 0.8) if NIGHTLY else (0.0,))
            for arguments, sql in MOMENTS
        ]
        assert any(killed)
        commands.run(*draft())
        code, result = commands.run(*COLLECT)
        assert result["outstanding"] == 0
    assert rows(site, "SELECT state, count(*) FROM draft GROUP BY state") == [("drafted", QUESTIONS)]
    answered = rows(site, "SELECT count(*), count(DISTINCT job) FROM call WHERE outcome = 'ok'")
    assert answered == [(QUESTIONS, QUESTIONS)]
    assert rows(site, "SELECT DISTINCT state FROM batch") == [("collected",)]


def test_the_commands_report_the_state_of_a_batch(site: Path) -> None:
    with RunningServer("--batch-running", "600") as server:
        commands = Commands(site, server.base_url)
        code, sent = commands.run(*draft("--limit", "5", "--max-cost", "1"))
        (batch,) = sent["batches"]
        assert (code, batch["requests"], batch["state"]) == (0, 5, "created")
        assert commands.run("status")[1]["waiting"] == {"batched": 5}
        code, seen = commands.run("batch", "status")
        assert (code, seen["batches"][0]["waiting"]) == (0, 5)
        assert commands.run("batch", "collect")[1]["outstanding"] == 1
        assert commands.run("batch", "cancel", batch["batch_id"])[0] == 0
        code, collected = commands.run(*COLLECT)
        assert (code, collected["given_back"], collected["outstanding"]) == (1, 5, 0)
        assert commands.run("status")[1]["waiting"] == {"planned": 5}
        for name in ("no-such-batch", "9" * 25, "9" * 5000):
            code, said = commands.run("batch", "cancel", name)
            assert (code, said["error"]["kind"]) == (2, "usage")


def test_every_command_reports_missing_answers_until_the_batch_is_cancelled(site: Path) -> None:
    with RunningServer("--batch-output-late", "3600") as server:
        commands = Commands(site, server.base_url)
        commands.run(*draft("--limit", "5", "--max-cost", "1"))
        for _ in range(2):
            code, collected = commands.run(*COLLECT)
            assert (code, collected["passed_over"], collected["batches"]) == (1, 1, [])
            assert "generator batch cancel 1" in collected["notes"][0]
        code, seen = commands.run("batch", "status")
        (batch,) = seen["batches"]
        assert (code, batch["state"], batch["waiting"], batch["cost_usd"] > 0) == (1, "incomplete", 5, True)
        code, given_up = commands.run("batch", "cancel", "1")
        assert (code, given_up["state"], given_up["cost_usd"]) == (0, "cancelled", batch["cost_usd"])
        assert commands.run(*COLLECT)[0] == 0
        assert commands.run("status")[1]["waiting"] == {"planned": 5}


def test_the_first_interrupt_ends_every_command_that_waits(site: Path) -> None:
    waiting = [
        ["batch", "status", "--watch"],
        ["batch", "status", "--watch", "--json"],
        ["batch", "collect", "--wait"],
    ]
    with RunningServer("--batch-running", "600") as server:
        commands = Commands(site, server.base_url)
        commands.run(*draft("--limit", "1"))
        for command in waiting:
            ((before,),) = rows(site, "SELECT updated_at FROM batch")
            process = commands.start(*command, "--every", "600")
            wait_until(process, site, f"SELECT updated_at > '{before}' FROM batch")
            process.send_signal(signal.SIGINT)
            try:
                assert process.wait(20) == 130, command
            finally:
                process.kill()
                process.wait()


def test_requests_and_answers_are_files_without_a_provider(site: Path, tmp_path: Path) -> None:
    commands = Commands(site, None)
    code, written = commands.run(
        "batch", "export", "r.jsonl", "questions.csv", "--near", "allow", "--mode", "plain"
    )
    assert (code, written["requests"]) == (0, QUESTIONS)
    lines = [json.loads(line) for line in (site / "r.jsonl").read_text(encoding="utf-8").splitlines()]
    assert all("response_format" not in line["body"] for line in lines)
    assert commands.run("batch", "export", "r.jsonl", "questions.csv")[0] == 2
    with RunningServer("--canned") as server:
        live = Commands(site, server.base_url)
        code, done = live.run("batch", "import", "r.jsonl")
        assert (code, done["answers"]["malformed"]) == (1, QUESTIONS)
        code, done = live.run("batch", "import", "r.jsonl", "--repair-live")
        assert done["drafts"] == {}
    assert commands.run("batch", "list")[1]["batches"][0]["waiting"] == QUESTIONS


def test_a_batch_needs_a_real_endpoint_and_a_cap_needs_a_price(site: Path) -> None:
    assert Commands(site, None).run(*draft())[0] == 2
    code, said = Commands(site, "http://127.0.0.1:9/v1").run(*draft("--model", "other", "--max-cost", "1"))
    assert (code, said["error"]["kind"]) == (2, "usage")
