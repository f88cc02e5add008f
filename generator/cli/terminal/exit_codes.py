"""Exit codes of the command line, and errors as JSON.

0 all done · 1 something needs a person · 2 wrong usage, config, key, model or quota · 130 interrupted (143 by SIGTERM)
"""

from typing import Protocol

from generator import errors
from generator.cli.terminal.event_log import log_error

INTERRUPTED = 130
INTERRUPTED_FIXES = "interrupted: the files above are written; run the same command again for the rest"
_NEEDS_PERSON = (
    errors.BudgetExceeded,
    errors.WaitTooLong,
    errors.CallFailed,
    errors.PatchError,
    errors.FrontMatterError,
)


def exit_code_of(error: Exception) -> int:
    """The exit code for an error that ended a run."""
    return 1 if isinstance(error, _NEEDS_PERSON) else 2


class EndedRun(Protocol):
    """The outcome of a run that may have ended early."""

    @property
    def error(self) -> errors.GeneratorError | None: ...

    @property
    def interrupted(self) -> bool: ...


def early_exit_code(outcome: EndedRun, *, as_json: bool) -> int | None:
    """The exit code of a run that ended early; None for one that did not.

    Raises:
        GeneratorError: the error that ended it; not with JSON, whose object reports it.
    """
    if outcome.error is not None:
        if as_json:
            log_error(kind_of(outcome.error), str(outcome.error))
            return exit_code_of(outcome.error)
        raise outcome.error
    return INTERRUPTED if outcome.interrupted else None


def error_object(error: Exception) -> dict[str, str]:
    """An error as JSON: its kind and its message."""
    return {"kind": kind_of(error), "message": str(error)}


def kind_of(error: Exception) -> str:
    """The kind of an error for JSON: ``model-unavailable`` for ``ModelUnavailable``."""
    name = type(error).__name__.removesuffix("Error")
    return "".join(f"-{char.lower()}" if char.isupper() else char for char in name).lstrip("-")
