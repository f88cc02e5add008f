"""Shows claims and their verdicts as text or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.cli.terminal.exit_codes import early_exit_code, error_object
from generator.cli.terminal.output import note, notes, say, say_json, say_line
from generator.cli.terminal.spend_output import spend_line, spend_object
from generator.content.claims.verdict import VERDICTS
from generator.content.display import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.workflows.claims.list import DraftClaims, PageOfClaims
    from generator.workflows.claims.requests import CheckOutcome
    from generator.workflows.claims.view import PresentClaim


def show_checked(outcome: CheckOutcome, *, as_json: bool) -> int:
    """Show the result of a check.

    Returns:
        The exit code.

    Raises:
        GeneratorError: the error that ended the run early.
    """
    report = outcome.report
    if as_json:
        say_json(_checked_object(outcome))
    else:
        say(f"{report.pages:8,}  {'page' if report.pages == 1 else 'pages'} checked")
        for verdict in VERDICTS:
            say(f"{report.verdicts[verdict]:8,}  {verdict}")
        if report.dropped:
            note(f"{plural(report.dropped, 'claim')} of the model dropped: the words are not in the text")
        if report.lowered:
            note(f"{plural(report.lowered, 'verdict')} of the model lowered: the passage has no such words")
        for name in report.contradicted:
            say_line(f"contradicted: {name}")
        if outcome.spend is not None:
            note(spend_line(outcome.spend))
        if outcome.left:
            note(f"{plural(outcome.left, 'page')} left: run the same command again")
    notes(report.notes, dropped=report.dropped_notes)
    ended = early_exit_code(outcome, as_json=as_json)
    return int(outcome.needs_person) if ended is None else ended


def show_list(pages: Sequence[PageOfClaims], *, next_command: str, as_json: bool) -> None:
    """Show claims by page; ``next_command`` rewrites published pages whose claims a source contradicts."""
    if as_json:
        say_json(
            {
                "pages": [
                    {
                        "name": page.name,
                        "published": page.published,
                        "claims": [_claim_object(item) for item in page.claims],
                    }
                    for page in pages
                ]
            }
        )
        return
    for page in pages:
        say_line(page.name)
        for item in page.claims:
            _say_claim(item)
    if next_command and any(page.published for page in pages):
        say(f"to rewrite them: {next_command}")


def show_of_draft(found: DraftClaims, *, as_json: bool) -> None:
    """Show all claims of a draft."""
    if as_json:
        say_json(
            {
                "key": found.row.key,
                "state": found.row.state,
                "open": len(found.open),
                "claims": [_claim_object(item) for item in found.claims],
            }
        )
        return
    for item in found.claims:
        _say_claim(item)
    if found.open:
        note(f"{plural(len(found.open), 'claim')} must be settled before this draft may be approved")


def _say_claim(item: PresentClaim) -> None:
    verdict = item.verdict
    say_line(f"  {verdict.name:12}  {item.claim.kind:10}  {item.claim.words}")
    say_line(f"      {item.claim.field}: {item.claim.sentence}")
    if verdict.quote:
        say_line(f"      {verdict.source} ({verdict.passage}): “{verdict.quote}”")
    if verdict.right:
        say_line(f"      perhaps: {verdict.right}")
    if verdict.reason and not verdict.quote:
        say_line(f"      {verdict.reason}")
    decision = item.row.decision if item.row else None
    if decision is not None:
        say_line(f"      {decision.decision} by {decision.who}, {decision.at[:10]}")


def _claim_object(item: PresentClaim) -> dict[str, Any]:
    verdict, claim = item.verdict, item.claim
    decision = item.row.decision if item.row else None
    return {
        "kind": claim.kind,
        "words": claim.words,
        "field": claim.field,
        "start": claim.start,
        "end": claim.end,
        "sentence": claim.sentence,
        "verdict": verdict.name,
        "basis": verdict.basis,
        "passage": verdict.passage,
        "source": verdict.source,
        "quote": verdict.quote,
        "right": verdict.right,
        "reason": verdict.reason,
        "settled": item.is_settled,
        "decision": decision.decision if decision else None,
        "who": decision.who if decision else None,
    }


def _checked_object(outcome: CheckOutcome) -> dict[str, Any]:
    report = outcome.report
    return {
        "pages": report.pages,
        "verdicts": {verdict: report.verdicts[verdict] for verdict in VERDICTS},
        "dropped": report.dropped,
        "lowered": report.lowered,
        "failed": report.failed,
        "contradicted": report.contradicted,
        "model": outcome.endpoint.model if outcome.endpoint else None,
        "left": outcome.left,
        "spend": spend_object(outcome.spend) if outcome.spend else None,
        "notes": report.notes,
        **({"error": error_object(outcome.error)} if outcome.error else {}),
    }
