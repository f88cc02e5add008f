"""``generator status``, ``why``, ``backup`` and ``verify``: what the ledger knows."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import typer

from generator.cli.options import JSON, OUTPUT_DIR, open_services
from generator.cli.output import encodable, note, notes, say, say_json, say_line, table
from generator.content.display import dollars, plural

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generator.services import Services
    from generator.store.ledger.drafts import DraftRow


def status(context: typer.Context, output_dir: str = OUTPUT_DIR, as_json: bool = JSON) -> int:
    """Count drafts by state, sum up what was spent, and group the failures by cause.

    Example: generator status --json
    """
    from generator.cli.draft_output import spend_line, spend_object
    from generator.content.states import DRAFT_STATES

    with open_services(context, output_dir=output_dir) as services:
        if not services.has_ledger:
            if as_json:
                say_json({"states": {}, "spend": None, "failures": [], "reasons": []})
            else:
                say("nothing drafted yet: generator draft QUESTIONS")
            return 0
        counts = services.drafts.counts()
        spend, offline = services.ledger.calls.spend(), services.ledger.calls.spend(realm="offline")
        failures = services.ledger.calls.failures()
        reasons = services.drafts.reasons(("needs_fix", "refused", "failed", "near_duplicate"))
        _note_incomplete(services)
        waiting = services.ledger.jobs.count_open()
        if as_json:
            say_json(
                {
                    "states": counts,
                    "waiting": waiting,
                    "offline_drafts": services.drafts.offline_count(),
                    "spend": spend_object(spend),
                    "failures": [
                        {"cause": cause, "calls": calls, "questions": jobs} for cause, calls, jobs in failures
                    ],
                    "reasons": [{"state": state, "reason": why, "drafts": n} for state, why, n in reasons],
                }
            )
            return 0
        table([(state.replace("_", " "), f"{counts[state]:,}") for state in DRAFT_STATES if state in counts])
        for state, count in waiting.items():
            say(f"{plural(count, 'question')} {state}")
        if services.drafts.offline_count():
            say(f"{plural(services.drafts.offline_count(), 'draft')} by the offline model")
        say()
        if spend.calls:
            say(spend_line(spend))
            if spend.open_calls:
                say(f"{plural(spend.open_calls, 'call')} without an answer, counted at the reservation")
        elif offline.calls:
            say(f"{plural(offline.calls, 'call')} to the offline model, nothing spent")
        if failures:
            say("\nfailed calls by cause")
            table(
                [(cause, f"{calls:,}", f"in {plural(jobs, 'question')}") for cause, calls, jobs in failures]
            )
        if reasons:
            say("\nquestions that need a person")
            table(
                [
                    (state.replace("_", " "), f"{count:,}", reason[:90])
                    for state, reason, count in reasons[:20]
                ]
            )
        return 0


def _note_incomplete(services: Services) -> None:
    """Say which batches lack answers that may be paid."""
    incomplete = services.batches.all(("incomplete",))
    if incomplete:
        from generator.workflows.batch.downloader import answers_missing

        notes([answers_missing(batch, services.batches.waiting(batch.id)) for batch in incomplete])


def why(
    context: typer.Context,
    name: str = typer.Argument(..., metavar="SLUG", help="subject/slug, a slug, or the question itself."),
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Show everything known of one draft: question, prompt, model, attempts, cost, passages, decisions.

    Example: generator why psychology/what-is-operant-conditioning
    """
    with open_services(context, output_dir=output_dir) as services:
        rows = find_drafts(services, name)
        found = [_history(services, row) for row in rows]
        if as_json:
            say_json(found[0] if len(found) == 1 else found)
        else:
            for item in found:
                _say_history(item)
        return 0


def find_drafts(services: Services, name: str) -> list[DraftRow]:
    """The drafts that a person names.

    Raises:
        UsageError: there is none.
    """
    from generator.errors import UsageError

    if not services.has_ledger:
        raise UsageError("nothing drafted yet: generator draft QUESTIONS")
    name = encodable(name)
    rows = services.drafts.named(name.removesuffix(".md").strip("/")) or services.drafts.of_question(name)
    if not rows:
        raise UsageError(f"no draft is named {name!r}; generator list shows them")
    return rows


def backup(
    context: typer.Context,
    file: str = typer.Argument(..., metavar="FILE", help="Where the copy goes; must not exist yet."),
    output_dir: str = OUTPUT_DIR,
) -> int:
    """Copy the ledger, consistently, also while a run goes on.

    Example: generator backup ledger-copy.sqlite3
    """
    from pathlib import Path

    from generator.errors import UsageError

    target = Path(file)
    if target.exists():
        raise UsageError(f"{file} exists already")
    if not target.parent.is_dir():
        raise UsageError(f"{file}: there is no folder {target.parent}")
    with open_services(context, output_dir=output_dir) as services:
        if not services.has_ledger:
            raise UsageError("there is no ledger yet")
        _copy(services, target)
        say(f"{target}: {target.stat().st_size:,} bytes")
        return 0


