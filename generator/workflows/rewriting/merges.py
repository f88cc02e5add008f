"""What a page takes over from others: those of clusters for which people decided that this page is kept and merged."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple, Protocol

from generator.store.ledger.drafts.rewritten_page import MergedPage
from generator.workflows.ports import HasClusters, HasCorpus, HasLedger

if TYPE_CHECKING:
    from generator.store.ledger.duplicates.clusters import ClusterRow


class MergeServices(HasLedger, HasClusters, HasCorpus, Protocol):
    """What finding the pages to merge takes."""


class MergeMaterial(NamedTuple):
    """What a page is rewritten with: the notes of the decisions, and the other pages."""

    notes: tuple[str, ...] = ()
    pages: tuple[MergedPage, ...] = ()


class Merges:
    """The decided merges of one ledger whose files are not changed yet."""

    def __init__(self, services: MergeServices) -> None:
        self._index = services.index
        self._clusters: defaultdict[str, list[tuple[ClusterRow, str]]] = defaultdict(list)
        if not services.has_ledger:
            return
        clusters = services.clusters
        for row in clusters.rows(("merge",)):
            if row.applied_by is None:
                decision = clusters.decisions.effective(row.id)
                note = (decision.note or "").strip() if decision is not None else ""
                self._clusters[row.keeper].append((row, note))

    def of(self, key: str) -> MergeMaterial:
        """What the page with this key (``subject/slug``) is to take over; empty for one that no cluster merges into.

        Pages that are gone are left out.
        """
        clusters = self._clusters.get(key, [])
        keys = dict.fromkeys(page.key for row, _ in clusters for page in row.others)
        rows = filter(None, map(self._index.get, keys))
        pages = tuple(
            MergedPage(row.question, answer) for row in rows if (answer := self._index.answer(row.key))
        )
        return MergeMaterial(tuple(dict.fromkeys(note for _, note in clusters if note)), pages)
