"""The ``generator duplicates find`` command, which is also ``generator duplicates`` alone."""

import sys
from pathlib import Path

import typer

from generator.cli.duplicates.output import show_asked, show_asking_plan, show_found
from generator.cli.terminal.options import (
    CONCURRENCY,
    CONTENT_DIR,
    JSON,
    MAX_COST,
    MODEL,
    OUTPUT_DIR,
    PLAN,
    open_services,
)
from generator.cli.terminal.output import TerminalProgress, note
from generator.content.duplicates.pairs import CLUSTER_KINDS, PairKind
from generator.errors import UsageError
from generator.workflows.duplicates.ask import AskRequest, ask_about, plan_asking
from generator.workflows.duplicates.find import find_duplicates
from generator.workflows.duplicates.html_report import write_html_report

KIND = typer.Option(
    (), "--kind", metavar="KIND", help="Only clusters of this kind: same_question, near_answer, ..."
)


def find(
    context: typer.Context,
    kind: list[str] = KIND,
    html: str = typer.Option(None, "--html", metavar="FILE", help="Write the clusters as a web page."),
    ask: bool = typer.Option(
        False, "--ask", help="First ask the model about the pairs that words leave open."
    ),
    limit: int = typer.Option(
        None, "--limit", min=1, metavar="N", help="With --ask: ask about at most N questions."
    ),
    plan: bool = PLAN,
    model: str = MODEL,
    max_cost: float = MAX_COST,
    concurrency: int = CONCURRENCY,
    output_dir: str = OUTPUT_DIR,
    content_dir: str = CONTENT_DIR,
    as_json: bool = JSON,
) -> int:
    """Find the pages that one page would serve, and propose which one is kept. The default.

    Pages are compared by their questions and by their answers, word for word
    and nearly. A page joins a cluster only if it is alike to the page that is
    kept. That page is, in this order: of a listed subject; with the most
    clicks, then impressions, where search data was imported; with the most
    links to it; with the fewest findings; with the longest answer; with the
    oldest id. Nothing is written into the articles.

    With --ask, a model decides the pairs that are near but not near enough; a
    pair is paid for once. --ask --plan shows the cost first.

    Exit codes: 0 searched, 1 a question got no verdict, 2 wrong usage.

    Example: generator duplicates --html duplicates.html
    """
    kinds = kinds_of(kind)
    if not ask and (plan or limit or max_cost is not None or model or concurrency):
        raise UsageError("--plan, --limit, --max-cost, --model and --concurrency need --ask")
    if plan and html is not None:
        raise UsageError("--plan shows the cost only and writes no report: leave out --html")
    progress = TerminalProgress(quiet=as_json)
    request = AskRequest(limit, model, concurrency, max_cost, tuple(sys.argv[1:]))
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        found = find_duplicates(services, progress)
        asked = None
        if plan:
            return show_asking_plan(plan_asking(services, found.open_pairs, request), as_json=as_json)
        if ask and found.open_pairs:
            asked = ask_about(services, found.open_pairs, request, progress)
            found = find_duplicates(services, progress)
        found = found.of_kinds(kinds)
        if html is not None:
            write_html_report(found, Path(html), site=services.settings.site, now=services.now())
            if not as_json:
                note(f"report: {html}")
        show_found(found, asked, as_json=as_json)
        return 0 if asked is None else show_asked(asked, as_json=as_json)


def kinds_of(names: list[str]) -> tuple[PairKind, ...]:
    """The values of ``--kind``.

    Raises:
        UsageError: one is no kind of cluster.
    """
    for name in names:
        if name not in CLUSTER_KINDS:
            raise UsageError(f"--kind {name!r} is not one of {', '.join(CLUSTER_KINDS)}")
    return tuple(kind for kind in CLUSTER_KINDS if kind in names)
