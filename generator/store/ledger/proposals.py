"""The table of proposals: a new text for one field of a published article, and its state.

There is one proposal for a field and a basis (question, answer and old text, hashed). A state changes only by
the table in ``content.proposal_states``, by compare-and-swap on ``lock``, and each change appends a decision.
Methods write inside the caller's transaction, or make their own.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from generator.content.findings import Finding, errors
from generator.content.proposal_states import SETTLED, ProposalState, may_become
from generator.content.seo import SeoField, says_nothing_new
from generator.errors import GeneratorError
from generator.store.ledger.calls import TOTAL
from generator.store.ledger.decisions import PROGRAM
from generator.store.ledger.hashes import question_key
from generator.store.ledger.jobs import SAME_WORK
from generator.store.ledger.ledger import Ledger
from generator.store.ledger.proposal_decisions import ProposalDecision, ProposalDecisions
from generator.store.ledger.proposed_descriptions import ProposedDescriptions

_PAGE = 500


class StaleProposal(GeneratorError):
    """The proposal changed since it was read; read it and decide again."""


@dataclass(frozen=True, slots=True)
class NewProposal:
    """What a run made of one field. ``new`` is None where there is no text: skipped, or nothing usable came."""

    job: int | None
    key: str
    path: str
    field: SeoField
    question: str
    subject: str | None
    basis: str
    old: str
    new: str | None
    state: ProposalState
    reason: str | None
    findings: Sequence[Finding]
    offline: bool
    model: str | None = None


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One proposal as the ledger holds it.

    ``own`` is the model's own text, of which a person's ``new`` may have taken the place; ``cost`` is that of its
    whole job in nano-dollars, with the jobs that a redo replaced; None where it is not known or nothing was asked.
    """

    id: int
    job: int | None
    key: str
    path: str
    field: SeoField
    question: str
    subject: str | None
    basis: str
    old: str
    new: str | None
    state: ProposalState
    lock: int
    reason: str | None
    findings: tuple[Finding, ...]
    offline: bool
    edited: bool
    model: str | None
    updated_at: str
    own: str | None
    cost: int | None

    @property
    def is_clean(self) -> bool:
        """Whether it has a text that no rule objects to, not even with a warning."""
        return self.new is not None and not self.findings

    @property
    def is_typed(self) -> bool:
        """Whether its text is a person's and waits for a decision: no run puts another in its place."""
        return self.edited and self.state in ("proposed", "needs_fix")

    @property
    def is_offline_text(self) -> bool:
        """Whether the text is the offline model's own: no person wrote one that says anything else."""
        return self.offline and (not self.edited or says_nothing_new(self.own or "", self.new or ""))


_REOPENED = "the file holds the old text again"
# The text of the newest step at which a run recorded one. Where nobody edited it, that is the proposal's text.
_OWN = (
    "CASE WHEN edited THEN (SELECT recorded.new FROM proposal_decision AS recorded"
    f" WHERE recorded.proposal = proposal.id AND recorded.who = '{PROGRAM}'"
    " AND recorded.decision IN ('proposed', 'needs_fix', 'skipped')"
    f" AND recorded.undoes IS NULL AND recorded.note IS NOT '{_REOPENED}' ORDER BY recorded.id DESC LIMIT 1)"
    " ELSE new END AS own"
)
_CLEAN = "new IS NOT NULL AND findings = '[]'"  # ProposalRow.is_clean
_WITH_REASON: frozenset[ProposalState] = frozenset({"stale", "skipped", "rejected"})
_STORED = [f"proposal.{field.name}" for field in fields(ProposalRow) if field.name not in {"own", "cost"}]
_COST = (
    f"(SELECT {TOTAL} FROM job JOIN job AS its ON {SAME_WORK} JOIN call ON call.job = its.id"
    " WHERE job.id = proposal.job) AS cost"
)
_COLUMNS = f"{', '.join(_STORED)}, {_OWN}, {_COST}"


