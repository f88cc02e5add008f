"""Says in which versions a list has its rows, so that a decision on all of it is about what the person saw."""

import hashlib
from collections.abc import Iterable

from generator.store.ledger.decision_log import DecidedRow, StaleRow


def versions_of(rows: Iterable[DecidedRow]) -> str:
    """The numbers and locks of rows, as ``1:0,2:3``: another text where a row changed, is missing or is new."""
    return ",".join(f"{row.id}:{row.lock}" for row in sorted(rows, key=lambda row: row.id))


def digest_of(versions: str) -> str:
    """What a page sends to identify the list of rows that it showed, from the text of :func:`versions_of`."""
    return hashlib.sha256(versions.encode()).hexdigest()


def require_as_seen(rows: Iterable[DecidedRow], seen: str | None, stale: type[StaleRow]) -> None:
    """Check that a list is the one that a page showed.

    Args:
        seen: the digest of what was shown; None if no list was shown.

    Raises:
        StaleRow: it is another one; the exception is a ``stale``.
    """
    if seen is not None and digest_of(versions_of(rows)) != seen:
        raise stale("The list has changed since it was loaded. Look at it again.")
