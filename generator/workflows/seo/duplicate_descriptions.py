"""Finds the near duplicates of a description: among the descriptions of the site, and among the proposed ones."""

from typing import Protocol

from generator.content.duplicates.descriptions import NearDuplicate
from generator.content.findings import Finding
from generator.workflows.ports import HasProposals, HasSettings

_CODE = "description-echo"


class DuplicateDescriptionServices(HasSettings, HasProposals, Protocol):
    """The services that finding duplicate descriptions needs."""


class DuplicateDescriptions:
    """Finds the near duplicates of a description for an article.

    The article itself (``key``) and articles with the same question are ignored.
    """

    def __init__(self, services: DuplicateDescriptionServices) -> None:
        self._threshold = services.settings.duplicates.description_similarity
        self._site = services.site_descriptions
        self._proposed = services.proposals.descriptions

    def published(self, text: str, *, key: str, question: str) -> list[str]:
        """The near duplicates among the descriptions that the site has now."""
        return _texts(self._site.near(text, self._threshold, key=key, question=question))

    def proposed(self, text: str, *, key: str, question: str) -> list[str]:
        """The near duplicates among the proposed descriptions. Reads within the transaction of the caller."""
        frequency = self._site.frequency
        return _texts(
            self._proposed.near(text, self._threshold, key=key, question=question, frequency=frequency)
        )


def duplicate_finding(duplicate: str) -> Finding:
    """The finding on a description that is nearly the same as ``duplicate``."""
    message = f"says nearly the same as another page: {duplicate} Say what only this page answers"
    return Finding(_CODE, "error", "page_description", message)


def _texts(found: list[NearDuplicate]) -> list[str]:
    return list(dict.fromkeys(item.text for item in found))
