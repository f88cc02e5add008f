"""Keeps the draft files in step with the ledger, which owns their bytes.

A missing file is written again; a file with other bytes than the ledger ever had is a person's and is
never overwritten.
"""

from pathlib import Path

from generator.content.states import DraftState
from generator.store.files import read_file, sha256, write_file
from generator.store.ledger.drafts import DraftRow, Drafts
from generator.store.output_folder import DRAFTS, NEEDS_FIX


def draft_path(state: DraftState, key: str) -> str:
    """Where the file of ``subject/slug`` stands below the output folder, by the draft's state."""
    return f"{NEEDS_FIX if state == 'needs_fix' else DRAFTS}/{key}.md"


def place(
    output_dir: Path, drafts: Drafts, row: DraftRow, data: bytes, *, former_path: str | None = None
) -> bool:
    """Write a draft's file and remove the one at its former place; False where a person's file is in the way.

    Raises:
        StorageError: the output folder cannot be written.
    """
    assert row.path is not None
    target = output_dir / row.path
    present = read_file(target)
    if present is not None and not drafts.knows(row.id, sha256(present)):
        return False
    write_file(target, data)
    if former_path is not None and former_path != row.path:
        former = output_dir / former_path
        old = read_file(former)
        if old is not None and drafts.knows(row.id, sha256(old)):
            former.unlink()
    return True


def restore_missing(output_dir: Path, drafts: Drafts) -> int:
    """Write the files that should stand and do not; returns how many.

    An empty file counts as missing: it is what a power cut leaves of a rename.
    """
    restored = 0
    for row in drafts.all(("drafted", "needs_fix", "approved", "rejected")):
        if row.path is None or row.sha is None:
            continue
        target = output_dir / row.path
        if target.exists() and target.stat().st_size:
            continue
        data = drafts.data(row)
        if data is not None:
            write_file(target, data)
            restored += 1
    return restored
