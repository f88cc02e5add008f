"""The table of revisions: what the model was asked to revise, what it proposed, and what a person accepted.

Methods write within the caller's transaction.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from generator.content.findings import Finding
from generator.errors import GeneratorError
from generator.store.ledger.ledger import Ledger
from generator.store.ledger.runs.new_jobs import Backend

RevisionState = Literal["asked", "proposed", "failed", "accepted", "declined"]

OPEN: tuple[RevisionState, ...] = ("asked", "proposed")
"""The states of revisions that wait: ``asked`` for the model, ``proposed`` for a person."""

_OPEN_SQL = ", ".join(f"'{state}'" for state in OPEN)


class StaleRevision(GeneratorError):
    """A revision was decided on already, or its draft has changed since it was requested."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a draft by the model.

    Args:
        basis: the hash of the bytes that the model gets.
        comment: what a person asks for.
        proposal: the fields of the draft as the model rewrote them; None without an answer.
        findings: on the proposal.
        reason: why it failed; None where it did not.
        accepted: the names of the fields that a person accepted.
    """

    id: int
    draft: int
    job: int
    basis: str
    comment: str
    who: str
    at: str
    state: RevisionState
    proposal: dict[str, Any] | None
    findings: tuple[Finding, ...]
    reason: str | None
    accepted: tuple[str, ...]


_REVISION = ", ".join(field.name for field in fields(Revision))


class Revisions:
    """The revisions of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._database = ledger.database

    def get(self, revision: int) -> Revision:
        """The revision with this id, which must exist."""
        return self._one("id = ?", revision)[0]

    def of_job(self, job: int) -> Revision | None:
        """The revision that a job makes; None without one."""
        return next(iter(self._one("job = ?", job)), None)

    def of(self, draft: int) -> list[Revision]:
        """Every revision of a draft, oldest first."""
        return self._one("draft = ?", draft)

    def open_of(self, draft: int) -> Revision | None:
        """The newest open revision of a draft; None without one."""
        return next(iter(self._one(f"draft = ? AND state IN ({_OPEN_SQL})", draft)[::-1]), None)

    def open_states(self) -> dict[int, RevisionState]:
        """The drafts with an open revision, each with the state of its newest one."""
        rows = self._database.execute(
            f"SELECT draft, state FROM revision WHERE state IN ({_OPEN_SQL}) ORDER BY id"
        )
        return dict(tuple(row) for row in rows)

    def ask(self, *, draft: int, job: int, basis: str, comment: str, who: str, now: str) -> Revision:
        """Record a request for a revision."""
        cursor = self._database.execute(
            "INSERT INTO revision (draft, job, basis, comment, who, at, state, findings)"
            " VALUES (?, ?, ?, ?, ?, ?, 'asked', '[]')",
            (draft, job, basis, comment, who, now),
        )
        return self.get(int(cursor.lastrowid or 0))

    def unanswered(self, backend: Backend) -> list[Revision]:
        """The newest revision of each draft that has one, if no model has answered it and nobody is asking one.

        Args:
            backend: that of the jobs.
        """
        rows = self._database.execute(
            "SELECT revision.id FROM revision JOIN job ON job.id = revision.job"
            " WHERE revision.state IN ('asked', 'failed') AND job.state = 'planned' AND job.realm = ?"
            " AND NOT EXISTS (SELECT 1 FROM revision AS later"
            " WHERE later.draft = revision.draft AND later.id > revision.id) ORDER BY revision.id",
            (backend,),
        )
        return [self.get(row[0]) for row in rows.fetchall()]

    def has_unanswered(self) -> bool:
        """Whether there is a revision that no model has answered, so that a person still waits for it."""
        return bool(self.unanswered("model") or self.unanswered("offline"))

    def ask_again(self, revision: int) -> Revision:
        """Wait for the model again; nothing changes unless the revision failed."""
        self._database.execute(
            "UPDATE revision SET state = 'asked', reason = NULL WHERE id = ? AND state = 'failed'",
            (revision,),
        )
        return self.get(revision)

    def fail(self, revision: int, reason: str) -> Revision:
        """Record why the model could not be asked; nothing changes where it has answered."""
        self._database.execute(
            "UPDATE revision SET state = 'failed', reason = ? WHERE id = ? AND state IN ('asked', 'failed')",
            (reason, revision),
        )
        return self.get(revision)

    def propose(
        self,
        revision: int,
        *,
        proposal: dict[str, Any] | None,
        findings: Sequence[Finding],
        reason: str | None,
    ) -> Revision:
        """Record the model's answer; without a proposal the revision failed."""
        blob = (
            None
            if proposal is None
            else self._ledger.blobs.put(json.dumps(proposal, ensure_ascii=False).encode())
        )
        self._database.execute(
            "UPDATE revision SET state = ?, proposal = ?, findings = ?, reason = ?"
            " WHERE id = ? AND state IN ('asked', 'failed')",
            (
                "failed" if blob is None else "proposed",
                blob,
                json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False),
                reason,
                revision,
            ),
        )
        return self.get(revision)

    def decide(
        self, revision: Revision, state: RevisionState, *, accepted: Sequence[str], who: str, now: str
    ) -> Revision:
        """Decide on a proposed revision.

        Args:
            accepted: the names of the accepted fields.

        Raises:
            StaleRevision: someone else has decided already.
        """
        cursor = self._database.execute(
            "UPDATE revision SET state = ?, accepted = ?, decided_by = ?, decided_at = ?"
            " WHERE id = ? AND state = 'proposed'",
            (state, json.dumps(list(accepted)), who, now, revision.id),
        )
        if cursor.rowcount != 1:
            raise StaleRevision("this revision was decided on already")
        return self.get(revision.id)

    def last_declined(self, *, who: str | None, draft: int | None) -> tuple[Revision, str] | None:
        """The revision that was declined last, and when; None without one.

        Args:
            who: by this person; None for any person.
            draft: of this draft; None for all drafts.
        """
        row = self._database.execute(
            "SELECT id, decided_at FROM revision WHERE state = 'declined' AND (:who IS NULL OR decided_by = :who)"
            " AND (:draft IS NULL OR draft = :draft) ORDER BY decided_at DESC, id DESC LIMIT 1",
            {"who": who, "draft": draft},
        ).fetchone()
        return (self.get(row["id"]), row["decided_at"]) if row else None

    def reopen(self, revision: Revision) -> None:
        """Propose a revision again, because the decision on it was undone."""
        self._database.execute(
            "UPDATE revision SET state = 'proposed', accepted = NULL, decided_by = NULL, decided_at = NULL"
            " WHERE id = ? AND state IN ('accepted', 'declined')",
            (revision.id,),
        )

    def _one(self, where: str, value: int) -> list[Revision]:
        rows = self._database.execute(
            f"SELECT {_REVISION} FROM revision WHERE {where} ORDER BY id", (value,)
        ).fetchall()
        return [self._revision(row) for row in rows]

    def _revision(self, row: Any) -> Revision:
        values = dict(row)
        blob = values["proposal"]
        values["proposal"] = json.loads(self._ledger.blobs.get(blob)) if blob else None
        values["findings"] = tuple(Finding(**item) for item in json.loads(values["findings"]))
        values["accepted"] = tuple(json.loads(values["accepted"] or "[]"))
        return Revision(**values)
