"""How a job ended, with the causes of its failure as codes that are the same for every job that failed alike."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class JobOutcome:
    """How a job ended.

    Args:
        asked: whether the model was asked; a job without a call says nothing about the model.
        causes: codes of what went wrong, from :func:`causes_of`; empty for a job that did not fail.
        reason: the failure in words for a person.
        redo_option: what to add to the command to have the job asked for again; empty where the command does so
            without an option.
        findings: how many findings the text has; None without a text.
    """

    asked: bool = True
    causes: frozenset[str] = frozenset()
    reason: str = ""
    redo_option: str = ""
    findings: int | None = None


def causes_of(state: str, failure: str | None = None, codes: Iterable[str] = ()) -> frozenset[str]:
    """The causes of a job that did not end well, without what differs from job to job.

    Args:
        state: in which the job ended: ``refused``, ``failed`` or ``needs_fix``.
        failure: why there is no output: the cause of the failed call, or any text for a reply that cannot be read;
            None where the model gave an output.
        codes: of the errors of the output. Each is a cause, because jobs with one error in common may have others.
    """
    if state == "refused":
        return frozenset({state})
    if state == "failed":
        return frozenset({f"{state}: {failure or 'unusable'}"})
    if failure is not None:
        return frozenset({f"{state}: unreadable"})
    return frozenset(f"{state}: {code}" for code in codes) or frozenset({f"{state}: incomplete"})
