"""The log of one command: what ``--log-file``, ``--log-prompts`` and ``--verbose`` attach to the events."""

from __future__ import annotations

import logging
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from generator.cli.terminal.output import note, safe_line
from generator.errors import UsageError
from generator.events import LOGGER, PROMPTS, emit

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self


class CommandLog:
    """The handlers of one command, attached by its options and removed at the end of the block."""

    def __init__(self) -> None:
        self._handlers: list[logging.Handler] = []
        self._started = time.monotonic()
        self._levels = LOGGER.level, PROMPTS.level

    def open(self, file: Path | None, *, prompts: bool, verbose: bool) -> None:
        """Attach what the options ask for.

        Args:
            file: gets one JSON object a line; None for no file.
            prompts: whether the file gets prompts and replies too.
            verbose: whether stderr gets a short line of each event.

        Raises:
            UsageError: the file cannot be opened, or there are to be prompts without a file.
        """
        if prompts and file is None:
            raise UsageError("--log-prompts needs --log-file")
        if file is None and not verbose:
            return
        # Imported here: most commands have no log, and are to start quickly.
        from generator.events.formats import ShortLine
        from generator.events.log_file import LogFile
        from generator.services import utc_now

        if file is not None:
            self._attach(LogFile(file, now=utc_now, on_failure=note))
        if verbose:
            shown = NoteHandler()
            shown.setFormatter(ShortLine(utc_now))
            shown.addFilter(lambda record: record.name != PROMPTS.name)
            self._attach(shown)
        LOGGER.setLevel(logging.INFO)
        if prompts:
            PROMPTS.setLevel(logging.INFO)

    def ended(self, code: int) -> int:
        """Record the end of the command; returns its exit code."""
        seconds = round(time.monotonic() - self._started, 3)
        text = f"ended with exit code {code} after {seconds:.1f} s"
        emit("command.ended", text, exit_code=code, seconds=seconds)
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Exception):
            log_error("unexpected", f"{type(error).__name__}: {error}", error)
            self.ended(1)
        for handler in self._handlers:
            LOGGER.removeHandler(handler)
            handler.close()
        for logger, level in zip((LOGGER, PROMPTS), self._levels, strict=True):
            logger.setLevel(level)

    def _attach(self, handler: logging.Handler) -> None:
        self._handlers.append(handler)
        LOGGER.addHandler(handler)


class NoteHandler(logging.Handler):
    """Prints each event as a note, above the progress bar where one is shown."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one line."""
        note(safe_line(self.format(record)))


def log_error(kind: str, message: str, error: BaseException | None = None) -> None:
    """Record the error that ended the command, with the traceback of an unexpected one."""
    trace = None if error is None else "".join(traceback.format_exception(error))
    emit("command.failed", message, level=logging.ERROR, kind=kind, traceback=trace)
