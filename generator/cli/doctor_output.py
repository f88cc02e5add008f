"""Prints what ``doctor`` found, as text or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.cli.terminal.exit_codes import early_exit_code, error_object, exit_code_of
from generator.cli.terminal.output import say, say_json, say_line, table
from generator.cli.terminal.spend_output import spend_line, spend_object
from generator.workflows.doctor.project_checks import PROJECT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.workflows.doctor.requests import DoctorOutcome, Finding

_WORDS = {"ok": "ok", "warning": "warning", "broken": "BROKEN", "unknown": "?"}


def show_outcome(outcome: DoctorOutcome, *, as_json: bool) -> int:
    """Print what was found, with the advice and the cost; returns the exit code.

    Raises:
        GeneratorError: the error that ended the calls early, unless the JSON reports it.
    """
    if as_json:
        _say_object(outcome)
    else:
        _say_findings(outcome)
    if outcome.has("broken"):
        return exit_code_of(outcome.error) if outcome.error and as_json else 2
    ended = early_exit_code(outcome, as_json=as_json)
    if ended is not None:
        return ended
    return int(outcome.has("warning") or outcome.has("unknown"))


def _say_object(outcome: DoctorOutcome) -> None:
    result = {
        "endpoint": outcome.endpoint,
        "model": outcome.model,
        "at": outcome.at,
        "checks": [finding._asdict() for finding in outcome.findings],
        "spend": spend_object(outcome.spend) if outcome.spend else None,
    }
    say_json({**result, "error": error_object(outcome.error)} if outcome.error else result)


def _say_findings(outcome: DoctorOutcome) -> None:
    _say_part([finding for finding in outcome.findings if finding.part == PROJECT], "project")
    if outcome.endpoint is not None:
        made = "" if outcome.spend else f", probed {outcome.at}"
        say()
        endpoint = [finding for finding in outcome.findings if finding.part != PROJECT]
        _say_part(endpoint, f"{outcome.model} at {outcome.endpoint}{made}")
    if outcome.spend:
        say()
        say(spend_line(outcome.spend))


def _say_part(findings: Sequence[Finding], heading: str) -> None:
    say_line(heading)
    say()
    rows = []
    for finding in findings:
        rows.append((_WORDS[finding.state], finding.title, finding.found))
        if finding.advice:
            rows.append(("", "", f"-> {finding.advice}"))
    table(rows)
