"""What lies in the output folder, and the refusal to begin a new ledger where the old one is gone."""

from collections.abc import Iterator
from pathlib import Path

from generator.errors import StorageError

DRAFTS = "drafts"
NEEDS_FIX = "needs-fix"
PUBLISHED_LIST = "published.jsonl"
BATCHES = "batches"
LOCKS = "locks"


def refuse_lost_ledger(output_dir: Path, ledger: Path) -> None:
    """Refuse to begin a new ledger in a folder that holds drafts or publications of another one.

    Raises:
        StorageError: there are some, and everything would be asked and paid for again.
    """
    file = next(_work(output_dir), None)
    if file is not None:
        raise StorageError(
            str(ledger),
            f"does not hold what was drafted here ({file.relative_to(output_dir)}): put a copy made by generator"
            f" backup in its place; to begin a new ledger, which asks and pays for everything again, move {DRAFTS},"
            f" {NEEDS_FIX} and {PUBLISHED_LIST} out of {output_dir}",
        )


def _work(output_dir: Path) -> Iterator[Path]:
    """The files that only the work of a ledger puts into an output folder."""
    for folder in (DRAFTS, NEEDS_FIX):
        yield from (output_dir / folder).rglob("*.md")
    published = output_dir / PUBLISHED_LIST
    if published.exists() and published.stat().st_size:
        yield published
