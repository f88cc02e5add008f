"""Reads and writes files: atomic writes (a temporary file, then a rename), hashes, and stamps that show changes."""

import errno
import hashlib
import itertools
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from generator.content.frontmatter import size_error
from generator.errors import StorageError
from generator.events import emit

_PREFIX_CHARS = 100
_numbers = itertools.count(1)
# Part of temporary names besides the process id, because in a container every run may have the same process id.
_RUN = secrets.token_hex(4)
_LEFTOVER = re.compile(r"([0-9]{1,9})(?:-[0-9a-f]+)*\.tmp")
# Errors of file systems that cannot sync a folder. Nothing more can be done there.
_NO_FOLDER_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP})


class FileStamp(NamedTuple):
    """Modification time (ns) and size (bytes) of a file: a file whose stamp is the same counts as unchanged."""

    mtime_ns: int
    size: int

    @classmethod
    def of(cls, status: os.stat_result) -> "FileStamp":
        """The stamp of a file from the result of ``stat``."""
        return cls(status.st_mtime_ns, status.st_size)


def sha256(data: bytes) -> str:
    """The SHA-256 of bytes in hex. It identifies the versions of a file and the blobs of the ledger."""
    return hashlib.sha256(data).hexdigest()


def write_file(
    path: Path, data: bytes, *, durable: bool = False, expect: Callable[[bytes | None], bool] | None = None
) -> None:
    """Write ``data`` to ``path`` atomically: a reader sees the old file or the new one, never a part.

    Args:
        path: its folder is created if missing.
        data: the complete content.
        durable: also wait until the data is on the disk; for files that cannot be restored from elsewhere.
        expect: called with the current content (None without a file) directly before the rename; False stops the write.

    Raises:
        StorageError: the file cannot be written, or ``expect`` returned False; the old file is unchanged.
    """
    # With a number, because several threads may write at once and long names may have the same beginning.
    temporary = f"{path.parent}{os.sep}{_prefix(path)}{_own()}{next(_numbers)}.tmp"
    try:
        try:
            _write(temporary, data, durable)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(temporary, data, durable)
        _keep_mode(path, temporary)
        if expect is not None and not expect(read_file(path)):
            raise StorageError(str(path), "was changed by someone else and is left alone")
        Path(temporary).replace(path)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise StorageError(str(path), error.strerror or str(error)) from error
        raise
    emit("file.written", f"written: {path}", path=str(path), bytes=len(data))


def leftovers(folder: Path) -> list[Path]:
    """The hidden files of a folder that an interrupted write of another process may have left."""
    own = f".{_own()}"
    return [file for file in folder.glob(".*.tmp") if own not in file.name]


def is_leftover_of(leftover: Path, path: Path) -> bool:
    """Whether ``leftover`` is the temporary file of a write to ``path`` by a process that no longer runs."""
    prefix = _prefix(path)
    match = _LEFTOVER.fullmatch(leftover.name, len(prefix)) if leftover.name.startswith(prefix) else None
    return match is not None and not _is_other_process(int(match[1]))


def _own() -> str:
    return f"{os.getpid()}-{_RUN}-"


def _is_other_process(number: int) -> bool:
    """Whether another process has this id. On Windows, where the check would end the process, the answer is no."""
    if number == os.getpid() or os.name == "nt":
        return False
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except OSError:  # the process belongs to another user
        return True
    return True


def _prefix(path: Path) -> str:
    return f".{path.name[:_PREFIX_CHARS]}."


def sync_folder(folder: Path) -> None:
    """Wait until the names of a folder's files are on the disk.

    Does nothing for a missing folder, and where the file system does not support it.

    Raises:
        StorageError: the disk cannot be written.
    """
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # a missing folder, or Windows, which cannot open folders and where a rename is durable
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise StorageError(str(folder), error.strerror or str(error)) from error
    finally:
        os.close(handle)


def _keep_mode(path: Path, temporary: str) -> None:
    """Give the temporary file the permissions of the file that it replaces."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    Path(temporary).chmod(mode & 0o7777)


def _write(path: str, data: bytes, durable: bool) -> None:
    with Path(path).open("wb") as file:
        file.write(data)
        if durable:
            file.flush()
            os.fsync(file.fileno())


def read_file(path: Path) -> bytes | None:
    """The bytes of a file; None where it does not exist.

    Raises:
        StorageError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(str(path), error.strerror or str(error)) from error


def read_article(path: str | Path) -> bytes | None:
    """The bytes of an article file; None where it does not exist. A file that is too large for an article is not read.

    Raises:
        StorageError: it is too large or cannot be read.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - Path.open takes a tenth of the time to index an article
            if reason := size_error(os.fstat(file.fileno()).st_size):
                raise StorageError(str(path), reason)
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(str(path), error.strerror or str(error)) from error
