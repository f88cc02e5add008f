"""Drafts in the ledger: their bytes, versions, state, and every decision about them.

A draft's state changes only by the table in ``content.states``, by compare-and-swap on ``lock``, and each
change appends a decision. Methods write inside the caller's transaction.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from typing import Any

from generator.content.findings import Finding
from generator.content.states import SETTLED, DraftState, may_become
from generator.content.text import normalise_question
from generator.errors import GeneratorError
from generator.store.ledger.ledger import Ledger

PROGRAM = "generator"


class StaleDraft(GeneratorError):
    """The draft changed since it was read; read it again and decide anew."""


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


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a draft's bytes."""

    n: int
    sha: str
    origin: str
    findings: tuple[Finding, ...]
    created_at: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One step in a draft's life. A near duplicate that a person allows stays one until it is drafted.

    ``covered`` is, of an approval, the hash of the bytes that it covers; ``bulk`` is shared by decisions taken
    as one; ``undoes`` names the decision that this one takes back.
    """

    id: int
    decision: DraftState
    before: DraftState
    sha: str | None
    who: str
    at: str
    note: str | None
    covered: str | None = None
    bulk: int | None = None
    undoes: int | None = None

    @property
    def allows(self) -> bool:
        """Whether a person wants a near duplicate drafted."""
        return self.decision == self.before == "near_duplicate" and self.who != PROGRAM


@dataclass(frozen=True, slots=True)
class TakenDecision:
    """A decision with the draft it is about."""

    draft: int
    decision: Decision


_DECISION = "id, decision, before, sha, who, at, note, covered, bulk, undoes"
# Nothing happened to the draft since, and what was allowed is not under way.
_CAN_BE_UNDONE = (
    "id = (SELECT max(last.id) FROM decision AS last WHERE last.draft = decision.draft)"
    " AND (decision <> 'near_duplicate' OR EXISTS (SELECT 1 FROM draft JOIN job ON job.id = draft.job"
    " WHERE draft.id = decision.draft AND job.state = 'planned'))"
)
DRAFT_COLUMNS = ", ".join(field.name for field in fields(DraftRow))
_QUALIFIED = ", ".join(f"draft.{field.name}" for field in fields(DraftRow))


class Drafts:
    """The drafts of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._database = ledger.database

    def transaction(self) -> AbstractContextManager[None]:
        """All writes of the block or none."""
        return self._database.transaction()

    # reading

    def get(self, draft: int) -> DraftRow:
        """One draft by its number."""
        row = self._database.execute(f"SELECT {DRAFT_COLUMNS} FROM draft WHERE id = ?", (draft,)).fetchone()
        return draft_row(row)

    def by_key(self, key: str) -> DraftRow | None:
        """The draft of ``subject/slug``."""
        row = self._database.execute(f"SELECT {DRAFT_COLUMNS} FROM draft WHERE key = ?", (key,)).fetchone()
        return draft_row(row) if row else None

    def named(self, name: str) -> list[DraftRow]:
        """The drafts that ``subject/slug`` or a bare slug names."""
        if "/" in name:
            found = self.by_key(name)
            return [found] if found else []
        rows = self._database.execute(
            f"SELECT {DRAFT_COLUMNS} FROM draft WHERE key LIKE '%/' || ? ESCAPE '!' ORDER BY key",
            (name.replace("!", "!!").replace("%", "!%").replace("_", "!_"),),
        )
        return [draft_row(row) for row in rows]

    def of_question(self, question: str) -> list[DraftRow]:
        """The drafts of a question as it was asked; also those that got no key."""
        rows = self._database.execute(
            f"SELECT {DRAFT_COLUMNS} FROM draft WHERE question = ? ORDER BY id", (question,)
        )
        return [draft_row(row) for row in rows]

    def of_job(self, job: int) -> DraftRow | None:
        """The draft that a job made."""
        row = self._database.execute(f"SELECT {DRAFT_COLUMNS} FROM draft WHERE job = ?", (job,)).fetchone()
        return draft_row(row) if row else None

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

    def data(self, draft: DraftRow, n: int | None = None) -> bytes | None:
        """The bytes of a version, the current one by default."""
        row = self._database.execute(
            "SELECT bytes FROM version WHERE draft = ? AND n = ?",
            (draft.id, draft.version if n is None else n),
        ).fetchone()
        return self._ledger.blobs.get(row["bytes"]) if row else None

    def versions(self, draft: int) -> list[Version]:
        """Every version of a draft, oldest first."""
        rows = self._database.execute("SELECT * FROM version WHERE draft = ? ORDER BY n", (draft,))
        return [
            Version(row["n"], row["sha"], row["origin"], _findings(row["findings"]), row["created_at"])
            for row in rows
        ]

    def knows(self, draft: int, sha: str) -> bool:
        """Whether a draft ever had these bytes."""
        row = self._database.execute(
            "SELECT 1 FROM version WHERE draft = ? AND sha = ?", (draft, sha)
        ).fetchone()
        return row is not None

    def decisions(self, draft: int) -> list[Decision]:
        """Every step of a draft's life, oldest first."""
        rows = self._database.execute(
            f"SELECT {_DECISION} FROM decision WHERE draft = ? ORDER BY id", (draft,)
        )
        return [Decision(*row) for row in rows]

    def approval(self, draft: int) -> Decision | None:
        """The newest approval of a draft."""
        row = self._database.execute(
            f"SELECT {_DECISION} FROM decision WHERE draft = ? AND decision = 'approved' AND before != 'publishing'"
            " ORDER BY id DESC LIMIT 1",
            (draft,),
        ).fetchone()
        return Decision(*row) if row else None

    def last_decision(self, who: str, *, undoable: bool = False) -> TakenDecision | None:
        """The newest approval, rejection or allowance by a person that was not taken back; ``undoable``, that can be."""
        return self._taken("who = ?", who, undoable)

    def last_decision_on(self, draft: int, *, undoable: bool = False) -> TakenDecision | None:
        """The newest approval, rejection or allowance of a draft, as in :meth:`last_decision`."""
        return self._taken("draft = ?", draft, undoable)

    def decided_together(self, bulk: int, *, undoable: bool = False) -> list[TakenDecision]:
        """The decisions of one bulk (``undoable``, those that can be taken back), oldest first."""
        where = f"bulk = ? AND undoes IS NULL{f' AND {_CAN_BE_UNDONE}' if undoable else ''}"
        rows = self._database.execute(
            f"SELECT draft, {_DECISION} FROM decision WHERE {where} ORDER BY id", (bulk,)
        )
        return [TakenDecision(row[0], Decision(*row[1:])) for row in rows]

    def stands(self, taken: TakenDecision) -> bool:
        """Whether nothing happened to the draft since."""
        (last,) = self._database.execute(
            "SELECT max(id) FROM decision WHERE draft = ?", (taken.draft,)
        ).fetchone()
        return bool(last == taken.decision.id)

    def next_bulk(self) -> int:
        """A number for decisions that are taken as one; within the transaction that takes them."""
        (last,) = self._database.execute("SELECT max(bulk) FROM decision").fetchone()
        return (last or 0) + 1

    def _taken(self, where: str, value: str | int, undoable: bool) -> TakenDecision | None:
        if undoable:
            where = f"{where} AND {_CAN_BE_UNDONE}"
        row = self._database.execute(
            f"SELECT draft, {_DECISION} FROM decision WHERE {where} AND (decision IN ('approved', 'rejected')"
            f" OR decision = 'near_duplicate' AND before = 'near_duplicate' AND who != '{PROGRAM}')"
            " AND before != 'publishing' AND undoes IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM decision AS later WHERE later.undoes = decision.id)"
            " ORDER BY id DESC LIMIT 1",
            (value,),
        ).fetchone()
        return TakenDecision(row[0], Decision(*row[1:])) if row else None

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
            f"SELECT {_QUALIFIED} FROM job JOIN job AS its ON its.question_key = job.question_key"
            " AND its.kind = job.kind AND its.identity = job.identity JOIN draft ON draft.job = its.id"
            " WHERE job.id = ? ORDER BY draft.sha IS NULL, draft.id DESC LIMIT 1",
            (job,),
        ).fetchone()
        return draft_row(row) if row else None

    def record(self, new: NewDraft, *, who: str = PROGRAM, now: str) -> DraftRow:
        """``replace`` what stands."""
        return self.replace(self.standing(new.job, new.key, new.question), new, who=who, now=now)

    def replace(self, old: DraftRow | None, new: NewDraft, *, who: str = PROGRAM, now: str) -> DraftRow:
        """Store what a job made of its question: a new draft, or a new version of the one that is ``standing``.

        A result without bytes leaves a draft that has some as it is.

        Raises:
            StaleDraft: the draft may not change any more, a person took it up and this is not theirs, or
                another question's draft has the address.
        """
        if old is None:
            return self._update(self._insert(new, now), new, who=who, now=now)
        if old.version is not None and new.data is None:
            return old
        if old.version is not None and (old.edited or old.state in SETTLED):
            raise StaleDraft(
                f"{old.key or old.question!r} was edited or approved meanwhile and is left alone"
            )
        if not may_become(old.state, new.state):
            raise StaleDraft(f"{old.key or old.question!r} is {old.state} and cannot become {new.state}")
        return self._update(old, new, who=who, now=now)

    def revise(self, draft: DraftRow, new: NewDraft, *, who: str, now: str) -> DraftRow:
        """Store what a person made of a draft: a new version, which may have another key. An approval lapses.

        Raises:
            StaleDraft: someone else changed it since ``draft`` was read, or it may not change any more.
        """
        if not may_become(draft.state, new.state):
            raise StaleDraft(f"{draft.key or draft.question!r} is {draft.state} and cannot be edited")
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
        path: str | None = None,
        covered: str | None = None,
        bulk: int | None = None,
        undoes: int | None = None,
    ) -> DraftRow:
        """Move a draft to another state; ``covered``, ``bulk`` and ``undoes`` as in :class:`Decision`.

        Raises:
            StaleDraft: someone else changed it since ``draft`` was read, or the step is not allowed.
        """
        if not may_become(draft.state, state):
            raise StaleDraft(f"{draft.key or draft.question!r} is {draft.state} and cannot become {state}")
        self._swap(draft, {"state": state, "path": path or draft.path, "updated_at": now})
        self._log(
            draft,
            state,
            sha=draft.sha,
            who=who,
            now=now,
            note=note,
            covered=covered,
            bulk=bulk,
            undoes=undoes,
        )
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
            version, sha = self._add_version(old.id, new, now)
        errors = sum(finding.severity == "error" for finding in new.findings)
        self._swap(
            old,
            {
                "job": new.job,
                "key": new.key or old.key,
                "question": new.question,
                "subject": new.subject or old.subject,
                "state": new.state,
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
                "updated_at": now,
            },
        )
        self._file_under_rules(old.id, new.findings)
        self._log(old, new.state, sha=sha, who=who, now=now, note=new.reason)
        return self.get(old.id)

    def _add_version(self, draft: int, new: NewDraft, now: str) -> tuple[int, str]:
        assert new.data is not None
        n = 1 + int(
            self._database.execute(
                "SELECT coalesce(max(n), 0) FROM version WHERE draft = ?", (draft,)
            ).fetchone()[0]
        )
        sha = self._ledger.blobs.put(new.data)
        findings = json.dumps([finding.as_dict() for finding in new.findings], ensure_ascii=False)
        self._database.execute(
            "INSERT INTO version VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (draft, n, sha, sha, new.origin, new.made_by or new.job, findings, now),
        )
        return n, sha

    def _file_under_rules(self, draft: int, findings: Sequence[Finding]) -> None:
        self._database.execute("DELETE FROM draft_rule WHERE draft = ?", (draft,))
        for code in {finding.code for finding in findings}:
            self._database.execute("INSERT INTO draft_rule VALUES (?, ?)", (code, draft))

    def _swap(self, draft: DraftRow, changes: dict[str, Any]) -> None:
        columns = ", ".join(f"{name} = ?" for name in changes)
        cursor = self._database.execute(
            f"UPDATE draft SET {columns}, lock = lock + 1 WHERE id = ? AND lock = ?",
            (*changes.values(), draft.id, draft.lock),
        )
        if cursor.rowcount != 1:
            raise StaleDraft(f"{draft.key or draft.question!r} was changed by someone else meanwhile")

    def _log(
        self,
        draft: DraftRow,
        state: DraftState,
        *,
        sha: str | None,
        who: str,
        now: str,
        note: str | None,
        covered: str | None = None,
        bulk: int | None = None,
        undoes: int | None = None,
    ) -> None:
        self._database.execute(
            "INSERT INTO decision (draft, decision, before, sha, who, at, note, covered, bulk, undoes)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (draft.id, state, draft.state, sha, who, now, note, covered, bulk, undoes),
        )


def draft_row(row: Any) -> DraftRow:
    """A row of ``DRAFT_COLUMNS`` as a value."""
    values = dict(row)
    values["offline"] = bool(values["offline"])
    values["edited"] = bool(values["edited"])
    return DraftRow(**values)


def _findings(text: str) -> tuple[Finding, ...]:
    return tuple(Finding(**item) for item in json.loads(text))
