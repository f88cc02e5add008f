"""The table of blobs: texts and files, each kept once, compressed, under the hash of its bytes."""

import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from cachetools import LRUCache

from generator.store.files import sha256
from generator.store.ledger.database import Database

_KEPT_TEXTS = 8_192


class Blob(NamedTuple):
    """Compressed bytes and the SHA-256 (hex) of what they are."""

    digest: str
    data: bytes


def pack(data: bytes) -> Blob:
    """Bytes, ready to be kept."""
    return Blob(sha256(data), zlib.compress(data, 1))


def unpack(data: bytes) -> bytes:
    """What ``packed`` made of bytes, undone.

    Raises:
        ValueError: they are damaged.
    """
    try:
        return zlib.decompress(data)
    except (zlib.error, TypeError) as error:
        raise ValueError(str(error)) from error


class Blobs:
    """The table of blobs; writes within the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._text = lru_cache(_KEPT_TEXTS)(self._read_text)
        self._stored: LRUCache[str, bool] = LRUCache(_KEPT_TEXTS)
        self._rollbacks_seen = 0

    def put(self, data: bytes) -> str:
        """Store bytes once; returns their hash."""
        digest = sha256(data)
        found = self._database.execute("SELECT 1 FROM blob WHERE hash = ?", (digest,)).fetchone()
        return digest if found is not None else self.put_packed(pack(data))

    def put_packed(self, blob: Blob) -> str:
        """Store what is packed already, once; returns its hash."""
        self._database.execute("INSERT OR IGNORE INTO blob VALUES (?, ?)", blob)
        return blob.digest

    def put_shared(self, blob: Blob) -> str:
        """Store what many jobs share, once; what is known to be there is not looked for again. Returns its hash."""
        if self._rollbacks_seen != self._database.rollbacks:
            self._stored.clear()
            self._rollbacks_seen = self._database.rollbacks
        if not self._stored.get(blob.digest):
            self._stored[self.put_packed(blob)] = True
        return blob.digest

    def get(self, digest: str) -> bytes:
        """Bytes by their hash.

        Raises:
            StorageError: they are damaged, or not there.
        """
        row = self._database.execute("SELECT data FROM blob WHERE hash = ?", (digest,)).fetchone()
        if row is None:
            raise self._database.damaged(f"blob {digest} is missing")
        return self.unpack(digest, row["data"])

    def unpack(self, digest: str, data: bytes) -> bytes:
        """The bytes of a row of the table.

        Raises:
            StorageError: they are damaged.
        """
        try:
            return unpack(data)
        except ValueError as error:
            raise self._database.damaged(f"blob {digest}: {error}") from error

    def text(self, digest: str) -> str:
        """A text that many jobs share, kept in memory once read."""
        return self._text(digest)

    def _read_text(self, digest: str) -> str:
        return self.get(digest).decode()

    def verify(self) -> Iterator[str]:
        """Re-derive every hash; yields what does not agree."""
        for row in self._database.execute("SELECT hash, data FROM blob"):
            try:
                data = unpack(row["data"])
            except ValueError as error:
                yield f"blob {row['hash']}: {error}"
                continue
            if sha256(data) != row["hash"]:
                yield f"blob {row['hash']}: its bytes have another hash"
