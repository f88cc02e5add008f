"""Ctrl-C, SIGTERM and a closed terminal end every command soon, whatever it does, and the next run goes on."""

import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.cli import main
from generator.store.ledger.ledger import LEDGER_NAME
from tests.support.commands import Commands
from tests.support.list_folders import list_folder
from tests.support.nightly import NIGHTLY
from tests.support.servers import RunningServer
from tests.support.signalled import Command

pytestmark = [
    pytest.mark.slow,
    pytest.mark.port,
    pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has other signals"),
]
nightly = pytest.mark.skipif(not NIGHTLY, reason="only at night")

QUESTIONS = 8
DRAFT = ("draft", "questions.csv", "--near", "allow", "--concurrency", "4")
SLOW = ("--latency-ms", "600000")
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return list_folder(tmp_path, questions=QUESTIONS)


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_called(server: RunningServer) -> bool:
    return server.stats()["in_flight"] > 0


def is_sound(site: Path) -> bool:
    return main(["--config", str(site / "config.yaml"), "verify"]) == 0


def drafted_by_next_run(site: Path) -> int:
    with RunningServer("--canned") as server:
        code, done = Commands(site, server.base_url).run(*DRAFT)
    assert code == 0, done
    return sum(done["states"].values())


def test_the_second_ctrl_c_drops_the_calls_in_flight(site: Path) -> None:
    with RunningServer(*SLOW) as server:
        with Command(site, *DRAFT, address=server.base_url) as command:
            wait_until(lambda: is_called(server))
            command.signal_group(signal.SIGINT)
            command.read_until("stopping: waiting for 1 call in flight; Ctrl-C again drops them")
            command.signal_group(signal.SIGINT)
            assert command.end().code == 130
        server.kill()
    assert is_sound(site)
    assert drafted_by_next_run(site) == QUESTIONS


def test_the_second_ctrl_c_ends_a_command_that_waits_for_a_locked_ledger(site: Path) -> None:
    assert Commands(site, None).run("draft", "questions.csv", "--offline", "--limit", "1")
    ledger = sqlite3.connect(site / "output" / LEDGER_NAME, isolation_level=None)
    ledger.execute("BEGIN IMMEDIATE")
    try:
        with Command(site, *DRAFT) as command:
            command.read_until("model: ")
            for _ in range(2):
                time.sleep(0.3)
                command.signal(signal.SIGINT)
            ended = command.end()
    finally:
        ledger.close()
    assert (ended.code, "interrupted" in ended.errors) == (130, True)
    assert is_sound(site)


def test_a_run_whose_stderr_is_gone_goes_on_and_stops_when_asked_to(site: Path) -> None:
    with RunningServer("--latency-ms", "300", "--canned") as server:
        with Command(site, *DRAFT, address=server.base_url) as command:
            assert command.process.stderr is not None
            command.process.stderr.close()
            command.process.stderr = None
            wait_until(lambda: server.stats()["completed"] > 0)
            command.signal(signal.SIGTERM)
            ended = command.end()
        completed = server.stats()["completed"]
    assert (ended.code, "run the same command again" in ended.out) == (143, True)
    assert is_sound(site)
    assert drafted_by_next_run(site) == QUESTIONS - completed


@nightly
@pytest.mark.parametrize("number", CODES)
@pytest.mark.parametrize("group", [True, False])
def test_the_first_signal_waits_for_the_calls_in_flight(site: Path, number: int, group: bool) -> None:
    with RunningServer("--latency-ms", "500", "--canned") as server:
        with Command(site, *DRAFT, address=server.base_url) as command:
            wait_until(lambda: server.stats()["completed"] > 0 and is_called(server))
            (command.signal_group if group else command.signal)(number)
            ended = command.end()
        completed = server.stats()["completed"]
    assert ended.code == CODES[signal.Signals(number)]
    assert is_sound(site)
    assert drafted_by_next_run(site) == QUESTIONS - completed


@nightly
@pytest.mark.parametrize("pipe", ["2>&1 | tee log", "2>&1 | head -1"])
def test_ctrl_c_ends_a_run_in_a_pipe(site: Path, pipe: str) -> None:
    with RunningServer(*SLOW) as server:
        with Command(site, *DRAFT, address=server.base_url, pipe=pipe) as command:
            wait_until(lambda: is_called(server))
            for _ in range(2):
                command.signal_group(signal.SIGINT)
                time.sleep(0.3)
            assert command.end().code == 130
        server.kill()
    assert is_sound(site)


@nightly
def test_the_second_ctrl_c_ends_a_run_with_worker_processes(tmp_path: Path) -> None:
    site = list_folder(tmp_path, questions=700)
    with RunningServer(*SLOW) as server:
        with Command(site, *DRAFT, address=server.base_url) as command:
            wait_until(lambda: is_called(server))
            for _ in range(2):
                command.signal_group(signal.SIGINT)
                time.sleep(0.3)
            assert command.end().code == 130
        server.kill()
    assert is_sound(site)


@nightly
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_among_faults_stops_and_goes_on(site: Path, number: int) -> None:
    with RunningServer("--latency-ms", "50", "--faults", "0.4", "--seed", "2") as server:
        for _ in range(3):
            with Command(site, *DRAFT, address=server.base_url) as command:
                time.sleep(2)
                command.signal(number)
                assert command.end().code in (0, 1, CODES[signal.Signals(number)])
            assert is_sound(site)
        assert server.stats()["repeated_requests"] == {}


@nightly
def test_batches_stop_while_they_are_sent_and_while_they_are_waited_for(site: Path) -> None:
    draft = ("draft", "questions.csv", "--near", "allow", "--batch")
    with RunningServer("--latency-ms", "700", "--batch-running", "600") as server:
        with Command(site, *draft, address=server.base_url) as command:
            command.read_until("model: ")
            time.sleep(1)
            command.signal(signal.SIGTERM)
            assert command.end().code in (0, 143)
        assert is_sound(site)
        assert Commands(site, server.base_url).run(*draft)[0] == 0
        with Command(site, "batch", "collect", "--wait", address=server.base_url) as command:
            time.sleep(3)
            command.signal_group(signal.SIGINT)
            assert command.end().code == 130
        assert is_sound(site)
        assert len(Commands(site, server.base_url).run("batch", "list")[1]["batches"]) == 1


@nightly
def test_a_thread_that_is_stuck_does_not_delay_the_end(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (site / "sitecustomize.py").write_text(
        "import socket, time\nsocket.getaddrinfo = lambda *_, **__: time.sleep(600)\n", encoding="utf-8"
    )
    monkeypatch.setenv("PYTHONPATH", f"{site}:{Path(__file__).parents[1]}")
    with Command(site, *DRAFT, address="http://host.invalid/v1") as command:
        command.read_until("model: ")
        for _ in range(2):
            time.sleep(1.5)
            command.signal(signal.SIGINT)
        assert command.end().code == 130
