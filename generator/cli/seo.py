"""``generator seo propose``: new descriptions and keywords for published articles."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args

import typer

from generator.cli.batch_output import show_sent
from generator.cli.draft_output import estimate_object, say_tokens, spend_line, spend_object
from generator.cli.exit_codes import INTERRUPTED, error_object, exit_code_of
from generator.cli.next_steps import command_line
from generator.cli.options import (
    CONCURRENCY,
    CONTENT_DIR,
    JSON,
    MAX_COST,
    MODE,
    MODEL,
    OUTPUT_DIR,
    check_mode,
    open_services,
)
from generator.cli.output import TerminalProgress, notes, say, say_json
from generator.config import Settings
from generator.content.display import dollars, plural
from generator.content.seo import FIELDS, SeoField
from generator.errors import UsageError
from generator.services import Endpoint
from generator.workflows.batch.send import plan_proposals_by_batch, send_proposals
from generator.workflows.engine.estimate import Estimate
from generator.workflows.seo.planner import SeoPlan
from generator.workflows.seo.propose import plan_proposed, propose_fields
from generator.workflows.seo.requests import ProposedOutcome, ProposeRequest, SeoPlanOutcome

FieldChoice = Literal["description", "keywords", "both"]


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
    """Propose new descriptions and keywords for articles whose present ones have a finding.

    PATH is an article file, a subject's folder, an address, or a slug; without any, the whole site is looked at. Nothing
    is written into the articles: generator seo list and diff show the proposals, generator seo apply puts them in. Run
    the same command again after any interruption: it goes on where it was, and nothing is paid twice.

    Example: generator seo propose --rule description-too-long --limit 500 --max-cost 1.00
    """
    check_mode(mode, batch)
    request = ProposeRequest(
        fields=_fields(field),
        targets=_targets(paths or [], listed),
        every=every,
        rule=rule,
        subject=subject,
        include_no_index=include_no_index,
        limit=limit,
        redo=redo,
        model=model,
        offline=offline,
        concurrency=concurrency,
        max_cost=max_cost,
        argv=tuple(paths or []),
    )
    progress = TerminalProgress(quiet=as_json)
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        if plan:
            planned = (plan_proposals_by_batch if batch else plan_proposed)(services, request, progress)
            return _show_plan(planned, as_json=as_json)
        if not batch:
            proposed = propose_fields(services, request, progress, on_planned=lambda plan: notes(plan.notes))
            return _show_result(services.settings, proposed, as_json=as_json)
        sent = send_proposals(
            services, request, progress, mode=mode, on_planned=lambda plan: notes(plan.notes)
        )
        hint = command_line(context, "batch", "collect", "--wait", output_dir=output_dir)
        return show_sent(services.batches, sent, hint, as_json=as_json)


def _fields(choice: str) -> tuple[SeoField, ...]:
    if choice not in get_args(FieldChoice):
        raise UsageError(f"--field takes description, keywords or both, not {choice!r}")
    return FIELDS if choice == "both" else tuple(name for name in FIELDS if name.endswith(choice))


def _targets(paths: list[str], listed: str | None) -> list[str] | Iterator[str] | None:
    """What the command line names, in its order; None for the whole site."""
    if listed is not None and paths:
        raise UsageError("--from and PATH exclude each other")
    return _lines(listed) if listed is not None else (paths or None)


def _lines(source: str) -> Iterator[str]:
    """The entries of a list: the first column where there are several, without comments and blank lines."""
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--from {source}: {error}") from error
    for line in text.splitlines():
        entry = line.split("\t")[0].split(",")[0].strip().strip('"')
        if entry and not entry.startswith("#"):
            yield entry


def _show_plan(planned: SeoPlanOutcome, *, as_json: bool) -> int:
    plan = planned.plan
    if as_json:
        say_json(
            {
                "model": planned.endpoint.model,
                "articles": dict(plan.counts),
                "fields": dict(plan.fields),
                "skipped": dict(plan.skipped),
                "estimate": _estimate(planned.estimate),
                "notes": plan.notes,
            }
        )
        return 0
    notes(plan.notes)
    _say_counts(plan)
    _say_estimate(planned.endpoint, planned.estimate)
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


def _show_result(settings: Settings, outcome: ProposedOutcome, *, as_json: bool) -> int:
    plan, done = outcome.plan, outcome.proposed
    states = dict(done.states) if done else {}
    if as_json:
        error = {"error": error_object(outcome.error)} if outcome.error else {}
        say_json(
            {
                "model": outcome.endpoint.model,
                "articles": dict(plan.counts),
                "skipped": dict(plan.skipped),
                "states": states,
                "failed": done.failed if done else 0,
                "left": outcome.left,
                "seconds": round(outcome.seconds, 3),
                "spend": spend_object(outcome.spend),
                "notes": plan.notes,
                **error,
            }
        )
    else:
        _say_result(settings, outcome, states)
    if outcome.error is not None:
        if as_json:
            return exit_code_of(outcome.error)
        raise outcome.error
    return INTERRUPTED if outcome.interrupted else int(outcome.needs_person)


def _say_result(settings: Settings, outcome: ProposedOutcome, states: dict[Any, int]) -> None:
    plan, done, spend = outcome.plan, outcome.proposed, outcome.spend
    parts = [f"{count:,} {state.replace('_', ' ')}" for state, count in sorted(states.items())]
    if done and done.failed:
        parts.append(f"{plural(done.failed, 'article')} failed")
    say(f"{', '.join(parts) or 'nothing to do'} ({outcome.seconds:.1f} s)")
    rest = {
        "proposed": "with a proposal already",
        "settled": "decided on already",
        "fine": "without a finding",
    }
    for kind, label in rest.items():
        if plan.counts[kind]:  # type: ignore[index]
            say(f"{plan.counts[kind]:,} {label}")  # type: ignore[index]
    for reason, count in plan.skipped.most_common():
        say(f"{count:,} skipped: {reason}")
    if outcome.endpoint.realm == "model" and spend.calls:
        say(spend_line(spend))
    if outcome.left:
        say(f"{plural(outcome.left, 'article')} left: run the same command again to go on.")
    if states:
        say("Next: generator seo diff, then generator seo apply --clean")
        if outcome.endpoint.realm == "offline" and not settings.publish.allow_offline:
            say(
                "Texts of the offline model are applied only with publish.allow_offline: true in config.yaml."
            )
