"""The table of proposals: a new text for one field of a published article, and its state.

There is one proposal for a field and a basis (question, answer and old text, hashed). A state changes only by
the table in ``content.proposal_states``, through the log of decisions. Methods write inside the caller's transaction, or make their own.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from generator.content.findings import Finding, errors
from generator.content.proposal_states import SETTLED, ProposalState
from generator.content.seo.fields import SeoField, says_nothing_new
from generator.store.ledger.article_names import named
from generator.store.ledger.calls import TOTAL
from generator.store.ledger.decision_log import PROGRAM, StaleRow
from generator.store.ledger.hashes import question_key
from generator.store.ledger.jobs import SAME_WORK
from generator.store.ledger.ledger import Ledger
from generator.store.ledger.proposal_decisions import ProposalDecision, ProposalDecisionLog
from generator.store.ledger.proposed_descriptions import ProposedDescriptions

_PAGE = 500


class StaleProposal(StaleRow):
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
    def name(self) -> str:
        """How messages name it."""
        return f"{self.key} {self.field.removeprefix('page_')}"

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
# With the + SQLite looks at the steps of the proposal, not at all that a run ever recorded.
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
        after: int = 0,
        limit: int | None = None,
    ) -> Iterator[ProposalRow]:
        """Proposals in the order in which they were made, read a page at a time; rows may change meanwhile.

        Args:
            states: only these; by default all.
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
        return self._many(f"WHERE {named(name)} ORDER BY id", (name,))

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
                self.decisions.change(
                    standing,
                    new.state,
                    {**_columns_of(new), "edited": False},
                    who=PROGRAM,
                    now=now,
                    note=new.reason,
                    details=self._details(standing, new.new),
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
        """Change the state of the proposal as it was read; ``bulk`` as in :class:`Decision`.

        Raises:
            StaleProposal: it changed meanwhile, or the step is not allowed.
        """
        with self._database.transaction():
            self._change(row, state, who=who, now=now, note=note, bulk=bulk)
        return self.get(row.id)

    def take_back(self, row: ProposalRow, decision: ProposalDecision, *, who: str, now: str) -> ProposalRow:
        """Give the proposal the state that it had before the decision that stands, as a new one; its text stays.

        Raises:
            StaleProposal: it changed since, or another one took its place.
        """
        with self._database.transaction():
            self.decisions.require_standing(row, decision)
            self._expect_newest(row)
            reason = {"reason": decision.reason_before}
            details = self._details(row, row.new)
            self.decisions.take_back(row, decision, reason, who=who, now=now, details=details)
        return self.get(row.id)

    def edit(
        self, row: ProposalRow, new: str, findings: Sequence[Finding], *, who: str, now: str
    ) -> ProposalRow:
        """Put a person's text in the place of the proposed one; an approval lapses.

        Raises:
            StaleProposal: it changed meanwhile, is applied, or another one took its place.
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
        """Let no outdated proposal come back beside the one that took its place."""
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
        """Decide on the text as it is."""
        self.decisions.require_step(row, state)
        if state in ("approved", "applied") and row.new is None:
            raise StaleProposal(f"{row.name}: there is no new text to approve")
        reason = note if state in _WITH_REASON else row.reason if state == "needs_fix" else None
        details = self._details(row, row.new)
        self.decisions.change(
            row, state, {"reason": reason}, who=who, now=now, note=note, bulk=bulk, details=details
        )

    def _details(self, row: ProposalRow | None, new: str | None) -> dict[str, Any]:
        """What a decision on ``row`` records besides, with the text decided on."""
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
