"""A desk over temporary folders, with drafts on it: what tests of review and publishing start from."""

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from generator.content.article import Article, RelatedArticle
from generator.content.frontmatter import render
from generator.content.markdown.answer import compose, encode
from generator.desk import Desk
from generator.store.ledger.drafts import DraftRow
from generator.workflows.drafting.planner import PlanReport
from tests.support.replies import GOOD, Endpoint, completion
from tests.support.workshops import draft, rows, workshop

QUESTIONS = (
    "How do enzymes speed up chemical reactions?",
    "What is the role of enzymes in digestion?",
    "Why do cells need mitochondria?",
)
WHO = "Ada"
LIVER = "What are the main functions of the liver?"
HELD = "What are the major functions of the liver?"
HELD_KEY = "biology/what-are-the-major-functions-of-the-liver"


def desk_with(
    folder: Path,
    questions: Sequence[str] = QUESTIONS,
    *replies: Any,
    endpoint: Endpoint | None = None,
    **changes: Any,
) -> Desk:
    """A desk with a drafted article for each question; ``replies`` stand in for the good one, in order."""
    if questions:
        script = Endpoint(*replies) if replies else Endpoint(by=lambda _: completion(GOOD))
        shop = workshop(folder, script, **changes)
        draft(shop, rows(*questions), concurrency=1)
        shop.close()
    return Desk(workshop(folder, endpoint, **changes))


def only(desk: Desk, question: str = QUESTIONS[0]) -> DraftRow:
    """The draft of a question."""
    (row,) = desk.shop.drafts.of_question(question)
    return row


def file_of(desk: Desk, row: DraftRow) -> Path:
    """A draft's file."""
    assert row.path is not None
    return desk.shop.settings.output_dir / row.path


def approved(desk: Desk) -> list[DraftRow]:
    """Everything clean, approved."""
    return desk.deciding.approve_clean(who=WHO).decided


def article(
    question: str, subject: str = "Biology", *, id: int = 1, related: Sequence[RelatedArticle] = ()
) -> Article:
    """A published article that answers with the good text."""
    points = [(point["heading"], point["body"]) for point in GOOD["points"]]
    return Article.compose(
        id=id,
        date=datetime.date(2024, 12, 3),
        question=question,
        subject=subject,
        answer=encode(compose(GOOD["introduction"], points, GOOD["conclusion"])),
        description=GOOD["page_description"],
        keywords=GOOD["page_keywords"],
        related=related,
    )


def hold(folder: Path, *questions: str, **options: Any) -> PlanReport:
    """Draft a list of near duplicates of a published article: nothing is asked, all are held."""
    publish_by_hand(folder, article(LIVER, id=900))
    shop = workshop(folder, Endpoint(by=lambda _: completion(GOOD)))
    try:
        plan, _ = draft(shop, rows(*(questions or (HELD,))), **options)
    finally:
        shop.close()
    return plan


def publish_by_hand(folder: Path, *articles: Article) -> None:
    """Put articles into the content folder, as they stood before."""
    for item in articles:
        file = folder / "content" / item.key.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(render(item), encoding="utf-8")
