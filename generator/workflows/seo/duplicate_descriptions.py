"""Which other pages a description says nearly the same as: those of the site, and those that others are proposed for."""

from typing import Protocol

from generator.content.duplicates.descriptions import NearDuplicate
from generator.content.findings import Finding
from generator.workflows.ports import HasProposals, HasSettings

ECHO = "description-echo"


class DuplicateDescriptionServices(HasSettings, HasProposals, Protocol):
    """What looking for echoes takes."""


class DuplicateDescriptions:
    """The near-duplicates of a description for the article ``key``; the article and its copies do not count."""

    def __init__(self, services: DuplicateDescriptionServices) -> None:
        self._threshold = services.settings.duplicates.description_similarity
        self._site = services.site_descriptions
        self._proposed = services.proposals.descriptions

    def published(self, text: str, *, key: str, question: str) -> list[str]:
        """The descriptions that the site has now."""
        return _texts(self._site.near(text, self._threshold, key=key, question=question))

    def proposed(self, text: str, *, key: str, question: str) -> list[str]:
        """The descriptions that are proposed, within the caller's transaction."""
        frequency = self._site.frequency
        return _texts(
            self._proposed.near(text, self._threshold, key=key, question=question, frequency=frequency)
        )


def duplicate_finding(echo: str) -> Finding:
    """The finding on a description that says nearly the same as ``echo``."""
    message = f"says nearly the same as another page: {echo} Say what only this page answers"
    return Finding(ECHO, "error", "page_description", message)


def _texts(found: list[NearDuplicate]) -> list[str]:
    return list(dict.fromkeys(item.text for item in found))
