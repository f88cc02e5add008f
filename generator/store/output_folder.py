"""Names what is in the output folder, and refuses a new ledger where the ledger of existing drafts is missing."""

import re
from collections.abc import Iterator
from pathlib import Path

from generator.errors import StorageError

DRAFTS = "drafts"
NEEDS_FIX = "needs-fix"
REWRITES = "rewrites"
"""The folder, in both, of the drafts that rewrite published pages."""
PUBLISHED_LIST = "published.jsonl"
BATCHES = "batches"
WRITTEN_FILES = "written-files.sqlite3"
"""Which article files this program wrote; may be deleted."""
LOCKS = "locks"
COMMITS = f"{DRAFTS}/.ledger-commits"
"""How often the ledger was committed. It stands with the drafts because it goes with them."""

_BASIS_CHARS = 8
_WITH_BASIS = re.compile(rf"(.+)\.[0-9a-f]{{{_BASIS_CHARS}}}")


def rewrite_file(key: str, basis: str) -> str:
    """The path of a rewrite's file in the folder of drafts or of those that need a fix.

    The rewrites of different bytes of one page have different files.

    Args:
        key: ``subject/slug`` of the page.
        basis: the hash of its bytes.
    """
    return f"{REWRITES}/{key}.{basis[:_BASIS_CHARS]}.md"


def slug_of_rewrite_file(name: str) -> str:
    """The slug of the page by the name of a rewrite's file without ``.md``."""
    found = _WITH_BASIS.fullmatch(name)
    return found[1] if found else name


def refuse_lost_ledger(output_dir: Path, ledger: Path) -> None:
    """Refuse to create a ledger in a folder that contains drafts, publications or the commit count of another ledger.

    Raises:
        StorageError: it does; with a new ledger everything would be requested and paid for again.
    """
    count = output_dir / COMMITS
    file = next(_files_of_a_ledger(output_dir), count if not ledger.exists() and count.exists() else None)
    if file is not None:
        raise StorageError(
            str(ledger),
            f"does not contain what was drafted here ({file.relative_to(output_dir)}): replace it by a copy made with"
            f" generator backup; or, to start a new ledger and pay for everything again, move {DRAFTS}, {NEEDS_FIX}"
            f" and {PUBLISHED_LIST} out of {output_dir}",
        )


def _files_of_a_ledger(output_dir: Path) -> Iterator[Path]:
    """The files that are in an output folder only if a ledger belongs to it."""
    for folder in (DRAFTS, NEEDS_FIX):
        yield from (output_dir / folder).rglob("*.md")
    published = output_dir / PUBLISHED_LIST
    if published.exists() and published.stat().st_size:
        yield published
