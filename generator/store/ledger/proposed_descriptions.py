"""The table of proposal terms: finds proposed descriptions that say nearly the same as a new one."""

from collections.abc import Callable

from generator.content.duplicates.descriptions import TOO_ALIKE, alike, probes, terms
from generator.content.proposal_states import LIVE
from generator.store.ledger.database import Database
from generator.store.ledger.hashes import question_key


class ProposedDescriptions:
    """The descriptions proposed in one ledger, by the stems of their words."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def duplicates_of(
        self, text: str, *, key: str, question: str, frequency: Callable[[str], int]
    ) -> list[str]:
        """Other articles' proposed descriptions that the text is too much like; copies of the article do not count.

        Args:
            frequency: how often a stem occurs, for example on the site. Rare stems make the search fast.
        """
        mine = terms(text)
        chosen = probes(mine, frequency)
        if not chosen:
            return []
        rows = self._database.execute(
            "SELECT DISTINCT proposal.new FROM proposal_term JOIN proposal ON proposal.id = proposal_term.proposal"
            f" WHERE term IN ({', '.join('?' * len(chosen))}) AND key <> ? AND question_key <> ? AND new IS NOT NULL"
            f" AND state IN ({', '.join(repr(state) for state in sorted(LIVE))})",
            (*chosen, key, question_key(question)),
        )
        return [row[0] for row in rows if alike(mine, terms(row[0])) >= TOO_ALIKE]

    def index(self, proposal: int, text: str | None) -> None:
        """Record the terms of a proposal's text, in place of those recorded before; within the caller's transaction."""
        self._database.execute("DELETE FROM proposal_term WHERE proposal = ?", (proposal,))
        for term in terms(text or ""):
            self._database.execute("INSERT INTO proposal_term VALUES (?, ?)", (term, proposal))
