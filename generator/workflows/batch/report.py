"""What a pass over the batches did, counted while it goes on."""

from dataclasses import dataclass, field

from generator.errors import BudgetExceeded
from generator.workflows.batch.answer_recorder import RecordingReport


@dataclass
class BatchReport:
    """What a pass did. ``left`` jobs need a reply and are in no batch; ``unanswered`` requests came back empty;
    ``returned_to_queue`` of them are planned again instead of going into a follow-up batch; of ``passed_over`` batches the
    provider does not know, or does not give what it answered."""

    sent: list[int] = field(default_factory=list)
    collected: list[int] = field(default_factory=list)
    requests: int = 0
    left: int = 0
    unanswered: int = 0
    returned_to_queue: int = 0
    refused: int = 0
    passed_over: int = 0
    notes: list[str] = field(default_factory=list)
    recording: RecordingReport = field(default_factory=RecordingReport)
    over_budget: BudgetExceeded | None = None
