"""The request and the outcome of the ``doctor`` command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from generator.errors import GeneratorError
    from generator.store.ledger.runs.calls import Spend

State = Literal["ok", "warning", "broken", "unknown"]
"""What a check found: nothing to do, something that a person should change, what no run can work with, not checked."""


class Finding(NamedTuple):
    """What a check found.

    Args:
        part: what the check is about: ``project`` or ``endpoint``.
        check: the name of the check.
        title: the same for a person.
        found: what was found, in one line.
        advice: what to do; empty where there is nothing.
    """

    part: str
    check: str
    title: str
    state: State
    found: str
    advice: str = ""


@dataclass(frozen=True)
class DoctorRequest:
    """What is checked.

    Args:
        model: the model; None for that of the settings.
        max_cost: the most US dollars that the calls may cost; None for no cap.
        stored: show what the last probe found, without any call.
        local: check the project alone, without any call.
        argv: the arguments of the command, as the ledger records them.
    """

    model: str | None = None
    max_cost: float | None = None
    stored: bool = False
    local: bool = False
    argv: tuple[str, ...] = ()


@dataclass(frozen=True)
class DoctorOutcome:
    """What was found.

    Args:
        endpoint: the address; None where only the project was checked, as for ``model`` and ``at``.
        at: when the calls were made (ISO 8601, UTC).
        findings: those of the project, then those of the endpoint.
        spend: what they cost; None where none was made.
        error: what ended them early, such as the cap; the checks that they were for are ``unknown`` then.
    """

    endpoint: str | None
    model: str | None
    at: str | None
    findings: tuple[Finding, ...]
    spend: Spend | None = None
    interrupted: bool = False
    error: GeneratorError | None = None

    def has(self, state: State) -> bool:
        """Whether a check has this state."""
        return any(finding.state == state for finding in self.findings)
