"""How the batch commands show batches and what came back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.cli.batch_common import exit_code
from generator.cli.output import dollars, notes, plural, say, say_json, table

if TYPE_CHECKING:
    from generator.cli.event_loop import Interruptible
    from generator.services import BatchShop, Workshop
    from generator.store.ledger.batches import BatchRow
    from generator.workflows.batch.coordinator import BatchingReport


def show_collected(
    shop: Workshop, report: BatchingReport, stop: Interruptible, made: BatchShop, as_json: bool
) -> int:
    drafts, proposals = made.drafting.report, made.proposing.report
    outstanding = made.batching.outstanding()
    if as_json:
        if stop.error is not None:
            raise stop.error
        say_json(
            {
                **report_object(shop, report),
                "outstanding": outstanding,
                "drafts": dict(drafts.states),
                "proposals": dict(proposals.states),
                "notes": [*report.notes, *report.recording.notes, *drafts.notes],
            }
        )
    else:
        notes([*report.notes, *report.recording.notes, *drafts.notes])
        _say_collected(shop, report, made, outstanding)
    code = exit_code(report, stop, as_json=as_json)
    states = set(drafts.states) - {"drafted"} or proposals.states["needs_fix"] or proposals.failed
    read = report.recording
    return code or (
        1
        if states
        or report.given_back
        or report.refused
        or report.passed_over
        or read.malformed
        or read.unknown
        else 0
    )


def _say_collected(shop: Workshop, report: BatchingReport, made: BatchShop, outstanding: int) -> None:
    read = report.recording
    labels = {
        "answered": "answers",
        "failed": "requests failed",
        "known": "answers known from before",
        "duplicate": "duplicates",
        "unneeded": "answers to what was done already",
        "unknown": "of no request of this ledger",
        "malformed": "malformed lines",
    }
    parts = [f"{getattr(read, name):,} {label}" for name, label in labels.items() if getattr(read, name)]
    if report.unanswered:
        parts.append(f"{report.unanswered:,} without an answer")
    if report.collected:
        say(f"collected {', '.join(f'batch {number}' for number in report.collected)}")
    say(", ".join(parts) or "no new answers")
    for label, states in (
        ("drafts", made.drafting.report.states),
        ("proposals", made.proposing.report.states),
    ):
        if states:
            text = ", ".join(f"{count:,} {state.replace('_', ' ')}" for state, count in states.items())
            say(f"{label}: {text}")
    for number in report.sent:
        batch = shop.batches.get(number)
        say(
            f"{batch.batch_id or batch.path}  batch {number}: {plural(batch.requests, 'request')} to {batch.model}"
        )
    if report.left and report.over_budget is not None:
        say(
            f"{plural(report.left, 'request')} had no room under --max-cost: collect --max-cost USD gives another"
        )
    elif report.left:
        wait = "waits" if report.left == 1 else "wait"
        say(
            f"{plural(report.left, 'job')} {wait} for another reply: generator batch export FILE, collect, or --repair-live"
        )
    if report.given_back:
        say(f"{plural(report.given_back, 'question')} given back: the same draft command asks again")
    if outstanding:
        say(f"outstanding batches: {outstanding:,}")


def why_left(report: BatchingReport, *, exported: bool = False) -> str:
    """Why some of what was planned is not sent, or in no file, and what is to be done."""
    left = plural(report.left, "request")
    if report.over_budget is not None:
        return (
            f"{left} had no room under --max-cost; collect sends them as it gets free,"
            " and the same command with a higher --max-cost now"
        )
    if exported:
        return f"{left} not written; the same command with another REQUESTS file writes them"
    return f"{left} not sent; the same command again sends them"


def say_next(command: str, *, out_before: int) -> None:
    """Which command goes on, and how many questions of the list wait for it from before."""
    also = f" ({plural(out_before, 'question')} of the list went out before)" if out_before else ""
    say(f"Next: {command}{also}")


def report_object(shop: Workshop, report: BatchingReport) -> dict[str, Any]:
    from dataclasses import asdict

    answers = asdict(report.recording)
    answers.pop("notes")
    return {
        "batches": [batch_object(shop, shop.batches.get(number)) for number in report.sent],
        "collected": report.collected,
        "requests": report.requests,
        "left": report.left,
        "unanswered": report.unanswered,
        "given_back": report.given_back,
        "passed_over": report.passed_over,
        "answers": answers,
        "over_budget": None if report.over_budget is None else str(report.over_budget),
        "notes": report.notes,
    }


def batch_object(shop: Workshop, batch: BatchRow) -> dict[str, Any]:
    from dataclasses import asdict

    cost = shop.batches.cost(batch.id)
    return {
        **{name: value for name, value in asdict(batch).items() if name != "claimed_by"},
        "waiting": shop.batches.waiting(batch.id),
        "cost_usd": None if cost is None else cost / 1e9,
    }


def say_batches(shop: Workshop, rows: list[BatchRow]) -> None:
    if not rows:
        say("no batches")
        return
    shown = [
        (
            str(row.id),
            row.batch_id or row.path,
            state_of(row),
            f"{row.requests:,}",
            f"{row.completed:,}",
            f"{row.failed:,}",
            dollars(shop.batches.cost(row.id)),
            row.created_at[:16],
        )
        for row in rows
    ]
    table(shown, header=("batch", "id", "state", "requests", "done", "failed", "cost", "made"))


def state_of(row: BatchRow) -> str:
    if row.state == "incomplete":
        return "answers missing"
    return (row.status or row.state).replace("_", " ") if row.state == "created" else row.state
