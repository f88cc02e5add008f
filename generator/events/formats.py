"""How an event is written: as a JSON object for programs, or as a short line for a person."""

import datetime
import json
import logging
from collections.abc import Callable

Now = Callable[[], str]
"""The current time in ISO 8601, with its zone."""


class _TimedLine(logging.Formatter):
    """A line with a time.

    Args:
        now: the time of each line.
    """

    def __init__(self, now: Now) -> None:
        super().__init__()
        self._now = now


class JsonLine(_TimedLine):
    """One JSON object: ``time`` (UTC), ``level``, ``event``, ``message``, then the fields of the event."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, in ASCII so that no text of others can break it."""
        line = {
            "time": self._now(),
            "level": record.levelname.lower(),
            "event": getattr(record, "event", record.name),
            "message": record.getMessage(),
        }
        fields = getattr(record, "fields", {})
        return json.dumps(
            {**line, **{name: fields[name] for name in fields if name not in line}}, default=str
        )


class ShortLine(_TimedLine):
    """The local time of day, the level where it is not the usual one, and the message."""

    def format(self, record: logging.LogRecord) -> str:
        """One line for a person."""
        time = datetime.datetime.fromisoformat(self._now()).astimezone().strftime("%H:%M:%S")
        level = f"{record.levelname.lower()}: " if record.levelno > logging.INFO else ""
        return f"{time} {level}{record.getMessage()}"
