"""The tables of claims: what checks say of each claim of a page, and what people decided, which is never deleted.

Methods write within the caller's transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from generator.content.claims.claim import Claim, ClaimKind
from generator.content.claims.verdict import Basis, Verdict, VerdictName
from generator.store.ledger.ledger import Ledger
from generator.store.ledger.pages import DRAFT_PREFIX, FILE_PREFIX
from generator.store.ledger.queue.draft_texts import count_open_claims

ClaimDecisionName = Literal["confirmed", "struck", "edited"]
FoundBy = Literal["rules", "model"]


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """A claim with its verdict.

    Args:
        found_by: what found it.
        model: the model that checked it; None for rules.
    """

    claim: Claim
    verdict: Verdict
    found_by: FoundBy = "rules"
    model: str | None = None


@dataclass(frozen=True, slots=True)
class ClaimDecision:
    """What a person decided about a claim; ``verdict`` is that of the claim at that moment."""

    decision: ClaimDecisionName
    verdict: VerdictName
    who: str
    at: str
    note: str | None


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim of a page as it is recorded; ``decision`` is the newest one, None without any."""

    id: int
    page: str
    identity: str
    kind: ClaimKind
    field: str
    words: str
    sentence: str
    found_by: FoundBy
    verdict: Verdict
    model: str | None
    checked_at: str
    decision: ClaimDecision | None

    @property
    def is_settled(self) -> bool:
        """Whether a person confirmed it, and no check has changed its verdict since."""
        decision = self.decision
        return (
            decision is not None
            and decision.decision == "confirmed"
            and decision.verdict == self.verdict.name
        )


_LATEST = (
    "SELECT claim.*, d.decision, d.verdict AS decided_verdict, d.who, d.at, d.note FROM claim"
    " LEFT JOIN claim_decision AS d ON d.id ="
    " (SELECT max(id) FROM claim_decision WHERE claim_decision.claim = claim.id)"
)


class Claims:
    """The claims of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._database = ledger.database

    def of(self, page: str) -> list[ClaimRow]:
        """Every claim that a page has or had, oldest first."""
        return [
            _row(row)
            for row in self._database.execute(f"{_LATEST} WHERE page = ? ORDER BY claim.id", (page,))
        ]

    def with_verdict(self, verdict: VerdictName, *, published: bool) -> list[ClaimRow]:
        """The claims with a verdict, of all drafts or of all published files, by page."""
        prefix = FILE_PREFIX if published else DRAFT_PREFIX
        rows = self._database.execute(
            f"{_LATEST} WHERE claim.verdict = ? AND substr(page, 1, ?) = ? ORDER BY page, claim.id",
            (verdict, len(prefix), prefix),
        )
        return [_row(row) for row in rows]

    def record(self, page: str, checked: Iterable[CheckedClaim], *, now: str) -> None:
        """Record the results of a check.

        A result of rules that decides nothing leaves what a model said; every other result replaces the earlier one.
        """
        for item in checked:
            claim, verdict = item.claim, item.verdict
            self._database.execute(
                'INSERT INTO claim (page, identity, kind, field, words, sentence, "offset", found_by, verdict, basis,'
                " passage, source, quote, correction, reason, model, checked_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (page, identity) DO UPDATE SET field = excluded.field, verdict = excluded.verdict,"
                " basis = excluded.basis, passage = excluded.passage, source = excluded.source, quote = excluded.quote,"
                " correction = excluded.correction, reason = excluded.reason, model = excluded.model,"
                " checked_at = excluded.checked_at"
                " WHERE excluded.basis <> 'none' OR claim.basis NOT IN ('model', 'answers') OR excluded.model IS NOT NULL",
                (
                    page,
                    claim.identity,
                    claim.kind,
                    claim.field,
                    claim.words,
                    claim.sentence,
                    claim.start - claim.sentence_start,
                    item.found_by,
                    verdict.name,
                    verdict.basis,
                    verdict.passage,
                    verdict.source,
                    verdict.quote,
                    verdict.right,
                    verdict.reason,
                    item.model,
                    now,
                ),
            )
        count_open_claims(self._database, page)

    def find(self, page: str, identity: str) -> ClaimRow | None:
        """A claim of a page; None without it."""
        row = self._database.execute(
            f"{_LATEST} WHERE page = ? AND identity = ?", (page, identity)
        ).fetchone()
        return _row(row) if row else None

    def decide(
        self, row: ClaimRow, decision: ClaimDecisionName, *, who: str, now: str, note: str | None = None
    ) -> None:
        """Record what a person decided about a claim."""
        self._database.execute(
            "INSERT INTO claim_decision (claim, decision, verdict, who, at, note) VALUES (?, ?, ?, ?, ?, ?)",
            (row.id, decision, row.verdict.name, who, now, note),
        )
        count_open_claims(self._database, row.page)


def _row(row: Any) -> ClaimRow:
    basis: Basis = row["basis"]
    verdict = Verdict(
        row["verdict"], basis, row["passage"], row["source"], row["quote"], row["correction"], row["reason"]
    )
    decision = None
    if row["decision"] is not None:
        decision = ClaimDecision(row["decision"], row["decided_verdict"], row["who"], row["at"], row["note"])
    return ClaimRow(
        id=row["id"],
        page=row["page"],
        identity=row["identity"],
        kind=row["kind"],
        field=row["field"],
        words=row["words"],
        sentence=row["sentence"],
        found_by=row["found_by"],
        verdict=verdict,
        model=row["model"],
        checked_at=row["checked_at"],
        decision=decision,
    )
