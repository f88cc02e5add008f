"""``generator seo list``, ``diff``, ``approve``, ``reject``, ``undo``, ``apply`` and ``report``: what becomes of proposals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from generator.cli.options import CONTENT_DIR, EARLIER, JSON, OUTPUT_DIR, open_services
from generator.cli.output import TerminalProgress, meter, note, notes, say, say_json, table
from generator.content.display import plural
from generator.workflows.seo.decisions import ProposalReview
from generator.workflows.site.corpus import refresh_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.content.proposal_states import ProposalState
    from generator.services import Services
    from generator.store.ledger.proposals import ProposalRow
    from generator.workflows.seo.decisions import BulkResult, UndoneProposals

STATE = typer.Option(
    None, "--state", metavar="STATE", help="Only proposals in this state; may be given twice."
)
REVIEWER = typer.Option(None, "--reviewer", metavar="NAME", help="Who decides; config.yaml or git otherwise.")
CLEAN = typer.Option(
    False, "--clean", help="Every proposal that no rule objects to, not even with a warning."
)
SLUGS = typer.Argument(None, metavar="[SLUG]...", help="subject/slug or slug of the articles meant.")


def show_list(
    context: typer.Context,
    slugs: list[str] = SLUGS,
    state: list[str] = STATE,
    limit: int = typer.Option(None, "--limit", min=1, metavar="N", help="Show at most N."),
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """List the proposals with their lengths as searchers see them, the site's prefix included.

    Example: generator seo list --state needs_fix
    """
    with open_services(context, output_dir=output_dir) as services:
        rows = _chosen(services, slugs or [], _states(state), limit)
        if as_json:
            say_json([_object(services, row) for row in rows])
            return 0
        for row in rows:
            before, after = _lengths(services, row)
            mark = " offline" if row.offline else ""
            say(
                f"{row.state:<10}{mark}  {row.field.removeprefix('page_'):<11} {before:>4} -> {after:>4}  {row.key}"
            )
            if row.reason:
                say(f"            {row.reason}")
        _say_totals(services)
        return 0


def diff(
    context: typer.Context,
    slugs: list[str] = SLUGS,
    state: list[str] = STATE,
    limit: int = typer.Option(None, "--limit", min=1, metavar="N", help="Show at most N."),
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Show the old and the new text of each proposal, with lengths as searchers see them.

    Example: generator seo diff --limit 20
    """
    with open_services(context, output_dir=output_dir) as services:
        states = _states(state) or ("proposed", "needs_fix", "approved")
        rows = _chosen(services, slugs or [], states, limit)
        if as_json:
            say_json([_object(services, row) for row in rows])
            return 0
        for row in rows:
            before, after = _lengths(services, row)
            say(f"{row.key}  {row.field}  {row.state.replace('_', ' ')}")
            say(f"- {before:>4}  {row.old or '(empty)'}")
            say(f"+ {after:>4}  {row.new or '(nothing)'}")
            for finding in row.findings:
                if row.state == "needs_fix" or finding.severity == "warning":
                    say(f"        {finding.severity}: {finding.message}  [{finding.code}]")
            say()
        return 0


