"""The commands on lots: ``generator lots list``, ``create``, ``show``, ``judge``, ``draw``, ``release`` and the ways out."""

from __future__ import annotations

import typer

from generator.cli.sampling.filters import (
    CONFIDENCE,
    DUE_BEFORE,
    KIND,
    LIMIT,
    MODEL,
    OWNER,
    PRIORITY,
    PUBLISH_BEFORE,
    RULE,
    RUN,
    SUBJECT,
    TEXT,
    draft_filter,
    question_kind,
)
from generator.cli.sampling.output import show_created, show_cut, show_lot, show_lots, show_released
from generator.cli.terminal.options import CONTENT_DIR, JSON, OUTPUT_DIR, REVIEWER, open_services
from generator.cli.terminal.output import TerminalProgress, encodable
from generator.content.sampling.lot_states import GIVEN
from generator.errors import UsageError
from generator.services import Services
from generator.store.ledger.queue.queue_filter import QueueFilter
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.review.draft_names import find_draft
from generator.workflows.sampling.create import LotRequest, create_lot
from generator.workflows.sampling.judge import DRAWN_AT_ONCE, LotReview
from generator.workflows.sampling.lot_view import LotViews
from generator.workflows.sampling.release import release_lot
from generator.workflows.sampling.ways_out import cut_lot, review_whole_lot
from generator.workflows.site.reviewer import reviewer_name

LOT = typer.Argument(..., metavar="LOT", min=1, max=2**63 - 1, help="The number of the lot.")


def list_all(context: typer.Context, output_dir: str = OUTPUT_DIR, as_json: bool = JSON) -> int:
    """List the lots with their states, and what their samples show. The default.

    Example: generator lots
    """
    with open_services(context, output_dir=output_dir) as services:
        show_lots(LotViews(services).all() if services.has_ledger else [], as_json=as_json)
    return 0


