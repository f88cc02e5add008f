"""The table of scores: what a judge said of the exact bytes of drafts and published pages; rows are never deleted.

A draft's own ``score`` is the newest one of its present bytes, and its ``checks`` is the score of the checks. Neither
counts as a change of the draft: a reviewer who has it open can still decide. Methods write within the caller's
transaction.
"""

import json
from dataclasses import dataclass
from typing import Any, NamedTuple

from generator.content.judging.rubric import Judgement, Rating
from generator.store.ledger.decision_log import PROGRAM
from generator.store.ledger.ledger import Ledger
from generator.store.ledger.pages import DRAFT_PREFIX, job_of


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A judgement of a page as it is recorded; ``sha`` is the hash of the bytes that were judged."""

    page: str
    sha: str
    total: float
    judgement: Judgement
    model: str
    at: str


class ScoredDecision(NamedTuple):
    """What a person decided about a draft that had a score; ``is_edited``: its bytes changed between the two."""

    total: float
    decision: str
    is_edited: bool


# The newest decision of a person that stands. Decisions taken as one are left out: nobody read those drafts singly.
_DECIDED = """
SELECT score.total, decision.decision, decision.sha IS NOT score.sha AS is_edited
FROM draft
JOIN decision ON decision.id = (
    SELECT max(id) FROM decision AS latest WHERE latest.draft = draft.id AND latest.who <> :program
    AND latest.decision IN ('approved', 'rejected') AND latest.before <> 'publishing' AND latest.undoes IS NULL
    AND NOT EXISTS (SELECT 1 FROM decision AS undo WHERE undo.undoes = latest.id)
)
JOIN score ON score.id = (
    SELECT max(id) FROM score AS earlier WHERE earlier.page = :prefix || draft.job AND earlier.at < decision.at
)
WHERE decision.bulk IS NULL
ORDER BY decision.id DESC LIMIT :most
"""


class Scores:
    """The scores of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._database = ledger.database

    def record(self, page: str, sha: str, job: int, judgement: Judgement, *, model: str, now: str) -> None:
        """Record a judgement; it becomes the score of the draft, if that still has these bytes."""
        ratings = {name: rating._asdict() for name, rating in judgement.ratings.items()}
        self._database.execute(
            "INSERT INTO score (page, sha, job, total, ratings, model, at) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (page, sha, job) DO NOTHING",
            (page, sha, job, judgement.total, json.dumps(ratings, ensure_ascii=False), model, now),
        )
        draft_job = job_of(page)
        if draft_job is not None:
            self._database.execute(
                "UPDATE draft SET score = ? WHERE job = ? AND sha = ?", (judgement.total, draft_job, sha)
            )

    def record_checks(self, draft: int, sha: str, total: float) -> None:
        """Record the score of the checks of a draft, if that still has these bytes."""
        self._database.execute("UPDATE draft SET checks = ? WHERE id = ? AND sha = ?", (total, draft, sha))

    def of(self, page: str, sha: str) -> ScoreRow | None:
        """The newest judgement of these bytes of a page; None without one."""
        row = self._database.execute(
            "SELECT * FROM score WHERE page = ? AND sha = ? ORDER BY id DESC LIMIT 1", (page, sha)
        ).fetchone()
        return _row(row) if row else None

    def of_job(self, job: int) -> ScoreRow | None:
        """The judgement that a job made; None without one."""
        row = self._database.execute(
            "SELECT * FROM score WHERE job = ? ORDER BY id LIMIT 1", (job,)
        ).fetchone()
        return _row(row) if row else None

    def count(self) -> int:
        """How many judgements are recorded."""
        return int(self._database.execute("SELECT count(*) FROM score").fetchone()[0])

    def decided(self, most: int) -> list[ScoredDecision]:
        """The newest decisions of people, one a draft, on drafts that were judged before; decisions taken as one are
        left out.

        Args:
            most: how many at most.
        """
        rows = self._database.execute(_DECIDED, {"program": PROGRAM, "prefix": DRAFT_PREFIX, "most": most})
        return [ScoredDecision(row["total"], row["decision"], bool(row["is_edited"])) for row in rows]


def _row(row: Any) -> ScoreRow:
    ratings = {name: Rating(**rating) for name, rating in json.loads(row["ratings"]).items()}
    return ScoreRow(row["page"], row["sha"], row["total"], Judgement(ratings), row["model"], row["at"])
