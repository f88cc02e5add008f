"""What tests see of worker processes, and machines that have no room for them."""

import errno
import os
import subprocess
import sys
from typing import Any

import pytest


def recorded(monkeypatch: pytest.MonkeyPatch, *, refused: int = 0) -> list["subprocess.Popen[bytes]"]:
    """The processes started from now on; the system refuses the ``refused``-th, counted from one."""
    started: list[subprocess.Popen[bytes]] = []

    class RecordedProcess(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            if len(started) + 1 == refused:
                self.returncode = 0  # what the destructor looks at
                raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
            super().__init__(*arguments, **options)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", RecordedProcess)
    return started


def all_ended(processes: list["subprocess.Popen[bytes]"]) -> bool:
    """Whether somebody waited for the end of each."""
    return all(process.returncode is not None for process in processes)


def in_its_own_session(script: str, seconds: float) -> "subprocess.CompletedProcess[str]":
    """Run Python code in a session of its own, whose processes all get Ctrl-C as those of a terminal do."""
    return subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        start_new_session=True,
        timeout=seconds,
        check=False,
    )


def no_process(*_: object, **__: object) -> None:
    """In place of ``subprocess.Popen`` where no process may be started."""
    pytest.fail("a process was started")


def set_cores(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Let this machine have so many cores."""
    if hasattr(os, "sched_getaffinity"):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(count)))
    else:
        monkeypatch.setattr(os, "cpu_count", lambda: count)


def is_there(pid: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
