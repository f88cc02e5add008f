"""The review commands for drafts: ``list``, ``show``, ``approve``, ``reject``, ``allow``, ``undo``."""

from collections.abc import Sequence
from functools import partial

import typer

from generator.cli.drafting.draft_table import show_table
from generator.cli.drafting.drafts_output import (
    show_decided,
    show_drafts,
    show_list,
    show_undone,
)
from generator.cli.drafting.page_reviews import list_pages
from generator.cli.drafting.page_reviews_output import ListForm
from generator.cli.drafting.versions import show_changes, show_versions
from generator.cli.duplicates.output import show_undone as show_undone_clusters
from generator.cli.sampling.output import show_undone as show_undone_judgements
from generator.cli.seo.output import show_undone as show_undone_proposals
from generator.cli.terminal.next_steps import command_line
from generator.cli.terminal.options import (
    CONTENT_DIR,
    DRAFTS,
    EARLIER,
    JSON,
    OUTPUT_DIR,
    REVIEWER,
    open_services,
)
from generator.cli.terminal.output import encodable, note
from generator.content.dates import parse_date
from generator.content.evidence.release import RELEASE_KINDS
from generator.content.states import DRAFT_STATES
from generator.errors import UsageError
from generator.store.ledger.queue.draft_queue import SORTS
from generator.store.ledger.queue.queue_filter import QueueFilter
from generator.workflows.review.decisions.decide import (
    allow_drafts,
    approve_clean_drafts,
    approve_drafts,
    reject_drafts,
)
from generator.workflows.review.decisions.undo import (
    UndoneClusters,
    UndoneJudgements,
    UndoneProposals,
    undo_decision,
)
from generator.workflows.review.views.draft_list import ListRequest, list_drafts
from generator.workflows.review.views.page_reviews import PageReviewRequest
from generator.workflows.review.views.show import view_drafts

LISTED = 50
"""How many drafts a list shows by default."""
_SHOWN_BY_ORDER = {"words": ("words",), "claims": ("open_claims",)}
"""The attributes of drafts that the JSON of a list has in some orders only."""


