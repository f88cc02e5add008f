"""What a near duplicate resembles: the published article or draft that made planning hold the question."""

from dataclasses import dataclass

from generator.content.frontmatter import read
from generator.content.markdown.answer import decode
from generator.errors import FrontMatterError
from generator.store.corpus.index import CorpusIndex
from generator.store.ledger.drafts import DraftRow, Drafts
from generator.store.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Resembled:
    """An article that asks the same in other words.

    ``draft`` is its number where it is a draft; ``answer`` is Markdown with real line breaks, empty where there
    is none yet.
    """

    key: str
    question: str
    similarity: float
    draft: int | None
    answer: str


def resembled(row: DraftRow, ledger: Ledger, drafts: Drafts, index: CorpusIndex) -> Resembled | None:
    """What a draft was held for; None where it was not, or what it resembled is gone or has no address."""
    context = ledger.jobs.get(row.job).context
    key, similarity = context.get("near"), context.get("similarity")
    if key is None or similarity is None:
        return None
    article = index.get(key)
    if article is not None:
        return Resembled(key, article.question, similarity, None, index.answer(key) or "")
    draft = drafts.by_key(key)
    if draft is not None:
        return Resembled(key, draft.question, similarity, draft.id, _answer(drafts.data(draft)))
    return None


def _answer(data: bytes | None) -> str:
    try:
        return "" if data is None else decode(read(data).get("answer", ""))
    except FrontMatterError:
        return ""
