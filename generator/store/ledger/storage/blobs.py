"""The table of blobs: texts and files, each stored once, compressed, under the hash of its bytes."""

import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from cachetools import LRUCache

from generator.store.files import sha256
from generator.store.ledger.storage.database import Database

_CACHED_TEXTS = 8_192


class Blob(NamedTuple):
    """Compressed bytes, and the SHA-256 (hex) of the uncompressed ones."""

    digest: str
    data: bytes


def pack(data: bytes) -> Blob:
    """Compress and hash bytes for the table."""
    return Blob(sha256(data), zlib.compress(data, 1))


def unpack(data: bytes) -> bytes:
    """Uncompress the ``data`` of a blob.

    Raises:
        ValueError: it is damaged.
    """
    try:
        return zlib.decompress(data)
    except (zlib.error, TypeError) as error:
        raise ValueError(str(error)) from error


class Blobs:
    """The blobs of one ledger. Methods write within the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._text = lru_cache(_CACHED_TEXTS)(self._read_text)
        self._stored: LRUCache[str, bool] = LRUCache(_CACHED_TEXTS)
        self._rollbacks_seen = 0

    def put(self, data: bytes) -> str:
        """Store bytes if they are not stored yet; returns their hash."""
        digest = sha256(data)
        found = self._database.execute("SELECT 1 FROM blob WHERE hash = ?", (digest,)).fetchone()
        return digest if found is not None else self.put_packed(pack(data))

    def put_packed(self, blob: Blob) -> str:
        """Store a packed blob if it is not stored yet; returns its hash."""
        self._database.execute("INSERT OR IGNORE INTO blob VALUES (?, ?)", blob)
        return blob.digest

    def put_shared(self, blob: Blob) -> str:
        """As :meth:`put_packed`, for blobs that many jobs share: it remembers which are stored already."""
        if self._rollbacks_seen != self._database.rollbacks:
            self._stored.clear()
            self._rollbacks_seen = self._database.rollbacks
        if not self._stored.get(blob.digest):
            self._stored[self.put_packed(blob)] = True
        return blob.digest

    def get(self, digest: str) -> bytes:
        """The bytes with this hash.

        Raises:
            StorageError: they are damaged or missing.
        """
        row = self._database.execute("SELECT data FROM blob WHERE hash = ?", (digest,)).fetchone()
        if row is None:
            raise self._database.damage_error(f"blob {digest} is missing")
        return self.unpack(digest, row["data"])

    def unpack(self, digest: str, data: bytes) -> bytes:
        """The bytes of a row of the table, by its two columns.

        Raises:
            StorageError: they are damaged.
        """
        try:
            return unpack(data)
        except ValueError as error:
            raise self._database.damage_error(f"blob {digest}: {error}") from error

    def text(self, digest: str) -> str:
        """The text with this hash, cached; for texts that many jobs share."""
        return self._text(digest)

    def _read_text(self, digest: str) -> str:
        return self.get(digest).decode()

    def verify(self) -> Iterator[str]:
        """Compute every hash again; yields a description of each blob that does not match its hash."""
        for row in self._database.execute("SELECT hash, data FROM blob"):
            try:
                data = unpack(row["data"])
            except ValueError as error:
                yield f"blob {row['hash']}: {error}"
                continue
            if sha256(data) != row["hash"]:
                yield f"blob {row['hash']}: its bytes have another hash"
