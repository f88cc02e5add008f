"""The requests and outcomes of the search for duplicates, of decisions on them, and of their application."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from generator.content.duplicates.pairs import DuplicatePair, PairKind
    from generator.store.ledger.duplicates.clusters import ClusterRow
    from generator.workflows.site.file_change import SkippedFile


class PageTotals(Protocol):
    """What search engines counted for a page."""

    @property
    def clicks(self) -> int: ...

    @property
    def impressions(self) -> int: ...


@dataclass(frozen=True, slots=True)
class SearchFigures:
    """What imported search data says about the pages of the site.

    Args:
        totals: by the path of the article below the content folder.
        competing: pairs of pages, by the same paths, that are shown for one query.
    """

    totals: Mapping[str, PageTotals] = field(default_factory=lambda: MappingProxyType({}))
    competing: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class FoundDuplicates:
    """What a search for duplicates found.

    Args:
        examined: the pages that were compared; without hidden ones and those that another page stands for.
        clusters: the clusters that nobody has decided on, as they are recorded.
        open_pairs: the pairs that a model can decide, most similar first.
        decided: how many clusters are decided on, by state.
        seconds: how long it took, without the update of the index.
    """

    examined: int
    clusters: tuple[ClusterRow, ...]
    open_pairs: tuple[DuplicatePair, ...]
    decided: Mapping[str, int]
    seconds: float

    def of_kinds(self, kinds: Collection[PairKind]) -> FoundDuplicates:
        """The same with only the clusters of some kinds; of all where none is given."""
        return replace(
            self, clusters=tuple(each for each in self.clusters if not kinds or each.kind in kinds)
        )

    @property
    def kinds(self) -> Counter[PairKind]:
        """The number of clusters by their weakest evidence."""
        return Counter(cluster.kind for cluster in self.clusters)

    @property
    def surplus(self) -> int:
        """How many pages are more than one for their question."""
        return sum(len(cluster.pages) - 1 for cluster in self.clusters)


@dataclass(frozen=True, slots=True)
class ApplyRequest:
    """Which decided clusters are applied, and how.

    Args:
        subject: only clusters whose keeper is of this subject, by name or slug; None for all.
        limit: at most so many clusters.
        withdraw: hide the other pages from search engines instead of naming the keeper in them.
        dry_run: write nothing.
        commit: commit the files, with one commit for each subject.
        branch: commit the changes to this branch for a preview, and leave files and ledger as they are.
        despite_git: write even if the branch is behind its remote branch, or files have uncommitted changes of others.
        reviewer: the person who applies them; None for the name from the settings or git.
    """

    subject: str | None = None
    limit: int | None = None
    withdraw: bool = False
    dry_run: bool = False
    commit: bool = False
    reviewer: str | None = None
    branch: str | None = None
    despite_git: bool = False


@dataclass
class ApplyReport:
    """The result of an application, or of undoing one. Paths are relative to the content folder.

    Attributes:
        clusters: how many clusters were applied.
        pointed: the pages that name their keeper now, or are hidden.
        relinked: the pages whose related links lead to keepers now.
        restored: the files that were restored.
        left_alone: the files that were not changed, with the reason.
        refused: a line for each cluster that cannot be applied.
        waiting: the keys of keepers that must be rewritten first, because their cluster is to be merged.
        commits: their hashes.
        commit_errors: why files were not committed.
        interrupted: whether Ctrl-C ended it early.
    """

    clusters: int = 0
    pointed: list[str] = field(default_factory=list)
    relinked: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)
    left_alone: list[SkippedFile] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    commits: list[str] = field(default_factory=list)
    commit_errors: list[str] = field(default_factory=list)
    interrupted: bool = False

    @property
    def needs_person(self) -> bool:
        """Whether something could not be done."""
        return bool(self.left_alone or self.refused or self.commit_errors)
