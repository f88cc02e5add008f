"""The batches that the ledger knows: all of them, and one by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.errors import UsageError
from generator.workflows.ports import HasLedger

if TYPE_CHECKING:
    from generator.store.ledger.batches import Batches, BatchRow


class KnownBatchServices(HasLedger, Protocol):
    """What looking at the ledger's batches takes."""

    @property
    def batches(self) -> Batches: ...


def require_ledger(services: HasLedger) -> None:
    """Refuse an output folder in which nothing was ever sent.

    Raises:
        UsageError: there is no ledger.
    """
    if not services.has_ledger:
        raise UsageError("there are no batches yet: generator draft QUESTIONS --batch")


def list_batches(services: KnownBatchServices) -> list[BatchRow]:
    """Every batch that the ledger knows, as it was last seen.

    Raises:
        UsageError: nothing was ever sent.
    """
    require_ledger(services)
    return services.batches.all()


def named_batch(services: KnownBatchServices, name: str) -> BatchRow:
    """A batch by the provider's id or its number here.

    Raises:
        UsageError: none has this name.
    """
    batch = services.batches.find(name)
    if batch is None:
        raise UsageError(f"no batch is called {name!r}; generator batch list shows them")
    return batch
