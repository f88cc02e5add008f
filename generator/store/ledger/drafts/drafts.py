"""The table of drafts: the result of each question. Versions and decisions are in modules of their own.

A draft's state changes only through its log of decisions, by the transitions in ``content.states``. Methods write
within the caller's transaction.

A draft of a new article reserves its address: no two have the same. A rewrite of a published page reserves none, because
the page has it; there may be several of one page, each of other bytes of the page.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager

from generator.content.display import in_words
from generator.content.evidence.release import Release
from generator.content.findings import Finding
from generator.content.states import DECIDED, TRANSITIONS, DraftState
from generator.content.text import normalise_question
from generator.store.ledger.decision_log import PROGRAM
from generator.store.ledger.drafts.decisions import EDIT_NAMES, DraftDecision, DraftDecisionLog, edit_record
from generator.store.ledger.drafts.rows import (
    DRAFT_COLUMNS,
    DraftRow,
    NewDraft,
    StaleDraft,
    draft_row,
)
from generator.store.ledger.drafts.versions import Versions
from generator.store.ledger.ledger import Ledger, name_condition
from generator.store.ledger.pages import PAGE_KEY
from generator.store.ledger.queue.draft_texts import DraftTexts
from generator.store.ledger.review.readings import Readings
from generator.store.ledger.runs.calls import Cost
from generator.store.ledger.runs.jobs import SAME_WORK

_CLOSED: tuple[DraftState, ...] = ("rejected", "publishing", "published")


class Drafts:
    """The drafts of one ledger, with their versions, decisions and readings."""

    def __init__(self, ledger: Ledger) -> None:
        self._database = ledger.database
        self._calls = ledger.calls
        self.versions = Versions(ledger.database, ledger.blobs)
        self.decisions = DraftDecisionLog(ledger.database, StaleDraft)
        self._texts = DraftTexts(ledger.database, ledger.blobs)
        self.readings = Readings(ledger.database)

    def transaction(self) -> AbstractContextManager[None]:
        """Commit all writes of the block together, or none."""
        return self._database.transaction()

    # reading

    def get(self, draft: int) -> DraftRow:
        """The draft with this id, which must exist."""
        row = self._database.execute(f"SELECT {DRAFT_COLUMNS} FROM draft WHERE id = ?", (draft,)).fetchone()
        return draft_row(row)

    def find(self, draft: int) -> DraftRow | None:
        """The draft with this id; None without one."""
        row = self._database.execute(f"SELECT {DRAFT_COLUMNS} FROM draft WHERE id = ?", (draft,)).fetchone()
        return draft_row(row) if row else None

    def locks(self, drafts: Iterable[int]) -> dict[int, int]:
        """The counter of changes of each of these drafts."""
        rows = self._database.execute(
            "SELECT id, lock FROM draft WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(drafts)),),
        )
        return dict(tuple(row) for row in rows)

    def by_key(self, key: str) -> DraftRow | None:
        """The draft that reserves the address ``subject/slug``; None without one. Never a rewrite."""
        row = self._database.execute(f"SELECT {DRAFT_COLUMNS} FROM draft WHERE key = ?", (key,)).fetchone()
        return draft_row(row) if row else None

    def of_job(self, job: int) -> DraftRow | None:
        """The draft whose current result is of this job; None without one."""
        row = self._database.execute(f"SELECT {DRAFT_COLUMNS} FROM draft WHERE job = ?", (job,)).fetchone()
        return draft_row(row) if row else None

    def named(self, name: str) -> list[DraftRow]:
        """The drafts with the key ``subject/slug``, or with this slug in any subject; of each key the newest
        open one, or the newest."""
        own, of_page = name_condition(name, "draft.key"), name_condition(name, PAGE_KEY)
        rows = self._database.execute(
            f"SELECT {DRAFT_COLUMNS} FROM draft WHERE {own} UNION ALL"
            f" SELECT {DRAFT_COLUMNS} FROM draft WHERE replaces IS NOT NULL AND {of_page} ORDER BY key, id",
            (name, name),
        )
        return _newest_of_keys(map(draft_row, rows))

    def of_question(self, question: str) -> list[DraftRow]:
        """The drafts of a question, compared letter by letter; includes drafts without a key. Of each key the newest."""
        rows = self._database.execute(
            f"SELECT {DRAFT_COLUMNS} FROM draft WHERE question = ? ORDER BY id", (question,)
        )
        return _newest_of_keys(map(draft_row, rows))

    def rewrites_of(self, path: str) -> list[DraftRow]:
        """Every rewrite of a published page, oldest first; ``path`` is below the content folder."""
        rows = self._database.execute(
            f"SELECT {DRAFT_COLUMNS} FROM draft WHERE replaces = ? ORDER BY id", (path,)
        )
        return [draft_row(row) for row in rows]

    def jobs_of(self, draft: DraftRow) -> list[int]:
        """All jobs that worked on a draft, oldest first: its own job, those that this one replaced, and revisions."""
        rows = self._database.execute(
            f"SELECT its.id FROM job JOIN job AS its ON {SAME_WORK} WHERE job.id = :job"
            " UNION SELECT job FROM version WHERE draft = :draft AND job IS NOT NULL"
            " UNION SELECT job FROM revision WHERE draft = :draft"
            " ORDER BY 1",
            {"job": draft.job, "draft": draft.id},
        )
        return [row[0] for row in rows]

    def cost(self, draft: DraftRow) -> Cost:
        """The cost of all calls of all :meth:`jobs_of` a draft."""
        return self._calls.cost(self.jobs_of(draft))

    def all(self, states: Sequence[DraftState] = ()) -> Iterator[DraftRow]:
        """The drafts in these states (all states where empty), oldest first."""
        where = f"WHERE state IN ({','.join('?' * len(states))})" if states else ""
        for row in self._database.execute(
            f"SELECT {DRAFT_COLUMNS} FROM draft {where} ORDER BY id", tuple(states)
        ):
            yield draft_row(row)

    def like_answer(
        self, answer: str, states: Sequence[DraftState], *, besides: int | None, limit: int
    ) -> list[DraftRow]:
        """The drafts in these states whose answers share the most words with an answer, the best first.

        Args:
            besides: the draft that is left out.
        """
        return [self.get(number) for number in self._texts.like_answer(answer, states, besides, limit)]

    def counts(self) -> dict[DraftState, int]:
        """How many drafts are in each state."""
        return dict(
            tuple(row) for row in self._database.execute("SELECT state, count(*) FROM draft GROUP BY state")
        )

    def offline_count(self) -> int:
        """How many drafts the offline model wrote, without those that have no bytes."""
        count: int = self._database.execute(
            "SELECT count(*) FROM draft WHERE offline = 1 AND sha IS NOT NULL"
        ).fetchone()[0]
        return count

    def reasons(self, states: Sequence[DraftState]) -> list[tuple[str, str, int]]:
        """The reasons of drafts in these states: state, reason and number of drafts, most frequent first."""
        rows = self._database.execute(
            "SELECT state, coalesce(reason, ''), count(*) FROM draft"
            f" WHERE state IN ({','.join('?' * len(states))}) GROUP BY state, reason ORDER BY count(*) DESC, reason",
            tuple(states),
        )
        return [tuple(row) for row in rows]

    def data(self, draft: DraftRow) -> bytes | None:
        """The bytes of a draft's current version; None without one."""
        return self.versions.data(draft.id, draft.version)

    # writing

    def find_for_result(self, new: NewDraft) -> DraftRow | None:
        """The existing draft that a job's result belongs to; None where it is a new draft.

        It is the draft with this key, or else the draft of an earlier job for the same question. A rewrite belongs to
        the draft of an earlier job for the same bytes of the same page, unless that one was published: the page had
        these bytes again afterwards.

        Raises:
            StaleDraft: the draft with this key is of another question.
        """
        at_key = self.by_key(new.key) if new.key and new.replaces is None else None
        if at_key is not None:
            is_other = normalise_question(at_key.question) != normalise_question(new.question)
            if at_key.job != new.job and is_other:
                raise StaleDraft(f"{new.key} is the address of the draft of {at_key.question!r}")
            return at_key
        row = self._database.execute(
            f"SELECT {DRAFT_COLUMNS} FROM job JOIN job AS its ON {SAME_WORK} JOIN draft ON draft.job = its.id"
            " WHERE job.id = ? AND (draft.replaces IS NULL OR draft.state <> 'published' OR draft.job = job.id)"
            " ORDER BY draft.sha IS NULL, draft.id DESC LIMIT 1",
            (new.job,),
        ).fetchone()
        return draft_row(row) if row else None

    def record(self, new: NewDraft, *, now: str) -> DraftRow:
        """Store a job's result: :meth:`replace` with the draft from :meth:`find_for_result`."""
        return self.replace(self.find_for_result(new), new, now=now)

    def replace(self, old: DraftRow | None, new: NewDraft, *, now: str) -> DraftRow:
        """Store a job's result as a new draft, or as a new version of ``old``.

        A result without bytes does not change a draft that has bytes.

        Raises:
            StaleDraft: a person has edited or approved the draft, its state does not allow the result, or someone else
                changed it since ``old`` was read.
        """
        if old is None:
            return self._update(self._insert(new, now), new, who=PROGRAM, now=now)
        if old.version is not None and new.data is None:
            return old
        if old.version is not None and (old.edited or old.state in DECIDED):
            raise StaleDraft(f"{old.name} was edited or approved meanwhile and is left alone")
        self.decisions.require_step(old, new.state)
        return self._update(old, new, who=PROGRAM, now=now)

    def reject_earlier_rewrites(self, draft: DraftRow, *, now: str) -> None:
        """Reject the open rewrites of the page of this rewrite that were made of other bytes of the page.

        The page has changed since then, so they cannot be published any more. Their texts stay.
        """
        if draft.replaces is None:
            return
        for other in self.rewrites_of(draft.replaces):
            is_earlier = other.job < draft.job and other.basis != draft.basis
            if is_earlier and other.state not in _CLOSED:
                note = "the page was changed since, and rewritten again"
                self.decide(other, "rejected", who=PROGRAM, now=now, note=note)

    def revise(self, draft: DraftRow, new: NewDraft, *, who: str, now: str) -> DraftRow:
        """Store a person's new version of a draft, which may have another key. It ends an approval.

        Raises:
            StaleDraft: someone else changed the draft since it was read, or its state does not allow an edit.
        """
        if new.state not in TRANSITIONS[draft.state]:
            raise StaleDraft(f"{draft.name} is {in_words(draft.state)} and cannot be edited")
        row = self._update(draft, new, who=who, now=now)
        self._record_move(draft, new.key)
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
        release: Release | None = None,
    ) -> DraftRow:
        """Change the state of a draft; ``covered``, ``bulk`` and ``release`` as in :class:`DraftDecision`.

        Raises:
            StaleDraft: someone else changed the draft since it was read, or the step is not allowed.
        """
        self.decisions.change(
            draft,
            state,
            {},
            who=who,
            now=now,
            note=note,
            bulk=bulk,
            details={
                "sha": draft.sha,
                "covered": covered,
                "release": release.as_json() if release else None,
            },
        )
        return self.get(draft.id)

    def undo(self, draft: DraftRow, decision: DraftDecision, *, who: str, now: str) -> DraftRow:
        """Undo the effective decision on a draft: a new decision restores the state before it. Its bytes do not change.

        Raises:
            StaleDraft: someone else changed the draft since it was read, or the decision is not effective.
        """
        self.decisions.require_effective(draft, decision)
        self.decisions.undo_program_steps(decision, who=who, now=now)
        details = self.decisions.details_of_undo(decision, draft.sha)
        self.decisions.undo(draft, decision, {}, who=who, now=now, details=details)
        return self.get(draft.id)

    def undo_edit(self, draft: DraftRow, decision: DraftDecision, *, who: str, now: str) -> DraftRow:
        """Undo an edit of a draft: its bytes, address and state are those before it, as a new version.

        Raises:
            StaleDraft: the draft changed since, someone else changed it since it was read, or another draft has the
                address that it had.
        """
        edit = decision.made
        assert edit is not None and decision.before is not None
        before = dict(edit.before)
        self.decisions.require_effective(draft, decision)
        taken = self.by_key(before["key"]) if before["key"] else None
        if taken is not None and taken.id != draft.id:
            raise StaleDraft(
                f"{draft.name} cannot move back: the draft of {taken.question!r} is at {taken.key}"
            )
        data = self.versions.data(draft.id, before["version"])
        assert data is not None
        findings = next(item.findings for item in self.versions.of(draft.id) if item.n == before["version"])
        before["version"], _ = self.versions.add(
            draft.id, data, origin="undo", job=draft.job, findings=findings, now=now
        )
        self.decisions.undo_program_steps(decision, who=who, now=now)
        details = self.decisions.details_of_undo(decision, before["sha"])
        before["faults"] = _faults(before["errors"], before["warnings"])
        self.decisions.undo(draft, decision, before, who=who, now=now, details=details)
        self._record_move(draft, before["key"])
        self._record_failed_rules(draft.id, findings)
        self._texts.refresh(draft.id)
        return self.get(draft.id)

    def _record_move(self, draft: DraftRow, key: str | None) -> None:
        """Give the job of a draft its new address: planning sees then that it is used, and gives it to no other question."""
        if key != draft.key and draft.replaces is None:
            self._database.execute("UPDATE job SET key = ? WHERE id = ?", (key, draft.job))

    def _insert(self, new: NewDraft, now: str) -> DraftRow:
        cursor = self._database.execute(
            "INSERT INTO draft (job, key, question, subject, state, offline, replaces, basis, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                new.job,
                new.key if new.replaces is None else None,
                new.question,
                new.subject,
                new.state,
                new.offline,
                new.replaces.path if new.replaces else None,
                new.replaces.basis if new.replaces else None,
                now,
            ),
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
                "key": new.key or old.key if old.replaces is None else None,
                "question": new.question,
                "subject": new.subject or old.subject,
                "version": version,
                "sha": sha,
                "path": new.path or old.path,
                "offline": new.offline,
                "edited": old.edited or new.origin in EDIT_NAMES,
                "errors": errors,
                "warnings": len(new.findings) - errors,
                "faults": _faults(errors, len(new.findings) - errors),
                "model": new.model or old.model,
                "mode": new.mode or old.mode,
                "reason": new.reason,
                "score": old.score if sha == old.sha else -1,
                "checks": old.checks if new.data is None else -1,
            },
            who=who,
            now=now,
            note=new.reason,
            details={"sha": sha, "edit": edit_record(old, new.origin, sha, who)},
        )
        self._record_failed_rules(old.id, new.findings)
        self._texts.refresh(old.id)
        return self.get(old.id)

    def _record_failed_rules(self, draft: int, findings: Sequence[Finding]) -> None:
        self._database.execute("DELETE FROM draft_rule WHERE draft = ?", (draft,))
        for code in {finding.code for finding in findings}:
            self._database.execute("INSERT INTO draft_rule VALUES (?, ?)", (code, draft))


def _faults(errors: int, warnings: int) -> int:
    """The number by which drafts are sorted: errors first, then warnings."""
    return errors * 10_000 + warnings


def _newest_of_keys(rows: Iterable[DraftRow]) -> list[DraftRow]:
    """One draft of each key, because a page may have been rewritten several times: the newest open one, or the newest."""
    newest: dict[object, DraftRow] = {}
    for row in rows:
        known = newest.get(row.key or row.id)
        if known is None or _age(known) < _age(row):
            newest[row.key or row.id] = row
    return list(newest.values())


def _age(row: DraftRow) -> tuple[bool, int]:
    """Sorts the drafts of one page: closed ones first, then by their jobs. A batch may bring an older job's later."""
    return row.state not in _CLOSED, row.job
