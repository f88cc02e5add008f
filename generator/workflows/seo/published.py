"""The published article of a proposal, as the site has it now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.errors import FrontMatterError, StorageError
from generator.workflows.site.files import SiteFiles

if TYPE_CHECKING:
    from generator.config import Settings
    from generator.content.frontmatter import Document


def article_of(settings: Settings, path: str) -> Document | None:
    """The article file at a path below the content folder; None where it is gone or cannot be read."""
    try:
        return SiteFiles(settings.content_dir).document(path)
    except (FrontMatterError, StorageError):
        return None
