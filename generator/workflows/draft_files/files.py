"""Where the files of drafts are, and how they are written and removed. A person's file is never changed.

The ledger owns the bytes of a draft; its file is a copy. A file whose bytes the ledger never had for the draft is a
person's.
"""

from pathlib import Path

from generator.content.states import DraftState
from generator.store.files import read_file, sha256, write_file
from generator.store.ledger.drafts.drafts import Drafts
from generator.store.ledger.drafts.rows import DraftRow
from generator.store.output_folder import DRAFTS, NEEDS_FIX, rewrite_file


def draft_path(state: DraftState, key: str, basis: str | None = None) -> str:
    """The path of a draft's file below the output folder.

    Args:
        key: ``subject/slug``.
        basis: of a rewrite, the hash of the published page that it replaces; None for a new article.
    """
    file = f"{key}.md" if basis is None else rewrite_file(key, basis)
    return f"{NEEDS_FIX if state == 'needs_fix' else DRAFTS}/{file}"


def is_persons_file(drafts: Drafts, draft: int, data: bytes | None) -> bool:
    """Whether a file at a draft's path is a person's: the ledger never had its bytes for this draft.

    Args:
        data: the bytes of the file; None where there is none. An empty file is not a person's file: a power
            cut can leave one.
    """
    return bool(data) and not drafts.versions.has(draft, sha256(data or b""))


def write_draft_file(
    output_dir: Path, drafts: Drafts, row: DraftRow, data: bytes, *, former_path: str | None = None
) -> bool:
    """Write a draft's file and remove the one at its former path; returns False where a person's file is in the way.

    Raises:
        StorageError: the output folder cannot be written.
    """
    assert row.path is not None
    target = output_dir / row.path
    if is_persons_file(drafts, row.id, read_file(target)):
        return False
    write_file(target, data)
    if former_path is not None and former_path != row.path:
        remove_draft_file(output_dir, drafts, row.id, former_path)
    return True


def remove_draft_file(output_dir: Path, drafts: Drafts, draft: int, path: str) -> None:
    """Remove the file of a draft unless it is a person's.

    Args:
        draft: the number of the draft.
        path: of the file below the output folder.
    """
    file = output_dir / path
    if not is_persons_file(drafts, draft, read_file(file)):
        file.unlink(missing_ok=True)