class Proposals:
    """The proposals of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._database = ledger.database
        self.decisions = ProposalDecisions(ledger.database)
        self.descriptions = ProposedDescriptions(ledger.database)

    # reading

    def get(self, proposal: int) -> ProposalRow:
        """One proposal by its number.

        Raises:
            StaleProposal: there is none.
        """
        row = self._one("WHERE id = ?", (proposal,))
        if row is None:
            raise StaleProposal(f"there is no proposal {proposal}")
        return row

    def find(self, key: str, field: SeoField, basis: str) -> ProposalRow | None:
        """The proposal for a field on this basis."""
        return self._one("WHERE key = ? AND field = ? AND basis = ?", (key, field, basis))

    def rows(
        self,
        *,
        states: Sequence[ProposalState] = (),
        field: SeoField | None = None,
        folder: str | None = None,
        after: int = 0,
        limit: int | None = None,
    ) -> Iterator[ProposalRow]:
        """Proposals in the order in which they were made, read a page at a time; rows may change meanwhile.

        Args:
            states: only these; by default all.
            folder: only articles of this subject, by its slug.
            after: only ids above this, for paging.
        """
        where = ["proposal.id > ?"]
        values: list[str] = []
        if states:
            where.append(f"state IN ({', '.join('?' * len(states))})")
            values += list(states)
        if field is not None:
            where.append("field = ?")
            values.append(field)
        if folder is not None:
            where.append("key LIKE ? || '/%'")
            values.append(folder)
        left = limit
        while left is None or left > 0:
            size = _PAGE if left is None else min(left, _PAGE)
            sql = f"WHERE {' AND '.join(where)} ORDER BY id LIMIT {size}"
            page = self._many(sql, (after, *values))
            yield from page
            if len(page) < size:
                return
            after = page[-1].id
            left = None if left is None else left - size

    def named(self, name: str) -> list[ProposalRow]:
        """The proposals of ``subject/slug`` (or of a bare slug), newest basis last."""
        slug = name.removesuffix(".md").strip("/")
        if "/" in slug:
            return self._many("WHERE key = ? ORDER BY id", (slug,))
        return self._many("WHERE key LIKE '%/' || ? ORDER BY id", (slug,))

    def of_path(self, path: str) -> list[ProposalRow]:
        """The proposals for one file, in the order in which they were made."""
        return self._many("WHERE path = ? ORDER BY id", (path,))

    def counts(self) -> dict[SeoField, dict[ProposalState, int]]:
        """How many proposals of each field are in which state."""
        found: dict[SeoField, dict[ProposalState, int]] = {}
        for row in self._database.execute(
            "SELECT field, state, count(*) FROM proposal GROUP BY field, state ORDER BY field, state"
        ):
            found.setdefault(row[0], {})[row[1]] = row[2]
        return found

    def clean_count(self, field: SeoField | None = None) -> int:
        """How many proposals wait for a decision and are clean."""
        (count,) = self._database.execute(
            f"SELECT count(*) FROM proposal WHERE state = 'proposed' AND {_CLEAN} AND field = coalesce(?, field)",
            (field,),
        ).fetchone()
        return int(count)

    def reasons(self) -> list[tuple[ProposalState, str, int]]:
        """Why proposals need a person or were skipped, with their number, most frequent first."""
        rows = self._database.execute(
            "SELECT state, reason, count(*) FROM proposal WHERE reason IS NOT NULL AND state IN"
            " ('needs_fix', 'skipped', 'stale') GROUP BY state, reason ORDER BY count(*) DESC, reason"
        )
        return [tuple(row) for row in rows]

    # writing

    def record(self, new: NewProposal, *, now: str) -> ProposalRow:
        """Keep what a run made; on the same basis, what a person decided or typed stands; older bases become stale."""
        with self._database.transaction():
            standing = self.find(new.key, new.field, new.basis)
            if standing is not None and (standing.state in SETTLED or standing.is_typed):
                return standing
            self._outdate_others(new.key, new.field, new.basis, now)
            if standing is None:
                proposal = self._insert(new, now)
            else:
                proposal = standing.id
                self._overwrite(standing, new, now)
            self.decisions.append(
                proposal,
                new.state,
                before=standing.state if standing else None,
                reason_before=standing.reason if standing else None,
                new=new.new,
                who=PROGRAM,
                at=now,
                note=new.reason,
            )
            if new.field == "page_description":
                self.descriptions.index(proposal, new.new)
        return self.get(proposal)

    def reopen(self, row: ProposalRow, *, now: str) -> None:
        """Offer a text again where the file is back at the basis that it was proposed for; other bases become stale.

        Raises:
            StaleProposal: it changed meanwhile, or is approved or rejected.
        """
        state: ProposalState = "needs_fix" if errors(row.findings) else "proposed"
        with self._database.transaction():
            self._outdate_others(row.key, row.field, row.basis, now)
            self._change(row, state, who=PROGRAM, now=now, note=_REOPENED)

    def decide(
        self,
        row: ProposalRow,
        state: ProposalState,
        *,
        who: str,
        now: str,
        note: str | None = None,
        bulk: int | None = None,
    ) -> ProposalRow:
        """Change the state of the proposal as it was read; ``bulk`` as in :class:`ProposalDecision`.

        Raises:
            StaleProposal: it changed meanwhile, or the step is not allowed.
        """
        with self._database.transaction():
            self._change(row, state, who=who, now=now, note=note, bulk=bulk)
        return self.get(row.id)

    def take_back(
        self, row: ProposalRow, decision: ProposalDecision, *, who: str, now: str, note: str
    ) -> ProposalRow:
        """Give the proposal the state that it had before its last decision, as a new one; its text stays.

        Raises:
            StaleProposal: it changed meanwhile, another one took its place, or that was no decision that can be taken
                back.
        """
        if decision.before is None:
            raise StaleProposal(f"{row.key}: the proposal was made, not decided on")
        with self._database.transaction():
            self._expect_newest(row)
            self._change(row, decision.before, who=who, now=now, note=note, undoes=decision)
        return self.get(row.id)

    def edit(
        self, row: ProposalRow, new: str, findings: Sequence[Finding], *, who: str, now: str
    ) -> ProposalRow:
        """Put a person's text in the place of the proposed one; an approval lapses.

        Raises:
            StaleProposal: it changed meanwhile, is applied, or another one took its place.
        """
        state: ProposalState = "needs_fix" if errors(tuple(findings)) else "proposed"
        with self._database.transaction():
            self._expect_newest(row)
            self._change(row, state, who=who, now=now, note="edited", new=new, findings=findings)
            self._database.execute(
                "UPDATE proposal SET edited = ?, reason = NULL WHERE id = ?", (new != row.own, row.id)
            )
            if row.field == "page_description":
                self.descriptions.index(row.id, new)
        return self.get(row.id)

    # inside

    def _outdate_others(self, key: str, field: SeoField, basis: str, now: str) -> None:
        for row in self._many(
            "WHERE key = ? AND field = ? AND basis <> ? AND state NOT IN ('applied', 'rejected', 'stale')",
            (key, field, basis),
        ):
            self._change(row, "stale", who=PROGRAM, now=now, note="the article changed since")

    def _expect_newest(self, row: ProposalRow) -> None:
        """Let no outdated proposal come back beside the one that took its place."""
        if self.decisions.is_replaced(row.id):
            name = f"{row.key} {row.field.removeprefix('page_')}"
            raise StaleProposal(f"{name} was proposed again since, for the article as it is now")

    def _insert(self, new: NewProposal, now: str) -> int:
        cursor = self._database.execute(
            "INSERT INTO proposal (job, key, path, field, question, question_key, subject, basis, old, new, state, reason,"
            " findings, offline, model, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                new.job,
                new.key,
                new.path,
                new.field,
                new.question,
                question_key(new.question),
                new.subject,
                new.basis,
                new.old,
                new.new,
                new.state,
                new.reason,
                _as_json(new.findings),
                new.offline,
                new.model,
                now,
            ),
        )
        return int(cursor.lastrowid or 0)

    def _overwrite(self, row: ProposalRow, new: NewProposal, now: str) -> None:
        self._database.execute(
            "UPDATE proposal SET job = ?, path = ?, new = ?, state = ?, reason = ?, findings = ?, offline = ?, model = ?,"
            " edited = 0, lock = lock + 1, updated_at = ? WHERE id = ?",
            (
                new.job,
                new.path,
                new.new,
                new.state,
                new.reason,
                _as_json(new.findings),
                new.offline,
                new.model,
                now,
                row.id,
            ),
        )

    def _change(
        self,
        row: ProposalRow,
        state: ProposalState,
        *,
        who: str,
        now: str,
        note: str | None,
        new: str | None = None,
        findings: Sequence[Finding] | None = None,
        bulk: int | None = None,
        undoes: ProposalDecision | None = None,
    ) -> None:
        # A decision is taken back along the step that it took.
        if not (may_become(row.state, state) if undoes is None else may_become(state, row.state)):
            raise StaleProposal(f"{row.key}: a proposal that is {row.state} cannot become {state}")
        if state in ("approved", "applied") and row.new is None:
            raise StaleProposal(f"{row.key}: there is no new text to approve")
        if undoes is not None:
            reason = undoes.reason_before
        else:
            reason = note if state in _WITH_REASON else row.reason if state == "needs_fix" else None
        cursor = self._database.execute(
            "UPDATE proposal SET state = ?, new = coalesce(?, new), findings = coalesce(?, findings), reason = ?,"
            " lock = lock + 1, updated_at = ? WHERE id = ? AND lock = ?",
            (
                state,
                new,
                None if findings is None else _as_json(findings),
                reason,
                now,
                row.id,
                row.lock,
            ),
        )
        if cursor.rowcount != 1:
            raise StaleProposal(f"{row.key}: someone else decided on this proposal meanwhile")
        self.decisions.append(
            row.id,
            state,
            before=row.state,
            reason_before=row.reason,
            new=new if new is not None else row.new,
            who=who,
            at=now,
            note=note,
            bulk=bulk,
            undoes=undoes.id if undoes else None,
        )

    def _one(self, where: str, values: tuple[Any, ...]) -> ProposalRow | None:
        found = self._many(where, values)
        return found[0] if found else None

    def _many(self, where: str, values: tuple[Any, ...]) -> list[ProposalRow]:
        rows = self._database.execute(f"SELECT {_COLUMNS} FROM proposal {where}", values).fetchall()
        return [_proposal(row) for row in rows]


def _proposal(row: Mapping[str, Any]) -> ProposalRow:
    values = {field.name: row[field.name] for field in fields(ProposalRow)}
    values["findings"] = tuple(Finding(**item) for item in json.loads(values["findings"]))
    values["offline"], values["edited"] = bool(values["offline"]), bool(values["edited"])
    return ProposalRow(**values)


def _as_json(findings: Sequence[Finding]) -> str:
    return json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False)
