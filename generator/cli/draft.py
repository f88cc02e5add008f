"""``generator draft``: from a question list to draft files."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from generator.cli import error_object, exit_code_of
from generator.cli.common import (
    CONCURRENCY,
    CONTENT_DIR,
    DATE,
    JSON,
    LIMIT,
    MAX_COST,
    MODE,
    MODEL,
    NEAR,
    OUTPUT_DIR,
    SUBJECT,
    refresh,
    restore_drafts,
    workshop,
)
from generator.cli.draft_output import (
    estimate_object,
    result_object,
    say_plan,
    say_result,
    show_rows,
    tally,
)
from generator.cli.output import encodable, meter, note, plural, say_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from generator.errors import QuestionListError
    from generator.questions.rows import QuestionRow
    from generator.services import Endpoint, Workshop
    from generator.store.ledger.records import Realm
    from generator.store.ledger.runs import Run
    from generator.workflows.drafting.drafting import DraftingReport
    from generator.workflows.drafting.planner import PlanReport
    from generator.workflows.drafting.triage import RedoFilter, Triage

HELP = """Draft an article for each question of a list.

SOURCE is a .csv, .tsv, .txt, .json, .jsonl or .yaml file, a list or table in Markdown, or - for standard input. A line
that begins with "# " and does not end with a question mark is a comment. Run the same command again after any
interruption: it goes on where it was, and nothing is paid twice.

