"""Batches that are left open: their provider is done with them, and answers that may be paid are in no file of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.content.display import plural

if TYPE_CHECKING:
    from generator.store.ledger.batches import Batches, BatchRow


def notes_on_incomplete(batches: Batches) -> list[str]:
    """One line on each batch that is left open."""
    return [
        note_on_missing_answers(batch, batches.waiting(batch.id)) for batch in batches.all(("incomplete",))
    ]


def note_on_missing_answers(batch: BatchRow, missing: int) -> str:
    """One line on a batch that is left open, and what can be done."""
    return (
        f"batch {batch.id} ({batch.batch_id}): its provider says {batch.status}, but no file of it has"
        f" {missing:,} of {plural(batch.requests, 'answer')}; they may be paid and count at their reservation."
        " generator batch collect looks for them again. Only if they never come: generator batch cancel"
        f" {batch.id} gives their questions back, to be asked and paid again"
    )
