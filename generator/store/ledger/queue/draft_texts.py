"""The full-text table of drafts: the text of each current version, for searches and excerpts, by stems.

The text, and the two numbers that drafts are sorted by (words of the answer, open claims), follow from the draft, its
version and its claims. They are written in the transaction that changes one of these. Drafts of a ledger that was
made before this table are filled in when they are first needed.
"""

from collections.abc import Sequence
from typing import NamedTuple

from generator.content.drafts.search_text import SearchText, search_text
from generator.content.language.search_terms import joined_possessives, search_terms
from generator.content.states import DraftState
from generator.errors import StorageError
from generator.store.ledger.pages import DRAFT_KEY, draft_page, job_of
from generator.store.ledger.storage.blobs import Blobs
from generator.store.ledger.storage.database import Database
from generator.store.shared_words import rows_that_share_words

_AT_ONCE = 500
# Combining marks, which the tokenizer leaves out: "Newton's" is indexed as "newtons".
_JOINTS = {"'": "\u030f", "’": "\u0311"}
_APOSTROPHES = str.maketrans({mark: apostrophe for apostrophe, mark in _JOINTS.items()})
# The ends of a hit in the excerpts of SQLite. Texts of articles have no control characters.
_HIT, _HIT_END = "\x02", "\x03"
_EXCERPT_WORDS = 20

FOUND = "+draft.id IN (SELECT draft FROM temp.found_draft)"
"""The condition, in SQL, that a draft is one that :meth:`DraftTexts.find` found. By ``+`` the order's index is used."""

_OPEN_CLAIMS = (
    "SELECT claim.sentence FROM claim LEFT JOIN claim_decision AS made ON made.id ="
    " (SELECT max(id) FROM claim_decision WHERE claim_decision.claim = claim.id)"
    " WHERE claim.page = ? AND claim.verdict IN ('contradicted', 'doubtful')"
    " AND NOT (made.decision IS 'confirmed' AND made.verdict IS claim.verdict)"
)


class Segment(NamedTuple):
    """A part of a text; ``is_hit`` where it is what was searched for."""

    text: str
    is_hit: bool


class Excerpt(NamedTuple):
    """Where a draft has what was searched for: its question, and words of another text, empty without a hit there."""

    question: tuple[Segment, ...]
    text: tuple[Segment, ...]


