"""Files on disk: read, written whole (beside the target first, then one rename), told apart by hash and by stamp."""

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

_KEPT_OF_NAME = 100
_numbers = itertools.count(1)
# In a container every run may have the same process id.
_RUN = secrets.token_hex(4)
_LEFTOVER = re.compile(r"([0-9]{1,9})(?:-[0-9a-f]+)*\.tmp")
# File systems that cannot sync a folder: their names are as durable as they get.
_NO_FOLDER_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP})


class FileStamp(NamedTuple):
    """Changes when a file changes."""

    mtime_ns: int
    size: int

    @classmethod
    def of(cls, found: os.stat_result) -> "FileStamp":
        """The stamp of a file that was looked at."""
        return cls(found.st_mtime_ns, found.st_size)


def sha256(data: bytes) -> str:
    """The hash of bytes, in hex: it tells versions of a file apart, and names what the ledger keeps."""
    return hashlib.sha256(data).hexdigest()


def write_file(
    path: Path, data: bytes, *, durable: bool = False, expect: Callable[[bytes | None], bool] | None = None
) -> None:
    """Put ``data`` at ``path``: a reader sees the old file or the new one, never a part.

    Args:
        path: its folder is made if missing.
        data: the whole content.
        durable: also wait until it is on the disk, for files that are not copies of something kept elsewhere.
        expect: is given what stands there now (None for nothing) right before the rename and may object.

    Raises:
        StorageError: it cannot be written, or ``expect`` objected; the old file stands unchanged.
    """
    # Numbered: several threads may write at once, and long names share their beginnings.
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


def leftovers(folder: Path) -> list[Path]:
    """The hidden files of a folder that a process may have left half written."""
    own = f".{_own()}"
    return [file for file in folder.glob(".*.tmp") if own not in file.name]


def is_leftover_of(leftover: Path, path: Path) -> bool:
    """Whether a process that is gone left it half written, on the way to become the file at ``path``."""
    begins = _prefix(path)
    found = _LEFTOVER.fullmatch(leftover.name, len(begins)) if leftover.name.startswith(begins) else None
    return found is not None and not _is_other_process(int(found[1]))


def _own() -> str:
    return f"{os.getpid()}-{_RUN}-"


def _is_other_process(number: int) -> bool:
    """Whether another process runs under this number. Where nobody can tell without ending it, none does."""
    if number == os.getpid() or os.name == "nt":
        return False
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it belongs to another user
        return True
    return True


def _prefix(path: Path) -> str:
    return f".{path.name[:_KEPT_OF_NAME]}."


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where its file system can say that; a missing one has none.

    Raises:
        StorageError: the disk cannot be written.
    """
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders; a rename is durable there
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise StorageError(str(folder), error.strerror or str(error)) from error
    finally:
        os.close(handle)


def _keep_mode(path: Path, temporary: str) -> None:
    """A file keeps its permissions when its content is replaced."""
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
    """The bytes of a file, None where there is none.

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
    """The bytes of an article file, None where there is none. One that is too large for an article is not read.

    Raises:
        StorageError: it is too large or cannot be read.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a Path takes a tenth of the time to index an article
            if reason := size_error(os.fstat(file.fileno()).st_size):
                raise StorageError(str(path), reason)
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(str(path), error.strerror or str(error)) from error
