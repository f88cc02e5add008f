"""The table of endpoints: what was learned about each, written with the replies that it was learned from."""

from generator.store.ledger.database import Database


class Endpoints:
    """What is known about the endpoints of one ledger: a text for each address and model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, url: str, model: str) -> str | None:
        """What was learned about an endpoint, as JSON."""
        row = self._database.execute(
            "SELECT quirks FROM endpoint WHERE url = ? AND model = ?", (url, model)
        ).fetchone()
        return row["quirks"] if row else None

    def put(self, url: str, model: str, parameter_rules: str) -> None:
        """Keep what was learned about an endpoint, in place of what was known."""
        with self._database.transaction():
            self._database.execute(
                "INSERT OR REPLACE INTO endpoint VALUES (?, ?, ?)", (url, model, parameter_rules)
            )


class LedgerProfileStore:
    """Keeps endpoint profiles. :meth:`flush` writes them down.

    Not at once, for the ledger's connection may be in the middle of a group of other writes.
    """

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints
        self._learned: dict[tuple[str, str], str] = {}

    def get(self, endpoint: str, model: str) -> str | None:
        """What was set last, or None."""
        return self._learned.get((endpoint, model)) or self._endpoints.get(endpoint, model)

    def set(self, endpoint: str, model: str, profile: str) -> None:
        """Keep it, in place of what was known."""
        self._learned[endpoint, model] = profile

    def flush(self) -> None:
        """Write down what was learned since, within the transaction that is open if there is one."""
        for (endpoint, model), profile in self._learned.items():
            self._endpoints.put(endpoint, model, profile)
        self._learned.clear()
