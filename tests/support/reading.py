"""A clock that tests move, and readings of drafts as the review page reports them."""

import datetime

from generator.content.evidence.reading import Reading
from generator.services import Services
from generator.store.ledger.drafts.rows import DraftRow
from generator.workflows.review.reading import record_opening, record_reading
from tests.support.drafts import WHO


class Clock:
    """Stands for ``Services.now``: stays where it is until a test moves it on."""

    def __init__(self) -> None:
        self.at = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)

    def __call__(self) -> str:
        return self.at.isoformat(timespec="milliseconds")

    def wait(self, seconds: float) -> None:
        self.at += datetime.timedelta(seconds=seconds)


def read_by(services: Services, row: DraftRow, who: str = WHO, *, seconds: float = 180) -> None:
    """Have a reviewer read a draft to its end in this time."""
    clock = Clock()
    kept, services.now = services.now, clock
    assert row.sha is not None
    try:
        record_opening(services, row, row.sha, who=who)
        clock.wait(seconds)
        assert record_reading(services, row, row.sha, Reading(seconds, True), who=who)
    finally:
        services.now = kept
