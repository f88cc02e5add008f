"""Events: what the program did, as records of the standard library's logging below ``generator.events``.

Nobody receives them until a handler is attached, and then they cost nothing else than one check. Each record has the
attributes ``event``, such as ``call.ended``, and ``fields``, a mapping of values that JSON can hold. Keys and passwords
are removed before a record is made (see :mod:`generator.events.secrets`).
"""

import logging
from typing import Final

from generator.events.secrets import without_known_secrets

LOGGER: Final = logging.getLogger("generator.events")
"""The logger above those of all events."""
PROMPTS: Final = logging.getLogger("generator.events.prompts")
"""The logger of prompts and replies, which is off until somebody sets its level."""

# Without any handler, logging prints warnings to stderr.
LOGGER.addHandler(logging.NullHandler())
PROMPTS.setLevel(logging.CRITICAL + 1)


def is_logged(level: int = logging.INFO) -> bool:
    """Whether anybody receives events of this level: before work that only an event needs."""
    return LOGGER.isEnabledFor(level)


def emit(
    event: str,
    message: str,
    /,
    *,
    level: int = logging.INFO,
    logger: logging.Logger = LOGGER,
    **fields: object,
) -> None:
    """Record that something happened.

    Args:
        event: what it is, for programs.
        message: one line for a person.
        fields: values that JSON can hold; keys and passwords in their texts are removed.
    """
    if not logger.isEnabledFor(level):
        return
    extra = {"event": event, "fields": without_known_secrets(fields)}
    logger.log(level, "%s", without_known_secrets(message), extra=extra, stacklevel=2)
