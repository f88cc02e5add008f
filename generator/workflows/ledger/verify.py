"""The `verify` command: SQLite's integrity check of the ledger, and every stored hash computed again. Only reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.workflows.ports import HasLedger


@dataclass(frozen=True)
class VerifyOutcome:
    """The problems of the ledger.

    Args:
        exists: False where there is no ledger yet.
    """

    exists: bool
    problems: tuple[str, ...]

    @property
    def needs_person(self) -> bool:
        """Whether the ledger is damaged."""
        return bool(self.problems)


def verify_ledger(services: HasLedger) -> VerifyOutcome:
    """Check the ledger.

    Raises:
        StorageError: it cannot be opened.
    """
    if not services.has_ledger:
        return VerifyOutcome(exists=False, problems=())
    return VerifyOutcome(exists=True, problems=tuple(ledger_problems(services)))


def ledger_problems(services: HasLedger) -> Iterator[str]:
    """The problems of the ledger; damage that ends a check early is one of them."""
    for check in (services.database.problems, services.ledger.verify):
        try:
            yield from check()
        except StorageError as error:
            yield str(error.__cause__ or error.reason)
