"""The table of proposals: a new text for one field of a published article, and its state.

There is one proposal for each field and basis (a hash of question, answer and old text). A state changes only through
the log of decisions, by the transitions in ``content.proposal_states``. Methods write within the caller's transaction,
or in their own where none is open.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from generator.content.findings import Finding, errors
from generator.content.seo.fields import SeoField, says_nothing_new
from generator.content.seo.proposal_states import DECIDED, ProposalState
from generator.store.ledger.decision_log import PROGRAM, StaleRow
from generator.store.ledger.ledger import Ledger, name_condition
from generator.store.ledger.runs.calls import TOTAL
from generator.store.ledger.runs.jobs import SAME_WORK
from generator.store.ledger.seo.hold_outs import HoldOuts
from generator.store.ledger.seo.proposal_decisions import ProposalDecision, ProposalDecisionLog
from generator.store.ledger.seo.proposal_queue import ProposalQueue
from generator.store.ledger.seo.proposed_descriptions import ProposedDescriptions
from generator.store.ledger.storage.hashes import question_key

_PAGE = 500


class StaleProposal(StaleRow):
    """A proposal has changed since it was read, or the decision is not allowed in its state."""


@dataclass(frozen=True, slots=True)
class NewProposal:
    """The result of a run for one field.

    Args:
        job: None where nothing was requested.
        path: of the article, below the content folder.
        basis: the hash of question, answer and old text.
        new: the proposed text; None where the field was skipped or no usable text was received.
        reason: why there is no text, or why it needs a person.
    """

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
    """One proposal.

    Args:
        new: the current text, the model's or a person's; None without a text.
        lock: counts its changes.
        edited: whether ``new`` is a person's text.
        own: the model's text.
        cost: of all generations of its job, in nano-dollars; None where it is not known or nothing was requested.
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
    def name(self) -> str:
        """Its name for messages."""
        return f"{self.key} {self.field.removeprefix('page_')}"

    @property
    def is_clean(self) -> bool:
        """Whether it has a text without findings, not even a warning."""
        return self.new is not None and not self.findings

    @property
    def is_typed(self) -> bool:
        """Whether its text is a person's and waits for a decision. Runs do not replace such a text."""
        return self.edited and self.state in ("proposed", "needs_fix")

    @property
    def is_offline_text(self) -> bool:
        """Whether the text is the offline model's, unchanged or with a person's edit that says nothing new."""
        return self.offline and (not self.edited or says_nothing_new(self.own or "", self.new or ""))


class CleanProposals(NamedTuple):
    """How many proposals are clean, and what :func:`generator.store.ledger.row_versions.versions_of` says of them."""

    number: int
    versions: str


