"""The table of drafts: what became of each question. Its versions and decisions have files of their own.

A draft's state changes only by the table in ``content.states``, through its log of decisions. Methods write inside the
caller's transaction.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from typing import Any

from generator.content.display import in_words
from generator.content.findings import Finding
from generator.content.states import SETTLED, TRANSITIONS, DraftState
from generator.content.text import normalise_question
from generator.store.ledger.article_names import named
from generator.store.ledger.calls import Cost
from generator.store.ledger.decision_log import PROGRAM, StaleRow
from generator.store.ledger.decisions import DraftDecision, DraftDecisionLog
from generator.store.ledger.jobs import SAME_WORK
from generator.store.ledger.ledger import Ledger
from generator.store.ledger.versions import Versions


class StaleDraft(StaleRow):
    """The draft changed since it was read; read it and decide again."""


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One draft as the ledger holds it; ``path`` is relative to the output folder."""

    id: int
    job: int
    key: str | None
    question: str
    subject: str | None
    state: DraftState
    lock: int
    version: int | None
    sha: str | None
    path: str | None
    offline: bool
    edited: bool
    errors: int
    warnings: int
    model: str | None
    mode: str | None
    reason: str | None
    updated_at: str
    score: float
    """-1 until a judge scored it."""

    @property
    def name(self) -> str:
        """How messages name it."""
        return self.key or repr(self.question)

    @property
    def clean(self) -> bool:
        """Whether no rule objects to it, not even with a warning."""
        return not self.errors and not self.warnings


@dataclass(frozen=True, slots=True)
class NewDraft:
    """What a job or a person made of a question; ``data`` is the whole article file, None where there is none.

    ``made_by`` is the job that made this version, where it is another than the draft's own.
    """

    job: int
    key: str | None
    question: str
    subject: str | None
    state: DraftState
    data: bytes | None
    path: str | None
    origin: str
    findings: Sequence[Finding]
    offline: bool
    model: str | None = None
    mode: str | None = None
    reason: str | None = None
    made_by: int | None = None


DRAFT_COLUMNS = ", ".join(field.name for field in fields(DraftRow))
_QUALIFIED = ", ".join(f"draft.{field.name}" for field in fields(DraftRow))


