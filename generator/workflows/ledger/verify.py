"""The `verify` command: SQLite's integrity check of the ledger, its schema and references, and every hash. Only reads."""

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


def damage_behind(services: HasLedger) -> StorageError | None:
    """The damage of the ledger that may be the cause of an unexpected error; None where the ledger is sound."""
    try:
        problem = next(ledger_problems(services), None) if services.has_ledger else None
        return services.database.damage_error(problem) if problem is not None else None
    except StorageError as error:
        return error
