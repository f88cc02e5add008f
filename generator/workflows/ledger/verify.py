"""The `verify` command: SQLite's integrity check of the ledger, its schema and references, and every hash. Only reads."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.workflows.ports import HasLedger

# What a program raises that meets values in damaged rows which it never wrote.
_OF_DAMAGED_ROWS = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    sqlite3.Error,
)


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


@contextmanager
def damage_named(services: HasLedger) -> Iterator[None]:
    """An unexpected error of the block becomes that of a damaged ledger, if the ledger is damaged.

    Raises:
        StorageError: the block met an unexpected value, and the ledger is damaged.
    """
    try:
        yield
    except _OF_DAMAGED_ROWS as error:
        damage = damage_behind(services)
        if damage is None:
            raise
        raise damage from error


def damage_behind(services: HasLedger) -> StorageError | None:
    """The damage of the ledger that may be the cause of an unexpected error; None where the ledger is sound."""
    try:
        problem = next(ledger_problems(services), None) if services.has_ledger else None
        return services.database.damage_error(problem) if problem is not None else None
    except StorageError as error:
        return error
