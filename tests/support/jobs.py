"""Planned jobs as a run claims them."""

from typing import Any

from generator.store.ledger.runs.jobs import Job
from tests.support.replies import QUESTION

SLUG = "how-do-enzymes-speed-up-chemical-reactions"


def planned_job(*, passages: Any = (), related: Any = (), **changes: Any) -> Job:
    """A planned question about enzymes, without passages and links by default."""
    values: dict[str, Any] = {
        "id": 1,
        "backend": "model",
        "question": QUESTION,
        "subject": "Biology",
        "key": f"biology/{SLUG}",
        "article_id": 7,
        "date": "2026-01-31",
        "request": {},
        "system": "",
        "user": "",
        "prompt_hash": "",
        "replies": (),
        "context": {"passages": list(passages), "related": list(related)},
    }
    return Job(**{**values, **changes})
