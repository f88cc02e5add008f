"""Checks the ledger: SQLite's own integrity check, and every stored hash derived again. Nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.workflows.ports import HasLedger


@dataclass(frozen=True)
class VerifyOutcome:
    """What is wrong with the ledger; ``exists`` is False where nothing was ever drafted."""

    exists: bool
    problems: tuple[str, ...]

    @property
    def needs_person(self) -> bool:
        """Whether the ledger is damaged."""
        return bool(self.problems)


def verify_ledger(services: HasLedger) -> VerifyOutcome:
    """Check the ledger.

    Raises:
        StorageError: it cannot be opened at all.
    """
    if not services.has_ledger:
        return VerifyOutcome(exists=False, problems=())
    return VerifyOutcome(exists=True, problems=tuple(ledger_problems(services)))


def ledger_problems(services: HasLedger) -> Iterator[str]:
    """What is wrong with the ledger; damage that ends a check is a problem too."""
    for check in (services.database.problems, services.ledger.verify):
        try:
            yield from check()
        except StorageError as error:
            yield str(error.__cause__ or error.reason)
