"""Services over temporary folders and a scripted endpoint, and a list drafted through them."""

import asyncio
import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from generator.config import Settings
from generator.content.article import Article
from generator.content.site.site import Site
from generator.content.site.subjects import Subject
from generator.questions.rows import Question
from generator.services import Services
from generator.workflows.drafting.draft import draft_list
from generator.workflows.drafting.drafter import DrafterReport
from generator.workflows.drafting.plan_report import PlanReport
from generator.workflows.drafting.requests import DraftRequest, PlanRequest, QuestionSource, Redo
from generator.workflows.engine.progress import NoProgress, Progress
from tests.support.article_files import put_article
from tests.support.replies import Endpoint

SUBJECTS = ("Biology", "Physics", "Psychology")
DATE = "2026-01-31"
PRICES = {"test-model": {"input": 1, "cached_input": "0.1", "output": 10}}


def settings(folder: Path, **changes: Any) -> Settings:
    """Settings over ``folder``: content, output, no prompts of its own."""
    values: dict[str, Any] = {
        "content_dir": folder / "content",
        "output_dir": folder / "output",
        "prompts_dir": folder / "prompts",
        "subjects": tuple(Subject(name=name) for name in SUBJECTS),
        "prices": PRICES,
        "model": {
            "name": "test-model",
            "attempts": 3,
            "concurrency": 4,
            "parameters": {"max_completion_tokens": 4000},
        },
    }
    # Most endpoints of tests give the same reply to every question.
    duplicates = {"compare_answers": False, **changes.pop("duplicates", {})}
    return Settings.model_validate({**values, **changes, "duplicates": duplicates})


async def no_sleep(_: float) -> None:
    """Waiting takes no time in tests."""
    await asyncio.sleep(0)


def scripted_services(folder: Path, endpoint: Endpoint | None = None, **changes: Any) -> Services:
    """Services whose endpoint is scripted; without one, any call fails the test."""
    return Services(
        settings(folder, **changes),
        environment={"OPENAI_API_KEY": "test-key"},
        transport=(endpoint or Endpoint()).transport,
        sleep=no_sleep,
    )


def rows(*questions: str, subject: str | None = "Biology") -> list[Question]:
    """The rows of a list."""
    return [
        Question(text=question, subject=subject, notes=None, sources=(), path="q.csv", line=number)
        for number, question in enumerate(questions, start=2)
    ]


def draft(
    services: Services,
    questions: Sequence[Question],
    *,
    max_cost: float | None = None,
    concurrency: int = 4,
    limit: int | None = None,
    near: Any = "hold",
    redo: Redo | None = None,
    offline: bool = False,
    canary: bool | None = None,
    progress: Progress | None = None,
) -> tuple[PlanReport, DrafterReport]:
    """Draft a list; what ended the run early is raised."""
    plan = PlanRequest(
        QuestionSource(questions, "q.csv", "q.csv"), limit=limit, date=DATE, near=near, redo=redo
    )
    request = DraftRequest(plan, offline=offline, concurrency=concurrency, max_cost=max_cost, canary=canary)
    outcome = draft_list(services, request, progress or NoProgress())
    if outcome.error is not None:
        raise outcome.error
    return outcome.plan, outcome.drafted or DrafterReport()


def publish(
    folder: Path, question: str, subject: str, *, id: int, answer: str = "One.\\n\\n1. **A**: b.\\n\\nEnd."
) -> Path:
    """Put an article into the content folder."""
    article = Article.compose(
        site=Site(),
        id=id,
        date=datetime.date(2026, 1, 1),
        question=question,
        subject=subject,
        answer=answer,
        description="What the page answers, told in one line.",
        keywords=("a", "b"),
    )
    return put_article(folder / "content", article)
