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


def is_persons(drafts: Drafts, draft: int, present: bytes | None) -> bool:
    """Whether what stands at a draft's place is a person's: bytes that the ledger never had for this draft.

    An empty file is nobody's: it is what a power cut leaves of a rename.
    """
    return bool(present) and not drafts.versions.has(draft, sha256(present or b""))


def place(
    output_dir: Path, drafts: Drafts, row: DraftRow, data: bytes, *, former_path: str | None = None
) -> bool:
    """Write a draft's file and remove the one at its former place; False where a person's file is in the way.

    Raises:
        StorageError: the output folder cannot be written.
    """
    assert row.path is not None
    target = output_dir / row.path
    if is_persons(drafts, row.id, read_file(target)):
        return False
    write_file(target, data)
    if former_path is not None and former_path != row.path:
        remove_draft_file(output_dir, row.id, former_path, drafts)
    return True


def remove_draft_file(output_dir: Path, draft: int, path: str, drafts: Drafts) -> None:
    """Remove a draft's file, unless a person put another one in its place."""
    file = output_dir / path
    if not is_persons(drafts, draft, read_file(file)):
        file.unlink(missing_ok=True)
