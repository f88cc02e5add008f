"""What a lot has to do with a draft: its place in the sample, and which judgements fit it as it is."""

from typing import NamedTuple

from generator.services import Services
from generator.store.ledger.drafts.rows import DraftRow
from generator.store.ledger.sampling.rows import LotMark
from generator.workflows.sampling.lot_view import Draw, LotView, LotViews


class SampledDraft(NamedTuple):
    """What a lot has to do with a draft. ``view`` and ``draw`` are None unless the draft is drawn from an open lot."""

    mark: LotMark
    row: DraftRow
    view: LotView | None
    draw: Draw | None

    @property
    def can_judge(self) -> bool:
        """Whether the draft can be judged."""
        return self.view is not None and self.view.state in ("reading", "reached")

    @property
    def is_corrected(self) -> bool:
        """Whether its bytes changed since the lot was frozen."""
        return self.draw is not None and self.row.sha != self.draw.member.sha

    @property
    def can_be_fine(self) -> bool:
        """Whether it can be judged fine."""
        is_said = self.draw is not None and self.draw.judgement == "fine"
        return not (self.is_corrected or is_said or self.row.state == "rejected")

    @property
    def can_be_minor(self) -> bool:
        """Whether it can be judged as having had a minor fault."""
        is_said = self.draw is not None and self.draw.member.judged == self.row.sha
        is_due = self.row.state == "rejected" or (self.is_corrected and not is_said)
        return is_due and not self.row.errors

    @property
    def can_be_corrected(self) -> bool:
        """Whether a minor fault is to be corrected first."""
        return not self.is_corrected or bool(self.row.errors)


def sampled_draft(services: Services, row: DraftRow) -> SampledDraft | None:
    """What a lot has to do with a draft; None if no lot has."""
    mark = services.lots.marks([row.id]).get(row.id)
    if mark is None or mark.must_be_read:
        return SampledDraft(mark, row, None, None) if mark else None
    view = LotViews(services).get(mark.lot)
    draw = view.draw_of(row.id)
    return SampledDraft(mark, row, view if draw else None, draw)
