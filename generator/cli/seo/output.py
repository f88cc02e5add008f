"""Prints plans, proposals, decisions and reports of the ``generator seo`` commands, as text or JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from generator.cli.site.search_data_output import figures_object
from generator.cli.terminal.estimate_output import estimate_object, likely_cost, safe_cap, say_tokens
from generator.cli.terminal.exit_codes import early_exit_code, error_object
from generator.cli.terminal.output import note, notes, say, say_commit, say_json, say_preview, table
from generator.cli.terminal.spend_output import spend_line, spend_object, usd
from generator.content.display import dollars, in_words, plural
from generator.content.search_data.wording import comparison_lines, figures_line, left_hold_out_line
from generator.content.seo.fields import shown_length

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.config import Settings
    from generator.content.search_data.experiment import GroupFigures
    from generator.content.site.site import Site
    from generator.services import Endpoint
    from generator.store.ledger.seo.proposals import ProposalRow
    from generator.workflows.engine.estimate import Estimate
    from generator.workflows.review.decisions.undo import UndoneProposals
    from generator.workflows.search_data.requests import PageFigures
    from generator.workflows.seo.decisions import DecidedProposals
    from generator.workflows.seo.hold_out import HoldOutOutcome
    from generator.workflows.seo.planner import ArticleStatus, SeoPlan
    from generator.workflows.seo.proposal_list import ProposalList
    from generator.workflows.seo.report import SeoReport, SeoTextStatistics
    from generator.workflows.seo.requests import ApplyOutcome, ProposedOutcome, SeoPlanOutcome
    from generator.workflows.seo.search_comparison import SearchComparison

    FiguresOf = Callable[[str], PageFigures | None]


def show_plan(planned: SeoPlanOutcome, *, as_json: bool) -> int:
    """Print what new search fields would take; returns the exit code."""
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
        return int(plan.needs_person)
    notes(plan.notes, dropped=plan.dropped_notes)
    _say_counts(plan)
    _say_estimate(planned.endpoint, planned.estimate)
    return int(plan.needs_person)


def show_proposed(
    settings: Settings, outcome: ProposedOutcome, *, next_command: Callable[..., str], as_json: bool
) -> int:
    """Print the result of proposing; returns the exit code.

    Args:
        next_command: builds the next command line from words; ``content_dir=None`` for a command without that option.

    Raises:
        GeneratorError: the error that ended the run early.
    """
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
        _say_proposed(settings, outcome, states, next_command)
    ended = early_exit_code(outcome, as_json=as_json)
    return int(outcome.needs_person) if ended is None else ended


def show_list(
    listed: ProposalList, site: Site, figures: FiguresOf, *, next_command: str, as_json: bool
) -> None:
    """Print a line for each proposal, and the totals.

    Args:
        figures: the search data of a page by its path.
        next_command: the command that proposes.
    """
    if as_json:
        say_json([_proposal_object(row, site, figures) for row in listed.rows])
        return
    table(_columns(row, site, figures) for row in listed.rows)
    if listed.counts is None:
        say(f"nothing proposed yet: {next_command}")
        return
    for field, states in listed.counts.items():
        parts = ", ".join(f"{count:,} {in_words(state)}" for state, count in states.items())
        say(f"{_short(field)}: {parts}")


def show_diff(listed: ProposalList, site: Site, figures: FiguresOf, *, as_json: bool) -> None:
    """Print the old and the new text of each proposal, its findings, and the search data of the page."""
    if as_json:
        say_json([_proposal_object(row, site, figures) for row in listed.rows])
        return
    for row in listed.rows:
        before, after = _lengths(row, site)
        say(f"{row.key}  {row.field}  {in_words(row.state)}")
        if (found := figures(row.path)) is not None:
            say(f"        {figures_line(found.totals, found.opportunity)}")
        table([("-", str(before), row.old or "(empty)"), ("+", str(after), row.new or "(nothing)")])
        for finding in row.findings:
            if row.state == "needs_fix" or finding.severity == "warning":
                say(f"        {finding.severity}: {finding.message}  [{finding.code}]")
        say()


def show_decided(word: str, decided: DecidedProposals, *, as_json: bool) -> int:
    """Print how many proposals were decided on, and which were not; returns the exit code.

    Args:
        word: their new state.
    """
    left = [*decided.left, *decided.not_clean]
    if as_json:
        say_json({word: decided.decided, "left": left})
    else:
        say(f"{plural(decided.decided, 'proposal')} {word}")
        notes(left)
    return int(decided.needs_person)


def show_undone(undone: UndoneProposals, *, as_json: bool) -> int:
    """Print which decisions were undone; returns the exit code."""
    if as_json:
        proposals = [
            {"key": row.key, "field": row.field, "state": row.state, "new": row.new} for row in undone.rows
        ]
        say_json({"undone": undone.decision, "drafts": [], "proposals": proposals, "left": list(undone.left)})
    else:
        for row in undone.rows[:50]:
            stays = "; the edited text stays" if row.edited else ""
            say(f"{row.key} {_short(row.field)}: {in_words(row.state)} again{stays}")
        if len(undone.rows) > 1:
            say(f"{plural(len(undone.rows), 'proposal')}: no longer {undone.decision}")
        notes(undone.left)
    return int(undone.needs_person)


def show_applied(applied: ApplyOutcome, *, dry_run: bool, next_command: str, as_json: bool) -> int:
    """Print what was applied, or with ``dry_run`` would be; returns the exit code.

    Args:
        next_command: the command that shows the proposals to decide on.
    """
    report = applied.report
    if as_json:
        shown = asdict(report)
        if report.branch is None:
            del shown["branch"]
        say_json({"dry_run": dry_run, **shown, "not_clean": applied.not_clean})
        return int(applied.needs_person)
    notes(report.refused)
    notes([f"{line}; see {next_command}" for line in applied.not_clean])
    if report.uncommitted:
        note(
            f"{plural(len(report.uncommitted), 'file')} had other changes and were not committed, the first:"
            f" {report.uncommitted[0]}"
        )
    word = "would change" if dry_run else "changed"
    say(f"{plural(len(report.changed), 'file')} {word}, {plural(report.fields, 'field')}")
    if report.confirmed:
        say(f"{plural(len(report.confirmed), 'file')} held the text already")
    if report.left:
        say(f"{plural(report.left, 'proposal')} not applied; they can be applied once that is allowed")
    if report.offline:
        say(f"{plural(report.offline, 'text')} by the offline model")
    if report.branch is not None:
        say_preview(report.branch, report.commit, report.commit_error)
    else:
        say_commit(report.commit, report.commit_error)
    return int(applied.needs_person)


def show_report(report: SeoReport, *, as_json: bool) -> None:
    """Print the site before and after its proposals."""
    if as_json:
        say_json(report.as_dict())
        return
    before, after = report.before, report.after
    table(
        [
            ("articles", f"{before.articles:,}", f"{after.articles:,}"),
            ("descriptions within the limits", f"{before.within:,}", f"{after.within:,}"),
            (
                "identical descriptions",
                _identical(before),
                _identical(after),
            ),
            ("near duplicates", f"{before.near_duplicates:,}", f"{after.near_duplicates:,}"),
        ],
        header=("", "before", "after"),
    )
    if report.search is not None:
        _say_search(report.search)


def _identical(side: SeoTextStatistics) -> str:
    if not side.identical_groups:
        return "0"
    return f"{side.identical_pages:,} in {plural(side.identical_groups, 'group')}"


def _say_search(search: SearchComparison) -> None:
    """Print what the search data says of the applied proposals."""
    say()
    if search.left_hold_out:
        say(left_hold_out_line(search.left_hold_out))
    found = search.comparison
    if found is None or search.before is None or search.after is None:
        say(f"search data: nothing to compare yet: {search.missing}")
        return
    say(
        f"search data of {search.before.first_day} to {search.before.last_day}, compared with"
        f" {search.after.first_day} to {search.after.last_day}:"
    )
    groups = (("applied", found.applied), ("held out", found.held_out))
    table(
        [_group_cells(name, group) for name, group in groups if group is not None],
        header=("", "pages", "clicks a day", "->", "CTR", "->", "of usual CTR at its position", "->"),
    )
    for line in comparison_lines(found):
        say(line)
    if search.left_out:
        say(f"{plural(search.left_out, 'page')} left out, because an export is not complete and lacks them")


def _group_cells(name: str, group: GroupFigures) -> tuple[str, ...]:
    shares = (
        "" if share is None else f"{share:.0%}"
        for share in (group.like_position_before, group.like_position_after)
    )
    return (
        name,
        f"{group.pages:,}",
        f"{group.clicks_a_day_before:,.1f}",
        f"{group.clicks_a_day_after:,.1f}",
        f"{group.before.click_rate:.2%}",
        f"{group.after.click_rate:.2%}",
        *shares,
    )


def show_hold_out(outcome: HoldOutOutcome, *, as_json: bool) -> None:
    """Print the latest hold-out with the numbers of its pages."""
    found = outcome.hold_out
    if as_json:
        say_json(asdict(outcome))
    elif found is None:
        say("no pages were held out yet: generator seo propose --by opportunity --hold-out 20%")
    else:
        state = "open" if found.ended_at is None else f"ended on {found.ended_at[:10]}"
        say(f"hold-out of {found.share:.0%}, started on {found.started_at[:10]}, {state}")
        say(
            f"{plural(outcome.held_out, 'page')} held out; {outcome.asked:,} asked about, of which"
            f" {outcome.applied:,} have an applied proposal"
        )
        if outcome.left:
            say(left_hold_out_line(outcome.left))


def _columns(row: ProposalRow, site: Site, figures: FiguresOf) -> tuple[str, ...]:
    before, after = _lengths(row, site)
    state = in_words(row.state) + (" offline" if row.offline else "")
    found = figures(row.path)
    missed = f"{found.opportunity.missed_clicks:,.0f} missed" if found and found.opportunity else ""
    return state, _short(row.field), str(before), "->", str(after), missed, row.key, row.reason or ""


def _say_counts(plan: SeoPlan) -> None:
    labels: dict[ArticleStatus, str] = {
        "new": "to be rewritten",
        "resume": "planned before, not finished",
        "redo": "to be asked again",
        "proposed": "with a proposal already",
        "settled": "already decided",
        "busy": "being asked by another run",
        "fine": "without a finding",
        "skipped": "skipped",
        "held_out": "held out for comparison",
        "missing": "not found",
    }
    table(
        [
            (f"{plan.counts[status]:,}", label)
            for status, label in labels.items()
            if plan.counts[status] or status in ("new", "fine")
        ],
        indent="  ",
    )
    for reason, count in plan.skipped.most_common():
        say(f"          {count:,}: {reason}")
    for name, count in plan.fields.items():
        say(f"          {count:,} {_short(name)}")


def _say_estimate(endpoint: Endpoint, guess: Estimate) -> None:
    say_tokens(endpoint, guess, bounds=False)
    if not guess.calls:
        return
    thousand = 1000 / guess.calls
    say(
        f"a thousand articles: about {guess.prompt_tokens * thousand:,.0f} tokens in,"
        f" {guess.completion_tokens * thousand:,.0f} out"
    )
    if endpoint.backend == "model":
        if guess.typical is None:
            say(f"cost:   {dollars(None)}")
            return
        say(f"        cost about {dollars(round(guess.typical * thousand))}")
        parts = [f"about {dollars(guess.typical)}", likely_cost(guess)]
        cap = safe_cap(guess)
        enough = "" if cap is None else f"; --max-cost {cap:.2f} is enough for all"
        say(f"cost:   {', '.join(filter(None, parts))}{enough}")


def _estimate(guess: Estimate) -> dict[str, Any]:
    values = estimate_object(guess)
    values["typical_usd_per_thousand"] = _per_thousand(guess.typical, guess.calls)
    values["most_without_retries"]["usd_per_thousand"] = _per_thousand(guess.most, guess.calls)
    return values


def _per_thousand(nano: int | None, calls: int) -> float | None:
    return None if nano is None or not calls else nano / 1e9 / calls * 1000


def _say_proposed(
    settings: Settings, outcome: ProposedOutcome, states: dict[Any, int], next_command: Callable[..., str]
) -> None:
    plan, done, spend = outcome.plan, outcome.proposed, outcome.spend
    parts = [f"{count:,} {in_words(state)}" for state, count in sorted(states.items())]
    if done and done.failed:
        parts.append(f"{plural(done.failed, 'article')} failed")
    say(f"{', '.join(parts) or 'nothing to do'} ({outcome.seconds:.1f} s)")
    rest: dict[ArticleStatus, str] = {
        "busy": "being asked by another run",
        "proposed": "with a proposal already",
        "settled": "already decided",
        "held_out": "held out for comparison",
        "fine": "without a finding",
    }
    for status, label in rest.items():
        if plan.counts[status]:
            say(f"{plan.counts[status]:,} {label}")
    if outcome.taken:
        say(f"{outcome.taken:,} taken over by another run")
    for reason, count in plan.skipped.most_common():
        say(f"{count:,} skipped: {reason}")
    if outcome.endpoint.backend == "model" and spend.calls:
        say(spend_line(spend))
    if outcome.left:
        say(f"{plural(outcome.left, 'article')} left: run the same command again to continue.")
    if states:
        diff, apply = next_command("seo", "diff", content_dir=None), next_command("seo", "apply", "--clean")
        say(f"Next: {diff}, then {apply}")
        if outcome.endpoint.backend == "offline" and not settings.publish.allow_offline:
            say(
                "Texts of the offline model are applied only with publish.allow_offline: true in config.yaml."
            )


def _lengths(row: ProposalRow, site: Site) -> tuple[int, int]:
    """The lengths of the old and the new text as search results show them."""
    return shown_length(row.field, row.old, site), shown_length(row.field, row.new or "", site)


def _proposal_object(row: ProposalRow, site: Site, figures: FiguresOf) -> dict[str, Any]:
    """A proposal as JSON; lengths as search results show them, money in US dollars."""
    before, after = _lengths(row, site)
    return {
        "key": row.key,
        "field": row.field,
        "state": row.state,
        "reason": row.reason,
        "question": row.question,
        "old": row.old,
        "new": row.new,
        "old_length": before,
        "new_length": after if row.new else None,
        "findings": [finding.as_dict() for finding in row.findings],
        "clean": row.is_clean,
        "offline": row.offline,
        "edited": row.edited,
        "model": row.model,
        "cost_usd": usd(row.cost),
        "updated_at": row.updated_at,
        **({} if (found := figures(row.path)) is None else {"search": figures_object(found)}),
    }


def _short(field: str) -> str:
    return field.removeprefix("page_")
