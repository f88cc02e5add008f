"""The result for one file of the site: the text before and after a change, or why the file was skipped."""

import difflib
from io import StringIO
from typing import NamedTuple

from generator.errors import FrontMatterError, PatchError, StorageError


class FileChange(NamedTuple):
    """A changed file. ``path`` is relative to the content folder. ``reasons`` are the codes of why it changed."""

    path: str
    reasons: tuple[str, ...]
    before: str
    after: str

    def diff(self) -> str:
        """The change as a unified diff."""
        lines = difflib.unified_diff(
            list(StringIO(self.before, newline="\n")),
            list(StringIO(self.after, newline="\n")),
            fromfile=f"a/{self.path}",
            tofile=f"b/{self.path}",
            n=1,
        )
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
        )


class SkippedFile(NamedTuple):
    """A file that was not changed, and why."""

    path: str
    reason: str

    @classmethod
    def from_error(cls, path: str, error: StorageError | FrontMatterError | PatchError) -> "SkippedFile":
        """A file that could not be read, patched or written, with the reason of the error."""
        return cls(path, str(error) if isinstance(error, PatchError) else error.reason)
