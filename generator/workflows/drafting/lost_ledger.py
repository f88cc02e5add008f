"""Tells whether an output folder holds work of a ledger that is not there any more."""

from collections.abc import Iterator
from pathlib import Path

from generator.errors import StorageError
from generator.workflows.drafting.draft_files import CLEAN, NEEDS_FIX
from generator.workflows.publish.publication_list import LIST_NAME


def refuse_lost_ledger(output_dir: Path, ledger: Path) -> None:
    """Refuse to take a folder for a new one where drafts or publications stand that no ledger knows.

    Raises:
        StorageError: there are some, and everything would be asked and paid for again.
    """
    file = next(_work(output_dir), None)
    if file is not None:
        raise StorageError(
            str(ledger),
            f"does not hold what was drafted here ({file.relative_to(output_dir)}): put a copy made by generator"
            f" backup in its place; to begin a new ledger, which asks and pays for everything again, move {CLEAN},"
            f" {NEEDS_FIX} and {LIST_NAME} out of {output_dir}",
        )


def _work(output_dir: Path) -> Iterator[Path]:
    """What only the work of a ledger puts into an output folder."""
    for folder in (CLEAN, NEEDS_FIX):
        yield from (output_dir / folder).rglob("*.md")
    published = output_dir / LIST_NAME
    if published.exists() and published.stat().st_size:
        yield published
