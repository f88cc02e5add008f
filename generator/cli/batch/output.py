"""How the batch commands show batches, what was sent and what came back."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from generator.cli.exit_codes import INTERRUPTED
from generator.cli.output import notes, say, say_json, table
from generator.cli.spend_output import usd
from generator.content.display import dollars, in_words, plural

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.store.ledger.batches import Batches, BatchRow
    from generator.workflows.batch.report import BatchReport
    from generator.workflows.batch.requests import CollectedOutcome, SentOutcome


def show_sent(batches: Batches, outcome: SentOutcome, hint: str, *, as_json: bool) -> int:
    """What was sent as batches; the exit code.

    Args:
        hint: the command line that collects.

    Raises:
        GeneratorError: what ended the sending early.
    """
    report = outcome.report
    if as_json:
        _raise_error(outcome)
        rows = {"rows": dict(outcome.rows), "jobs": outcome.ordered}
        say_json({"model": outcome.endpoint.model, **rows, **report_object(batches, report)})
    else:
        notes(report.notes)
        for batch in map(batches.get, report.sent):
            say(f"{batch.batch_id}  batch {batch.id}: {plural(batch.requests, 'request')} to {batch.model}")
        if not report.sent:
            say("nothing to send")
        if report.left:
            say(why_left(report))
        waiting = outcome.rows.get("batched", 0)
        if report.sent or waiting:
            say_next(hint, out_before=waiting)
    return _exit_code(outcome, as_json=as_json) or int(outcome.needs_person)


def show_exported(batches: Batches, outcome: SentOutcome, hint: str, *, as_json: bool) -> int:
    """What was written to request files; the exit code. Arguments and errors as :func:`show_sent`."""
    report = outcome.report
    if as_json:
        _raise_error(outcome)
        rows = {"rows": dict(outcome.rows)}
        say_json({"model": outcome.endpoint.model, **rows, **report_object(batches, report)})
    else:
        notes(report.notes)
        for batch in map(batches.get, report.sent):
            say(f"{batch.path}: {plural(batch.requests, 'request')} to {batch.model}")
        if report.left:
            say(why_left(report, exported=True))
        waiting = outcome.rows.get("batched", 0)
        if report.sent or waiting:
            say_next(hint, out_before=waiting)
        else:
            say("nothing to ask")
    return _exit_code(outcome, as_json=as_json) or int(outcome.needs_person)


def show_collected(
    batches: Batches, outcome: CollectedOutcome, *, hint: Callable[..., str], as_json: bool
) -> int:
    """What came of the answers taken in; the exit code.

    Args:
        hint: makes a command line to type next, of words.

    Raises:
        GeneratorError: what ended the work early.
    """
    report = outcome.report
    lines = [*report.notes, *report.recording.notes, *outcome.drafts.notes]
    if as_json:
        _raise_error(outcome)
        say_json(
            {
                **report_object(batches, report),
                "outstanding": outcome.outstanding,
                "drafts": dict(outcome.drafts.states),
                "proposals": dict(outcome.proposals.states),
                "notes": lines,
            }
        )
    else:
        notes(lines, dropped=report.recording.dropped_notes)
        _say_collected(batches, outcome, hint)
    return _exit_code(outcome, as_json=as_json) or int(outcome.needs_person)


def _raise_error(outcome: SentOutcome | CollectedOutcome) -> None:
    if outcome.error is not None:
        raise outcome.error


def _exit_code(outcome: SentOutcome | CollectedOutcome, *, as_json: bool) -> int:
    """0, or why the work did not go through; with JSON, a budget that is used up stands in the one object shown."""
    _raise_error(outcome)
    over = outcome.report.over_budget
    if over is not None and not as_json:
        raise over
    if outcome.interrupted:
        return INTERRUPTED
    return int(over is not None)


def _say_collected(batches: Batches, outcome: CollectedOutcome, hint: Callable[..., str]) -> None:
    report = outcome.report
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
        ("drafts", outcome.drafts.states),
        ("proposals", outcome.proposals.states),
    ):
        if states:
            text = ", ".join(f"{count:,} {in_words(state)}" for state, count in states.items())
            say(f"{label}: {text}")
    for number in report.sent:
        batch = batches.get(number)
        say(
            f"{batch.batch_id or batch.path}  batch {number}: {plural(batch.requests, 'request')} to {batch.model}"
        )
    if report.left and report.over_budget is not None:
        say(
            f"{plural(report.left, 'request')} had no room under --max-cost: collect --max-cost USD gives another"
        )
    elif report.left:
        wait = "waits" if report.left == 1 else "wait"
        export, collect = hint("batch", "export", "FILE"), hint("batch", "collect")
        say(f"{plural(report.left, 'job')} {wait} for another reply: {export}, {collect}, or --repair-live")
    if report.returned_to_queue:
        say(f"{plural(report.returned_to_queue, 'question')} given back: the same draft command asks again")
    if outcome.outstanding:
        say(f"outstanding batches: {outcome.outstanding:,}")


def why_left(report: BatchReport, *, exported: bool = False) -> str:
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


def report_object(batches: Batches, report: BatchReport) -> dict[str, Any]:
    answers = asdict(report.recording)
    del answers["notes"], answers["dropped_notes"]
    return {
        "batches": [batch_object(batches, batches.get(number)) for number in report.sent],
        "collected": report.collected,
        "requests": report.requests,
        "left": report.left,
        "unanswered": report.unanswered,
        "given_back": report.returned_to_queue,
        "passed_over": report.passed_over,
        "answers": answers,
        "over_budget": None if report.over_budget is None else str(report.over_budget),
        "notes": report.notes,
    }


def batch_object(batches: Batches, batch: BatchRow) -> dict[str, Any]:
    cost = batches.cost(batch.id)
    return {
        **{name: value for name, value in asdict(batch).items() if name != "claimed_by"},
        "waiting": batches.waiting(batch.id),
        "cost_usd": usd(cost),
    }


def say_batches(batches: Batches, rows: list[BatchRow]) -> None:
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
            dollars(batches.cost(row.id)),
            row.created_at[:16],
        )
        for row in rows
    ]
    table(shown, header=("batch", "id", "state", "requests", "done", "failed", "cost", "made"))


def state_of(row: BatchRow) -> str:
    if row.state == "incomplete":
        return "answers missing"
    return in_words(row.status or row.state) if row.state == "created" else row.state
