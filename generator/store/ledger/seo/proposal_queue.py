"""The review queue of proposals: finds proposals by filter and order."""

from dataclasses import dataclass
from typing import Literal

from generator.content.seo.fields import SeoField
from generator.content.seo.proposal_states import ProposalState
from generator.store.ledger.storage.database import Database

ProposalOrder = Literal["oldest", "newest", "findings"]

_ORDERS: dict[ProposalOrder, str] = {
    "oldest": "id",
    "newest": "updated_at DESC, id DESC",
    "findings": "json_array_length(findings) DESC, id",
}


@dataclass(frozen=True, slots=True)
class ProposalFilter:
    """Which proposals are in a queue. A field that is empty or None does not filter.

    Args:
        text: the question, the address or the new text contains each word of this text.
    """

    state: ProposalState | None = None
    field: SeoField | None = None
    subject: str | None = None
    text: str = ""


class ProposalQueue:
    """The review queue of the proposals of one ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ids(self, wanted: ProposalFilter, order: ProposalOrder = "oldest") -> list[tuple[int, str]]:
        """All proposals of a filter in order: the id, and the path of the article below the content folder."""
        where, values = _condition(wanted)
        rows = self._database.execute(
            f"SELECT id, path FROM proposal {where} ORDER BY {_ORDERS[order]}", tuple(values)
        )
        return [(row[0], row[1]) for row in rows]

    def subjects(self) -> dict[str, int]:
        """The number of proposals by subject."""
        rows = self._database.execute(
            "SELECT subject, count(*) FROM proposal WHERE subject IS NOT NULL GROUP BY subject ORDER BY subject"
        )
        return {row[0]: row[1] for row in rows}


def _condition(wanted: ProposalFilter) -> tuple[str, list[str]]:
    clauses: list[str] = []
    values: list[str] = []
    for column, value in (("state", wanted.state), ("field", wanted.field), ("subject", wanted.subject)):
        if value is not None:
            clauses.append(f"{column} = ?")
            values.append(value)
    for word in wanted.text.split():
        escaped = word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
        clauses.append("(question LIKE ? ESCAPE '!' OR key LIKE ? ESCAPE '!' OR new LIKE ? ESCAPE '!')")
        values += [f"%{escaped}%"] * 3
    return (f"WHERE {' AND '.join(clauses)}" if clauses else ""), values
