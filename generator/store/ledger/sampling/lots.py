"""The tables of lots and of their members: frozen lists of drafts, the draws from them, and what became of them.

A draft is in at most one open lot. Methods write within the caller's transaction, and change a lot or a member only as
it was read.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from generator.content.sampling import Goal
from generator.content.sampling.lot_states import Judgement, StoredLotState
from generator.store.ledger.drafts.rows import DRAFT_COLUMNS, DraftRow, draft_row
from generator.store.ledger.ledger import Ledger
from generator.store.ledger.sampling.judgements import LotJudgement, LotJudgementLog, StaleLot
from generator.store.ledger.sampling.rows import APPROVED, IS_MARKED, LotMark, LotRow, MemberRow

_MEMBER_FIELDS = tuple(field.name for field in fields(MemberRow))
_DRAFT_FIELDS = tuple(field.name for field in fields(DraftRow))
_MEMBER = ", ".join(f"lot_member.{name}" for name in _MEMBER_FIELDS)


class Lots:
    """The lots of one ledger, with the judgements on their draws."""

    def __init__(self, ledger: Ledger) -> None:
        self._database = ledger.database
        self.judgements = LotJudgementLog(ledger.database, StaleLot)

    # reading

    def find(self, number: int) -> LotRow | None:
        """The lot with this number; None without one."""
        found = self._lots("WHERE id = ?", (number,))
        return found[0] if found else None

    def all(self, states: Sequence[StoredLotState] = ()) -> list[LotRow]:
        """The lots in these states (all states where empty), newest first."""
        where = f"WHERE state IN ({', '.join('?' * len(states))})" if states else ""
        return self._lots(f"{where} ORDER BY id DESC", tuple(states))

    def drawn(self, lot: LotRow) -> list[tuple[MemberRow, DraftRow]]:
        """The drafts that are drawn: the random ones in their order, then the targeted ones."""
        rows = self._database.execute(
            f"SELECT {_MEMBER}, {DRAFT_COLUMNS} FROM lot_member JOIN draft ON draft.id = lot_member.draft"
            " WHERE lot_member.lot = ? AND (lot_member.place <= ? OR lot_member.targeted)"
            " ORDER BY lot_member.place > ?, lot_member.place",
            (lot.id, lot.draws, lot.draws),
        )
        return [(_member(row), _draft_beside_member(row)) for row in rows]

    def member(self, draft: int) -> MemberRow | None:
        """The membership of a draft in the open lot that decides on it; None without one."""
        found = self._members("WHERE lot_member.draft = ? AND lot_member.held", (draft,))
        return found[0] if found else None

    def judged_member(self, judgement: LotJudgement) -> MemberRow:
        """The member that a judgement is about."""
        return self._members("WHERE lot_member.id = ?", (judgement.row,))[0]

    def of_draft(self, draft: int) -> list[MemberRow]:
        """Every membership of a draft, oldest first."""
        return self._members("WHERE lot_member.draft = ? ORDER BY lot_member.id", (draft,))

    def of_lot(self, lot: int) -> list[MemberRow]:
        """The members of a lot in their random order."""
        return self._members("WHERE lot_member.lot = ? ORDER BY lot_member.place", (lot,))

    def to_release(self, lot: int) -> list[MemberRow]:
        """The members whose release is not decided, in their random order."""
        where = "WHERE lot_member.lot = ? AND lot_member.held AND lot_member.outcome IS NULL"
        return self._members(f"{where} ORDER BY lot_member.place", (lot,))

    def unfinished_release(self, bulk: int | None) -> LotRow | None:
        """The lot that is released in part by the decisions with this number; None without one."""
        found = self._lots("WHERE bulk = ? AND state = 'releasing'", (bulk,)) if bulk is not None else []
        return found[0] if found else None

    def approved(self, lot: int) -> int:
        """How many members the release of a lot approved."""
        (count,) = self._database.execute(
            "SELECT count(*) FROM lot_member WHERE lot = ? AND outcome = ?", (lot, APPROVED)
        ).fetchone()
        return int(count)

    def left_out(self, lot: int) -> list[MemberRow]:
        """The members that the release of a lot left out, in their random order."""
        where = "WHERE lot_member.lot = ? AND lot_member.outcome <> ? ORDER BY lot_member.place"
        return self._members(where, (lot, APPROVED))

    def marks(self, drafts: Iterable[int]) -> dict[int, LotMark]:
        """The lots that decide on these drafts, and the failed ones because of which a person must read them."""
        rows = self._database.execute(
            "SELECT own.draft, own.lot, NOT own.held FROM lot_member AS own JOIN draft ON draft.id = own.draft"
            f" WHERE own.draft IN (SELECT value FROM json_each(?)) AND {IS_MARKED} ORDER BY own.held, own.id",
            (json.dumps(list(drafts)),),
        )
        return {row[0]: LotMark(row[1], bool(row[2])) for row in rows}

    # writing

    def create(
        self,
        members: Sequence[DraftRow],
        *,
        filter: Mapping[str, Any],
        seed: str,
        goal: Goal,
        draws: int,
        who: str,
        now: str,
        parent: int | None = None,
    ) -> LotRow:
        """Freeze a lot.

        Args:
            members: its drafts in their random order; none of them is in another open lot.
        """
        cursor = self._database.execute(
            "INSERT INTO lot (filter, seed, confidence, bad_limit, size, draws, state, parent, who, at, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?)",
            (
                json.dumps(filter, sort_keys=True),
                seed,
                goal.confidence,
                goal.limit,
                len(members),
                draws,
                parent,
                who,
                now,
                now,
            ),
        )
        number = int(cursor.lastrowid or 0)
        for place, row in enumerate(members, start=1):
            self._database.execute(
                "INSERT INTO lot_member (lot, draft, key, sha, place, updated_at) VALUES (?, ?, ?, ?, ?, ?)",
                (number, row.id, row.key, row.sha, place, now),
            )
        return self._get(number)

    def change(self, lot: LotRow, *, now: str, **changes: Any) -> LotRow:
        """Change columns of a lot.

        Raises:
            StaleLot: someone else changed it since it was read.
        """
        values = {**changes, "updated_at": now}
        cursor = self._database.execute(
            f"UPDATE lot SET {', '.join(f'{name} = ?' for name in values)}, lock = lock + 1 WHERE id = ? AND lock = ?",
            (*values.values(), lot.id, lot.lock),
        )
        if cursor.rowcount != 1:
            raise StaleLot(f"{lot.name} was changed by someone else meanwhile")
        return self._get(lot.id)

    def judge(
        self, member: MemberRow, state: Judgement, sha: str, *, who: str, now: str, note: str | None
    ) -> None:
        """Record a judgement on a drawn draft.

        Args:
            sha: the hash of the bytes that were judged.

        Raises:
            StaleLot: someone else judged it since it was read, or the step is not allowed.
        """
        details = self._details(sha, member.judged)
        self.judgements.change(member, state, {"judged": sha}, who=who, now=now, note=note, details=details)

    def undo(self, judgement: LotJudgement, *, who: str, now: str) -> MemberRow:
        """Undo the effective judgement on a draft: a new one restores what was before it.

        Raises:
            StaleLot: its lot is not open any more, or the judgement is not effective.
        """
        member = self.judged_member(judgement)
        lot = self._get(member.lot)
        if lot.state != "open":
            raise StaleLot(f"{member.name} cannot be judged again: {lot.name} is closed ({lot.state})")
        details = self._details(judgement.sha_before, judgement.sha)
        changes = {"judged": judgement.sha_before}
        self.judgements.undo(member, judgement, changes, who=who, now=now, details=details)
        return self.judged_member(judgement)

    def target(self, members: Iterable[MemberRow]) -> None:
        """Choose members to be read, beside the random draws."""
        for member in members:
            self._database.execute("UPDATE lot_member SET targeted = 1 WHERE id = ?", (member.id,))

    def set_outcome(self, member: MemberRow, outcome: str, *, now: str) -> None:
        """Record what the release of its lot did with a member, unless that is recorded already.

        Args:
            outcome: :data:`APPROVED`, or why it was left out.
        """
        self._database.execute(
            "UPDATE lot_member SET outcome = ?, updated_at = ? WHERE id = ? AND outcome IS NULL",
            (outcome, now, member.id),
        )

    def let_go(self, lot: int, *, must_be_read: Iterable[int] = ()) -> None:
        """Have a lot decide on its drafts no longer.

        Args:
            must_be_read: the ids of the members that a person must read now.
        """
        self._database.execute("UPDATE lot_member SET held = 0 WHERE lot = ? AND held", (lot,))
        self._database.execute(
            "UPDATE lot_member SET review = 1 WHERE lot = ? AND id IN (SELECT value FROM json_each(?))",
            (lot, json.dumps(list(must_be_read))),
        )

    def reopen(self, bulk: int, *, now: str) -> None:
        """Open the lot again whose release was undone; nothing happens if the decisions were of no release.

        Drafts that the release left out stay out. Those that are in another open lot by now stay there.

        Args:
            bulk: the number that the undone decisions share.
        """
        for lot in self._lots("WHERE bulk = ? AND state IN ('releasing', 'released')", (bulk,)):
            self.change(lot, now=now, state="open", bulk=None, closed_by=None)
            self._database.execute(
                "UPDATE OR IGNORE lot_member SET held = 1, outcome = NULL WHERE lot = ? AND outcome = ?",
                (lot.id, APPROVED),
            )

    # inside

    def _details(self, sha: str | None, before: str | None) -> dict[str, Any]:
        return {"sha": sha, "sha_before": before, **self.judgements.newest_elsewhere()}

    def _get(self, number: int) -> LotRow:
        return self._lots("WHERE id = ?", (number,))[0]

    def _lots(self, where: str, values: tuple[Any, ...]) -> list[LotRow]:
        return [_lot(row) for row in self._database.execute(f"SELECT * FROM lot {where}", values)]

    def _members(self, where: str, values: tuple[Any, ...]) -> list[MemberRow]:
        return [
            _member(row)
            for row in self._database.execute(f"SELECT {_MEMBER} FROM lot_member {where}", values)
        ]


def _lot(row: Any) -> LotRow:
    values = dict(row)
    goal = Goal(values.pop("confidence"), values.pop("bad_limit"))
    filters = {name: json.loads(values.pop(name) or "{}") for name in ("filter", "slice")}
    return LotRow(**values, **filters, goal=goal)


def _member(row: Any) -> MemberRow:
    values = dict(zip(_MEMBER_FIELDS, row, strict=False))
    for name in ("targeted", "held", "review"):
        values[name] = bool(values[name])
    return MemberRow(**values)


def _draft_beside_member(row: Any) -> DraftRow:
    return draft_row(dict(zip(_DRAFT_FIELDS, tuple(row)[len(_MEMBER_FIELDS) :], strict=True)))