def approve(
    context: typer.Context,
    slugs: list[str] = SLUGS,
    clean: bool = CLEAN,
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Approve proposals, so that apply takes them. All of one command are one decision, which one undo takes back.

    Example: generator seo approve biology/what-is-osmosis
    """
    with open_services(context, output_dir=output_dir) as services:
        who = _who(services, reviewer)
        if clean:
            _only(slugs, "--clean")
            result = ProposalReview(services).accept_all_clean(who=who)
            _decided("approved", result, as_json)
            return 0
        rows = _named(services, slugs or [], ("proposed", "needs_fix"))
        return _decided("approved", ProposalReview(services).accept_named(rows, who=who), as_json)


def reject(
    context: typer.Context,
    slugs: list[str] = SLUGS,
    note_text: str = typer.Option(None, "--note", metavar="TEXT", help="Why."),
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Turn proposals down: no run proposes for these fields again until the article changes, unless with --redo.

    Example: generator seo reject biology/what-is-osmosis --note "wrong emphasis"
    """
    with open_services(context, output_dir=output_dir) as services:
        who = _who(services, reviewer)
        rows = _named(services, slugs or [], ("proposed", "needs_fix", "approved"))
        result = ProposalReview(services).reject_named(rows, who=who, note=note_text)
        return _decided("rejected", result, as_json)


def undo(
    context: typer.Context,
    name: str = typer.Argument(
        None, metavar="[SLUG]", help="The article: the last decision on its proposals, whoever took it."
    ),
    earlier: bool = EARLIER,
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Take back your last decision on proposals, what was decided at once as a whole. Applied stays applied.

    Example: generator seo undo
    """
    from generator.desk import Desk
    from generator.errors import UsageError
    from generator.workflows.seo.decisions import UndoneProposals

    with open_services(context, output_dir=output_dir) as services:
        who = _who(services, reviewer)
        key = article_with_proposals(services, name) if name else None
        if name and key is None:
            raise UsageError(f"{name!r} has no proposal")
        undone = Desk(services).undoing.undo(who=who, key=key, only_proposals=True, earlier=earlier)
        assert isinstance(undone, UndoneProposals)
        return say_undone(undone, as_json)


def apply(
    context: typer.Context,
    slugs: list[str] = SLUGS,
    clean: bool = CLEAN,
    approved: bool = typer.Option(False, "--approved", help="The approved proposals; the default."),
    dry_run: bool = typer.Option(
        False, "--dry-run", help="Write nothing; show the changes as unified diffs."
    ),
    commit: bool = typer.Option(False, "--commit", help="Commit the changed files in git; never pushes."),
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Put proposals into the articles: the fields' lines change, not one byte elsewhere.

    A proposal is refused where the question, the answer or the field's old text changed since, and one of the offline
    model's unless publish.allow_offline is set. What is applied already stays as it is, so the command can be repeated
    after any interruption.

    Example: generator seo apply --clean --commit
    """
    from generator.errors import UsageError
    from generator.workflows.seo.applier import Applying

    if approved and clean:
        raise UsageError("--approved and --clean exclude each other; --clean takes the approved ones too")
    if slugs and (approved or clean):
        raise UsageError(f"{'--approved' if approved else '--clean'} and SLUG exclude each other")
    states: tuple[ProposalState, ...] = ("proposed", "approved") if clean or slugs else ("approved",)
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        if slugs:
            _named(services, slugs, (*states, "applied"))
        applying = Applying(
            services.settings.content_dir,
            services.ledger,
            services.proposals,
            publish=services.settings.publish,
            states=states,
            clean=clean,
            names=slugs or (),
            who=_who(services, reviewer),
            now=services.now,
        )
        if dry_run:
            for text in applying.preview():
                if not as_json:
                    say(text.rstrip("\n"))
            done = applying.report
        else:
            with meter("applying", quiet=as_json) as show:
                done = applying.apply(commit=commit, progress=lambda count: show(count))
        not_clean = ProposalReview(services).not_clean() if clean else []
        if as_json:
            say_json({"dry_run": dry_run, **_plain(done), "not_clean": not_clean})
        else:
            notes(done.refused)
            notes([f"{line}; see generator seo diff --state proposed" for line in not_clean])
            if done.uncommitted:
                note(
                    f"{plural(len(done.uncommitted), 'file')} held other changes before and are not committed, the first:"
                    f" {done.uncommitted[0]}"
                )
            word = "would change" if dry_run else "changed"
            say(f"{plural(len(done.changed), 'file')} {word}, {plural(done.fields, 'field')}")
            if done.confirmed:
                say(f"{plural(len(done.confirmed), 'file')} held the text already")
            if done.left:
                say(f"{plural(done.left, 'proposal')} left as they are, to be applied once that is allowed")
            if done.offline:
                say(f"{plural(done.offline, 'text')} by the offline model")
            if done.commit:
                say(f"committed as {done.commit[:12]}")
        return 1 if done.refused or done.uncommitted else 0


def report(
    context: typer.Context,
    html: str = typer.Option(None, "--html", metavar="FILE", help="Write the report as one web page."),
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Compare the whole site before and after the proposals: lengths, openings, near-duplicates, cost.

    Example: generator seo report --html seo.html
    """
    from pathlib import Path

    from generator.store.files import write_file
    from generator.workflows.seo.report import compare, render_html

    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        refresh_corpus(services, TerminalProgress(quiet=as_json))
        limits = services.settings.limits.seo
        with meter("comparing", quiet=as_json):
            found = compare(
                services.site_descriptions,
                services.proposals,
                limits,
                spend=services.ledger.calls.spend(kind="seo"),
                offline_calls=services.ledger.calls.spend(kind="seo", realm="offline").calls,
            )
        if html is not None:
            page = render_html(found, limits, made=services.now()[:16].replace("T", " "))
            write_file(Path(html).resolve(), page.encode())
            note(f"report: {html}")
        if as_json:
            say_json(found.as_dict())
            return 0
        before, after = found.before, found.after
        table(
            [
                ("articles", f"{before.articles:,}", f"{after.articles:,}"),
                ("descriptions within the limits", f"{before.within:,}", f"{after.within:,}"),
                ("near-duplicates", f"{before.echoing:,}", f"{after.echoing:,}"),
            ],
            header=("", "before", "after"),
        )
        return 0


def _chosen(
    services: Services, slugs: Sequence[str], states: Sequence[ProposalState], limit: int | None
) -> Iterator[ProposalRow]:
    if slugs:
        yield from _named(services, slugs, states)
    elif services.has_ledger:
        yield from services.proposals.rows(states=states, limit=limit)


def _named(services: Services, slugs: Sequence[str], states: Sequence[ProposalState]) -> list[ProposalRow]:
    """The proposals of the named articles in one of the states.

    Raises:
        UsageError: a name has none, or none is named.
    """
    from generator.errors import UsageError

    if not slugs:
        raise UsageError("name the articles meant: subject/slug or slug")
    found: list[ProposalRow] = []
    for slug in slugs:
        rows = services.proposals.named(slug) if services.has_ledger else []
        rows = [row for row in rows if not states or row.state in states]
        if not rows:
            wanted = f" that is {' or '.join(states)}" if states else ""
            raise UsageError(f"{slug!r} has no proposal{wanted}")
        found += rows
    return found


def _states(names: Sequence[str] | None) -> tuple[ProposalState, ...]:
    from generator.content.proposal_states import PROPOSAL_STATES
    from generator.errors import UsageError

    known = {state: state for state in PROPOSAL_STATES}
    for name in names or ():
        if name not in known:
            raise UsageError(f"--state {name!r} is none of {', '.join(known)}")
    return tuple(state for state in PROPOSAL_STATES if state in (names or ()))


def _only(slugs: Sequence[str] | None, flag: str) -> None:
    from generator.errors import UsageError

    if slugs:
        raise UsageError(f"{flag} and SLUG exclude each other")


def _who(services: Services, reviewer: str | None) -> str:
    from generator.store.ledger.proposal_history import PROGRAM
    from generator.workflows.site.git import user_name

    who = reviewer or services.settings.review.reviewer or user_name(services.settings.content_dir) or ""
    return " ".join(who.split()) or PROGRAM


def article_with_proposals(services: Services, name: str) -> str | None:
    """The article of the name that has proposals, None where there is none. Raises UsageError where there are several."""
    from generator.errors import UsageError

    keys = sorted({row.key for row in services.proposals.named(name)}) if services.has_ledger else []
    if len(keys) > 1:
        raise UsageError(f"several articles are named {name!r}: {', '.join(keys)}")
    return keys[0] if keys else None


def _decided(word: str, result: BulkResult, as_json: bool) -> int:
    if as_json:
        say_json({word: result.decided, "left": result.left})
    else:
        say(f"{plural(result.decided, 'proposal')} {word}")
        notes(result.left)
    return 1 if result.left else 0


def say_undone(undone: UndoneProposals, as_json: bool) -> int:
    """Tell what was taken back; the exit code."""
    if as_json:
        proposals = [
            {"key": row.key, "field": row.field, "state": row.state, "new": row.new}
            for row in undone.proposals
        ]
        say_json({"undone": undone.decision, "drafts": [], "proposals": proposals, "left": undone.left})
    else:
        for row in undone.proposals[:50]:
            stays = "; the edited text stays" if row.edited else ""
            say(f"{row.key} {row.field.removeprefix('page_')}: {row.state.replace('_', ' ')} again{stays}")
        if len(undone.proposals) > 1:
            say(f"{plural(len(undone.proposals), 'proposal')}: no longer {undone.decision}")
        notes(undone.left)
    return 1 if undone.left else 0


def _lengths(services: Services, row: ProposalRow) -> tuple[int, int]:
    from generator.content.seo import seen_length

    limits = services.settings.limits.seo
    return seen_length(row.field, row.old, limits), seen_length(row.field, row.new or "", limits)


def _object(services: Services, row: ProposalRow) -> dict[str, Any]:
    """A proposal for a program; lengths as searchers see them, money in US dollars."""
    before, after = _lengths(services, row)
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
        "cost_usd": None if row.cost is None else row.cost / 1e9,
        "updated_at": row.updated_at,
    }


def _plain(done: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(done)


def _say_totals(services: Services) -> None:
    if not services.has_ledger:
        say("nothing proposed yet: generator seo propose")
        return
    for field, states in services.proposals.counts().items():
        parts = ", ".join(f"{count:,} {state.replace('_', ' ')}" for state, count in states.items())
        say(f"{field.removeprefix('page_')}: {parts}")
