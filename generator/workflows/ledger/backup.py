"""The `backup` command: copies an undamaged ledger, also during a run. The copy appears only when it is complete."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from generator.errors import StorageError, UsageError
from generator.workflows.ledger.verify import ledger_problems

if TYPE_CHECKING:
    from pathlib import Path

    from generator.workflows.ports import HasLedger


def back_up_ledger(services: HasLedger, target: Path) -> int:
    """Copy the ledger; returns the size of the copy in bytes.

    Args:
        target: the copy; it must not exist, and its folder must.

    Raises:
        UsageError: the target exists, or its folder or the ledger does not.
        StorageError: the ledger is damaged or cannot be copied to the target; no file is left of the attempt.
    """
    if target.exists():
        raise UsageError(f"{target} exists already")
    if not target.parent.is_dir():
        raise UsageError(f"{target}: there is no folder {target.parent}")
    if not services.has_ledger:
        raise UsageError("there is no ledger yet")
    problem = next(ledger_problems(services), None)
    if problem is not None:
        raise StorageError(
            str(services.database.path),
            f"no copy was made, because the ledger is damaged ({problem}); generator verify lists all problems",
        )
    part = target.with_name(target.name + ".part")
    try:
        services.database.copy_to(part)
        part.replace(target)
    except (StorageError, OSError) as error:
        with suppress(OSError):
            part.unlink()
        reason = error.reason if isinstance(error, StorageError) else error.strerror or str(error)
        raise StorageError(str(target), f"the ledger cannot be copied there: {reason}") from error
    return target.stat().st_size
