"""Shows batches, and the outcomes of sending, exporting and collecting them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from generator.cli.terminal.exit_codes import INTERRUPTED
from generator.cli.terminal.output import notes, say, say_json, table
from generator.cli.terminal.spend_output import usd
from generator.content.display import dollars, in_words, plural

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.store.ledger.batches.batches import Batches
    from generator.store.ledger.batches.rows import BatchRow
    from generator.workflows.batch.report import BatchReport
    from generator.workflows.batch.requests import CollectedOutcome, SentOutcome


def show_sent(batches: Batches, outcome: SentOutcome, next_command: str, *, as_json: bool) -> int:
    """Show what was sent as batches. Returns the exit code.

    Args:
        next_command: the command line that collects the answers.

    Raises:
        GeneratorError: the error that ended the sending early.
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
        sent_before = outcome.rows.get("batched", 0)
        if report.sent or sent_before:
            say_next(next_command, sent_before=sent_before)
    return _exit_code(outcome, as_json=as_json) or int(outcome.needs_person)


def show_exported(batches: Batches, outcome: SentOutcome, next_command: str, *, as_json: bool) -> int:
    """Show what was written to request files. Result, arguments and errors as :func:`show_sent`."""
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
        sent_before = outcome.rows.get("batched", 0)
        if report.sent or sent_before:
            say_next(next_command, sent_before=sent_before)
        else:
            say("nothing to ask")
    return _exit_code(outcome, as_json=as_json) or int(outcome.needs_person)


def show_collected(
    batches: Batches, outcome: CollectedOutcome, *, next_command: Callable[..., str], as_json: bool
) -> int:
    """Show the results of the collected answers. Returns the exit code.

    Args:
        next_command: makes a command line from the words of a command.

    Raises:
        GeneratorError: the error that ended the work early.
    """
    report = outcome.report
    lines = [
        *report.notes,
        *report.recording.notes,
        *outcome.drafts.notes,
        *outcome.claims.notes,
        *outcome.judge.notes,
        *outcome.pairs.notes,
    ]
    if as_json:
        _raise_error(outcome)
        say_json(
            {
                **report_object(batches, report),
                "outstanding": outcome.outstanding,
                "drafts": dict(outcome.drafts.states),
                "proposals": dict(outcome.proposals.states),
                **({"claims": dict(outcome.claims.verdicts)} if outcome.claims.pages else {}),
                **({"judged": outcome.judge.judged} if outcome.judge.judged else {}),
                **({"near_questions": _pairs_object(outcome)} if outcome.pairs.questions else {}),
                "notes": lines,
            }
        )
    else:
        notes(lines, dropped=report.recording.dropped_notes)
        _say_collected(batches, outcome, next_command)
    return _exit_code(outcome, as_json=as_json) or int(outcome.needs_person)


def _pairs_object(outcome: CollectedOutcome) -> dict[str, int]:
    return {"compared": outcome.pairs.questions, "same_page": outcome.pairs.same}


def _raise_error(outcome: SentOutcome | CollectedOutcome) -> None:
    if outcome.error is not None:
        raise outcome.error


def _exit_code(outcome: SentOutcome | CollectedOutcome, *, as_json: bool) -> int:
    """0, or the exit code of the error that ended the work early.

    Raises:
        GeneratorError: the error that ended it; an exhausted budget only without JSON, whose object reports it.
    """
    _raise_error(outcome)
    over_budget = outcome.report.over_budget
    if over_budget is not None and not as_json:
        raise over_budget
    if outcome.interrupted:
        return INTERRUPTED
    return int(over_budget is not None)


def _say_collected(batches: Batches, outcome: CollectedOutcome, next_command: Callable[..., str]) -> None:
    report = outcome.report
    read = report.recording
    labels = {
        "answered": "answers",
        "failed": "requests failed",
        "known": "answers recorded before",
        "duplicate": "duplicates",
        "unneeded": "answers that were not needed any more",
        "unknown": "for no request of this ledger",
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
        ("claims", outcome.claims.verdicts),
    ):
        if states:
            text = ", ".join(f"{count:,} {in_words(state)}" for state, count in states.items())
            say(f"{label}: {text}")
    if outcome.judge.judged:
        say(f"judged: {plural(outcome.judge.judged, 'page')}")
    if outcome.pairs.questions:
        say(
            f"near questions: {outcome.pairs.questions:,} compared, one page would serve both in"
            f" {plural(outcome.pairs.same, 'case')}; run the draft command of their list again"
        )
    for number in report.sent:
        batch = batches.get(number)
        say(
            f"{batch.batch_id or batch.path}  batch {number}: {plural(batch.requests, 'request')} to {batch.model}"
        )
    if report.left and report.over_budget is not None:
        say(
            f"{plural(report.left, 'request')} not sent: no room under --max-cost;"
            " batch collect --max-cost USD sets another cap"
        )
    elif report.left:
        verb = "needs" if report.left == 1 else "need"
        export, collect = next_command("batch", "export", "FILE"), next_command("batch", "collect")
        say(f"{plural(report.left, 'job')} {verb} another reply: {export}, {collect}, or --repair-live")
    if report.returned_to_queue:
        say(
            f"{plural(report.returned_to_queue, 'question')} returned to the queue:"
            " run the same draft command to ask them again"
        )
    if outcome.outstanding:
        say(f"outstanding batches: {outcome.outstanding:,}")


def why_left(report: BatchReport, *, exported: bool = False) -> str:
    """Why some of the planned requests are not sent, or in no file, and what to do."""
    left = plural(report.left, "request")
    if report.over_budget is not None:
        return (
            f"{left} not sent: no room under --max-cost; batch collect sends them when there is room,"
            " and the same command with a higher --max-cost sends them now"
        )
    if exported:
        return f"{left} not written; run the same command with another REQUESTS file to write them"
    return f"{left} not sent; run the same command again to send them"


def say_next(command: str, *, sent_before: int) -> None:
    """Show the next command, and how many questions of the list were sent or exported before."""
    also = f" (also for {plural(sent_before, 'question')} of the list sent before)" if sent_before else ""
    say(f"Next: {command}{also}")


def report_object(batches: Batches, report: BatchReport) -> dict[str, Any]:
    """A report as a JSON object."""
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
    """A batch as a JSON object, with its open requests and its cost in US dollars."""
    cost = batches.cost(batch.id)
    return {
        **{name: value for name, value in asdict(batch).items() if name != "claimed_by"},
        "waiting": batches.count_unanswered(batch.id),
        "cost_usd": usd(cost),
    }


def say_batches(batches: Batches, rows: list[BatchRow]) -> None:
    """Show batches as a table."""
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
    table(shown, header=("batch", "id", "state", "requests", "done", "failed", "cost", "created"))


def state_of(row: BatchRow) -> str:
    """The state of a batch in words: at the provider, the provider's status."""
    if row.state == "incomplete":
        return "answers missing"
    return in_words(row.status or row.state) if row.state == "created" else row.state
