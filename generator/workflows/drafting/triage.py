"""Decides for each row of a question list whether it is new, known, answered already, or a double.

Reads the ledger and the index, writes nothing. Of the rows only the questions stay in memory, to find near duplicates.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from generator.content.duplicates.question_index import QuestionSet
from generator.content.slugs import key_of, slug
from generator.content.states import SETTLED
from generator.content.text import normalise_question
from generator.errors import QuestionListError, SlugError
from generator.questions.rows import QuestionRow
from generator.store.corpus.index import CorpusIndex
from generator.store.corpus.rows import Hit
from generator.store.ledger.blobs import hash_of
from generator.store.ledger.jobs import JobSummary
from generator.store.ledger.ledger import Ledger
from generator.store.ledger.new_jobs import Realm
from generator.store.ledger.publications import Publications

Kind = Literal[
    "new", "resume", "redo", "batched", "drafted", "published", "duplicate", "near_duplicate", "unreadable"
]
Near = Literal["hold", "skip", "allow"]


@dataclass(frozen=True)
class RedoFilter:
    """Which drafts ``--redo`` asks for again. Empty fields do not filter.

    ``since`` is when the same redo was begun, if it was cut short: what it redid already is not redone again.
    """

    states: frozenset[str] = frozenset()
    other_prompt_than: str | None = None
    since: str | None = None

    def takes(self, job: JobSummary) -> bool:
        """Whether a job's draft may be and is to be replaced."""
        if job.draft_edited or job.draft_state in SETTLED or job.state in ("claimed", "batched"):
            return False
        if self.since is not None and job.generation > 0 and job.created_at >= self.since:
            return False
        if self.states and job.draft_state not in self.states:
            return False
        return self.other_prompt_than is None or job.prompt_hash != self.other_prompt_than


@dataclass(frozen=True)
class Verdict:
    """What to do with one row. ``existing`` names the article or draft that stands in the way.

    ``reason`` is what ``message`` says, without the place in the list.
    """

    kind: Kind
    row: QuestionRow | None
    message: str = ""
    reason: str = ""
    identity: str = ""
    question_key: str = ""
    key: str | None = None
    existing: str | None = None
    similarity: float | None = None
    job: JobSummary | None = None
    hits: Sequence[Hit] = field(default=(), repr=False)


class Resembled(NamedTuple):
    """The article or question that a question resembles most."""

    key: str
    question: str
    similarity: float


class Lookup(NamedTuple):
    """What the corpus says of a question.

    ``published`` is the key of an article that has its words or its address, ``resembled`` the article that asks the
    same in other words. ``hits``, the articles nearest to it, are left out where their use was made already.
    """

    published: str | None = None
    resembled: Resembled | None = None
    hits: Sequence[Hit] = ()


class Identity(NamedTuple):
    """What a row is known by: its normalised question, that with its subject, and the address it would get."""

    question_key: str
    identity: str
    key: str | None

    @classmethod
    def of(cls, row: QuestionRow) -> "Identity":
        """Raises SlugError where no address can be made of the question."""
        question_key = hash_of(normalise_question(row.question))
        slug(row.question)
        key = str(key_of(row.subject, row.question)) if row.subject else None
        return cls(question_key, hash_of(question_key, row.subject or ""), key)