_REOPENED = "the file holds the old text again"
# The text of the newest decision by which a run recorded one. Where nobody edited it, that is the proposal's text.
# The + makes SQLite use the index of decisions by proposal, not the one by person.
_OWN = (
    "CASE WHEN edited THEN (SELECT recorded.new FROM proposal_decision AS recorded"
    f" WHERE recorded.proposal = proposal.id AND +recorded.who = '{PROGRAM}'"
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
        self.decisions = ProposalDecisionLog(ledger.database, StaleProposal)
        self.descriptions = ProposedDescriptions(ledger.database)
        self.hold_outs = HoldOuts(ledger.database)
        self.queue = ProposalQueue(ledger.database)

    # reading

    def get(self, proposal: int) -> ProposalRow:
        """The proposal with this id.

        Raises:
            StaleProposal: there is none.
        """
        row = self._one("WHERE id = ?", (proposal,))
        if row is None:
            raise StaleProposal(f"there is no proposal {proposal}")
        return row

    def with_ids(self, proposals: Sequence[int]) -> list[ProposalRow]:
        """The proposals with these ids (at most some hundreds), in their order. Ids without a proposal are left out."""
        rows = self._many(f"WHERE id IN ({', '.join('?' * len(proposals))})", tuple(proposals))
        found = {row.id: row for row in rows}
        return [found[number] for number in proposals if number in found]

    def find(self, key: str, field: SeoField, basis: str) -> ProposalRow | None:
        """The proposal for a field on this basis; None without one."""
        return self._one("WHERE key = ? AND field = ? AND basis = ?", (key, field, basis))

    def rows(
        self,
        *,
        states: Sequence[ProposalState] = (),
        field: SeoField | None = None,
        after: int = 0,
        limit: int | None = None,
    ) -> Iterator[ProposalRow]:
        """Proposals in the order of their ids, read a page at a time; the caller may change them meanwhile.

        Args:
            states: only these states; all where empty.
            field: only this field; None for all.
            after: only larger ids.
            limit: the most proposals; None for no limit.
        """
        where = ["proposal.id > ?"]
        values: list[str] = []
        if states:
            where.append(f"state IN ({', '.join('?' * len(states))})")
            values += list(states)
        if field is not None:
            where.append("field = ?")
            values.append(field)
        remaining = limit
        while remaining is None or remaining > 0:
            size = _PAGE if remaining is None else min(remaining, _PAGE)
            sql = f"WHERE {' AND '.join(where)} ORDER BY id LIMIT {size}"
            page = self._many(sql, (after, *values))
            yield from page
            if len(page) < size:
                return
            after = page[-1].id
            remaining = None if remaining is None else remaining - size

    def named(self, name: str) -> list[ProposalRow]:
        """The proposals for the article ``subject/slug``, or for articles with this slug in any subject, by id."""
        return self._many(f"WHERE {name_condition(name)} ORDER BY id", (name,))

    def of_path(self, path: str) -> list[ProposalRow]:
        """The proposals for one file, in the order of their ids."""
        return self._many("WHERE path = ? ORDER BY id", (path,))

    def applied_days(self) -> dict[str, tuple[str, str]]:
        """The first and the last day, YYYY-MM-DD, on which a proposal was applied to each file, by path."""
        rows = self._database.execute(
            "SELECT path, substr(min(at), 1, 10), substr(max(at), 1, 10) FROM proposal"
            " JOIN proposal_decision ON proposal_decision.proposal = proposal.id"
            " WHERE decision = 'applied' GROUP BY path"
        )
        return {path: (first, last) for path, first, last in rows}

    def counts(self) -> dict[SeoField, dict[ProposalState, int]]:
        """How many proposals of each field are in each state."""
        found: dict[SeoField, dict[ProposalState, int]] = {}
        for row in self._database.execute(
            "SELECT field, state, count(*) FROM proposal GROUP BY field, state ORDER BY field, state"
        ):
            found.setdefault(row[0], {})[row[1]] = row[2]
        return found

    def clean(self, field: SeoField | None = None) -> CleanProposals:
        """The clean proposals that wait for a decision, those for one field or for all."""
        number, versions = self._database.execute(
            "SELECT count(*), coalesce(group_concat(id || ':' || lock), '') FROM (SELECT id, lock FROM proposal"
            f" WHERE state = 'proposed' AND {_CLEAN} AND field = coalesce(?, field) ORDER BY id)",
            (field,),
        ).fetchone()
        return CleanProposals(number, versions)

    def reasons(self) -> list[tuple[ProposalState, str, int]]:
        """Why proposals need a person, were skipped or are stale: state, reason and number, most frequent first."""
        rows = self._database.execute(
            "SELECT state, reason, count(*) FROM proposal WHERE reason IS NOT NULL AND state IN"
            " ('needs_fix', 'skipped', 'stale') GROUP BY state, reason ORDER BY count(*) DESC, reason"
        )
        return [tuple(row) for row in rows]

    # writing

    def record(self, new: NewProposal, *, now: str) -> ProposalRow:
        """Store the result of a run. Proposals for the field on another basis become stale.

        A proposal on the same basis that a person has decided on or edited is returned unchanged.
        """
        with self._database.transaction():
            existing = self.find(new.key, new.field, new.basis)
            if existing is not None and (existing.state in DECIDED or existing.is_typed):
                return existing
            self._outdate_others(new.key, new.field, new.basis, now)
            if existing is None:
                proposal = self._insert(new, now)
            else:
                proposal = existing.id
                self.decisions.change(
                    existing,
                    new.state,
                    {**_columns_of(new), "edited": False},
                    who=PROGRAM,
                    now=now,
                    note=new.reason,
                    details=self._details(existing, new.new),
                )
            if new.field == "page_description":
                self.descriptions.index(proposal, new.new)
        return self.get(proposal)

    def reopen(self, row: ProposalRow, *, now: str) -> None:
        """Propose a text again, because the file has the proposal's basis again. Other proposals become stale.

        Raises:
            StaleProposal: it has changed since it was read, or is approved or rejected.
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
        """Change the state of a proposal; ``bulk`` as in :class:`Decision`.

        Raises:
            StaleProposal: it has changed since it was read, or the step is not allowed.
        """
        with self._database.transaction():
            self._change(row, state, who=who, now=now, note=note, bulk=bulk)
        return self.get(row.id)

    def undo(self, row: ProposalRow, decision: ProposalDecision, *, who: str, now: str) -> ProposalRow:
        """Undo the effective decision on a proposal: a new decision restores the state before it, not the text.

        Raises:
            StaleProposal: it has changed since it was read, the decision is not effective, or another proposal has
                replaced it.
        """
        with self._database.transaction():
            self.decisions.require_effective(row, decision)
            self._expect_newest(row)
            reason = {"reason": decision.reason_before}
            details = self._details(row, row.new)
            self.decisions.undo(row, decision, reason, who=who, now=now, details=details)
        return self.get(row.id)

    def edit(
        self, row: ProposalRow, new: str, findings: Sequence[Finding], *, who: str, now: str
    ) -> ProposalRow:
        """Replace the proposed text by a person's text. It ends an approval.

        Raises:
            StaleProposal: it has changed since it was read, is applied, or was replaced by another proposal.
        """
        with self._database.transaction():
            self._expect_newest(row)
            self.decisions.change(
                row,
                "needs_fix" if errors(tuple(findings)) else "proposed",
                {"new": new, "findings": _as_json(findings), "edited": new != row.own, "reason": None},
                who=who,
                now=now,
                note="edited",
                details=self._details(row, new),
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
        """Check that no other proposal has replaced this one.

        Raises:
            StaleProposal: one has.
        """
        if self.decisions.is_replaced(row.id):
            raise StaleProposal(f"{row.name} was proposed again since, for the article as it is now")

    def _insert(self, new: NewProposal, now: str) -> int:
        values = {**_columns_of(new), "question_key": question_key(new.question), "updated_at": now}
        cursor = self._database.execute(
            f"INSERT INTO proposal ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
            tuple(values.values()),
        )
        proposal = int(cursor.lastrowid or 0)
        details = self._details(None, new.new)
        self.decisions.append(
            proposal, new.state, before=None, who=PROGRAM, now=now, note=new.reason, details=details
        )
        return proposal

    def _change(
        self,
        row: ProposalRow,
        state: ProposalState,
        *,
        who: str,
        now: str,
        note: str | None,
        bulk: int | None = None,
    ) -> None:
        """Change the state without the text."""
        self.decisions.require_step(row, state)
        if state in ("approved", "applied") and row.new is None:
            raise StaleProposal(f"{row.name}: there is no new text to approve")
        reason = note if state in _WITH_REASON else row.reason if state == "needs_fix" else None
        details = self._details(row, row.new)
        self.decisions.change(
            row, state, {"reason": reason}, who=who, now=now, note=note, bulk=bulk, details=details
        )

    def _details(self, row: ProposalRow | None, new: str | None) -> dict[str, Any]:
        """The additional columns of a decision on ``row``; ``new`` is the text that is decided on."""
        return {
            "new": new,
            "reason_before": row.reason if row else None,
            "after_decision": self.decisions.newest_on_drafts(),
        }

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


def _columns_of(new: NewProposal) -> dict[str, Any]:
    columns = {field.name: getattr(new, field.name) for field in fields(NewProposal)}
    return {**columns, "findings": _as_json(new.findings)}


def _as_json(findings: Sequence[Finding]) -> str:
    return json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False)
