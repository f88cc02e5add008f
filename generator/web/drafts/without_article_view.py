"""What a draft's page shows of a question without an article: whether it is queued again, and what can be done."""

from typing import NamedTuple

from generator.services import Services
from generator.store.ledger.drafts.rows import DraftRow
from generator.store.ledger.review.redrafts import Redraft
from generator.workflows.review.editing.own_article import OwnArticles
from generator.workflows.review.redrafts.redrafts import DraftRedrafts


class WithoutArticle(NamedTuple):
    """What a draft's page shows of this: the queued redraft, and what the reviewer can do."""

    queued: Redraft | None
    may_redraft: bool
    may_write: bool


def without_article(services: Services, row: DraftRow) -> WithoutArticle:
    """The values of a draft's page."""
    redrafts = DraftRedrafts(services)
    may_redraft = row.sha is None and redrafts.may_ask(row)
    return WithoutArticle(redrafts.queued(row), may_redraft, OwnArticles.may_write(row))