class Drafts:
    """The drafts of one ledger, with their versions and decisions."""

    def __init__(self, ledger: Ledger) -> None:
        self._database = ledger.database
        self._calls = ledger.calls
        self.versions = Versions(ledger.database, ledger.blobs)
        self.decisions = DraftDecisionLog(ledger.database, StaleDraft)

    def transaction(self) -> AbstractContextManager[None]:
        """All writes of the block or none."""
        return self._database.transaction()

    # reading

    def get(self, draft: int) -> DraftRow:
        """One draft by its number."""
        row = self._database.execute(f"SELECT {DRAFT_COLUMNS} FROM draft WHERE id = ?", (draft,)).fetchone()
        return draft_row(row)

    def find(self, draft: int) -> DraftRow | None:
        """The draft with this number, if there is one."""
        row = self._database.execute(f"SELECT {DRAFT_COLUMNS} FROM draft WHERE id = ?", (draft,)).fetchone()
        return draft_row(row) if row else None

    def by_key(self, key: str) -> DraftRow | None:
        """The draft of ``subject/slug``."""
        row = self._database.execute(f"SELECT {DRAFT_COLUMNS} FROM draft WHERE key = ?", (key,)).fetchone()
        return draft_row(row) if row else None

    def named(self, name: str) -> list[DraftRow]:
        """The drafts that ``subject/slug`` or a bare slug names."""
        rows = self._database.execute(
            f"SELECT {DRAFT_COLUMNS} FROM draft WHERE {named(name)} ORDER BY key", (name,)
        )
        return [draft_row(row) for row in rows]

    def of_question(self, question: str) -> list[DraftRow]:
        """The drafts of a question as it was asked; also those that got no key."""
        rows = self._database.execute(
            f"SELECT {DRAFT_COLUMNS} FROM draft WHERE question = ? ORDER BY id", (question,)
        )
        return [draft_row(row) for row in rows]

    def jobs_of(self, draft: DraftRow) -> list[int]:
        """Every job that worked on a draft, oldest first: its own, those that it replaced, those that revised it."""
        rows = self._database.execute(
            f"SELECT its.id FROM job JOIN job AS its ON {SAME_WORK} WHERE job.id = :job"
            " UNION SELECT job FROM version WHERE draft = :draft AND job IS NOT NULL"
            " UNION SELECT job FROM revision WHERE draft = :draft"
            " ORDER BY 1",
            {"job": draft.job, "draft": draft.id},
        )
        return [row[0] for row in rows]

    def cost(self, draft: DraftRow) -> Cost:
        """What a draft cost: all calls of all :meth:`jobs_of` it, what a redo replaced and revisions included."""
        return self._calls.cost(self.jobs_of(draft))

    def all(self, states: Sequence[DraftState] = ()) -> Iterator[DraftRow]:
        """Drafts in these states (all without), oldest first."""
        where = f"WHERE state IN ({','.join('?' * len(states))})" if states else ""
        for row in self._database.execute(
            f"SELECT {DRAFT_COLUMNS} FROM draft {where} ORDER BY id", tuple(states)
        ):
            yield draft_row(row)

    def counts(self) -> dict[DraftState, int]:
        """How many drafts are in each state."""
        return dict(
            tuple(row) for row in self._database.execute("SELECT state, count(*) FROM draft GROUP BY state")
        )

    def offline_count(self) -> int:
        """How many drafts with bytes the offline model wrote."""
        count: int = self._database.execute(
            "SELECT count(*) FROM draft WHERE offline = 1 AND sha IS NOT NULL"
        ).fetchone()[0]
        return count

    def reasons(self, states: Sequence[DraftState]) -> list[tuple[str, str, int]]:
        """State, reason and number of drafts, most frequent first."""
        rows = self._database.execute(
            "SELECT state, coalesce(reason, ''), count(*) FROM draft"
            f" WHERE state IN ({','.join('?' * len(states))}) GROUP BY state, reason ORDER BY count(*) DESC, reason",
            tuple(states),
        )
        return [tuple(row) for row in rows]

    def data(self, draft: DraftRow) -> bytes | None:
        """The bytes of a draft as it is now; None where it has none."""
        return self.versions.data(draft.id, draft.version)

    # writing

    def standing(self, job: int, key: str | None, question: str) -> DraftRow | None:
        """The draft that a job's result belongs to: at its address, or that of an earlier job for the question.

        Raises:
            StaleDraft: another question's draft has the address.
        """
        at_key = self.by_key(key) if key else None
        if at_key is not None:
            if at_key.job != job and normalise_question(at_key.question) != normalise_question(question):
                raise StaleDraft(f"{key} is the address of the draft of {at_key.question!r}")
            return at_key
        row = self._database.execute(
            f"SELECT {_QUALIFIED} FROM job JOIN job AS its ON {SAME_WORK} JOIN draft ON draft.job = its.id"
            " WHERE job.id = ? ORDER BY draft.sha IS NULL, draft.id DESC LIMIT 1",
            (job,),
        ).fetchone()
        return draft_row(row) if row else None

    def record(self, new: NewDraft, *, now: str) -> DraftRow:
        """Store what a job made of its question as :meth:`replace` does, over the draft that is :meth:`standing`."""
        return self.replace(self.standing(new.job, new.key, new.question), new, now=now)

    def replace(self, old: DraftRow | None, new: NewDraft, *, now: str) -> DraftRow:
        """Store what a job made of its question: a new draft, or a new version of the one that is ``standing``.

        A result without bytes leaves a draft that has some as it is.

        Raises:
            StaleDraft: the draft may not change any more, a person took it up and this is not theirs, or
                another question's draft has the address.
        """
        if old is None:
            return self._update(self._insert(new, now), new, who=PROGRAM, now=now)
        if old.version is not None and new.data is None:
            return old
        if old.version is not None and (old.edited or old.state in SETTLED):
            raise StaleDraft(f"{old.name} was edited or approved meanwhile and is left alone")
        self.decisions.require_step(old, new.state)
        return self._update(old, new, who=PROGRAM, now=now)

    def revise(self, draft: DraftRow, new: NewDraft, *, who: str, now: str) -> DraftRow:
        """Store what a person made of a draft: a new version, which may have another key. An approval lapses.

        Raises:
            StaleDraft: someone else changed it since ``draft`` was read, or it may not change any more.
        """
        if new.state not in TRANSITIONS[draft.state]:
            raise StaleDraft(f"{draft.name} is {in_words(draft.state)} and cannot be edited")
        row = self._update(draft, new, who=who, now=now)
        if new.key != draft.key:
            # Question lists find the address held, so that no other question is paid for to get it.
            self._database.execute("UPDATE job SET key = ? WHERE id = ?", (new.key, draft.job))
        return row

    def decide(
        self,
        draft: DraftRow,
        state: DraftState,
        *,
        who: str,
        now: str,
        note: str | None = None,
        covered: str | None = None,
        bulk: int | None = None,
    ) -> DraftRow:
        """Move a draft to another state; ``covered`` and ``bulk`` as in :class:`DraftDecision`.

        Raises:
            StaleDraft: someone else changed it since ``draft`` was read, or the step is not allowed.
        """
        self.decisions.change(
            draft,
            state,
            {},
            who=who,
            now=now,
            note=note,
            bulk=bulk,
            details={"sha": draft.sha, "covered": covered},
        )
        return self.get(draft.id)

    def take_back(self, draft: DraftRow, decision: DraftDecision, *, who: str, now: str) -> DraftRow:
        """Give a draft the state that it had before the decision that stands, as a new one; its bytes stay.

        Raises:
            StaleDraft: something happened to it since.
        """
        approval = self.decisions.approval(draft.id) if decision.before == "approved" else None
        details = {"sha": draft.sha, "covered": approval.covered if approval else None}
        self.decisions.take_back(draft, decision, {}, who=who, now=now, details=details)
        return self.get(draft.id)

    def _insert(self, new: NewDraft, now: str) -> DraftRow:
        cursor = self._database.execute(
            "INSERT INTO draft (job, key, question, subject, state, offline, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (new.job, new.key, new.question, new.subject, new.state, new.offline, now),
        )
        return self.get(int(cursor.lastrowid or 0))

    def _update(self, old: DraftRow, new: NewDraft, *, who: str, now: str) -> DraftRow:
        version, sha = old.version, old.sha
        if new.data is not None:
            version, sha = self.versions.add(
                old.id,
                new.data,
                origin=new.origin,
                job=new.made_by or new.job,
                findings=new.findings,
                now=now,
            )
        errors = sum(finding.severity == "error" for finding in new.findings)
        self.decisions.change(
            old,
            new.state,
            {
                "job": new.job,
                "key": new.key or old.key,
                "question": new.question,
                "subject": new.subject or old.subject,
                "version": version,
                "sha": sha,
                "path": new.path or old.path,
                "offline": new.offline,
                "edited": old.edited or new.origin in ("edit", "revise"),
                "errors": errors,
                "warnings": len(new.findings) - errors,
                "faults": errors * 10_000 + len(new.findings) - errors,
                "model": new.model or old.model,
                "mode": new.mode or old.mode,
                "reason": new.reason,
            },
            who=who,
            now=now,
            note=new.reason,
            details={"sha": sha},
        )
        self._file_under_rules(old.id, new.findings)
        return self.get(old.id)

    def _file_under_rules(self, draft: int, findings: Sequence[Finding]) -> None:
        self._database.execute("DELETE FROM draft_rule WHERE draft = ?", (draft,))
        for code in {finding.code for finding in findings}:
            self._database.execute("INSERT INTO draft_rule VALUES (?, ?)", (code, draft))


def draft_row(row: Any) -> DraftRow:
    """A row of ``DRAFT_COLUMNS`` as a value."""
    values = dict(row)
    values["offline"] = bool(values["offline"])
    values["edited"] = bool(values["edited"])
    return DraftRow(**values)
