"""Looks up batches in the ledger: all of them, or one by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.errors import UsageError
from generator.workflows.ports import HasLedger

if TYPE_CHECKING:
    from generator.store.ledger.batches.batches import Batches
    from generator.store.ledger.batches.rows import BatchRow


class BatchLookupServices(HasLedger, Protocol):
    """What looking up batches needs."""

    @property
    def batches(self) -> Batches: ...


def require_ledger(services: HasLedger) -> None:
    """Check that the output folder has a ledger.

    Raises:
        UsageError: it has none, so nothing was ever sent.
    """
    if not services.has_ledger:
        raise UsageError("there are no batches yet; generator draft QUESTIONS --batch sends some")


def list_batches(services: BatchLookupServices) -> list[BatchRow]:
    """Every batch in the ledger, with the status that was recorded last.

    Raises:
        UsageError: nothing was ever sent.
    """
    require_ledger(services)
    return services.batches.all()


def named_batch(services: BatchLookupServices, name: str) -> BatchRow:
    """A batch by the provider's id or by its number in the ledger.

    Raises:
        UsageError: no batch has this name.
    """
    batch = services.batches.find(name)
    if batch is None:
        raise UsageError(f"there is no batch {name!r}; generator batch list shows all batches")
    return batch
