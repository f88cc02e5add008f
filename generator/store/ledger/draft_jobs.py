"""Which jobs worked on a draft: the one it stands on, those it replaced, and those that revised it."""

from generator.store.ledger.database import Database
from generator.store.ledger.drafts import DraftRow


def jobs_of(database: Database, draft: DraftRow) -> list[int]:
    """Every job that was paid for a draft, oldest first."""
    rows = database.execute(
        "SELECT its.id FROM job JOIN job AS its ON its.question_key = job.question_key AND its.kind = job.kind"
        " AND its.identity = job.identity WHERE job.id = :job"
        " UNION SELECT job FROM version WHERE draft = :draft AND job IS NOT NULL"
        " UNION SELECT job FROM revision WHERE draft = :draft"
        " ORDER BY 1",
        {"job": draft.job, "draft": draft.id},
    )
    return [row[0] for row in rows]
