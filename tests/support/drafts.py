"""Drafts over a temporary folder, as drafting leaves them: what tests of review and publishing start from."""

import io
import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from generator.services import Services
from generator.store.ledger.drafts.rows import DraftRow
from generator.workflows.drafting.draft import draft_list
from generator.workflows.drafting.requests import (
    DraftOutcome,
    DraftRequest,
    PlanRequest,
    QuestionSource,
    Redo,
)
from generator.workflows.engine.progress import NoProgress
from generator.workflows.review.decisions.decide import approve_clean_drafts
from tests.support.published_articles import article, publish_by_hand
from tests.support.replies import GOOD, Endpoint, completion
from tests.support.services import scripted_services
from tests.support.shared_folders import shared_folder

QUESTIONS = (
    "How do enzymes speed up chemical reactions?",
    "What is the role of enzymes in digestion?",
    "Why do cells need mitochondria?",
)
WHO = "Ada"
LIVER = "What are the main functions of the liver?"
HELD = "What are the major functions of the liver?"
HELD_KEY = "biology/what-are-the-major-functions-of-the-liver"


def draft_questions(
    services: Services,
    *questions: str,
    near: Any = "hold",
    redo: Redo | None = None,
    subject: str = "Biology",
) -> DraftOutcome:
    """Draft a list of questions about a subject, one after the other."""
    source = QuestionSource(io.BytesIO("\n".join(questions).encode()), "q.txt", "q.txt", subject)
    plan = PlanRequest(source, date="2026-01-31", near=near, redo=redo)
    return draft_list(services, DraftRequest(plan, argv=("q.txt",), concurrency=1), NoProgress())


QUOTED = {"articles": "passages"}
"""Settings of the context under which prompts quote published articles."""


def with_drafts(
    folder: Path,
    questions: Sequence[str] = QUESTIONS,
    *replies: Any,
    endpoint: Endpoint | None = None,
    **changes: Any,
) -> Services:
    """Services over a drafted article for each question; ``replies`` are given instead of the good one, in order.

    Args:
        endpoint: answers what is asked afterwards; without one, any call fails the test.
        changes: of the settings.
    """
    if questions and not (replies or changes or any(folder.iterdir())):
        shutil.copytree(_drafted(tuple(questions)), folder, dirs_exist_ok=True)
    elif questions:
        _draft(folder, questions, *replies, **changes)
    return scripted_services(folder, endpoint, **changes)


@cache
def _drafted(questions: tuple[str, ...]) -> Path:
    """A folder with a good draft of each question, to be copied."""
    folder = shared_folder()
    _draft(folder, questions)
    return folder


def _draft(folder: Path, questions: Sequence[str], *replies: Any, **changes: Any) -> None:
    script = Endpoint(*replies) if replies else Endpoint(by=_good_answer)
    services = scripted_services(folder, script, **changes)
    outcome = draft_questions(services, *questions)
    services.close()
    assert outcome.error is None


_ALSO_ASKED = {QUESTIONS[1]: "Digestion needs them too.", QUESTIONS[2]: "Cells need mitochondria for that."}
_DESCRIPTIONS = {
    QUESTIONS[
        1
    ]: "In digestion, proteins of the gut split starch and fat into pieces that are small enough for the blood.",
    QUESTIONS[
        2
    ]: "Cells need mitochondria because most of the fuel that drives their work is made by burning sugar there.",
}
"""A description of their own, because two pages with the same one have a finding."""


def _good_answer(body: dict[str, Any]) -> Any:
    """The good answer, which also says something about what the other questions ask."""
    asked = body["messages"][-1]["content"]
    also = "".join(f" {text}" for question, text in _ALSO_ASKED.items() if question in asked)
    own = next((text for question, text in _DESCRIPTIONS.items() if question in asked), None)
    described = {"page_description": own} if own else {}
    return completion(GOOD | described | {"introduction": GOOD["introduction"] + also})


def draft_of(services: Services, question: str = QUESTIONS[0]) -> DraftRow:
    """The draft of a question."""
    (row,) = services.drafts.of_question(question)
    return row


def file_of(services: Services, row: DraftRow) -> Path:
    """A draft's file."""
    assert row.path is not None
    return services.settings.output_dir / row.path


def approve_all(services: Services) -> list[DraftRow]:
    """Everything clean, approved."""
    return list(approve_clean_drafts(services, reviewer=WHO).decided)


def hold(folder: Path, *questions: str, near: Any = "hold") -> DraftOutcome:
    """Draft a list of near duplicates of a published article: nothing is asked, all are held."""
    publish_by_hand(folder, article(LIVER, id=900))
    services = scripted_services(folder, Endpoint(by=lambda _: completion(GOOD)))
    try:
        return draft_questions(services, *(questions or (HELD,)), near=near)
    finally:
        services.close()
