"""``generator seo propose``: new descriptions and keywords for published articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import typer

from generator.cli import error_object, exit_code_of, seo_proposals
from generator.cli.common import (
    CONCURRENCY,
    CONTENT_DIR,
    JSON,
    MAX_COST,
    MODE,
    MODEL,
    OUTPUT_DIR,
    refresh,
    workshop,
)
from generator.cli.draft_output import estimate_object, say_tokens, spend_line, spend_object
from generator.cli.output import dollars, meter, note, notes, plural, say, say_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.content.seo import SeoField
    from generator.errors import GeneratorError
    from generator.services import Endpoint, Workshop
    from generator.store.ledger.runs import Run
    from generator.workflows.engine.estimate import Estimate
    from generator.workflows.seo.planner import SeoPlan, SeoPlanner
    from generator.workflows.seo.proposer import ProposingReport
    from generator.workflows.seo.selection import Selector

FieldChoice = Literal["description", "keywords", "both"]

HELP = """Propose new descriptions and keywords for articles whose present ones have a finding.

PATH is an article file, a subject's folder, an address, or a slug; without any, the whole site is looked at. Nothing
is written into the articles: generator seo list and diff show the proposals, generator seo apply puts them in. Run
the same command again after any interruption: it goes on where it was, and nothing is paid twice.