def list_all(
    context: typer.Context,
    state: list[str] = typer.Option((), "--state", metavar="STATE", help="drafted, needs_fix, approved, ..."),
    subject: str = typer.Option(None, "--subject", metavar="NAME", help="Of this subject."),
    rule: str = typer.Option(None, "--rule", metavar="CODE", help="With a finding of this rule."),
    model: str = typer.Option(None, "--model", metavar="NAME", help="Answered by this model."),
    run: int = typer.Option(None, "--run", metavar="N", help="Asked for in this run."),
    text: str = typer.Option(
        None, "--text", metavar="WORDS", help="Question or address contains these words."
    ),
    search: str = typer.Option(
        None, "--search", metavar="WORDS", help='Text has these words or "phrases", in any form; begin* too.'
    ),
    owner: str = typer.Option(None, "--owner", metavar="NAME", help="Owner in the question list."),
    priority: str = typer.Option(None, "--priority", metavar="TEXT", help="Priority in the question list."),
    due_before: str = typer.Option(
        None, "--due-before", metavar="YYYY-MM-DD", help="Due before this date, by the question list."
    ),
    publish_before: str = typer.Option(
        None,
        "--publish-before",
        metavar="YYYY-MM-DD",
        help="To be published before this date, by the question list.",
    ),
    assigned: str = typer.Option(None, "--assigned", metavar="NAME", help="Assigned to this reviewer."),
    unassigned: bool = typer.Option(False, "--unassigned", help="Assigned to nobody."),
    decided_by: str = typer.Option(
        None, "--decided-by", metavar="NAME", help="Approved or rejected by this person."
    ),
    lot: int = typer.Option(None, "--lot", metavar="N", help="In this lot."),
    rewrites: bool = typer.Option(False, "--rewrites", help="Rewrites of published pages only."),
    released: str = typer.Option(
        None,
        "--released",
        metavar="KIND",
        help="Approved or published; the approval is read, sampled, bulk or unknown.",
    ),
    published: bool = typer.Option(
        False, "--published", help="Published pages instead of drafts, those first that nobody read."
    ),
    reviewed_before: str = typer.Option(
        None,
        "--reviewed-before",
        metavar="YYYY-MM-DD",
        help="With --published: never read, or read before this date.",
    ),
    dated: bool = typer.Option(
        False, "--dated", help="With --published: says something that is bound to a time."
    ),
    names: bool = typer.Option(
        False, "--names", help="With --published: only the paths, for generator rewrite --list."
    ),
    sort: str = typer.Option(
        "age",
        "--sort",
        metavar="KEY",
        help="age, score (of the judge), checks, findings, claims, words or changed.",
    ),
    descending: bool = typer.Option(False, "--reverse", help="Largest or newest first."),
    limit: int = typer.Option(
        None, "--limit", min=1, metavar="N", help="At most N; 50 by default, all with --csv."
    ),
    offset: int = typer.Option(0, "--offset", min=0, metavar="N", help="After the first N."),
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_csv: bool = typer.Option(
        False, "--csv", help="A table for Excel on stdout, with the columns of the question lists."
    ),
    as_json: bool = JSON,
) -> int:
    """List drafts, after importing edits made on disk; with --published, the pages of the site.

    The lists of pages, as names or CSV, are lists for generator rewrite --list.

    Example: generator list --state needs_fix --sort findings --reverse

    or: generator list --published --reviewed-before 2026-01-01 --dated --csv > again.csv
    """
    _check(state, sort, released)
    if as_csv + as_json + names > 1:
        raise UsageError("give one of --csv, --json and --names")
    most = limit if limit is not None or as_csv or names else LISTED
    if published:
        before = _checked_date("--reviewed-before", reviewed_before)
        reviews = PageReviewRequest(before, dated, released, subject, most, offset)  # type: ignore[arg-type]
        form: ListForm = "json" if as_json else "csv" if as_csv else "names" if names else "table"
        return list_pages(context, reviews, form, output_dir=output_dir, content_dir=content_dir)
    if reviewed_before or dated or names:
        raise UsageError("--reviewed-before, --dated and --names need --published")
    wanted = QueueFilter(
        states=tuple(state),  # type: ignore[arg-type]
        subject=subject,
        rule=rule,
        model=model,
        run=run,
        text=text,
        search=search,
        owner=owner,
        priority=priority,
        due_before=_checked_date("--due-before", due_before),
        publish_before=_checked_date("--publish-before", publish_before),
        rewrites=rewrites or None,
        assigned=assigned,
        unassigned=unassigned,
        decided_by=decided_by,
        lot=lot,
        released=released,  # type: ignore[arg-type]
    )
    request = ListRequest(wanted, sort, descending, most, offset)  # type: ignore[arg-type]
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        next_command = command_line(context, "draft", "QUESTIONS", output_dir=output_dir)
        listed = list_drafts(services, request)
        if as_csv:
            show_table(listed)
        else:
            also = _SHOWN_BY_ORDER.get(sort, ())
            show_list(listed, next_command=next_command, as_json=as_json, also=also)
    return 0