def _copy(services: Services, target: Path) -> None:
    """Copy a sound ledger to a file that appears when it is whole.

    Raises:
        StorageError: it is damaged, or cannot be copied there; nothing is left of the attempt.
    """
    from generator.errors import StorageError

    for problem in _problems(services):
        raise StorageError(
            str(services.database.path),
            f"no copy was made, for the ledger is damaged ({problem}); generator verify lists what is wrong",
        )
    partial = target.with_name(target.name + ".part")
    try:
        services.database.copy_to(partial)
        partial.replace(target)
    except (StorageError, OSError) as error:
        with suppress(OSError):
            partial.unlink()
        reason = error.reason if isinstance(error, StorageError) else error.strerror or str(error)
        raise StorageError(str(target), f"the ledger cannot be copied there: {reason}") from error


def verify(context: typer.Context, output_dir: str = OUTPUT_DIR, as_json: bool = JSON) -> int:
    """Check the ledger: SQLite's own integrity check, and every stored hash derived again.

    Exit 1 if something is wrong, 2 if the ledger cannot be opened at all. Nothing is changed.

    Example: generator verify
    """
    from generator.store.ledger.file import RESTORE

    with open_services(context, output_dir=output_dir) as services:
        problems = list(_problems(services)) if services.has_ledger else []
        for problem in () if as_json else problems:
            say_line(problem)
        if as_json:
            say_json({"sound": not problems, "problems": problems})
        elif problems:
            note(f"{plural(len(problems), 'problem')}: {RESTORE}")
        else:
            note("the ledger is sound" if services.has_ledger else "there is no ledger yet")
        return 1 if problems else 0


def _problems(services: Services) -> Iterator[str]:
    """What is wrong with the ledger, also where damage ends a check."""
    from generator.errors import StorageError

    for check in (services.database.problems, services.ledger.verify):
        try:
            yield from check()
        except StorageError as error:
            yield str(error.__cause__ or error.reason)


def _history(services: Services, row: DraftRow) -> dict[str, Any]:
    from dataclasses import asdict

    from generator.store.ledger.draft_jobs import jobs_of

    job = services.ledger.jobs.get(row.job)
    calls = [
        {**{name: value for name, value in call.items() if name != "reply"}, "cost_usd": _usd(call)}
        for number in jobs_of(services.database, row)
        for call in services.ledger.calls.of_job(number)
    ]
    costs = [call["cost_usd"] for call in calls]
    return {
        "key": row.key,
        "question": row.question,
        "subject": row.subject,
        "state": row.state,
        "reason": row.reason,
        "file": row.path,
        "edited": row.edited,
        "offline": row.offline,
        "article_id": job.article_id,
        "date": job.date,
        "list": job.context.get("origin"),
        "prompt_hash": job.prompt_hash,
        "model_asked": job.request["model"],
        "model_answered": row.model,
        "mode": row.mode,
        "calls": calls,
        "cost_usd": None if None in costs else sum(costs),
        "versions": [asdict(version) for version in services.drafts.versions(row.id)],
        "passages": job.context.get("passages", []),
        "related": job.context.get("related", []),
        "decisions": [asdict(decision) for decision in services.drafts.decisions(row.id)],
    }


def _usd(call: dict[str, Any]) -> float | None:
    cost = call["cost"] if call["cost"] is not None or call["outcome"] else call["reserved"]
    return None if cost is None else cost / 1e9


def _say_history(item: dict[str, Any]) -> None:
    say_line(item["question"])
    say_line(
        f"  {item['key'] or 'no address yet'}  {item['state'].replace('_', ' ')}" + _because(item["reason"])
    )
    if item["file"]:
        say_line(f"  file     {item['file']}" + ("  (edited)" if item["edited"] else ""))
    say_line(f"  list     {item['list']}   article {item['article_id']}, {item['date']}")
    say_line(f"  prompt   {item['prompt_hash'][:12]}")
    answered = item["model_answered"] or "nobody"
    say_line(f"  model    asked {item['model_asked']}, answered by {answered} ({item['mode'] or 'no reply'})")
    cost = None if item["cost_usd"] is None else round(item["cost_usd"] * 1e9)
    say_line(f"  cost     {dollars(cost)} in {plural(len(item['calls']), 'call')}")
    for call in item["calls"]:
        tokens = (
            f"{call['prompt_tokens']:,} in, {call['completion_tokens']:,} out"
            if call["prompt_tokens"]
            else ""
        )
        outcome = call["outcome"] or "no answer: counted at its reservation"
        parts = (
            call["sent_at"],
            call["purpose"],
            f"try {call['attempt']}",
            outcome,
            tokens,
            call["request_id"],
        )
        say_line("    " + "  ".join(str(part) for part in parts if part))
    for version in item["versions"]:
        say_line(
            f"  version {version['n']}  {version['origin']}  {version['sha'][:12]}  {version['created_at']}"
        )
        for finding in version["findings"]:
            say_line(
                f"    {finding['severity']:7}  {finding['field']}: {finding['message']}  [{finding['code']}]"
            )
    if item["passages"]:
        say_line("  passages")
        for passage in item["passages"]:
            say_line(f"    {passage['id']:4} {passage['kind']:8} {passage['key']}  {passage['title'][:70]}")
    for decision in item["decisions"]:
        say_line(
            f"  {decision['at']}  {decision['before']} -> {decision['decision']}  by {decision['who']}"
            f"  {(decision['sha'] or '')[:12]}" + _because(decision["note"])
        )
    say()


def _because(reason: str | None) -> str:
    return f": {reason}" if reason else ""