Example: generator draft questions.csv --limit 20 --max-cost 5.00
"""


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("draft", help=HELP)(draft)


def draft(
    context: typer.Context,
    source: str = typer.Argument(..., metavar="SOURCE", help="The question list, or - for standard input."),
    subject: str = SUBJECT,
    limit: int = LIMIT,
    concurrency: int = CONCURRENCY,
    model: str = MODEL,
    max_cost: float = MAX_COST,
    date: str = DATE,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    offline: bool = typer.Option(False, "--offline", help="Use the offline model, whatever key is set."),
    near: str = NEAR,
    redo: bool = typer.Option(False, "--redo", help="Ask again for drafts that nobody approved or edited."),
    redo_state: list[str] = typer.Option(
        (), "--redo-state", metavar="STATE", help="Redo drafts in this state only."
    ),
    redo_prompt: bool = typer.Option(False, "--redo-prompt", help="Redo drafts of an older prompt only."),
    plan: bool = typer.Option(
        False, "--plan", help="Call nothing; say what would happen and what it would cost."
    ),
    strict: bool = typer.Option(
        False, "--strict", help="Stop before the first call if a row cannot be used."
    ),
    batch: bool = typer.Option(
        False,
        "--batch",
        help="Send all requests as batches, at their price, and exit: generator batch collect.",
    ),
    mode: str = MODE,
    as_json: bool = JSON,
) -> int:
    from functools import partial

    from generator.cli.batch import submit
    from generator.cli.batch_common import at_batch_price, check_mode, needs_endpoint, take_up
    from generator.cli.next_steps import command_line

    check_choices(near, redo_state, date)
    check_mode(mode, batch)
    with workshop(context, output_dir=output_dir, content_dir=content_dir) as shop:
        endpoint = shop.endpoint(offline=offline, model=model)
        if batch:
            needs_endpoint(endpoint, "--batch")
        refresh(shop, quiet=as_json, drafting=True, offline=endpoint.realm == "offline")
        _announce(shop, endpoint, as_json)
        rows = rows_of(shop, source, subject)
        again = (
            _Redo(shop, source, endpoint.realm, redo_state, redo_prompt)
            if redo or redo_state or redo_prompt
            else None
        )
        hint = partial(command_line, context, output_dir=output_dir)
        redoing = again.filter(begin=not plan) if again else None
        with triage_of(shop, endpoint.realm, near, redoing) as triage:
            if plan:
                return _show_plan(
                    shop, at_batch_price(endpoint) if batch else endpoint, triage, rows, date, limit, as_json
                )
            with shop.run("draft", sys.argv[1:]) as run:
                started = time.monotonic()
                if batch:
                    take_up(shop, run)
                report = plan_rows(
                    shop, endpoint, triage, rows, run, date=date, limit=limit, near=near, as_json=as_json
                )
                if strict and report.counts["unreadable"]:
                    return _refuse(shop, endpoint, run, report, started, as_json=as_json)
                if batch:
                    return submit(
                        *(shop, endpoint, run, report),
                        kind="answer",
                        mode=mode,
                        max_cost=max_cost,
                        hint=hint,
                        as_json=as_json,
                    )
                code = _run(
                    shop,
                    endpoint,
                    run,
                    report,
                    started,
                    concurrency=concurrency or shop.settings.model.concurrency,
                    max_cost=max_cost,
                    hint=hint,
                    as_json=as_json,
                )
                if again and not report.limited and not shop.ledger.wanted(run.id):
                    again.end()
                return code


def _refuse(
    shop: Workshop, endpoint: Endpoint, run: Run, report: PlanReport, started: float, *, as_json: bool
) -> int:
    """End a strict run before its first call."""
    message = "--strict: nothing was asked, because rows of the list cannot be used"
    if as_json:
        result = result_object(shop, endpoint, run, report, None, time.monotonic() - started)
        say_json({**result, "error": {"kind": "unreadable-rows", "message": message}})
    else:
        note(message)
    return 1


@contextmanager
def triage_of(shop: Workshop, realm: Realm, near: str, redo: RedoFilter | None = None) -> Iterator[Triage]:
    """What judges the rows of one list."""
    from generator.workflows.drafting.triage import Triage

    triage = Triage(
        shop.ledger,
        shop.index,
        realm=realm,
        near=near,  # type: ignore[arg-type]
        similarity=shop.settings.duplicates.similarity,
        redo=redo,
    )
    try:
        yield triage
    finally:
        triage.close()


def plan_rows(
    shop: Workshop,
    endpoint: Endpoint,
    triage: Triage,
    rows: Iterator[QuestionRow | QuestionListError],
    run: Run,
    *,
    date: str | None,
    limit: int | None,
    near: str,
    as_json: bool,
) -> PlanReport:
    """Freeze what is to be asked of a list, and show what is not."""
    from generator.workflows.drafting.planner import Planner

    restore_drafts(shop)
    planner = Planner(
        shop.ledger,
        shop.index,
        triage,
        shop.job_maker(endpoint, date),
        run=run.id,
        near=near,  # type: ignore[arg-type]
        unlisted=frozenset(subject.name for subject in shop.subjects if not subject.listed),
        now=shop.now,
        preparer=shop.preparer(endpoint, date),
    )
    with meter("planning", quiet=as_json) as show:
        report = planner.plan(rows, limit=limit, progress=lambda done: show(done))
    show_rows(report)
    return report


def _run(
    shop: Workshop,
    endpoint: Endpoint,
    run: Run,
    report: PlanReport,
    started: float,
    *,
    concurrency: int,
    max_cost: float | None,
    hint: Callable[..., str],
    as_json: bool,
) -> int:
    from contextlib import AsyncExitStack

    from generator.cli.event_loop import Interruptible, run_async
    from generator.errors import GeneratorError

    total = report.to_ask
    stop = Interruptible()
    with meter("drafting", quiet=as_json) as show:

        async def work() -> DraftingReport:
            async with AsyncExitStack() as stack:
                workers = shop.worker_pool(endpoint, jobs=total, concurrency=concurrency)
                if workers is not None:
                    await stack.enter_async_context(workers)
                asker = await stack.enter_async_context(
                    shop.asker(endpoint, run, concurrency=concurrency, max_cost=max_cost, workers=workers)
                )
                drafting = shop.drafting(
                    asker,
                    on_done=lambda done: show(done.done, total, tally(done, asker.budget.spent)),
                    workers=workers,
                )
                stop.watch(drafting.pool)
                try:
                    await drafting.run(concurrency)
                except GeneratorError as error:
                    stop.error = error
                return drafting.report

        show(0, total)
        done = run_async(work(), stop) if total else None
    seconds = time.monotonic() - started
    if as_json:
        result = result_object(shop, endpoint, run, report, done, seconds)
        say_json({**result, "error": error_object(stop.error)} if stop.error else result)
    else:
        say_result(shop, endpoint, run, report, done, seconds, hint=hint)
    if stop.error is not None:
        if as_json:
            return exit_code_of(stop.error)
        raise stop.error
    if stop.interrupted:
        return 130
    unfinished = done is not None and set(done.states) - {"drafted"}
    return 1 if report.needs_person or unfinished or report.unfinished else 0


def rows_of(shop: Workshop, source: str, subject: str | None) -> Iterator[QuestionRow | QuestionListError]:
    """The rows of a file, or of standard input. Says at their end how many comments were left out."""
    from pathlib import Path

    from generator.questions.rows import Comments, read_questions

    comments = Comments()
    stdin = source == "-"
    rows = read_questions(
        sys.stdin.buffer if stdin else Path(source),
        "standard input" if stdin else encodable(source),
        default_subject=subject,
        subjects=shop.subjects,
        comments=comments,
    )

    def all_rows() -> Iterator[QuestionRow | QuestionListError]:
        yield from rows
        if comments.count:
            note(f"{plural(comments.count, 'comment')} in the list left out (lines that begin with '# ')")

    return all_rows()


class _Redo:
    """A redo of a list: the same command, run again after an interruption, goes on with it."""

    def __init__(
        self, shop: Workshop, source: str, realm: str, states: list[str], other_prompt: bool
    ) -> None:
        from generator.store.ledger.ledger import hash_of

        self._ledger = shop.ledger
        self._shop = shop
        self._states = frozenset(states)
        self._prompt = shop.prompts.hash("answer") if other_prompt else None
        self._key = hash_of(source, realm, *sorted(states), self._prompt or "")

    def filter(self, *, begin: bool) -> RedoFilter:
        """What to redo; files edited by hand are taken up first, and so left alone."""
        from generator.desk import Desk
        from generator.workflows.drafting.triage import RedoFilter

        Desk(self._shop).editing.take_up_all()
        now = self._shop.now()
        since = self._ledger.begin_redo(self._key, now=now) if begin else self._ledger.redo_begun(self._key)
        return RedoFilter(self._states, self._prompt, since)

    def end(self) -> None:
        """The redo is through."""
        self._ledger.end_redo(self._key)


def check_choices(near: str, redo_state: list[str], date: str | None) -> None:
    """Refuse values that options do not take."""
    import datetime

    from generator.content.states import DRAFT_STATES
    from generator.errors import UsageError

    if near not in ("hold", "skip", "allow"):
        raise UsageError(f"--near takes hold, skip or allow, not {near!r}")
    for state in redo_state:
        if state not in DRAFT_STATES:
            raise UsageError(f"--redo-state {state!r} is none of {', '.join(DRAFT_STATES)}")
    if date is not None:
        try:
            datetime.date.fromisoformat(date)
        except ValueError as error:
            raise UsageError(f"--date {date!r} is no date of the form YYYY-MM-DD") from error


def _announce(shop: Workshop, endpoint: Endpoint, as_json: bool) -> None:
    from generator.model.transport import endpoint_name
    from generator.workflows.drafting.material import nothing_to_quote

    if endpoint.realm == "offline":
        if not nothing_to_quote(shop.settings, shop.index):
            note(
                "offline model: drafts are put together from published articles and your sources;"
                " no key is used, nothing is paid"
            )
    elif not as_json:
        note(f"model: {endpoint.model} at {endpoint_name(endpoint.base_url)}")


def _show_plan(
    shop: Workshop,
    endpoint: Endpoint,
    triage: Triage,
    rows: Iterator[QuestionRow | QuestionListError],
    date: str | None,
    limit: int | None,
    as_json: bool,
) -> int:
    from generator.errors import ConfigError
    from generator.workflows.drafting.planner import PlanReport
    from generator.workflows.engine.estimate import estimate_answers

    settings = shop.settings.model
    report = PlanReport()
    maker = shop.job_maker(endpoint, date)
    with meter("planning", quiet=as_json) as show:
        guess = estimate_answers(
            triage.judge_all(rows),
            maker,
            shop.ledger,
            report,
            limit=limit,
            price=endpoint.price,
            repairs=settings.repairs,
            longer_cap=settings.longer_cap,
            most_tokens=shop.most_tokens(endpoint),
            progress=lambda done: show(done),
        )
    lacking = maker.nothing_to_quote if report.counts["new"] or report.counts["redo"] else None
    error = ConfigError(lacking) if lacking else None
    if as_json:
        result = {
            "model": endpoint.model,
            "rows": dict(report.counts),
            "estimate": estimate_object(guess),
            "notes": report.notes,
        }
        say_json({**result, "error": error_object(error)} if error else result)
        return exit_code_of(error) if error else int(report.needs_person)
    show_rows(report)
    say_plan(endpoint, report, guess)
    if error:
        raise error
    return int(report.needs_person)