def create(
    context: typer.Context,
    subject: str = SUBJECT,
    rule: str = RULE,
    model: str = MODEL,
    run: int = RUN,
    text: str = TEXT,
    owner: str = OWNER,
    priority: str = PRIORITY,
    due_before: str = DUE_BEFORE,
    publish_before: str = PUBLISH_BEFORE,
    confidence: float = CONFIDENCE,
    limit: float = LIMIT,
    seed: str = typer.Option(
        None, "--seed", metavar="TEXT", help="Decides what is drawn; random by default."
    ),
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Freeze a lot: the drafts to review that the options select, without errors and claims to settle.

    A random sample of it is read: in generator review --sample, or with
    generator lots judge. Without a serious fault, all of it is released.

    Example: generator lots create --subject Biology --limit 0.01
    """
    wanted = draft_filter(
        subject=subject,
        rule=rule,
        model=model,
        run=run,
        text=text,
        owner=owner,
        priority=priority,
        due_before=due_before,
        publish_before=publish_before,
    )
    with open_services(context, output_dir=output_dir) as services:
        request = LotRequest(wanted, confidence, limit, encodable(seed) if seed else None)
        show_created(create_lot(services, request, reviewer=reviewer), as_json=as_json)
    return 0


def show(context: typer.Context, lot: int = LOT, output_dir: str = OUTPUT_DIR, as_json: bool = JSON) -> int:
    """Show a lot: its drafts to read, what was said of them, and what the sample shows.

    Example: generator lots show 3
    """
    with open_services(context, output_dir=output_dir) as services:
        _require_drafts(services)
        show_lot(LotViews(services).get(lot), as_json=as_json)
    return 0


def judge(
    context: typer.Context,
    name: str = typer.Argument(..., metavar="SLUG", help="subject/slug, a slug, or the question itself."),
    judgement: str = typer.Option(
        ..., "--as", metavar="fine|minor|serious", help="What you say of it, after reading it."
    ),
    reason: str = typer.Option(None, "--reason", metavar="TEXT", help="Why; a serious fault needs it."),
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Judge a draft that is drawn from a lot, after reading it. generator undo takes it back.

    minor: its fault is corrected, in the draft's file or on the review page.
    serious: it is wrong, harmful or off the question; this ends the lot.

    Exit codes: 0 recorded, 1 recorded and the lot has failed, 2 not recorded.

    Example: generator lots judge what-is-osmosis --as fine
    """
    chosen = next((each for each in GIVEN if each == judgement), None)
    if chosen is None:
        raise UsageError(f"--as takes {', '.join(GIVEN)}, not {judgement!r}")
    with open_services(context, output_dir=output_dir) as services:
        who = reviewer_name(services.settings, reviewer)
        row = EditImporter(services).sync(find_draft(services, encodable(name)))
        view = LotReview(services).judge(row, chosen, who=who, note=encodable(reason) if reason else None)
        show_lot(view, as_json=as_json)
    return int(view.state == "failed")


def draw(
    context: typer.Context,
    lot: int = LOT,
    count: int = typer.Option(
        DRAWN_AT_ONCE, "--more", min=1, max=1_000_000, metavar="N", help="Draw at most N drafts."
    ),
    subject: str = SUBJECT,
    kind: str = KIND,
    rule: str = RULE,
    model: str = MODEL,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Draw more drafts of a lot to be read: at random, or those that the options select.

    Drafts that you select are read in addition: only random ones count in the
    statistics.

    Example: generator lots draw 3 --kind calculate --more 5
    """
    wanted, of_kind = draft_filter(subject=subject, rule=rule, model=model), question_kind(kind)
    with open_services(context, output_dir=output_dir) as services:
        _require_drafts(services)
        review = LotReview(services)
        if wanted == QueueFilter() and of_kind is None:
            view = review.draw_more(lot, count)
        else:
            view = review.draw_targeted(lot, wanted, of_kind, count)
        show_lot(view, as_json=as_json)
    return 0


def release(
    context: typer.Context,
    lot: int = LOT,
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Release a lot: approve all its drafts as one decision, which one undo takes back.

    Its sample must be read, without a serious fault. Drafts that changed since
    the lot was frozen are left out. An interrupted release is finished.

    Exit codes: 0 all approved, 1 drafts were left out, 2 not released.

    Example: generator lots release 3
    """
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        _require_drafts(services)
        view = release_lot(services, lot, TerminalProgress(quiet=as_json), reviewer=reviewer)
        return show_released(view, as_json=as_json)


def full_review(
    context: typer.Context,
    lot: int = LOT,
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """End a lot without releasing it: its drafts go back to the queue.

    Those of a failed lot must be read one by one: no bulk approval and no new
    lot takes them until their texts change.

    Example: generator lots full-review 3
    """
    with open_services(context, output_dir=output_dir) as services:
        _require_drafts(services)
        show_lot(review_whole_lot(services, lot, reviewer=reviewer), as_json=as_json)
    return 0


def cut(
    context: typer.Context,
    lot: int = LOT,
    subject: str = SUBJECT,
    kind: str = KIND,
    rule: str = RULE,
    model: str = MODEL,
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Cut the slice with the fault out of a failed lot; the rest becomes a new lot with a new sample.

    The drafts of the slice go back to the queue and must be read one by one.
    What was read of the rest does not count for the new lot.

    Example: generator lots cut 3 --kind calculate
    """
    wanted, of_kind = draft_filter(subject=subject, rule=rule, model=model), question_kind(kind)
    with open_services(context, output_dir=output_dir) as services:
        _require_drafts(services)
        show_cut(cut_lot(services, lot, wanted, of_kind, reviewer=reviewer), as_json=as_json)
    return 0


def _require_drafts(services: Services) -> None:
    """Raises UsageError where there is no ledger, which opening a lot would create."""
    if not services.has_ledger:
        raise UsageError("nothing drafted yet: generator draft QUESTIONS")
