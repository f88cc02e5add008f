"""The table of decisions on drafts: each change of a draft's state is recorded, never changed, and can be undone."""

from dataclasses import dataclass

from generator.content.release import Release, ReleaseKind, release_of
from generator.content.states import TRANSITIONS, DraftState
from generator.store.ledger.decision_log import PROGRAM, Decision, DecisionLog

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


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftDecision(Decision[DraftState]):
    """One change of a draft's state.

    A near duplicate that a person allows keeps its state until it is drafted.

    Args:
        sha: the hash of the draft's bytes at that time; None without bytes.
        covered: the hash of the bytes that an approval is for; None for other decisions.
        release: how an approval released the draft, as :func:`generator.content.release.release_of` reads it.
    """

    sha: str | None
    covered: str | None
    release: str | None

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
        return "allowed" if self.allows else self.decision


class DraftDecisionLog(DecisionLog[DraftState, DraftDecision]):
    """The decisions about the drafts of one ledger."""

    table = "decision"
    rows = "draft"
    entry = DraftDecision
    transitions = TRANSITIONS
    by_a_person = f"(decision IN ('approved', 'rejected') OR {_ALLOWS}) AND before <> 'publishing'"
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

    def released(self) -> dict[ReleaseKind, int]:
        """How many drafts are released, by the kind of the release."""
        rows = self._database.execute(
            f"SELECT {RELEASE_KIND} AS kind, count(*) FROM draft WHERE {_RELEASED} GROUP BY kind"
        )
        return dict(tuple(row) for row in rows)
