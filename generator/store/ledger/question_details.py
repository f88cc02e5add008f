"""The table of question details: what a list says about a question besides what is asked, the newest values."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from generator.content.questions.details import DETAIL_FIELDS, QuestionDetails
from generator.store.ledger.storage.database import Database

_CHUNK = 500
# The conditions on kind and realm are those of the index on jobs.
DETAILS_OF_JOBS = (
    "question_details AS detail JOIN job ON job.kind = 'answer' AND job.realm IN ('model', 'offline')"
    " AND job.identity = detail.identity"
)
"""In SQL, the question details with the drafting jobs of their questions."""


class QuestionDetailsTable:
    """The question details of one ledger. Methods write within the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, job: int, details: QuestionDetails, *, now: str) -> None:
        """Store what a list says about the question of a drafting job.

        Columns that earlier lists had, and this one has not, keep their values. Nothing is written if all is the same.
        """
        (identity,) = self._database.execute("SELECT identity FROM job WHERE id = ?", (job,)).fetchone()
        row = self._database.execute(
            "SELECT * FROM question_details WHERE identity = ?", (identity,)
        ).fetchone()
        before = _details(row) if row else QuestionDetails()
        after = details.over(before)
        if row and after == before:
            return
        values = [getattr(after, name) for name in DETAIL_FIELDS]
        self._database.execute(
            f"INSERT OR REPLACE INTO question_details (identity, kept, {', '.join(DETAIL_FIELDS)}, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (identity, json.dumps(after.kept, ensure_ascii=False), *values, now),
        )

    def inherit(self, job: int, earlier: int, *, now: str) -> None:
        """Give the question of a redo the details of the job that it replaces, which may have another identity."""
        details = self.of_jobs([earlier]).get(earlier)
        if details is not None:
            self.put(job, replace(details, listed=frozenset(DETAIL_FIELDS)), now=now)

    def of_jobs(self, jobs: Sequence[int]) -> dict[int, QuestionDetails]:
        """The details of the questions of some drafting jobs, by job; those that have some."""
        found: dict[int, QuestionDetails] = {}
        for start in range(0, len(jobs), _CHUNK):
            chunk = tuple(jobs[start : start + _CHUNK])
            rows = self._database.execute(
                "SELECT job.id AS job, question_details.* FROM job JOIN question_details USING (identity)"
                f" WHERE job.id IN ({','.join('?' * len(chunk))})",
                chunk,
            )
            found |= {row["job"]: _details(row) for row in rows}
        return found

    def has_dates(self) -> bool:
        """Whether a list names a date for a question."""
        row = self._database.execute(
            "SELECT 1 FROM question_details WHERE due IS NOT NULL OR publish_on IS NOT NULL LIMIT 1"
        ).fetchone()
        return row is not None


def _details(row: Mapping[str, Any]) -> QuestionDetails:
    return QuestionDetails(json.loads(row["kept"]), *(row[name] for name in DETAIL_FIELDS))
