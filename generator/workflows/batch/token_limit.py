"""Sends the requests of an order again after the provider refused a batch of it because too many tokens were waiting.

The provider limits the tokens of all unfinished batches of a model together, and does not say how much room is left. So
the requests go in smaller batches, one at a time, when no other batch of the model is known to run.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.store.ledger.batches.batches import Batches
    from generator.store.ledger.batches.rows import BatchOrder, BatchRow
    from generator.workflows.batch.files.file_plan import FilePlan


def plan_within_limit(
    batches: Batches, order: BatchOrder, files: FilePlan, running: Sequence[BatchRow]
) -> FilePlan | None:
    """What an order may send now.

    A batch has half of the requests of the last one that was refused, or twice those of the largest one since then.

    Args:
        files: what it may send where no batch of it was refused for its tokens.
        running: the batches at the endpoint that have not ended.

    Returns:
        None where it has to wait for another batch.
    """
    ended = [batch for batch in batches.all(("collected",)) if batch.run == order.run]
    refused = next((batch for batch in reversed(ended) if batch.is_over_token_limit), None)
    if refused is None:
        return files
    if any(batch.model == refused.model for batch in running):
        return None
    accepted = max((batch.requests for batch in ended if batch.id > refused.id), default=0)
    return replace(files, most_requests=max(1, refused.requests // 2, 2 * accepted), most_files=1)


def note_on_token_limit(batch: BatchRow) -> str:
    """One line on a batch that was refused because too many tokens were waiting."""
    return (
        f"batch {batch.id} ({batch.batch_id}) had no room at the provider; its requests go again in smaller batches, one"
        f" at a time, by generator batch collect --wait ({batch.problem})"
    )
