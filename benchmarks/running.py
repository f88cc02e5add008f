"""Runs a command and measures it: wall and processor time, and the peak memory of all its processes together."""

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[1]
SAMPLED_SECONDS = 0.5
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True)
class Ran:
    """A finished command.

    Args:
        code: its exit code; negative: the signal that ended it.
        out: what it wrote to stdout.
        error: what it wrote to stderr.
        seconds: from its start to its end, start-up included.
        processor_seconds: of all its processes.
        peak_mb: the most memory of all its processes together.
    """

    code: int
    out: str
    error: str
    seconds: float
    processor_seconds: float
    peak_mb: float

    @property
    def said(self) -> dict[str, Any]:
        """The JSON object at the end of stdout; empty where there is none."""
        at = 0 if self.out.startswith("{") else self.out.rfind("\n{")
        value: dict[str, Any] = json.loads(self.out[at:]) if at >= 0 else {}
        return value


def environment(address: str | None = None) -> dict[str, str]:
    """The environment of a command: no key of the caller, and the test server at ``address``."""
    found = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    found |= {"NO_PROXY": "*", "PYTHONPATH": str(ROOT)}
    return found | ({"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": address} if address else {})


def generator(*arguments: str) -> list[str]:
    """The command line of ``generator`` in this environment."""
    return [sys.executable, "-m", "generator", *arguments]


def run(command: list[str], env: Mapping[str, str] | None = None, *, limit: float | None = None) -> Ran:
    """Run a command to its end.

    Args:
        command: its words.
        env: its environment; None: ``environment()``.
        limit: the seconds after which it and its processes are killed.
    """
    text = partial(tempfile.TemporaryFile, "w+", encoding="utf-8", errors="replace")
    with text() as out, text() as error:
        started = time.perf_counter()
        process = start(command, env, out, error)
        memory = _PeakMemory(process.pid)
        timer = threading.Timer(limit, kill, (process,)) if limit else None
        if timer:
            timer.start()
        try:
            _, status, used = os.wait4(process.pid, 0)
        finally:
            memory.stop()
            if timer:
                timer.cancel()
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        error.seek(0)
        return Ran(
            process.returncode,
            out.read(),
            error.read(),
            seconds,
            used.ru_utime + used.ru_stime,
            max(memory.most_kb, used.ru_maxrss) / 1024,
        )


def start(
    command: list[str], env: Mapping[str, str] | None, out: IO[str] | int, error: IO[str] | int
) -> subprocess.Popen[bytes]:
    """Start a command in a group of its own, so that ``kill`` reaches all its processes."""
    return subprocess.Popen(
        command,
        env=dict(env or environment()),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=error,
        start_new_session=True,
    )


def kill(process: "subprocess.Popen[bytes]") -> None:
    """SIGKILL for a command of ``start`` and all processes of its group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, 9)


class _PeakMemory:
    """Samples the memory of a process and its descendants until it is stopped."""

    def __init__(self, pid: int) -> None:
        self.most_kb = 0
        self._pid = pid
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._stopped.wait(SAMPLED_SECONDS):
            self.most_kb = max(self.most_kb, _tree_kb(self._pid))


def _tree_kb(pid: int) -> int:
    """The memory of a process and its descendants in kB, pages that they share counted once; 0 without /proc."""
    folder = Path("/proc", str(pid))
    try:
        own = _PSS.search((folder / "smaps_rollup").read_text())
        children = {child for task in (folder / "task").iterdir() for child in _children(task)}
    except OSError:
        return 0
    return (int(own[1]) if own else 0) + sum(_tree_kb(child) for child in children)


def _children(task: Path) -> list[int]:
    try:
        return [int(pid) for pid in (task / "children").read_text().split()]
    except OSError:
        return []
