"""Notes on incomplete batches: they have ended, and answers that may have been charged are in none of their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.content.display import plural

if TYPE_CHECKING:
    from generator.store.ledger.batches.batches import Batches
    from generator.store.ledger.batches.rows import BatchRow


def notes_on_incomplete(batches: Batches) -> list[str]:
    """One line on each incomplete batch."""
    return [
        note_on_missing_answers(batch, batches.count_unanswered(batch.id))
        for batch in batches.all(("incomplete",))
    ]


def note_on_missing_answers(batch: BatchRow, missing: int) -> str:
    """One line on an incomplete batch, and what can be done."""
    return (
        f"batch {batch.id} ({batch.batch_id}) is {batch.status}, but {missing:,} of"
        f" {plural(batch.requests, 'answer')} are in none of its files; they may have been charged and count at"
        " their reservation. generator batch collect looks for them again. If they never arrive, generator batch"
        f" cancel {batch.id} returns their questions to the queue, to be asked and charged again"
    )
