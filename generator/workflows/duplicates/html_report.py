"""Writes the clusters of a search as one self-contained HTML file, which loads nothing and asks for nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generator.content.slugs import ArticleKey
from generator.workflows.html_reports.page import write_page

if TYPE_CHECKING:
    from generator.content.site.site import Site
    from generator.workflows.duplicates.requests import FoundDuplicates

_TEMPLATES = Path(__file__).parent / "templates"


def write_html_report(found: FoundDuplicates, file: Path, *, site: Site, now: str) -> None:
    """Write the report to a file.

    Args:
        now: the time in the ledger's format: UTC, ISO 8601.

    Raises:
        StorageError: the file cannot be written.
    """
    addresses = {
        page.key: f"{site.origin or ''}{site.address_of(ArticleKey(*page.key.split('/', 1)))}"
        for cluster in found.clusters
        for page in cluster.pages
    }
    write_page(file, _TEMPLATES, "duplicates.html", created_at=now, found=found, addresses=addresses)