class Triage:
    """Judges the rows of one list, in order."""

    def __init__(
        self,
        ledger: Ledger,
        index: CorpusIndex,
        *,
        realm: Realm,
        near: Near = "hold",
        similarity: float = 0.8,
        redo: RedoFilter | None = None,
    ) -> None:
        self._ledger = ledger
        self._publications = Publications(ledger)
        self._index = index
        self._realm = realm
        self._near = near
        self._similarity = similarity
        self._redo = redo
        self._asked: QuestionSet[str] | None = None
        # An unnamed SQLite database lives in a temporary file that SQLite removes.
        self._seen = sqlite3.connect("", isolation_level=None)
        self._seen.execute(
            "CREATE TABLE row (identity TEXT PRIMARY KEY, key TEXT, line INTEGER) WITHOUT ROWID"
        )
        self._seen.execute("CREATE INDEX row_key ON row (key)")

    def close(self) -> None:
        self._seen.close()

    def judge_all(self, rows: Iterable[QuestionRow | QuestionListError]) -> Iterator[Verdict]:
        """A verdict for each row."""
        for row in rows:
            yield self.judge(row)

    def judge(
        self,
        row: QuestionRow | QuestionListError,
        known_by: Identity | None = None,
        looked_up: Lookup | None = None,
    ) -> Verdict:
        """The verdict on one row; remembers it as seen.

        Args:
            known_by: the row's identity, where somebody made it already.
            looked_up: what the corpus says of the question, where somebody asked it already.
        """
        if isinstance(row, QuestionListError):
            return Verdict("unreadable", None, str(row))
        try:
            known_by = known_by or Identity.of(row)
        except SlugError as error:
            return Verdict("unreadable", row, f"{row.path}:{row.line}: {error}")
        facts: dict[str, Any] = {"row": row, **known_by._asdict()}
        line = self._line_of(known_by.identity)
        if line is not None:
            return Verdict(
                "duplicate", message=f"{row.path}:{row.line}: the same question as in line {line}", **facts
            )
        verdict = (
            self._withdrawn(facts)
            or self._known(facts)
            or self._known_as_written(row)
            or self._conflict(facts)
            or self._looked_up(facts, looked_up or look_up(self._index, row, known_by.key, self._similarity))
        )
        self._seen.execute("INSERT INTO row VALUES (?, ?, ?)", (known_by.identity, known_by.key, row.line))
        return verdict

    def needs_lookup(self, row: QuestionRow, known_by: Identity) -> bool:
        """Whether the corpus will have to be asked about a row, as far as is known before the rows in front of it."""
        known = self._ledger.jobs.has_question
        return not known(known_by.question_key) and not (
            row.written and known(hash_of(normalise_question(row.written)))
        )

    def _line_of(self, identity: str) -> int | None:
        found = self._seen.execute("SELECT line FROM row WHERE identity = ?", (identity,)).fetchone()
        return found[0] if found else None

    def _withdrawn(self, facts: dict[str, Any]) -> Verdict | None:
        """The question was answered and taken off the site on purpose."""
        row, key = facts["row"], facts["key"]
        found = self._publications.withdrawal_of(key) if key else None
        for item in self._publications.withdrawn_question(facts["question_key"]):
            if key is None or item.key.split("/")[0] == key.split("/")[0]:
                found = found or item
        if found is None:
            return None
        text = f"{row.path}:{row.line}: withdrawn: {found.reason}"
        return Verdict("published", message=text, existing=found.key, **facts)

    def _known(self, facts: dict[str, Any]) -> Verdict | None:
        """The question was planned before."""
        same = [
            job
            for job in self._ledger.jobs.of_question(facts["question_key"])
            if self._counts(job) and self._same_subject(job, facts["row"])
        ]
        if not same:
            return None
        job = same[-1]
        facts = {**facts, "job": job, "existing": job.key}
        if job.realm != self._realm:
            return Verdict("drafted", **facts)
        if self._redo and job.state not in ("planned", "held", "failed") and self._redo.takes(job):
            return Verdict("redo", **facts)
        if job.state in ("planned", "failed", "claimed"):
            return Verdict("resume", **facts)
        if job.state == "batched":
            return Verdict("resume" if job.unsent else "batched", **facts)
        if job.state == "held" and job.draft_state != "rejected":
            if self._near == "allow":
                return Verdict("resume", **facts)
            return Verdict("near_duplicate", message="held as a near duplicate", **facts)
        return Verdict("drafted", **facts)

    def _known_as_written(self, row: QuestionRow) -> Verdict | None:
        """The question was planned with the marks of its list in front, which were once read as a part of it."""
        if row.written is None:
            return None
        marked = replace(row, question=row.written)
        try:
            known_by = Identity.of(marked)
        except SlugError:
            return None
        return self._known({"row": marked, **known_by._asdict()})

    def _counts(self, job: JobSummary) -> bool:
        """Whether an earlier job bears on this run: for a real model, offline drafts only once a person took them up."""
        taken_up = bool(job.draft_edited) or job.draft_state in SETTLED
        return job.realm == self._realm or self._realm == "offline" or taken_up

    @staticmethod
    def _same_subject(job: JobSummary, row: QuestionRow) -> bool:
        return job.subject is None or row.subject is None or job.subject == row.subject

    def _conflict(self, facts: dict[str, Any]) -> Verdict | None:
        """Another question holds the address this one would get."""
        row, key = facts["row"], facts["key"]
        if key is None:
            return None
        other = self._seen.execute("SELECT line FROM row WHERE key = ?", (key,)).fetchone()
        if other:
            text = f"{row.path}:{row.line}: gives the same address as the other question in line {other[0]}: {key}"
            return Verdict("unreadable", message=text, existing=key, **facts)
        asked = normalise_question(row.question)
        holders = [
            job
            for job in self._ledger.jobs.of_article(key)
            if (job.realm == self._realm or job.draft_state) and normalise_question(job.question) != asked
        ]
        if holders:
            text = (
                f"{row.path}:{row.line}: its address {key} is held by the draft of {holders[-1].question!r}"
            )
            return Verdict("unreadable", message=text, existing=key, **facts)
        return None

    def _looked_up(self, facts: dict[str, Any], looked_up: Lookup) -> Verdict:
        """New, unless an article, or another draft or row in other words, asks the same."""
        if looked_up.published is not None:
            return Verdict("published", existing=looked_up.published, **facts)
        row = facts["row"]
        facts = {**facts, "hits": looked_up.hits}
        if self._near != "allow":
            if looked_up.resembled is not None:
                return self._near_duplicate(facts, looked_up.resembled)
            alike = self._asked_before().nearest(row.question)
            if alike is not None:
                return self._near_duplicate(facts, Resembled(*alike))
            self._asked_before().add(row.question, facts["key"] or f"line {row.line}")
        return Verdict("new", **facts)

    @staticmethod
    def _near_duplicate(facts: dict[str, Any], resembled: Resembled) -> Verdict:
        row = facts["row"]
        reason = f"near duplicate ({resembled.similarity:.2f}) of {resembled.key}: {resembled.question}"
        text = f"{row.path}:{row.line}: {reason}"
        found: dict[str, Any] = {"existing": resembled.key, "similarity": resembled.similarity}
        return Verdict("near_duplicate", message=text, reason=reason, **found, **facts)

    def _asked_before(self) -> QuestionSet[str]:
        """The questions of the ledger, and those of the list so far."""
        if self._asked is None:
            self._asked = QuestionSet(self._similarity)
            for key, question in self._ledger.jobs.questions(self._realm):
                self._asked.add(question, key or "an earlier question")
        return self._asked


def look_up(index: CorpusIndex, row: QuestionRow, key: str | None, threshold: float) -> Lookup:
    """Ask the corpus about a row, and the address it would get."""
    published = _published(index, row, key)
    if published is not None:
        return Lookup(published)
    hits = index.search(row.question, least=threshold)
    near = index.near_duplicates(row.question, hits=hits, threshold=threshold)
    resembled = Resembled(near[0][0].key, near[0][0].question, near[0][1]) if near else None
    return Lookup(None, resembled, hits)


def _published(index: CorpusIndex, row: QuestionRow, key: str | None) -> str | None:
    if key is not None and index.has_key(key):
        return key
    found = index.find_slug(slug(row.question)) if row.subject is None else []
    found = found or index.find_questions(row.question, row.subject)
    return found[0].key if found else None
