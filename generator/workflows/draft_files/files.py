"""Where the files of drafts are, and how they are written and removed: a person's file is never touched.

The ledger owns the bytes of a draft; its file is a copy. A file that holds bytes which the ledger never had for this
draft is a person's.
"""

from pathlib import Path

from generator.content.states import DraftState
from generator.store.files import read_file, sha256, write_file
from generator.store.ledger.drafts import DraftRow, Drafts
from generator.store.output_folder import DRAFTS, NEEDS_FIX


def draft_path(state: DraftState, key: str) -> str:
    """Where the file of ``subject/slug`` is below the output folder, by the draft's state."""
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
    if present is not None and not drafts.versions.has(row.id, sha256(present)):
        return False
    write_file(target, data)
    if former_path is not None and former_path != row.path:
        remove_draft_file(output_dir, row.id, former_path, drafts)
    return True


def remove_draft_file(output_dir: Path, draft: int, path: str, drafts: Drafts) -> None:
    """Remove a draft's file, unless a person put another one in its place."""
    file = output_dir / path
    present = read_file(file)
    if present is not None and drafts.versions.has(draft, sha256(present)):
        file.unlink(missing_ok=True)


def restore_missing(output_dir: Path, drafts: Drafts) -> int:
    """Write the files of drafts that are missing; returns how many.

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