Example: generator seo propose --rule description-too-long --limit 500 --max-cost 1.00
"""


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    seo = typer.Typer(
        help="Rewrite what searchers see of published articles: propose, review, apply.",
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    seo.command("propose", help=HELP)(propose)
    seo_proposals.add_to(seo)
    app.add_typer(seo, name="seo")


def propose(
    context: typer.Context,
    paths: list[str] = typer.Argument(None, metavar="[PATH]...", help="Articles to look at; all by default."),
    every: bool = typer.Option(False, "--all", help="Also articles whose fields have no finding."),
    rule: str = typer.Option(None, "--rule", metavar="CODE", help="Only what this rule finds."),
    subject: str = typer.Option(None, "--subject", metavar="NAME", help="Only articles of this subject."),
    limit: int = typer.Option(None, "--limit", min=1, metavar="N", help="Ask about at most N articles."),
    field: str = typer.Option(
        "both", "--field", metavar="description|keywords|both", help="Which fields to rewrite."
    ),
    listed: str = typer.Option(
        None,
        "--from",
        metavar="FILE|-",
        help="A list of paths or addresses, one a line, worked off in its order.",
    ),
    include_no_index: bool = typer.Option(
        False, "--include-noindex", help="Also pages that are never indexed."
    ),
    concurrency: int = CONCURRENCY,
    model: str = MODEL,
    max_cost: float = MAX_COST,
    offline: bool = typer.Option(False, "--offline", help="Use the offline model, whatever key is set."),
    redo: bool = typer.Option(
        False, "--redo", help="Ask again for what has a proposal that nobody approved."
    ),
    plan: bool = typer.Option(
        False, "--plan", help="Call nothing; say what would happen and what it would cost."
    ),
    batch: bool = typer.Option(
        False,
        "--batch",
        help="Send all requests as batches, at their price, and exit: generator batch collect.",
    ),
    mode: str = MODE,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    from functools import partial

    from generator.cli.batch import submit
    from generator.cli.batch_common import at_batch_price, check_mode, needs_endpoint, take_up
    from generator.cli.next_steps import command_line
    from generator.workflows.seo.planner import SeoPlanner
    from generator.workflows.seo.selection import Selector

    check_mode(mode, batch)
    with workshop(context, output_dir=output_dir, content_dir=content_dir) as shop:
        wish = _wish(
            shop,
            fields=_fields(field),
            every=every,
            rule=rule,
            subject=subject,
            paths=paths or [],
            listed=listed,
            include_no_index=include_no_index,
        )
        endpoint = shop.endpoint(offline=offline, model=model)
        if batch:
            needs_endpoint(endpoint, "--batch")
        _needs_articles(shop)
        _announce(endpoint, as_json)
        selector = Selector(shop.settings.content_dir, shop.index, shop.settings.limits, wish)
        planner = SeoPlanner(shop.ledger, shop.proposals, shop.seo_jobs(endpoint), redo=redo, now=shop.now)
        if plan:
            return _show_plan(
                shop, at_batch_price(endpoint) if batch else endpoint, planner, selector, limit, as_json
            )
        with shop.run("seo propose", paths or []) as run:
            if batch:
                take_up(shop, run)
            with meter("planning", quiet=as_json) as show:
                report = planner.plan(selector, run=run.id, limit=limit, progress=lambda done: show(done))
            notes(report.notes)
            if batch:
                return submit(
                    *(shop, endpoint, run, report),
                    kind="seo",
                    mode=mode,
                    max_cost=max_cost,
                    hint=partial(command_line, context, output_dir=output_dir),
                    as_json=as_json,
                )
            return _run(
                shop,
                endpoint,
                run,
                report,
                concurrency=concurrency or shop.settings.model.concurrency,
                max_cost=max_cost,
                as_json=as_json,
            )


def _needs_articles(shop: Workshop) -> None:
    """Bring the index up to date. Raises UsageError where there is no published article to describe."""
    from generator.errors import UsageError

    folder = shop.settings.content_dir
    if not folder.is_dir():
        raise UsageError(f"nothing to describe: there is no content folder {folder}")
    if not refresh(shop, quiet=True).unreadable and not shop.index.count():
        raise UsageError(f"nothing to describe: there is no <subject>/<article>.md in {folder}")


def _wish(
    shop: Workshop,
    *,
    fields: tuple[SeoField, ...],
    every: bool,
    rule: str | None,
    subject: str | None,
    paths: list[str],
    listed: str | None,
    include_no_index: bool,
) -> Any:
    from generator.content.seo import seo_rules
    from generator.content.slugs import subject_slug
    from generator.errors import UsageError
    from generator.workflows.seo.selection import Wish

    if rule is not None and rule not in seo_rules():
        raise UsageError(f"--rule {rule!r} is none of {', '.join(seo_rules())}")
    if rule is not None and every:
        raise UsageError("--rule and --all exclude each other")
    if listed is not None and paths:
        raise UsageError("--from and PATH exclude each other")
    folder = subject_slug(subject) if subject is not None else None
    if folder is not None and not (shop.settings.content_dir / folder).is_dir():
        near = shop.subjects.nearest(subject or "")
        hint = f"; did you mean {near.name!r}?" if near else ""
        raise UsageError(f"--subject {subject!r}: there is no folder {folder}{hint}")
    return Wish(
        fields=fields,
        every=every,
        rule=rule,
        folder=folder,
        include_no_index=include_no_index,
        targets=_lines(listed) if listed is not None else (paths or None),
        subjects=shop.subjects,
    )


def _fields(choice: str) -> tuple[SeoField, ...]:
    from generator.content.seo import FIELDS
    from generator.errors import UsageError

    if choice not in get_args(FieldChoice):
        raise UsageError(f"--field takes description, keywords or both, not {choice!r}")
    return FIELDS if choice == "both" else tuple(name for name in FIELDS if name.endswith(choice))


def _lines(source: str) -> Iterator[str]:
    """The entries of a list: the first column where there are several, without comments and blank lines."""
    import sys
    from pathlib import Path

    from generator.errors import UsageError

    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--from {source}: {error}") from error
    for line in text.splitlines():
        entry = line.split("\t")[0].split(",")[0].strip().strip('"')
        if entry and not entry.startswith("#"):
            yield entry


def _announce(endpoint: Endpoint, as_json: bool) -> None:
    if endpoint.realm == "offline":
        note(
            "offline model: descriptions are sentences of the answers themselves; no key is used, nothing is paid"
        )
    elif not as_json:
        from generator.model.transport import endpoint_name

        note(f"model: {endpoint.model} at {endpoint_name(endpoint.base_url)}")


def _run(
    shop: Workshop,
    endpoint: Endpoint,
    run: Run,
    plan: SeoPlan,
    *,
    concurrency: int,
    max_cost: float | None,
    as_json: bool,
) -> int:
    import time

    from generator.cli.event_loop import Interruptible, run_async
    from generator.errors import GeneratorError

    total = plan.to_ask
    started = time.monotonic()
    stop = Interruptible()
    with meter("proposing", quiet=as_json) as show:

        async def work() -> ProposingReport:
            async with shop.asker(endpoint, run, concurrency=concurrency, max_cost=max_cost) as asker:
                proposing = shop.proposing(
                    asker,
                    on_done=lambda done: show(done.articles, total, _tally(done, asker.budget.spent)),
                )
                stop.watch(proposing.pool)
                try:
                    await proposing.run(concurrency)
                except GeneratorError as error:
                    stop.error = error
                return proposing.report

        show(0, total)
        done = run_async(work(), stop) if total else None
    seconds = time.monotonic() - started
    _show_result(shop, endpoint, run, plan, done, seconds, error=stop.error, as_json=as_json)
    if stop.error is not None:
        if as_json:
            return exit_code_of(stop.error)
        raise stop.error
    if stop.interrupted:
        return 130
    needs_person = plan.counts["missing"] or plan.skipped["cannot be read"]
    unfinished = done is not None and (done.failed or done.states["needs_fix"])
    return 1 if needs_person or unfinished else 0


def _tally(done: ProposingReport, spent: int) -> str:
    text = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in sorted(done.states.items()))
    return f"{text}  {dollars(spent)}" if spent else text


def _show_plan(
    shop: Workshop,
    endpoint: Endpoint,
    planner: SeoPlanner,
    selector: Selector,
    limit: int | None,
    as_json: bool,
) -> int:
    with meter("planning", quiet=as_json) as show:
        report, guess = planner.estimate(
            selector,
            limit=limit,
            price=endpoint.price,
            seen=shop.ledger.calls.tokens_seen(endpoint.model, "seo"),
            repairs=shop.settings.model.repairs,
            longer_cap=shop.settings.model.longer_cap,
            most_tokens=shop.most_tokens(endpoint),
            progress=lambda done: show(done),
        )
    if as_json:
        say_json(
            {
                "model": endpoint.model,
                "articles": dict(report.counts),
                "fields": dict(report.fields),
                "skipped": dict(report.skipped),
                "estimate": _estimate(guess),
                "notes": report.notes,
            }
        )
        return 0
    notes(report.notes)
    _say_counts(report)
    _say_estimate(endpoint, guess)
    return 0


def _say_counts(report: SeoPlan) -> None:
    labels = {
        "new": "to be rewritten",
        "resume": "planned before, not finished",
        "redo": "to be asked again",
        "proposed": "with a proposal already",
        "settled": "decided on already",
        "busy": "being asked by another run",
        "fine": "without a finding",
        "skipped": "skipped",
        "missing": "not found",
    }
    for outcome, label in labels.items():
        count = report.counts[outcome]  # type: ignore[index]
        if count or outcome in ("new", "fine"):
            say(f"{count:>8,}  {label}")
    for reason, count in report.skipped.most_common():
        say(f"          {count:,}: {reason}")
    for name, count in report.fields.items():
        say(f"          {count:,} {name.removeprefix('page_')}")


def _say_estimate(endpoint: Endpoint, guess: Estimate) -> None:
    say_tokens(endpoint, guess)
    if not guess.calls:
        return
    thousand = 1000 / guess.calls
    say(
        f"a thousand articles: about {guess.prompt_tokens * thousand:,.0f} tokens in,"
        f" {guess.completion_tokens * thousand:,.0f} out"
    )
    if endpoint.realm == "model":
        each = None if guess.typical is None else round(guess.typical * thousand)
        most = None if guess.most is None else round(guess.most * thousand)
        say(f"        cost about {dollars(each)}, at most about {dollars(most)} without retries")
        say(f"cost:   about {dollars(guess.typical)}, at most about {dollars(guess.most)} without retries")


def _estimate(guess: Estimate) -> dict[str, Any]:
    values = estimate_object(guess)
    values["typical_usd_per_thousand"] = _per_thousand(guess.typical, guess.calls)
    values["most_without_retries"]["usd_per_thousand"] = _per_thousand(guess.most, guess.calls)
    return values


def _per_thousand(nano: int | None, calls: int) -> float | None:
    return None if nano is None or not calls else nano / 1e9 / calls * 1000


def _show_result(
    shop: Workshop,
    endpoint: Endpoint,
    run: Run,
    plan: SeoPlan,
    done: ProposingReport | None,
    seconds: float,
    *,
    error: GeneratorError | None,
    as_json: bool,
) -> None:
    spend = shop.ledger.calls.spend(run=run.id, realm=endpoint.realm)
    states = dict(done.states) if done else {}
    left = shop.ledger.jobs.wanted(run.id)
    if as_json:
        say_json(
            {
                "model": endpoint.model,
                "articles": dict(plan.counts),
                "skipped": dict(plan.skipped),
                "states": states,
                "failed": done.failed if done else 0,
                "left": left,
                "seconds": round(seconds, 3),
                "spend": spend_object(spend),
                "notes": plan.notes,
                **({"error": error_object(error)} if error else {}),
            }
        )
        return
    parts = [f"{count:,} {state.replace('_', ' ')}" for state, count in sorted(states.items())]
    if done and done.failed:
        parts.append(f"{plural(done.failed, 'article')} failed")
    say(f"{', '.join(parts) or 'nothing to do'} ({seconds:.1f} s)")
    rest = {
        "proposed": "with a proposal already",
        "settled": "decided on already",
        "fine": "without a finding",
    }
    for outcome, label in rest.items():
        if plan.counts[outcome]:  # type: ignore[index]
            say(f"{plan.counts[outcome]:,} {label}")  # type: ignore[index]
    for reason, count in plan.skipped.most_common():
        say(f"{count:,} skipped: {reason}")
    if endpoint.realm == "model" and spend.calls:
        say(spend_line(spend))
    if left:
        say(f"{plural(left, 'article')} left: run the same command again to go on.")
    if states:
        say("Next: generator seo diff, then generator seo apply --clean")
        if endpoint.realm == "offline" and not shop.settings.publish.allow_offline:
            say(
                "Texts of the offline model are applied only with publish.allow_offline: true in config.yaml."
            )
