"""Takes back a reviewer's last decision, whether it was about drafts or about proposals."""

from generator.jobs.deciding import Deciding, Undone
from generator.jobs.seo_deciding import ProposalReview, UndoneProposals
from generator.store.drafts import DraftRow, Drafts
from generator.store.proposal_history import ProposalHistory


class Undoing:
    """One undo over the drafts and the proposals of a ledger."""

    def __init__(
        self, deciding: Deciding, drafts: Drafts, proposals: ProposalReview, history: ProposalHistory
    ) -> None:
        self._deciding = deciding
        self._drafts = drafts
        self._proposals = proposals
        self._history = history

    def undo(
        self, *, who: str, draft: DraftRow | None = None, key: str | None = None
    ) -> Undone | UndoneProposals:
        """Take back the reviewer's last decision, or the last one on ``draft`` and the proposals of ``key``.

        Raises:
            UsageError: there is nothing to take back.
            StaleDraft, StaleProposal: the last decision cannot be taken back any more.
        """
        if draft is None and key is None:
            of_draft, of_proposal = self._drafts.last_decision(who), self._history.last_of(who)
        else:
            of_draft = self._drafts.last_decision_on(draft.id) if draft else None
            of_proposal = self._history.last_on(key) if key else None
        if of_proposal is None:
            by_proposal = draft is None and key is not None
        else:
            by_proposal = of_draft is None or of_draft.decision.at <= of_proposal.at
        if by_proposal:
            return self._proposals.undo(who=who, key=key)
        return self._deciding.undo(who=who, draft=draft)
