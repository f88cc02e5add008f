"""Finds related articles: the topic profile of an article, and the choice of links from a ranking.

A question has only a few words; a whole article is a better query. Its most distinctive terms are searched in the
leads, which is fast. The articles found are then compared with it by their whole texts (``topics``).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from generator.content.duplicates.question_words import GENERIC_WORDS
from generator.content.duplicates.questions import Signature, compare
from generator.content.language.stems import FUNCTION_WORDS, stem, words
from generator.content.markdown.sections import headings

LINK_SIMILARITY_LIMIT = 0.7
"""From this similarity (0 to 1) two questions must not be in one list of links, even if they are not duplicates."""
# Scores of articles of the same subject are multiplied by this,
_SAME_SUBJECT = 1.1
# and counts of generic words by this.
_GENERIC = 0.5


class ArticleText(NamedTuple):
    """The parts of an article that show its topic."""

    question: str
    keywords: str
    headings: str
    answer: str


def article_text(question: str, keywords: str, answer: str) -> ArticleText:
    """The parts of an article; ``answer`` is Markdown with real line breaks."""
    return ArticleText(question, keywords, " · ".join(headings(answer)), answer)


# Of the fields of ArticleText.
_WEIGHTS = (3.0, 2.0, 1.5, 1.0)


class TopicProfile(NamedTuple):
    """The weighted count of each stem in an article; ``words`` has one spelling of each, for the full-text query."""

    counts: Mapping[str, float]
    words: Mapping[str, str]


def profile(text: ArticleText) -> TopicProfile:
    """The profile of an article or draft."""
    weighted: dict[str, float] = {}
    for part, weight in zip(text, _WEIGHTS, strict=True):
        for word, times in Counter(words(part)).items():
            weighted[word] = weighted.get(word, 0.0) + times * weight
    counts: dict[str, float] = {}
    spellings: dict[str, str] = {}
    for word, value in weighted.items():
        counted = _counted(word)
        if counted is not None:
            root, share = counted
            if root in counts:
                counts[root] += value * share
            else:
                counts[root] = value * share
                spellings[root] = word
    return TopicProfile(counts, spellings)


@lru_cache(maxsize=65_536)
def _counted(word: str) -> tuple[str, float] | None:
    """The stem of a word and how much of the word counts; None for words without a topic."""
    if word in FUNCTION_WORDS or len(word) < 2:
        return None
    return stem(word), _GENERIC if word in GENERIC_WORDS else 1.0


class RatedArticle(NamedTuple):
    """A candidate for a link. ``rowid`` is negative for an unpublished one; a higher ``score`` is nearer."""

    rowid: int
    key: str
    subject_slug: str
    score: float


def in_link_order(rated: Iterable[RatedArticle], subject_slug: str) -> list[RatedArticle]:
    """The candidates for links from an article of this subject, best first: articles of its subject are preferred."""
    return sorted(
        rated,
        key=lambda item: (
            -item.score * (_SAME_SUBJECT if item.subject_slug == subject_slug else 1.0),
            item.key,
        ),
    )


def choose_links(
    own: Signature,
    ordered: Sequence[RatedArticle],
    signature_of: Callable[[RatedArticle], Signature],
    *,
    limit: int,
    similarity_limit: float,
) -> list[RatedArticle]:
    """The best candidates, without near duplicates.

    Args:
        own: the signature of the question of the article that gets the links.
        ordered: the candidates, best first.
        limit: the most articles.
        similarity_limit: all similarities between two questions of the result, and between one of them and ``own``,
            are below this.
    """
    chosen: list[RatedArticle] = []
    signatures = [own]
    for item in ordered:
        found = signature_of(item)
        if any(compare(found, other, least=similarity_limit) >= similarity_limit for other in signatures):
            continue
        signatures.append(found)
        chosen.append(item)
        if len(chosen) == limit:
            break
    return chosen
