"""Records reviewers' decisions on clusters: keep, keep another page, merge, no duplicates, undo.

The command line and the review page use the same functions. A decision is made on the cluster as the reviewer saw it: if
it changed since, StaleCluster is raised and nothing is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.errors import UsageError
from generator.store.ledger.duplicates.clusters import StaleCluster
from generator.store.ledger.row_versions import require_as_seen
from generator.workflows.ports import HasClusters, HasLedger, HasSettings
from generator.workflows.site.article_names import plain_name, single_match
from generator.workflows.site.reviewer import reviewer_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.content.duplicates.cluster_states import ClusterState
    from generator.content.duplicates.pairs import PairKind
    from generator.store.ledger.duplicates.clusters import ClusterRow
    from generator.store.ledger.duplicates.decisions import ClusterDecision


@dataclass(frozen=True, slots=True)
class DecidedClusters:
    """The result of a decision: the clusters as they are now, and a line for each that could not be decided on."""

    rows: tuple[ClusterRow, ...]
    left: tuple[str, ...] = ()

    @property
    def needs_person(self) -> bool:
        """Whether a cluster could not be decided on."""
        return bool(self.left)


class ClusterReviewServices(HasSettings, HasLedger, HasClusters, Protocol):
    """The services that deciding on clusters needs."""


class ClusterReview:
    """Records decisions on the clusters of one ledger. ``who`` is the reviewer's name."""

    def __init__(self, services: ClusterReviewServices) -> None:
        self._clusters = services.clusters
        self._database = services.ledger.database
        self._now = services.now

    def keep(
        self, row: ClusterRow, *, who: str, keeper: str | None = None, bulk: int | None = None
    ) -> ClusterRow:
        """Keep one page for all of a cluster: that of the search, or another one.

        Args:
            keeper: the key of one of its pages; None for the proposed one.

        Raises:
            UsageError: the page is not in the cluster.
            StaleCluster: the cluster changed since it was read, or is applied.
        """
        return self._clusters.decide(row, "kept", _page_of(row, keeper), who=who, now=self._now(), bulk=bulk)

    def merge(
        self, row: ClusterRow, *, who: str, keeper: str | None = None, note: str | None = None
    ) -> ClusterRow:
        """Keep one page after it is rewritten with what the others say. Until then, the cluster is not applied.

        The keeper counts as rewritten when a rewrite of it is published after this decision.

        Args, Raises: as :meth:`keep`.
        """
        key = _page_of(row, keeper)
        return self._clusters.decide(row, "merge", key, who=who, now=self._now(), note=note)

    def reject(self, row: ClusterRow, *, who: str, note: str | None = None) -> ClusterRow:
        """Record that the pages are no duplicates: no search pairs them, or pages with their questions, again.

        Raises:
            StaleCluster: the cluster changed since it was read, or is applied.
        """
        return self._clusters.decide(row, "rejected", row.keeper, who=who, now=self._now(), note=note)

    def keep_all(self, rows: Iterable[ClusterRow], *, who: str) -> DecidedClusters:
        """Keep the proposed page of each of these clusters, as one decision. Those with a doubt are skipped."""
        done: list[ClusterRow] = []
        left: list[str] = []
        with self._database.transaction():
            bulk = self._clusters.decisions.next_bulk()
            for row in rows:
                if row.doubt:
                    left.append(f"{row.name}: {row.doubt}")
                    continue
                try:
                    done.append(self.keep(row, who=who, bulk=bulk))
                except StaleCluster as error:
                    left.append(str(error))
        return DecidedClusters(tuple(done), tuple(left))

    def undo(self, decision: ClusterDecision, *, who: str) -> ClusterRow:
        """Undo a decision, recorded as a new decision.

        Raises:
            StaleCluster: the cluster is applied, or was decided on again since.
        """
        return self._clusters.undo(decision, who=who, now=self._now())

    def rewritten(self, row: ClusterRow) -> bool:
        """Whether a rewrite of the keeper of a cluster was published after it was decided to merge the cluster."""
        return self._clusters.decisions.keeper_is_rewritten(row.id, row.keeper)


