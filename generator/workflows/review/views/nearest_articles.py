"""The published articles whose questions are nearest to that of a draft, for the eye of a reviewer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.content.duplicates.questions import similarity
from generator.store.ledger.storage.hashes import question_key
from generator.workflows.ports import HasCorpus, HasLedger, HasSettings

if TYPE_CHECKING:
    from generator.store.ledger.drafts.rows import DraftRow
    from generator.store.ledger.duplicates.same_page import PairVerdict

MOST_SHOWN = 5


class NearestServices(HasSettings, HasLedger, HasCorpus, Protocol):
    """What finding the nearest articles takes."""


@dataclass(frozen=True, slots=True)
class NearestArticle:
    """A published article.

    Args:
        address: of its page, from the site's root.
        link: to its page; None where the settings do not name the site.
        similarity: of its question and the draft's, 0 to 1.
        verdict: what a model said on whether its page would serve both; None where none was asked.
    """

    key: str
    question: str
    address: str
    link: str | None
    similarity: float
    verdict: PairVerdict | None


def nearest_articles(services: NearestServices, row: DraftRow) -> list[NearestArticle]:
    """The published articles with the nearest questions, most similar first; never the draft's own page."""
    hits = services.index.search(row.question, exclude=(row.key,) if row.key else ())
    rated = [(similarity(row.question, hit.row.question), hit.row) for hit in hits if hit.found_in_lead]
    rated.sort(key=lambda pair: -pair[0])  # equals stay in the order of the search
    nearest = [(alike, article) for alike, article in rated if alike > 0][:MOST_SHOWN]
    keys = {article.key: question_key(article.question) for _, article in nearest}
    verdicts = services.ledger.same_page.of(question_key(row.question), keys.values())
    site = services.settings.site
    return [
        NearestArticle(
            key=article.key,
            question=article.question,
            address=(address := article.url(site)),
            link=site.origin + address if site.origin else None,
            similarity=alike,
            verdict=verdicts.get(keys[article.key]),
        )
        for alike, article in nearest
    ]
