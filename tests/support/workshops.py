"""A workshop over temporary folders and a scripted endpoint, and a way to draft a list through it."""

import asyncio
import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from generator.config import Settings
from generator.content.article import Article
from generator.content.frontmatter import render
from generator.content.subjects import Subject
from generator.questions.rows import QuestionRow
from generator.services import Services
from generator.workflows.drafting.draft import new_drafting
from generator.workflows.drafting.drafting import DraftingReport
from generator.workflows.drafting.plan import new_job_maker
from generator.workflows.drafting.planner import Planner, PlanReport
from generator.workflows.drafting.triage import Triage
from generator.workflows.engine.asker import open_asker
from tests.support.replies import Endpoint

SUBJECTS = ("Biology", "Physics", "Psychology")
PRICES = {"test-model": {"input": 1, "cached_input": "0.1", "output": 10}}


def settings(folder: Path, **changes: Any) -> Settings:
    """Settings over ``folder``: content, output, no prompts of its own."""
    values: dict[str, Any] = {
        "content_dir": folder / "content",
        "output_dir": folder / "output",
        "prompts_dir": folder / "prompts",
        "subjects": tuple(Subject(name=name) for name in SUBJECTS),
        "prices": PRICES,
        "model": {"name": "test-model", "attempts": 3, "parameters": {"max_completion_tokens": 4000}},
    }
    return Settings.model_validate({**values, **changes})


async def no_sleep(_: float) -> None:
    """Waiting takes no time in tests."""
    await asyncio.sleep(0)


def workshop(folder: Path, endpoint: Endpoint | None = None, **changes: Any) -> Services:
    """A workshop whose endpoint is scripted; without one, any call fails the test."""
    return Services(
        settings(folder, **changes),
        environment={"OPENAI_API_KEY": "test-key"},
        transport=(endpoint or Endpoint()).transport,
        sleep=no_sleep,
    )


def rows(*questions: str, subject: str | None = "Biology") -> list[QuestionRow]:
    """The rows of a list."""
    return [
        QuestionRow(question=question, subject=subject, notes=None, sources=(), path="q.csv", line=number)
        for number, question in enumerate(questions, start=2)
    ]


def draft(
    shop: Services,
    questions: Sequence[QuestionRow],
    *,
    max_cost: float | None = None,
    concurrency: int = 4,
    limit: int | None = None,
    near: Any = "hold",
    redo: Any = None,
    offline: bool = False,
) -> tuple[PlanReport, DraftingReport]:
    """Plan and draft a list, as the command does."""
    endpoint = shop.endpoint(offline=offline)
    shop.index.refresh()
    triage = Triage(shop.ledger, shop.index, realm=endpoint.realm, near=near, redo=redo)
    try:
        with shop.run("draft", ["q.csv"]) as run:
            planner = Planner(
                shop.ledger,
                shop.index,
                triage,
                new_job_maker(shop, endpoint, "2026-01-31"),
                run=run.id,
                near=near,
                unlisted=frozenset(),
                now=shop.now,
            )
            plan = planner.plan(questions, limit=limit)

            async def work() -> DraftingReport:
                async with open_asker(
                    shop, endpoint, run, concurrency=concurrency, max_cost=max_cost
                ) as asker:
                    return await new_drafting(shop, asker, on_done=lambda _: None).run(concurrency)

            return plan, asyncio.run(work())
    finally:
        triage.close()


def publish(
    folder: Path, question: str, subject: str, *, id: int, answer: str = "One.\\n\\n1. **A**: b.\\n\\nEnd."
) -> Path:
    """Put an article into the content folder."""
    article = Article.compose(
        id=id,
        date=datetime.date(2026, 1, 1),
        question=question,
        subject=subject,
        answer=answer,
        description="What the page answers, told in one line.",
        keywords=("a", "b"),
    )
    file = folder / "content" / article.key.path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(render(article), encoding="utf-8", newline="")
    return file
