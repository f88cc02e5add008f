"""The commands on clusters: ``generator duplicates show``, ``keep``, ``merge``, ``reject`` and ``undo``."""

import typer

from generator.cli.duplicates.find import KIND, kinds_of
from generator.cli.duplicates.output import show_cluster, show_decided, show_undone
from generator.cli.terminal.options import (
    CONTENT_DIR,
    EARLIER,
    JSON,
    OUTPUT_DIR,
    REVIEWER,
    open_services,
)
from generator.errors import UsageError
from generator.workflows.duplicates.decide import decide_clusters, keep_all_clusters, named_cluster
from generator.workflows.review.decisions.undo import undo_clusters

CLUSTERS = typer.Argument(
    None, metavar="[CLUSTER]...", help="Numbers of clusters, or a page of each as subject/slug or slug."
)
KEEPER = typer.Option(None, "--keeper", metavar="SLUG", help="The page to keep; by default the proposed one.")
NOTE = typer.Option(None, "--note", metavar="TEXT", help="Why; stored in the ledger.")


def show(
    context: typer.Context,
    cluster: str = typer.Argument(..., metavar="CLUSTER", help="Its number, or one of its pages."),
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Show a cluster: its pages, what they share, and their answers.

    Example: generator duplicates show 12
    """
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        row = named_cluster(services, cluster)
        answers = {page.key: services.index.answer(page.key) or "" for page in row.pages}
        show_cluster(row, answers, as_json=as_json)
    return 0


def keep(
    context: typer.Context,
    clusters: list[str] = CLUSTERS,
    all_clusters: bool = typer.Option(False, "--all", help="All clusters without a doubt, as one decision."),
    kind: list[str] = KIND,
    keeper: str = KEEPER,
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Keep one page of each cluster: the proposed one, or another with --keeper.

    Example: generator duplicates keep 12 --keeper biology/what-is-a-cell
    """
    kinds = kinds_of(kind)
    if all_clusters == bool(clusters) or (all_clusters and keeper) or (kinds and not all_clusters):
        raise UsageError("name clusters, with --keeper for one of them, or give --all, with --kind for some")
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        if all_clusters:
            decided = keep_all_clusters(services, kinds=kinds, reviewer=reviewer)
        else:
            decided = decide_clusters(services, clusters, "kept", keeper=keeper, reviewer=reviewer)
        return show_decided("kept", decided, as_json=as_json)


def merge(
    context: typer.Context,
    clusters: list[str] = CLUSTERS,
    keeper: str = KEEPER,
    note: str = NOTE,
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Keep one page after it is rewritten with what the others say.

    generator duplicates apply leaves the cluster until the answer of the kept
    page is another one than now.

    Example: generator duplicates merge 12 --note "take the table of the other page"
    """
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        decided = decide_clusters(
            services, clusters or (), "merge", keeper=keeper, note=note, reviewer=reviewer
        )
        return show_decided("to be merged", decided, as_json=as_json)


def reject(
    context: typer.Context,
    clusters: list[str] = CLUSTERS,
    note: str = NOTE,
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Record that pages are no duplicates: they are never proposed again.

    Example: generator duplicates reject 12
    """
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        decided = decide_clusters(services, clusters or (), "rejected", note=note, reviewer=reviewer)
        return show_decided("rejected", decided, as_json=as_json)


def undo(
    context: typer.Context,
    earlier: bool = EARLIER,
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Undo your last decision on clusters. A bulk decision is undone as a whole.

    The files of an applied cluster are restored first: generator duplicates
    apply --undo.

    Example: generator duplicates undo
    """
    with open_services(context, output_dir=output_dir) as services:
        return show_undone(undo_clusters(services, reviewer=reviewer, earlier=earlier), as_json=as_json)
