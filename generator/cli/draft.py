"""``generator draft``: from a question list to draft files."""

from __future__ import annotations

import sys
import time
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
    from generator.questions.rows import Question
    from generator.services import Endpoint, Workshop
    from generator.store.ledger.records import Realm
    from generator.store.ledger.runs import Run
    from generator.workflows.drafting.drafting import DraftingReport
    from generator.workflows.drafting.planner import Planner, PlanReport
    from generator.workflows.drafting.redo import Redo, RedoFilter

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
            _redo_of(shop, source, endpoint.realm, redo_state, redo_prompt)
            if redo or redo_state or redo_prompt
            else None
        )
        hint = partial(command_line, context, output_dir=output_dir)
        redoing = None if again is None else again.preview() if plan else again.begin(now=shop.now())
        planner = planner_of(shop, endpoint, date=date, near=near, redo=redoing)
        if plan:
            return _show_plan(
                shop, at_batch_price(endpoint) if batch else endpoint, planner, rows, limit, as_json
            )
        with shop.run("draft", sys.argv[1:]) as run:
            started = time.monotonic()
            if batch:
                take_up(shop, run)
            report = plan_rows(shop, planner, rows, run, limit=limit, as_json=as_json)
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


def planner_of(
    shop: Workshop, endpoint: Endpoint, *, date: str | None, near: str, redo: RedoFilter | None = None
) -> Planner:
    """What plans lists for ``endpoint``; ``date`` is that of the articles, today's by default."""
    from generator.services import today
    from generator.workflows.drafting.planner import Planner

    return Planner(
        settings=shop.settings,
        ledger=shop.ledger,
        index=shop.index,
        prompts=shop.prompts,
        subjects=shop.subjects,
        realm=endpoint.realm,
        model=endpoint.model,
        date=date or today().isoformat(),
        near=near,  # type: ignore[arg-type]
        redo=redo,
        now=shop.now,
    )


def plan_rows(
    shop: Workshop,
    planner: Planner,
    rows: Iterator[Question | QuestionListError],
    run: Run,
    *,
    limit: int | None,
    as_json: bool,
) -> PlanReport:
    """Freeze what is to be asked of a list, and show what is not."""
    restore_drafts(shop)
    with meter("planning", quiet=as_json) as show:
        report = planner.plan(rows, run=run.id, limit=limit, progress=lambda done: show(done))
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
                crew = shop.crew(endpoint, jobs=total, concurrency=concurrency)
                if crew is not None:
                    await stack.enter_async_context(crew)
                asker = await stack.enter_async_context(
                    shop.asker(endpoint, run, concurrency=concurrency, max_cost=max_cost, crew=crew)
                )
                drafting = shop.drafting(
                    asker,
                    on_done=lambda done: show(done.done, total, tally(done, asker.budget.spent)),
                    crew=crew,
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


def rows_of(shop: Workshop, source: str, subject: str | None) -> Iterator[Question | QuestionListError]:
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

    def all_rows() -> Iterator[Question | QuestionListError]:
        yield from rows
        if comments.count:
            note(f"{plural(comments.count, 'comment')} in the list left out (lines that begin with '# ')")

    return all_rows()


def _redo_of(shop: Workshop, source: str, realm: Realm, states: list[str], other_prompt: bool) -> Redo:
    """A redo of a list; files edited by hand are taken up first, and so left alone."""
    from generator.desk import Desk
    from generator.workflows.drafting.job_maker import PROMPT
    from generator.workflows.drafting.redo import Redo

    Desk(shop).editing.take_up_all()
    other_prompt_than = shop.prompts.hash(PROMPT) if other_prompt else None
    return Redo(shop.ledger, source, realm=realm, states=states, other_prompt_than=other_prompt_than)


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
    from generator.workflows.drafting.job_maker import nothing_to_quote

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
    planner: Planner,
    rows: Iterator[Question | QuestionListError],
    limit: int | None,
    as_json: bool,
) -> int:
    with meter("planning", quiet=as_json) as show:
        preview = planner.preview(
            rows,
            price=endpoint.price,
            limit=limit,
            most_tokens=shop.most_tokens(endpoint),
            progress=lambda done: show(done),
        )
    report, error = preview.report, preview.error
    if as_json:
        result = {
            "model": endpoint.model,
            "rows": dict(report.counts),
            "estimate": estimate_object(preview.estimate),
            "notes": report.notes,
        }
        say_json({**result, "error": error_object(error)} if error else result)
        return exit_code_of(error) if error else int(report.needs_person)
    show_rows(report)
    say_plan(endpoint, report, preview.estimate)
    if error:
        raise error
    return int(report.needs_person)
