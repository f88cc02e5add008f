"""The table of clusters of duplicate pages: what the last search found, and what people decided.

A cluster is identified by its pages. A search replaces the clusters that nobody has decided on; decided ones stay.
Methods write within the caller's transaction, or in their own where none is open.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from generator.content.duplicates.cluster_states import ClusterState
from generator.content.duplicates.pairs import PairKind
from generator.store.ledger.decision_log import StaleRow
from generator.store.ledger.duplicates.decisions import ClusterDecision, ClusterDecisionLog
from generator.store.ledger.ledger import Ledger
from generator.store.ledger.storage.hashes import hash_of


class StaleCluster(StaleRow):
    """A cluster has changed since it was read, or the decision is not allowed in its state."""


@dataclass(frozen=True, slots=True)
class ClusterPage:
    """One page of a cluster.

    Args:
        key: ``subject/slug``.
        kind: what shows that the proposed keeper serves it; None for the proposed keeper.
        similarity: of what ``kind`` compares, 0 to 1.
        words: the length of its answer.
        inbound: how many pages link to it.
        clicks, impressions: in the imported search data; 0 without any.
    """

    key: str
    question: str
    subject: str
    kind: PairKind | None
    similarity: float
    words: int
    inbound: int
    clicks: int = 0
    impressions: int = 0


@dataclass(frozen=True, slots=True)
class FoundCluster:
    """A cluster as a search found it.

    Args:
        pages: the proposed keeper first.
        reason: why this keeper is proposed.
        kind: the weakest evidence of its pages.
        doubt: why a person should look first; empty without a doubt.
    """

    pages: tuple[ClusterPage, ...]
    keeper: str
    reason: str
    kind: PairKind
    doubt: str = ""

    @property
    def identity(self) -> str:
        """The same for the same pages."""
        return hash_of(*sorted(page.key for page in self.pages))


@dataclass(frozen=True, slots=True)
class ClusterRow(FoundCluster):
    """A recorded cluster; ``keeper`` is that of the newest decision, else the proposed one.

    Args:
        found: whether the last search found it.
        lock: counts its changes.
        applied_by: the application that changed its files; None where they are not changed.
    """

    id: int = 0
    state: ClusterState = "open"
    found: bool = True
    lock: int = 0
    applied_by: int | None = None

    @property
    def name(self) -> str:
        """Its name for messages."""
        return f"cluster {self.id}"

    @property
    def others(self) -> tuple[ClusterPage, ...]:
        """The pages that are not kept."""
        return tuple(page for page in self.pages if page.key != self.keeper)

    @property
    def kept_page(self) -> ClusterPage:
        """The page that is kept."""
        return next(page for page in self.pages if page.key == self.keeper)


class DuplicateClusters:
    """The clusters of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._database = ledger.database
        self.decisions = ClusterDecisionLog(ledger.database, StaleCluster)

    # reading

    def get(self, number: int) -> ClusterRow:
        """A cluster by its id.

        Raises:
            StaleCluster: there is none.
        """
        rows = list(self._many("WHERE id = ?", (number,)))
        if not rows:
            raise StaleCluster(f"there is no cluster {number}")
        return rows[0]

    def rows(
        self,
        states: Sequence[ClusterState] = (),
        *,
        kinds: Sequence[PairKind] = (),
        after: int = 0,
        limit: int | None = None,
    ) -> list[ClusterRow]:
        """Clusters in the order of their ids; open ones only if the last search found them.

        Args:
            states, kinds: only these; all where empty.
            after: only larger ids.
            limit: the most clusters; None for no limit.
        """
        where = ["id > ?", "(found OR state <> 'open')"]
        for column, values in (("state", states), ("kind", kinds)):
            if values:
                where.append(f"{column} IN ({', '.join('?' * len(values))})")
        sql = f"WHERE {' AND '.join(where)} ORDER BY id LIMIT ?"
        return list(self._many(sql, (after, *states, *kinds, -1 if limit is None else limit)))

    def counts(self) -> Counter[ClusterState]:
        """How many clusters are in each state, as :meth:`rows` lists them."""
        rows = self._database.execute(
            "SELECT state, count(*) FROM duplicate_cluster WHERE found OR state <> 'open' GROUP BY state"
        )
        return Counter({row[0]: row[1] for row in rows})

    # writing

    def record(self, found: Iterable[FoundCluster], *, now: str) -> None:
        """Replace the clusters that nobody has decided on by those of a search."""
        with self._database.transaction():
            self._database.execute("UPDATE duplicate_cluster SET found = 0 WHERE state = 'open'")
            for cluster in found:
                self._database.execute(
                    "INSERT INTO duplicate_cluster (identity, pages, keeper, reason, kind, doubt, state, found,"
                    " updated_at) VALUES (?, ?, ?, ?, ?, ?, 'open', 1, ?) ON CONFLICT (identity) DO UPDATE SET"
                    " pages = excluded.pages, keeper = excluded.keeper, reason = excluded.reason,"
                    " kind = excluded.kind, doubt = excluded.doubt, found = 1,"
                    " lock = lock + (keeper <> excluded.keeper), updated_at = excluded.updated_at"
                    " WHERE state = 'open'",
                    (
                        cluster.identity,
                        json.dumps([asdict(page) for page in cluster.pages], ensure_ascii=False),
                        cluster.keeper,
                        cluster.reason,
                        cluster.kind,
                        cluster.doubt,
                        now,
                    ),
                )
            self._database.execute(
                "DELETE FROM duplicate_cluster WHERE NOT found AND state = 'open' AND NOT EXISTS"
                " (SELECT 1 FROM duplicate_decision AS made WHERE made.duplicate_cluster = duplicate_cluster.id)"
            )

    def decide(
        self,
        row: ClusterRow,
        state: ClusterState,
        keeper: str,
        *,
        who: str,
        now: str,
        note: str | None = None,
        bulk: int | None = None,
    ) -> ClusterRow:
        """Record a decision on a cluster.

        Args:
            keeper: the key of one of its pages.

        Raises:
            StaleCluster: it has changed since it was read, its files are changed, or the step is not allowed.
        """
        with self._database.transaction():
            self._require_not_applied(row)
            changes = {"keeper": keeper}
            details = self._details(row, keeper)
            self.decisions.change(
                row, state, changes, who=who, now=now, note=note, details=details, bulk=bulk
            )
        return self.get(row.id)

    def undo(self, decision: ClusterDecision, *, who: str, now: str) -> ClusterRow:
        """Undo the effective decision on a cluster: a new decision restores state and keeper.

        Raises:
            StaleCluster: its files are changed, or the decision is not effective.
        """
        with self._database.transaction():
            row = self.get(decision.row)
            self._require_not_applied(row)
            changes = {"keeper": decision.keeper_before}
            details = self._details(row, decision.keeper_before)
            self.decisions.undo(row, decision, changes, who=who, now=now, details=details)
        return self.get(decision.row)

    def set_applied(self, numbers: Iterable[int], application: int) -> None:
        """Record that the files of clusters are changed."""
        for number in numbers:
            self._database.execute(
                "UPDATE duplicate_cluster SET applied_by = ? WHERE id = ?", (application, number)
            )

    def set_unapplied(self, numbers: Iterable[int]) -> None:
        """Record that the files of clusters are restored."""
        for number in numbers:
            self._database.execute("UPDATE duplicate_cluster SET applied_by = NULL WHERE id = ?", (number,))

    # inside

    def _require_not_applied(self, row: ClusterRow) -> None:
        if row.applied_by is not None:
            raise StaleCluster(
                f"{row.name} is applied: generator duplicates apply --undo restores its files first"
            )

    def _details(self, row: ClusterRow, keeper: str) -> Mapping[str, Any]:
        after_decision, after_proposal = self.decisions.newest_elsewhere()
        return {
            "keeper": keeper,
            "keeper_before": row.keeper,
            "after_decision": after_decision,
            "after_proposal": after_proposal,
        }

    def _many(self, where: str, values: tuple[Any, ...]) -> Iterator[ClusterRow]:
        for row in self._database.execute(f"SELECT * FROM duplicate_cluster {where}", values).fetchall():
            yield ClusterRow(
                pages=tuple(ClusterPage(**page) for page in json.loads(row["pages"])),
                keeper=row["keeper"],
                reason=row["reason"],
                kind=row["kind"],
                doubt=row["doubt"],
                id=row["id"],
                state=row["state"],
                found=bool(row["found"]),
                lock=row["lock"],
                applied_by=row["applied_by"],
            )
