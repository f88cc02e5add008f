"""The review commands for proposals: ``generator seo list``, ``diff``, ``approve``, ``reject`` and ``undo``."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from generator.cli.seo.output import show_decided, show_diff, show_list, show_undone
from generator.cli.terminal.next_steps import command_line
from generator.cli.terminal.options import (
    EARLIER,
    JSON,
    OUTPUT_DIR,
    REVIEWER,
    open_services,
)
from generator.content.seo.proposal_states import PROPOSAL_STATES, ProposalState
from generator.errors import UsageError
from generator.workflows.review.decisions.undo import undo_proposals
from generator.workflows.search_data.figures import figures_by_path
from generator.workflows.seo.decide import (
    approve_clean_proposals,
    approve_proposals,
    reject_proposals,
)
from generator.workflows.seo.proposal_list import IN_REVIEW, list_proposals

STATE = typer.Option(
    None, "--state", metavar="STATE", help="Only proposals in this state; may be given twice."
)
LIMIT = typer.Option(None, "--limit", min=1, metavar="N", help="Show at most N.")
CLEAN = typer.Option(False, "--clean", help="All proposals without any finding or warning.")
SLUGS = typer.Argument(None, metavar="[SLUG]...", help="Articles, as subject/slug or slug.")


def list_all(
    context: typer.Context,
    slugs: list[str] = SLUGS,
    state: list[str] = STATE,
    limit: int = LIMIT,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """List proposals, with lengths as search results show them (the site's prefix included).

    Example: generator seo list --state needs_fix
    """
    with open_services(context, output_dir=output_dir) as services:
        listed = list_proposals(services, slugs or (), states=_states(state), limit=limit)
        next_command = command_line(context, "seo", "propose", output_dir=output_dir)
        figures = figures_by_path(services)
        show_list(listed, services.settings.site, figures, next_command=next_command, as_json=as_json)
    return 0


def diff(
    context: typer.Context,
    slugs: list[str] = SLUGS,
    state: list[str] = STATE,
    limit: int = LIMIT,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Show the old and the new text of each proposal, with lengths as search results show them.

    Example: generator seo diff --limit 20
    """
    with open_services(context, output_dir=output_dir) as services:
        listed = list_proposals(services, slugs or (), states=_states(state) or IN_REVIEW, limit=limit)
        show_diff(listed, services.settings.site, figures_by_path(services), as_json=as_json)
    return 0


def approve(
    context: typer.Context,
    slugs: list[str] = SLUGS,
    clean: bool = CLEAN,
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Approve proposals for apply. One command is one decision; one undo reverts it.

    Example: generator seo approve biology/what-is-osmosis
    """
    with open_services(context, output_dir=output_dir) as services:
        if clean and slugs:
            raise UsageError("--clean and SLUG exclude each other")
        if clean:
            decided = approve_clean_proposals(services, reviewer=reviewer)
        else:
            decided = approve_proposals(services, slugs or (), reviewer=reviewer)
        return show_decided("approved", decided, as_json=as_json)


def reject(
    context: typer.Context,
    slugs: list[str] = SLUGS,
    note_text: str = typer.Option(None, "--note", metavar="TEXT", help="Why."),
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Reject proposals. Later runs skip these fields until the article changes, unless --redo is given.

    Example: generator seo reject biology/what-is-osmosis --note "wrong emphasis"
    """
    with open_services(context, output_dir=output_dir) as services:
        decided = reject_proposals(services, slugs or (), reviewer=reviewer, note=note_text)
        return show_decided("rejected", decided, as_json=as_json)


def undo(
    context: typer.Context,
    name: str = typer.Argument(
        None, metavar="[SLUG]", help="Undo the last decision on this article's proposals, by anyone."
    ),
    earlier: bool = EARLIER,
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Undo your last decision on proposals. A bulk decision is undone as a whole. Applied proposals stay applied.

    Example: generator seo undo
    """
    with open_services(context, output_dir=output_dir) as services:
        undone = undo_proposals(services, name, reviewer=reviewer, earlier=earlier)
        return show_undone(undone, as_json=as_json)


def _states(names: Sequence[str] | None) -> tuple[ProposalState, ...]:
    for name in names or ():
        if name not in PROPOSAL_STATES:
            raise UsageError(f"--state {name!r} is not one of {', '.join(PROPOSAL_STATES)}")
    return tuple(state for state in PROPOSAL_STATES if state in (names or ()))
