"""What is learned about endpoints: read from the ledger, written back with the replies that it was learned from."""

from generator.store.ledger.ledger import Ledger


class LedgerMemory:
    """Keeps dialects. :meth:`flush` writes them down.

    Not at once, for the ledger's connection may be in the middle of a group of other writes.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._learned: dict[tuple[str, str], str] = {}

    def get(self, endpoint: str, model: str) -> str | None:
        """What was set last, or None."""
        return self._learned.get((endpoint, model)) or self._ledger.quirks(endpoint, model)

    def set(self, endpoint: str, model: str, dialect: str) -> None:
        """Keep it, in place of what was known."""
        self._learned[endpoint, model] = dialect

    def flush(self) -> None:
        """Write down what was learned since, within the transaction that is open if there is one."""
        for (endpoint, model), dialect in self._learned.items():
            self._ledger.remember_quirks(endpoint, model, dialect)
        self._learned.clear()
