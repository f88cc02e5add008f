"""Lots over drafted articles, and judgements on their draws."""

from generator.services import Services
from generator.store.ledger.drafts.rows import DraftRow
from generator.store.ledger.queue.queue_filter import QueueFilter
from generator.workflows.engine.progress import NoProgress
from generator.workflows.review.editing.editor import DraftEditor
from generator.workflows.sampling.create import LotRequest, create_lot
from generator.workflows.sampling.judge import LotReview
from generator.workflows.sampling.lot_view import LotView, LotViews
from generator.workflows.sampling.release import release_lot
from tests.support.drafts import WHO

OTHER_KEYWORDS = (
    "enzymes, catalysis, activation energy, active site, substrate, biology, reaction rate, proteins"
)
"""Keywords as good as those of the good draft."""


def new_lot(services: Services, *, limit: float = 0.4, seed: str = "s", **filters: object) -> LotView:
    """A lot of all drafts that the filters select. With the default limit, two of three are read."""
    request = LotRequest(QueueFilter(**filters), limit=limit, seed=seed)  # type: ignore[arg-type]
    return create_lot(services, request, reviewer=WHO).view


def lot(services: Services, number: int = 1) -> LotView:
    return LotViews(services).get(number)


def judge(
    services: Services, judgement: str, row: DraftRow | None = None, note: str | None = None
) -> LotView:
    """Judge a draft; by default the next one of the newest lot."""
    if row is None:
        draw = LotViews(services).all()[0].next_draw()
        assert draw is not None
        row = draw.row
    return LotReview(services).judge(row, judgement, who=WHO, note=note)  # type: ignore[arg-type]


def read_all(services: Services) -> LotView:
    """Judge all draws of the newest lot as fine."""
    view = LotViews(services).all()[0]
    while view.next_draw() is not None:
        view = judge(services, "fine")
    return view


def correct(services: Services, row: DraftRow) -> DraftRow:
    """The draft with other keywords."""
    return DraftEditor(services).save_fields(row, {"keywords": OTHER_KEYWORDS}, who=WHO)


def release(services: Services, number: int = 1, who: str = WHO) -> LotView:
    return release_lot(services, number, NoProgress(), reviewer=who)
