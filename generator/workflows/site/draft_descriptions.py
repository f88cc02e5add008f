"""Finds the pages and drafts that have nearly the description of a new draft.

The descriptions of the drafts in the ledger are read once, when the first draft of a run is compared, and each new one is
added: the second of two drafts of one run with the same description has the finding. Drafts that another process writes meanwhile are not
seen.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Protocol

from generator.content.duplicates.descriptions import Description, NearDuplicate, near_duplicates, terms
from generator.content.frontmatter import read
from generator.content.states import DraftState
from generator.content.text import normalise_question
from generator.errors import FrontMatterError
from generator.workflows.ports import HasDrafts, HasProposals, HasSettings
from generator.workflows.site.duplicate_descriptions import DuplicateDescriptions

_OPEN: frozenset[DraftState] = frozenset({"drafted", "needs_fix", "approved", "publishing"})
# As article files are composed; a file that a person wrote otherwise is parsed.
_FOLDED = re.compile(rb"^  page_description: >-\n {4}([^\n]*)\n  (?=\w)", re.MULTILINE)


class DraftDescriptionServices(HasSettings, HasDrafts, HasProposals, Protocol):
    """What comparing the descriptions of drafts takes."""


class DraftDescriptions:
    """The descriptions of the site, of proposals and of drafts, for the drafts of one run."""

    def __init__(self, services: DraftDescriptionServices) -> None:
        self._drafts = services.drafts
        self._threshold = services.settings.duplicates.description_similarity
        self._published = DuplicateDescriptions(services)
        self._rows: list[tuple[str, Description]] = []
        self._by_term: dict[str, list[int]] = {}
        self._frequency: Counter[str] = Counter()
        self._is_read = False

    def near(self, text: str, *, key: str | None, question: str) -> list[NearDuplicate]:
        """The near duplicates of a draft's description.

        Args:
            key: of the draft, ``subject/slug``; None where it has none yet.
            question: of the draft; an earlier draft of it is not another one.
        """
        if not self._is_read:
            self._is_read = True
            self._read_ledger()
        own = normalise_question(question)
        drafts = near_duplicates(
            text,
            self._threshold,
            frequency=self._frequency.__getitem__,
            texts_with=lambda term, word: self._by_term.get(term, ()),
            descriptions_of=lambda numbers: self._others(numbers, own),
        )
        published = self._published.published(text, key=key or "")
        return [*published, *self._published.proposed(text, key=key or ""), *drafts]

    def add(self, text: str, *, key: str | None, question: str) -> None:
        """Add the description of a new draft."""
        number = len(self._rows)
        self._rows.append((normalise_question(question), Description(key or question, text)))
        for term in terms(text):
            self._by_term.setdefault(term, []).append(number)
            self._frequency[term] += 1

    def _others(self, numbers: Iterable[int], own: str) -> Iterator[Description]:
        rows = (self._rows[number] for number in numbers)
        return (description for question, description in rows if question != own)

    def _read_ledger(self) -> None:
        for row in self._drafts.all():
            data = self._drafts.data(row) if row.state in _OPEN else None
            if data is not None:
                self.add(_description_of(data), key=row.key, question=row.question)


def _description_of(data: bytes) -> str:
    found = _FOLDED.search(data)
    if found is not None:
        return found[1].decode()
    try:
        return read(data).get("seo.page_description") or ""
    except FrontMatterError:
        return ""
