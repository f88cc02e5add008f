"""Runs one command as a process: signals, output streams that break, and an exit that nothing can delay."""

import errno
import io
import os
import select
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, cast

from generator.cli import main
from generator.workflows.engine.stopping import signals

# A pipe that can be written takes this much without waiting.
_CHUNK_BYTES = 512
_LONGEST_WAIT = 0.2
_SHOW_CURSOR = b"\x1b[?25h"


def run_command(argv: Sequence[str]) -> int:
    """Run one command; returns its exit code. After a signal that ended it, the process ends here.

    Raises:
        SystemExit: as ``main``.
    """
    _open_missing_streams()
    received = signals.install(end=_end_at_once)
    if sys.platform != "win32":
        sys.stderr = LossyStream(2, is_stopping=signals.stop_requested).as_text()
    code = main(argv)
    code = _flushed(code)
    if received.first is not None:
        os._exit(code)  # without waiting for threads, such as one that looks up a host name
    return code


class LossyStream(io.RawIOBase):
    """Writes to a file descriptor, and drops what cannot be written: a broken stderr must not end a run.

    Args:
        is_stopping: whether the process is to end; what a full pipe does not take is dropped then.
    """

    def __init__(self, descriptor: int, *, is_stopping: Callable[[], bool]) -> None:
        self._descriptor = descriptor
        self._is_stopping = is_stopping

    def as_text(self) -> io.TextIOWrapper:
        """A text stream over this one, in UTF-8 if the locale has no other encoding, without a buffer."""
        encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
        stream = cast("Any", self)
        return io.TextIOWrapper(stream, encoding=encoding, errors="backslashreplace", write_through=True)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return os.isatty(self._descriptor)

    def write(self, data: object) -> int:
        """Write all of ``data``, or drop the rest of it. Returns the number of its bytes in both cases."""
        view = memoryview(data).cast("B")  # type: ignore[arg-type]
        rest = view
        with suppress(OSError):
            while rest and self._can_write():
                with suppress(BlockingIOError):
                    rest = rest[os.write(self._descriptor, rest[:_CHUNK_BYTES]) :]
        return len(view)

    def _can_write(self) -> bool:
        while not select.select([], [self._descriptor], [], _LONGEST_WAIT)[1]:
            if self._is_stopping():
                return False
        return True


def _open_missing_streams() -> None:
    """Open the standard streams that are closed, so that no file gets their numbers and no stream is missing."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def _flushed(code: int) -> int:
    """Write what is left in the buffer of stdout; returns the exit code, 1 where the reader of stdout is gone."""
    try:
        sys.stdout.flush()
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EIO):
            raise
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)  # Python flushes stdout once more when it ends
        return code or 1
    return code


def _end_at_once(code: int) -> None:
    """End the process, whatever its threads do; the calls in flight are lost."""
    with suppress(OSError, ValueError):
        if select.select([], [2], [], 0)[1]:
            os.write(2, (_SHOW_CURSOR if os.isatty(2) else b"") + b"interrupted\n")
    os._exit(code)
