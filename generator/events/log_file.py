"""A log file of events: one JSON object a line, appended, so that several processes can share one file."""

import logging
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from generator.errors import UsageError
from generator.events.formats import JsonLine, Now

_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class LogFile(logging.Handler):
    """Appends each event to a file by one write. A file that was renamed, as by logrotate, is begun again.

    Args:
        path: its folder must exist.
        now: the time of each line.
        on_failure: is given the reason once where a line cannot be written; the work goes on without a log.

    Raises:
        UsageError: the file cannot be opened.
    """

    def __init__(self, path: Path, *, now: Now, on_failure: Callable[[str], None]) -> None:
        super().__init__()
        self.setFormatter(JsonLine(now))
        self._path = path.absolute()
        self._on_failure: Callable[[str], None] | None = on_failure
        self._before = b""  # ends a line of which the disk took only a part
        try:
            self._descriptor = os.open(self._path, _FLAGS, 0o666)
        except OSError as error:
            raise UsageError(f"the log file {path} cannot be opened: {error.strerror or error}") from error

    def emit(self, record: logging.LogRecord) -> None:
        """Append one line."""
        line = self._before + self.format(record).encode() + b"\n"
        rest = line
        try:
            self._follow_path()
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
            self._before = b""
        except OSError as error:
            self._before = b"\n" if len(rest) < len(line) else self._before
            if self._on_failure is not None:
                report, self._on_failure = self._on_failure, None
                report(f"the log file {self._path} cannot be written: {error.strerror or error}")

    def close(self) -> None:
        """Close the file."""
        super().close()
        with suppress(OSError):
            os.close(self._descriptor)

    def _follow_path(self) -> None:
        """Open the file again where its path leads to another file, or to none."""
        with suppress(FileNotFoundError):
            if os.path.samestat(self._path.stat(), os.fstat(self._descriptor)):
                return
        opened = os.open(self._path, _FLAGS, 0o666)
        os.close(self._descriptor)
        self._descriptor = opened
