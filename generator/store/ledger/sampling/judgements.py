"""The table of judgements on drawn drafts: each is recorded, never changed, and can be undone while its lot is open."""

from dataclasses import dataclass

from generator.content.sampling.lot_states import TRANSITIONS, Judgement
from generator.store.ledger.decision_log import PROGRAM, Decision, DecisionLog, StaleRow


class StaleLot(StaleRow):
    """A lot or one of its drafts has changed since it was read, or the step is not allowed in its state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LotJudgement(Decision[Judgement]):
    """One judgement on a drawn draft; ``row`` is the id of the member.

    Args:
        sha: the hash of the bytes that were judged; None if it undoes the first judgement.
        sha_before: that of the judgement before; None without one.
        after_decision, after_proposal, after_cluster: the id of the newest decision on a draft, a proposal and a
            cluster at that time; 0 without one.
        after_set_aside: the id of the newest row of drafts that are set aside at that time; None where it is unknown.
    """

    sha: str | None
    sha_before: str | None
    after_decision: int
    after_proposal: int
    after_cluster: int
    after_set_aside: int | None


class LotJudgementLog(DecisionLog[Judgement, LotJudgement]):
    """The judgements on the drawn drafts of one ledger."""

    table = "lot_judgement"
    rows = "lot_member"
    entry = LotJudgement
    transitions = TRANSITIONS
    by_a_person = f"who <> '{PROGRAM}'"
    can_be_undone = (
        "EXISTS (SELECT 1 FROM lot_member AS own JOIN lot ON lot.id = own.lot"
        " WHERE own.id = lot_judgement.lot_member AND lot.state = 'open')"
    )
    about = "lot_member IN (SELECT own.id FROM lot_member AS own WHERE own.draft = :about)"

    def of_lot(self, lot: int) -> dict[int, LotJudgement]:
        """The effective judgements of a lot by the ids of its members."""
        of_lot = "lot_member IN (SELECT own.id FROM lot_member AS own WHERE own.lot = :lot)"
        return {judgement.row: judgement for judgement in self._find(of_lot, self._effective, lot=lot)}

    def of_draft(self, draft: int) -> list[LotJudgement]:
        """Every judgement on a draft, oldest first."""
        return self._find(self.about, about=draft)

    def newest_elsewhere(self) -> dict[str, int]:
        """The ids of the newest decisions of the other kinds, 0 without one, by the columns for them."""
        row = self._database.execute(
            "SELECT (SELECT coalesce(max(id), 0) FROM decision) AS after_decision,"
            " (SELECT coalesce(max(id), 0) FROM proposal_decision) AS after_proposal,"
            " (SELECT coalesce(max(id), 0) FROM duplicate_decision) AS after_cluster,"
            " (SELECT coalesce(max(id), 0) FROM set_aside) AS after_set_aside"
        ).fetchone()
        return dict(row)
