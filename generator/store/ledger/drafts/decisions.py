"""The table of decisions on drafts: each change of a draft's state is recorded, never changed, and can be undone.

An edit is recorded as one too, with the draft before it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from generator.content.evidence.release import Release, ReleaseKind, release_of
from generator.content.states import TRANSITIONS, DraftState
from generator.store.ledger.decision_log import ON_DISK, PROGRAM, DecidedRow, Decision, DecisionLog

if TYPE_CHECKING:
    from generator.store.ledger.drafts.rows import DraftRow

EditOrigin = Literal["edit", "spreadsheet", "revise", "restore"]
EDIT_NAMES: Mapping[EditOrigin, str] = {
    "edit": "edited",
    "spreadsheet": "edited",
    "revise": "revised",
    "restore": "restored",
}
"""What a person did by each origin of a version, in a word."""

_BEFORE_AN_EDIT = (
    "key",
    "question",
    "subject",
    "version",
    "sha",
    "path",
    "offline",
    "edited",
    "errors",
    "warnings",
    "model",
    "mode",
    "reason",
    "score",
    "checks",
)
"""The columns that an edit can change, besides the state."""

_ALLOWS = f"decision = 'near_duplicate' AND before = 'near_duplicate' AND who <> '{PROGRAM}'"

RELEASED: tuple[DraftState, ...] = ("approved", "publishing", "published")
"""The states of drafts that an approval released."""
_RELEASED = f"draft.state IN ({', '.join(map(repr, RELEASED))})"
RELEASE_KIND = (
    "coalesce((SELECT json_extract(d.release, '$.kind') FROM decision AS d WHERE d.draft = draft.id"
    " AND d.decision = 'approved' AND d.before <> 'publishing' ORDER BY d.id DESC LIMIT 1), 'unknown')"
)
"""In SQL, how the newest approval of a draft released it."""
IS_RELEASED_AS = f"{_RELEASED} AND {RELEASE_KIND} = ?"
"""The condition, in SQL, that a draft is released, and by an approval of this kind."""


@dataclass(frozen=True, slots=True)
class DraftEdit:
    """A person's edit of a draft.

    Args:
        origin: of the version that it made.
        before: the columns of the draft's row before it.
    """

    origin: EditOrigin
    before: Mapping[str, Any]

    def as_json(self) -> str:
        """The edit as the ledger stores it."""
        return json.dumps({"origin": self.origin, "before": self.before}, ensure_ascii=False)


def edit_record(draft: DraftRow, made_as: str, sha: str | None, who: str) -> str | None:
    """The record of a person's edit that changed the bytes of a draft; None for any other change.

    Args:
        draft: as it was before.
        made_as: the origin of its new version.
        sha: the hash of its new bytes.
    """
    origin = next((name for name in EDIT_NAMES if name == made_as), None)
    if origin is None or who in (PROGRAM, ON_DISK) or draft.version is None or sha == draft.sha:
        return None
    before = {name: getattr(draft, name) for name in _BEFORE_AN_EDIT}
    if draft.replaces is not None:
        before["key"] = None  # that of its page, which no draft reserves
    return DraftEdit(origin, before).as_json()


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftDecision(Decision[DraftState]):
    """One change of a draft's state.

    A near duplicate that a person allows keeps its state until it is drafted.

    Args:
        sha: the hash of the draft's bytes at that time; None without bytes.
        covered: the hash of the bytes that an approval is for; None for other decisions.
        release: how an approval released the draft, as :func:`generator.content.evidence.release.release_of` reads it.
        edit: of a person's edit, what :attr:`made` reads; None for other decisions.
    """

    sha: str | None
    covered: str | None
    release: str | None
    edit: str | None = None

    @property
    def made(self) -> DraftEdit | None:
        """The edit of a person that this records; None for other decisions."""
        return None if self.edit is None else DraftEdit(**json.loads(self.edit))

    @property
    def allows(self) -> bool:
        """Whether a person allowed a near duplicate to be drafted."""
        return self.decision == self.before == "near_duplicate" and self.who != PROGRAM

    @property
    def evidence(self) -> Release | None:
        """The evidence of an approval; None for any other decision."""
        is_approval = self.decision == "approved" and self.before != "publishing"
        return release_of(self.release) if is_approval else None

    @property
    def name(self) -> str:
        """The decision in words for a person."""
        made = self.made
        if made is not None:
            return EDIT_NAMES[made.origin]
        return "allowed" if self.allows else self.decision


class DraftDecisionLog(DecisionLog[DraftState, DraftDecision]):
    """The decisions about the drafts of one ledger."""

    table = "decision"
    rows = "draft"
    entry = DraftDecision
    transitions = TRANSITIONS
    by_a_person = (
        f"(decision IN ('approved', 'rejected') OR {_ALLOWS}) AND before <> 'publishing' OR edit IS NOT NULL"
    )
    # The drafting of an allowed near duplicate has not begun.
    can_be_undone = (
        "decision <> 'near_duplicate' OR EXISTS (SELECT 1 FROM draft JOIN job ON job.id = draft.job"
        " WHERE draft.id = decision.draft AND job.state = 'planned')"
    )
    about = "draft = :about"

    def approval(self, draft: int) -> DraftDecision | None:
        """The newest approval of a draft; None without one."""
        found = self._find(
            "draft = :draft AND decision = 'approved' AND before <> 'publishing'",
            order="id DESC LIMIT 1",
            draft=draft,
        )
        return found[0] if found else None

    def approvals(self, drafts: Sequence[int]) -> dict[int, DraftDecision]:
        """The newest approval of each of these drafts that has one."""
        found = self._find(
            "draft IN (SELECT value FROM json_each(:drafts)) AND decision = 'approved' AND before <> 'publishing'",
            drafts=json.dumps(list(drafts)),
        )
        return {approval.row: approval for approval in found}

    def approval_before(self, decision: DraftDecision) -> DraftDecision | None:
        """The approval that was in force when another decision ended it; None if the draft was not approved then."""
        if decision.before != "approved":
            return None
        found = self._find(
            "draft = :draft AND id < :id AND decision = 'approved' AND before <> 'publishing'",
            order="id DESC LIMIT 1",
            draft=decision.row,
            id=decision.id,
        )
        return found[0] if found else None

    def last_written(self, who: str) -> DraftDecision | None:
        """The newest decision by which a person wrote the first text of a draft; None without one."""
        found = self._find(
            "who = :who AND undoes IS NULL AND sha IS NOT NULL AND edit IS NULL",
            f"NOT ({self.by_a_person})",
            "NOT EXISTS (SELECT 1 FROM decision AS first WHERE first.draft = decision.draft"
            " AND first.id < decision.id AND first.sha IS NOT NULL)",
            order="id DESC LIMIT 1",
            who=who,
        )
        return found[0] if found else None

    def released(self) -> dict[ReleaseKind, int]:
        """How many drafts are released, by the kind of the release."""
        rows = self._database.execute(
            f"SELECT {RELEASE_KIND} AS kind, count(*) FROM draft WHERE {_RELEASED} GROUP BY kind"
        )
        return dict(tuple(row) for row in rows)

    def require_effective(self, row: DecidedRow, decision: DraftDecision) -> None:
        """Check that a decision about a draft is effective.

        After an edit, changes of its findings alone do not count; after an approval, publications that failed do not.

        Raises:
            StaleRow: it is not, because the draft has changed since.
        """
        is_undone = not self._find("id = :id", self._not_undone, id=decision.id)
        follows = len(self.program_steps_after(decision)) if self._may_be_followed(row, decision) else -1
        if is_undone or follows != len(self._later(decision, "1")):
            super().require_effective(row, decision)

    def program_steps_after(self, decision: DraftDecision) -> list[DraftDecision]:
        """The steps of the program after a decision that leave it effective: they are undone together with it.

        Those are changes of findings after an edit, and publications that failed after an approval.
        """
        if decision.edit is not None:
            return self._later(decision, "sha IS :sha AND NOT is_by_a_person")
        return self._later(
            decision, "decision = 'publishing' OR decision = 'approved' AND before = 'publishing'"
        )

    def undo_program_steps(self, decision: DraftDecision, *, who: str, now: str) -> None:
        """Record that :meth:`program_steps_after` a decision are undone."""
        for later in self.program_steps_after(decision):
            self.append(
                decision.row,
                later.decision,
                before=later.decision,
                who=who,
                now=now,
                note=None,
                details={"sha": later.sha},
                undoes=later.id,
            )

    def details_of_undo(self, decision: DraftDecision, sha: str | None) -> dict[str, str | None]:
        """What the undo of a decision records: with the approval that the decision had ended, if any."""
        approval = self.approval_before(decision)
        return {
            "sha": sha,
            "covered": approval.covered if approval else None,
            "release": approval.release if approval else None,
        }

    @staticmethod
    def _may_be_followed(row: DecidedRow, decision: DraftDecision) -> bool:
        return decision.edit is not None or row.state == decision.decision == "approved"

    def _later(self, decision: DraftDecision, condition: str) -> list[DraftDecision]:
        return self._find(
            "draft = :draft AND id > :id AND undoes IS NULL",
            self._not_undone,
            condition.replace("is_by_a_person", f"({self.by_a_person})"),
            draft=decision.row,
            id=decision.id,
            sha=decision.sha,
        )