class DraftTexts:
    """The texts of the drafts of one ledger."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs
        self._found: tuple[str, int, int] | None = None

    def refresh(self, draft: int) -> None:
        """Store the text of a draft's current version, within the caller's transaction."""
        row = self._database.execute(
            f"SELECT draft.question, {DRAFT_KEY} AS address, draft.reason, draft.job, version.bytes FROM draft"
            " LEFT JOIN version ON version.draft = draft.id AND version.n = draft.version WHERE draft.id = ?",
            (draft,),
        ).fetchone()
        text = self._text(row["bytes"])
        texts = (row["question"], row["address"], text.answer, text.description, text.keywords, row["reason"])
        self._database.execute("DELETE FROM draft_text WHERE rowid = ?", (draft,))
        self._database.execute(
            "INSERT INTO draft_text (rowid, question, address, answer, description, keywords, reason)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (draft, *(joined_possessives(one or "", _JOINTS) for one in texts)),
        )
        self._database.execute(
            "UPDATE draft SET words = ?, open_claims = ? WHERE id = ?",
            (text.words, _open_claims(self._database, draft_page(row["job"]), text), draft),
        )
        self._database.execute("DELETE FROM draft_text_due WHERE draft = ?", (draft,))

    def fill(self) -> None:
        """Store the texts that are not there yet, in transactions of its own."""
        while True:
            sql = "SELECT draft FROM draft_text_due LIMIT ?"
            due = [number for (number,) in self._database.execute(sql, (_AT_ONCE,))]
            if not due:
                return
            with self._database.transaction():
                for number in due:
                    self.refresh(number)

    def find(self, search: str) -> None:
        """Find the drafts with the words and phrases of a search, for the condition ``FOUND`` of this connection.

        A list needs them in several statements, so they are in a temporary table until the ledger or the search changes.
        """
        self.fill()
        if self._found is not None and self._found == self._state(search):
            return
        self._database.execute("CREATE TEMP TABLE IF NOT EXISTS found_draft (draft INTEGER PRIMARY KEY)")
        self._database.execute("DELETE FROM temp.found_draft")
        expression = match_expression(search)
        if expression is not None:
            self._database.execute(
                "INSERT INTO temp.found_draft SELECT rowid FROM draft_text WHERE draft_text MATCH ?",
                (expression,),
            )
        self._found = self._state(search)

    def _state(self, search: str) -> tuple[str, int, int]:
        """Changes with the search, and with each write of this connection and of others."""
        return search, self._database.data_version(), self._database.connection.total_changes

    def excerpts(self, drafts: Sequence[int], search: str) -> dict[int, Excerpt]:
        """Where these drafts (at most some hundreds) have what is searched for, by draft."""
        expression = match_expression(search)
        if expression is None or not drafts:
            return {}
        texts = (
            f"snippet(draft_text, {column}, ?1, ?2, '…', {_EXCERPT_WORDS})" for column in (2, 3, 4, 5, 1)
        )
        rows = self._database.execute(
            f"SELECT rowid, highlight(draft_text, 0, ?1, ?2), {', '.join(texts)} FROM draft_text"
            f" WHERE draft_text MATCH ?3 AND rowid IN ({', '.join(map(str, drafts))})",
            (_HIT, _HIT_END, expression),
        )
        found = {}
        for number, question, *others in rows:
            text = next((one for one in others if _HIT in one), "")
            found[number] = Excerpt(_segments(question), _segments(text))
        return found

    def like_answer(
        self, answer: str, states: Sequence[DraftState], besides: int | None, limit: int
    ) -> list[int]:
        """See ``Drafts.like_answer``."""
        self.fill()
        names = ", ".join(f"'{state}'" for state in states)
        own = 0 if besides is None else besides
        condition = (
            f"number <> {own:d} AND"
            f" EXISTS (SELECT 1 FROM draft WHERE draft.id = number AND draft.state IN ({names}))"
        )
        return rows_that_share_words(
            self._database.execute, "draft_text", "answer", answer, condition=condition, limit=limit
        )

    def _text(self, blob: str | None) -> SearchText:
        try:
            return search_text(self._blobs.get(blob) if blob else None)
        except StorageError:  # the page of the draft reports the damage
            return SearchText()


def match_expression(search: str) -> str | None:
    """The FTS5 query for all terms of a search; None if it has no words. It is valid whatever a person types."""
    terms = search_terms(search)
    if not terms:
        return None
    return " AND ".join(f'"{" ".join(term.words)}"{"*" if term.is_prefix else ""}' for term in terms)


def count_open_claims(database: Database, page: str) -> None:
    """Count the open claims of a draft again, after a claim of its page changed, within the caller's transaction."""
    row = database.execute("SELECT id FROM draft WHERE job = ?", (job_of(page),)).fetchone()
    if row is None:
        return
    text = database.execute(
        "SELECT answer, description FROM draft_text WHERE rowid = ?", (row["id"],)
    ).fetchone()
    if text is None:
        return
    stored = SearchText(*(part.translate(_APOSTROPHES) for part in text))
    database.execute(
        "UPDATE draft SET open_claims = ? WHERE id = ?", (_open_claims(database, page, stored), row["id"])
    )


def _open_claims(database: Database, page: str, text: SearchText) -> int:
    """How many claims of a page are open. A claim whose sentence is in the text no more does not count."""
    return sum(text.has(sentence) for (sentence,) in database.execute(_OPEN_CLAIMS, (page,)))


def _segments(text: str) -> tuple[Segment, ...]:
    """The parts of an excerpt of SQLite."""
    parts = []
    for piece in text.translate(_APOSTROPHES).split(_HIT):
        hit, mark, rest = piece.partition(_HIT_END)
        parts += (
            [Segment(hit, is_hit=True), Segment(rest, is_hit=False)]
            if mark
            else [Segment(piece, is_hit=False)]
        )
    return tuple(part for part in parts if part.text)