def show(
    context: typer.Context,
    name: str = typer.Argument(..., metavar="SLUG", help="subject/slug, a slug, or the question itself."),
    versions: bool = typer.Option(False, "--versions", help="Who made which version, and when."),
    diff: tuple[int, int] = typer.Option(
        None, "--diff", metavar="OLD NEW", help="What changed between two versions, by field."
    ),
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Show a draft for review: text, search result, findings with their positions, revisions; or its versions.

    Example: generator show psychology/what-is-operant-conditioning
    """
    if versions and diff:
        raise UsageError("give --versions or --diff, not both")
    with open_services(context, output_dir=output_dir) as services:
        if versions:
            show_versions(services, encodable(name), as_json=as_json)
            return 0
        if diff:
            show_changes(services, encodable(name), *diff, as_json=as_json)
            return 0
        next_command = partial(command_line, context, output_dir=output_dir)
        show_drafts(view_drafts(services, encodable(name)), next_command=next_command, as_json=as_json)
    return 0


def approve(
    context: typer.Context,
    names: list[str] = DRAFTS,
    clean: bool = typer.Option(
        False, "--clean", help="All drafts without findings and open revisions, as one decision."
    ),
    reviewer: str = REVIEWER,
    message: str = typer.Option(None, "--note", metavar="TEXT", help="Stored with the decision."),
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Approve the exact bytes of drafts for publishing. A draft with errors must be edited first.

    Example: generator approve --clean
    """
    if bool(names) == clean:
        raise UsageError("name the drafts to approve, or give --clean")
    with open_services(context, output_dir=output_dir) as services:
        if clean:
            outcome = approve_clean_drafts(services, reviewer=reviewer, note=message)
        else:
            outcome = approve_drafts(services, _given(names), reviewer=reviewer, note=message)
        return show_decided("approved", outcome, as_json=as_json)


def reject(
    context: typer.Context,
    names: list[str] = typer.Argument(
        ..., metavar="SLUG...", help="subject/slug, a slug, or the question itself."
    ),
    reason: str = typer.Option(..., "--reason", metavar="TEXT", help="Why; stored with the decision."),
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Reject drafts.

    Example: generator reject what-is-life --reason "answers another question"
    """
    with open_services(context, output_dir=output_dir) as services:
        outcome = reject_drafts(services, _given(names), reason=reason, reviewer=reviewer)
        return show_decided("rejected", outcome, as_json=as_json)


def allow(
    context: typer.Context,
    names: list[str] = typer.Argument(
        ..., metavar="SLUG...", help="subject/slug, a slug, or the question itself."
    ),
    reviewer: str = REVIEWER,
    message: str = typer.Option(None, "--note", metavar="TEXT", help="Stored with the decision."),
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Allow near duplicates: the next draft command for their list drafts them.

    Example: generator allow biology/what-are-the-major-functions-of-the-liver
    """
    with open_services(context, output_dir=output_dir) as services:
        outcome = allow_drafts(services, _given(names), reviewer=reviewer, note=message)
    code = show_decided("allowed", outcome, as_json=as_json)
    if outcome.decided and not as_json:
        next_command = command_line(context, "draft", "QUESTIONS", output_dir=output_dir)
        note(f"to draft them, run {next_command} with their list")
    return code


def undo(
    context: typer.Context,
    name: str = typer.Argument(
        None, metavar="[SLUG]", help="Undo the last decision on this draft or article, by anyone."
    ),
    earlier: bool = EARLIER,
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Undo what you did last: an edit of a draft, a decision on drafts, SEO proposals, duplicates or samples. A bulk
    decision is undone as a whole. Published drafts stay published.

    Example: generator undo
    """
    with open_services(context, output_dir=output_dir) as services:
        undone = undo_decision(
            services, encodable(name) if name else None, reviewer=reviewer, earlier=earlier
        )
    if isinstance(undone, UndoneProposals):
        return show_undone_proposals(undone, as_json=as_json)
    if isinstance(undone, UndoneClusters):
        return show_undone_clusters(undone, as_json=as_json)
    if isinstance(undone, UndoneJudgements):
        return show_undone_judgements(undone, as_json=as_json)
    return show_undone(undone, as_json=as_json)


def _given(names: Sequence[str]) -> list[str]:
    return [encodable(name) for name in names]


def _checked_date(option: str, text: str | None) -> str | None:
    if text is not None and parse_date(text) is None:
        raise UsageError(f"{option} {text!r} is not a date of the form YYYY-MM-DD")
    return text


def _check(states: Sequence[str], sort: str, released: str | None) -> None:
    for state in states:
        if state not in DRAFT_STATES:
            raise UsageError(f"--state {state!r} is not one of {', '.join(DRAFT_STATES)}")
    if sort not in SORTS:
        raise UsageError(f"--sort takes {', '.join(SORTS)}, not {sort!r}")
    if released is not None and released not in RELEASE_KINDS:
        raise UsageError(f"--released takes {', '.join(RELEASE_KINDS)}, not {released!r}")
