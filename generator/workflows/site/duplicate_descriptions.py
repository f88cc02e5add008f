"""Finds the pages that have, or are proposed to have, nearly the same description as a new one.

No two pages may show the same text in search results, not even two with the same question. A page that names another
one as its canonical address is left out: search engines do not show it.
"""

from collections.abc import Iterable
from typing import Protocol

from generator.content.checks import register
from generator.content.checks.rules import Rule
from generator.content.duplicates.descriptions import NearDuplicate
from generator.content.findings import Finding, Severity
from generator.workflows.ports import HasProposals, HasSettings
from generator.workflows.site.canonical import is_canonicalised
from generator.workflows.site.files import SiteFiles

DUPLICATE = register(
    Rule(
        "description-echo",
        "Another page or draft has nearly the same description",
        "Search engines show both pages with the same text, and a reader cannot tell which one answers.",
        draft="warning",
        published=None,
        fields=("page_description",),
    )
)


class DuplicateDescriptionServices(HasSettings, HasProposals, Protocol):
    """The services that finding duplicate descriptions needs."""


class DuplicateDescriptions:
    """Finds the near duplicates of a description for an article; the article itself (``key``) is ignored."""

    def __init__(self, services: DuplicateDescriptionServices) -> None:
        self._threshold = services.settings.duplicates.description_similarity
        self._site = services.site_descriptions
        self._proposed = services.proposals.descriptions
        self._files = SiteFiles(services.settings.content_dir)
        self._settings = services.settings

    def published(self, text: str, *, key: str) -> list[NearDuplicate]:
        """The near duplicates among the descriptions that the site has now, the nearest first."""
        return self._shown(self._site.near(text, self._threshold, key=key))

    def proposed(self, text: str, *, key: str) -> list[NearDuplicate]:
        """The near duplicates among the proposed descriptions, the nearest first.

        Reads within the transaction of the caller.
        """
        near = self._proposed.near(text, self._threshold, key=key, frequency=self._site.frequency)
        return self._shown(near)

    def _shown(self, found: Iterable[NearDuplicate]) -> list[NearDuplicate]:
        """The near duplicates on pages that search engines show, each text once."""
        nearest = sorted(found, key=lambda item: -item.similarity)
        once = {item.text: item for item in reversed(nearest)}
        return [
            item
            for item in nearest
            if once[item.text] is item and not is_canonicalised(self._files, item.page, self._settings.site)
        ]


def duplicate_finding(duplicate: str, severity: Severity = "error") -> Finding:
    """The finding on a description that is nearly the same as ``duplicate``."""
    message = f"says nearly the same as another page: {duplicate} Say what only this page answers"
    return Finding(DUPLICATE.code, severity, "page_description", message)
