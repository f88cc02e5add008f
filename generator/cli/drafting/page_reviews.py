"""What ``generator list --published`` does: lists published pages, with the options that fit pages."""

import typer

from generator.cli.drafting.page_reviews_output import ListForm, show_page_reviews
from generator.cli.terminal.options import open_services
from generator.cli.terminal.output import TerminalProgress
from generator.errors import UsageError
from generator.workflows.review.views.page_reviews import PageReviewRequest, list_page_reviews

_ABOUT_DRAFTS = (
    "state", "rule", "model", "run", "text", "owner", "priority", "due_before", "publish_before", "rewrites",
    "descending",
)  # fmt: skip


def list_pages(
    context: typer.Context,
    request: PageReviewRequest,
    form: ListForm,
    *,
    output_dir: str | None,
    content_dir: str | None,
) -> int:
    """List the published pages of a request.

    Raises:
        UsageError: an option was given that selects or sorts drafts.
    """
    for parameter in context.command.params:
        sorts = parameter.name == "sort" and context.params["sort"] != parameter.default
        if sorts or (parameter.name in _ABOUT_DRAFTS and context.params[parameter.name]):
            raise UsageError(f"{parameter.opts[0]} is for drafts: it cannot be given with --published")
    with open_services(context, output_dir=output_dir, content_dir=content_dir) as services:
        listed = list_page_reviews(services, request, TerminalProgress(quiet=form != "table"))
    show_page_reviews(listed, form)
    return 0
