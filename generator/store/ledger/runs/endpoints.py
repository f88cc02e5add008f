"""The table of endpoints: the profile that was learned about each endpoint and model."""

from generator.store.ledger.storage.database import Database


class Endpoints:
    """The endpoint profiles of one ledger: one text for each address and model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, url: str, model: str) -> str | None:
        """The profile of an endpoint as JSON; None without one."""
        row = self._database.execute(
            "SELECT quirks FROM endpoint WHERE url = ? AND model = ?", (url, model)
        ).fetchone()
        return row["quirks"] if row else None

    def put(self, url: str, model: str, profile: str) -> None:
        """Store the profile of an endpoint and replace the one before. In its own transaction where none is open."""
        with self._database.transaction():
            self._database.execute("INSERT OR REPLACE INTO endpoint VALUES (?, ?, ?)", (url, model, profile))


class LedgerProfileStore:
    """Stores endpoint profiles in the ledger: a ``ProfileStore`` of ``model.endpoint_profile``.

    Profiles are written by :meth:`flush`, not at once, because the connection may be within a group of other writes.
    """

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints
        self._learned: dict[tuple[str, str], str] = {}

    def get(self, endpoint: str, model: str) -> str | None:
        """The profile that was set last; None without one."""
        return self._learned.get((endpoint, model)) or self._endpoints.get(endpoint, model)

    def set(self, endpoint: str, model: str, profile: str) -> None:
        """Store a profile and replace the one before; written by the next :meth:`flush`."""
        self._learned[endpoint, model] = profile

    def flush(self) -> None:
        """Write the profiles that were set since the last flush, within the open transaction if there is one."""
        for (endpoint, model), profile in self._learned.items():
            self._endpoints.put(endpoint, model, profile)
        self._learned.clear()
