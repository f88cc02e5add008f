"""How the signals of a process are counted, in processes of their own."""

import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has other signals")

_SETUP = """
import os, signal, sys, threading, time
from generator.workflows.engine.stopping import signals

ended = threading.Event()
signals.GRACE_SECONDS = 0.0

def end(code):
    print("ended with", code, flush=True)
    os._exit(0)

def send(number):
    os.kill(os.getpid(), number)

"""


def output(script: str) -> list[str]:
    """The lines that a script prints."""
    done = subprocess.run(
        [sys.executable, "-c", _SETUP + script], capture_output=True, text=True, check=False, timeout=30
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_the_first_signal_interrupts_and_the_second_ends_the_process() -> None:
    assert output("""
received = signals.install(end)
try:
    send(signal.SIGTERM)
    time.sleep(30)
except KeyboardInterrupt:
    print(signals.stop_requested(), received.exit_code, flush=True)
send(signal.SIGINT)
time.sleep(30)
""") == ["True 143", "ended with 143"]


def test_during_a_run_the_first_signal_is_given_to_it() -> None:
    assert output("""
signals.install(end)
stopped = threading.Event()
with signals.sent_to(stopped.set):
    send(signal.SIGINT)
    print(stopped.wait(30))
again = threading.Event()
with signals.sent_to(again.set):
    print(again.is_set())
""") == ["True", "True"]


def test_a_closed_terminal_counts_once() -> None:
    assert output("""
signals.install(end)
stopped = threading.Event()
with signals.sent_to(stopped.set):
    for _ in range(3):
        send(signal.SIGHUP)
        time.sleep(0.05)
    print(stopped.wait(30))
    time.sleep(0.1)
    print("goes on")
""") == ["True", "goes on"]


def test_signals_that_are_ignored_stay_ignored() -> None:
    assert output("""
signal.signal(signal.SIGHUP, signal.SIG_IGN)
signals.install(end)
send(signal.SIGHUP)
time.sleep(0.1)
print(signals.stop_requested())
""") == ["False"]


def test_a_signal_that_another_handler_receives_does_not_count() -> None:
    assert output("""
signals.install(end)
before = signal.signal(signal.SIGINT, lambda *_: print("handled"))
for _ in range(2):
    send(signal.SIGINT)
    time.sleep(0.1)
signal.signal(signal.SIGINT, before)
print(signals.stop_requested())
""") == ["handled", "handled", "False"]


def test_without_an_installation_pythons_own_handlers_stay() -> None:
    assert output("""
with signals.sent_to(lambda: print("not called")):
    try:
        send(signal.SIGINT)
        time.sleep(30)
    except KeyboardInterrupt:
        print("interrupted", signals.interrupted())
""") == ["interrupted False"]
