"""Texts and files as the ledger keeps them: each once, under the hash of its bytes."""

from generator.store.kept import Kept
from generator.store.ledger.database import Database
from generator.store.ledger.packing import Blob, digest_of, packed, unpacked

_KEPT_TEXTS = 8_192


class Blobs:
    """The table of blobs; writes within the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._texts: Kept[str, str] = Kept(_KEPT_TEXTS)
        self._stored: Kept[str, bool] = Kept(_KEPT_TEXTS)
        self._rollbacks_seen = 0

    def put(self, data: bytes) -> str:
        """Store bytes once; returns their hash."""
        digest = digest_of(data)
        found = self._database.execute("SELECT 1 FROM blob WHERE hash = ?", (digest,)).fetchone()
        return digest if found is not None else self.put_packed(packed(data))

    def put_packed(self, blob: Blob) -> str:
        """Store what is packed already, once; returns its hash."""
        self._database.execute("INSERT OR IGNORE INTO blob VALUES (?, ?)", blob)
        return blob.digest

    def put_shared(self, blob: Blob) -> str:
        """Store what many jobs share, once; what is known to be there is not looked for again. Returns its hash."""
        if self._rollbacks_seen != self._database.rollbacks:
            self._stored.clear()
            self._rollbacks_seen = self._database.rollbacks
        if self._stored.get(blob.digest) is None:
            self._stored.put(self.put_packed(blob), True)
        return blob.digest

    def get(self, digest: str) -> bytes:
        """Bytes by their hash.

        Raises:
            StorageError: they are damaged, or not there.
        """
        row = self._database.execute("SELECT data FROM blob WHERE hash = ?", (digest,)).fetchone()
        if row is None:
            raise self._database.damaged(f"blob {digest} is missing")
        return self.unpacked(digest, row["data"])

    def unpacked(self, digest: str, data: bytes) -> bytes:
        """The bytes of a row of the table.

        Raises:
            StorageError: they are damaged.
        """
        try:
            return unpacked(data)
        except ValueError as error:
            raise self._database.damaged(f"blob {digest}: {error}") from error

    def text(self, digest: str) -> str:
        """A text that many jobs share, kept in memory once read."""
        text = self._texts.get(digest)
        return self._texts.put(digest, self.get(digest).decode()) if text is None else text