def decide_clusters(
    services: ClusterReviewServices,
    names: Sequence[str],
    state: ClusterState,
    *,
    keeper: str | None = None,
    note: str | None = None,
    reviewer: str | None = None,
) -> DecidedClusters:
    """Record a decision on named clusters.

    Args:
        names: the numbers of clusters, or names of one of their pages.
        state: ``kept``, ``merge`` or ``rejected``.
        keeper: the name of the page to keep, for one cluster; None for the proposed ones.

    Raises:
        UsageError: a name fits no cluster or several, none is given, or the reviewer has no name.
    """
    who = reviewer_name(services.settings, reviewer)
    if keeper is not None and len(names) != 1:
        raise UsageError("--keeper takes exactly one cluster")
    review = ClusterReview(services)
    rows = [named_cluster(services, name) for name in names]
    if not rows:
        raise UsageError("name the clusters to decide on")
    done: list[ClusterRow] = []
    left: list[str] = []
    for row in rows:
        key = None if keeper is None else _keeper_key(services, row, keeper)
        try:
            if state == "kept":
                done.append(review.keep(row, who=who, keeper=key))
            elif state == "merge":
                done.append(review.merge(row, who=who, keeper=key, note=note))
            else:
                done.append(review.reject(row, who=who, note=note))
        except StaleCluster as error:
            left.append(str(error))
    return DecidedClusters(tuple(done), tuple(left))


def keep_all_clusters(
    services: ClusterReviewServices,
    *,
    kinds: Sequence[PairKind] = (),
    seen: str | None = None,
    reviewer: str | None = None,
) -> DecidedClusters:
    """Keep the proposed page of every open cluster without a doubt, as one decision.

    Args:
        kinds: only clusters with this evidence as their weakest; all where empty.
        seen: the digest of such clusters that the reviewer saw (:func:`generator.store.ledger.row_versions.digest_of`);
            None if no list was shown.

    Raises:
        UsageError: the reviewer has no name.
        StaleCluster: the clusters are not those.
    """
    who = reviewer_name(services.settings, reviewer)
    rows = services.clusters.rows(["open"], kinds=kinds)
    require_as_seen((row for row in rows if not row.doubt), seen, StaleCluster)
    return ClusterReview(services).keep_all(rows, who=who)


def named_cluster(services: ClusterReviewServices, name: str) -> ClusterRow:
    """The cluster with this number, or with the page of this name.

    Raises:
        UsageError: there is none, or several.
    """
    if name.isascii() and name.isdecimal() and len(name) < 19:
        try:
            return services.clusters.get(int(name))
        except StaleCluster as error:
            raise UsageError(str(error)) from error
    plain = plain_name(name, services.settings)
    found = {
        row.id: row
        for row in services.clusters.rows()
        for page in row.pages
        if plain in (page.key, page.key.partition("/")[2])
    }
    if len(found) > 1:
        raise UsageError(f"several clusters have {name!r}: {', '.join(map(str, sorted(found)))}")
    if not found:
        raise UsageError(f"no cluster has the page {name!r}: run generator duplicates first")
    return next(iter(found.values()))


def _keeper_key(services: ClusterReviewServices, row: ClusterRow, name: str) -> str:
    """The key of the page of a cluster that a person named. Raises UsageError."""
    plain = plain_name(name, services.settings)
    pages = [page for page in row.pages if plain in (page.key, page.key.partition("/")[2])]
    page = single_match(pages, name, "pages of the cluster")
    if page is None:
        raise UsageError(f"{name!r} is no page of {row.name}")
    return page.key


def _page_of(row: ClusterRow, keeper: str | None) -> str:
    key = keeper or row.keeper
    if all(page.key != key for page in row.pages):
        raise UsageError(f"{key} is no page of {row.name}")
    return key
