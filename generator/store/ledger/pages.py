"""The names of pages in the ledger: drafts and published files, of which claims and scores are kept alike."""

DRAFT_PREFIX = "draft:"
FILE_PREFIX = "file:"

PAGE_KEY = "substr(draft.replaces, 1, length(draft.replaces) - 3)"
"""``subject/slug`` of the page that a draft replaces, in SQL: its path without ``.md``."""
DRAFT_KEY = f"coalesce(draft.key, {PAGE_KEY})"
"""``subject/slug`` of a draft in SQL: its own key, or that of the page that it replaces."""


def draft_page(job: int) -> str:
    """The name of a draft among the pages: by its job, because its address may change."""
    return f"{DRAFT_PREFIX}{job}"


def file_page(path: str) -> str:
    """The name of a published file among the pages; ``path`` is below the content folder."""
    return f"{FILE_PREFIX}{path}"


def comparison_page(job: int) -> str:
    """The name of a draft that was made for a comparison alone: neither a draft of the queue nor a published page."""
    return f"compare:{job}"


def path_of(page: str) -> str | None:
    """The path of a published file by the name of its page; None for any other page."""
    return page.removeprefix(FILE_PREFIX) if page.startswith(FILE_PREFIX) else None


def job_of(page: str) -> int | None:
    """The job of a draft by the name of its page; None for any other page."""
    return int(page.removeprefix(DRAFT_PREFIX)) if page.startswith(DRAFT_PREFIX) else None
