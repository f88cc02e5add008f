"""What a reader of one article would want next.

A question's few words find articles that share them; a whole article tells more. Its most telling terms are
looked up among the leads, which is quick, and what they find is compared with it by the whole text: the sum
over the terms of both of how often and how rarely each is used (TF-IDF), leveled by how many different words
the candidate has.
"""

import heapq
import math
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from generator.content.duplicates.question_words import GENERIC_WORDS
from generator.content.duplicates.questions import compare, signature
from generator.content.markdown.sections import headings
from generator.content.stems import FUNCTION_WORDS, stem, words
from generator.store.corpus.ranking import Term, Vocabulary
from generator.store.corpus.rows import Hit

TOO_ALIKE = 0.7
"""Two questions this similar do not stand in one list of links, even where they count as two questions."""
_SAME_SUBJECT = 1.1
_GENERIC = 0.5
_LOOKED_UP = 12
_COMPARED = 60


class ArticleText(NamedTuple):
    """The parts of an article that tell what it is about."""

    question: str
    keywords: str
    headings: str
    answer: str


def article_text(question: str, keywords: str, answer: str) -> ArticleText:
    """The parts of an article whose answer is Markdown with real line breaks."""
    return ArticleText(question, keywords, " · ".join(headings(answer)), answer)


_WEIGHTS = (3.0, 2.0, 1.5, 1.0)


class TopicProfile(NamedTuple):
    """How much an article speaks of each stem; ``words`` keeps one spelling of each, for the full-text query."""

    counts: Mapping[str, float]
    words: Mapping[str, str]


def profile(text: ArticleText) -> TopicProfile:
    """The profile of an article or draft."""
    counts: dict[str, float] = {}
    spellings: dict[str, str] = {}
    for part, weight in zip(text, _WEIGHTS, strict=True):
        for word, times in Counter(words(part)).items():
            if word in FUNCTION_WORDS or len(word) < 2:
                continue
            root = stem(word)
            value = times * weight
            counts[root] = counts.get(root, 0.0) + (value * _GENERIC if word in GENERIC_WORDS else value)
            spellings.setdefault(root, word)
    return TopicProfile(counts, spellings)


def telling_terms(connection: sqlite3.Connection, made: TopicProfile, leads: Vocabulary) -> list[Term]:
    """The terms of the profile to look up: much used in it, rare among the leads."""
    ranked = []
    for root, count in made.counts.items():
        documents = leads.documents(connection, root)
        if documents and not leads.is_common(documents) and not root.isdigit():
            ranked.append((math.log1p(count) * leads.rarity(documents), root))
    best = heapq.nsmallest(_LOOKED_UP, ranked, key=lambda pair: (-pair[0], pair[1]))
    return [Term(made.words[root], root, weight) for weight, root in best]


def weights(connection: sqlite3.Connection, made: TopicProfile, bodies: Vocabulary) -> dict[str, float]:
    """The heaviest terms of the profile with what each adds to a comparison."""
    weighed = {
        root: (1 + math.log(max(count, 1.0))) * bodies.rarity(documents) ** 2
        for root, count in made.counts.items()
        if (documents := bodies.documents(connection, root))
    }
    return dict(heapq.nsmallest(_COMPARED, weighed.items(), key=lambda pair: (-pair[1], pair[0])))


def closeness(weighed: Mapping[str, float], candidate: TopicProfile) -> float:
    """How much the candidate speaks of what the article speaks of."""
    counts = candidate.counts
    told = sum(
        weight * (1 + math.log(max(counts[root], 1.0))) for root, weight in weighed.items() if root in counts
    )
    return told / math.sqrt(len(counts) or 1)


def choose_links(
    question: str,
    subject_slug: str,
    ranked: Sequence[Hit],
    *,
    limit: int,
    exclude: frozenset[str],
    too_alike: float,
) -> list[Hit]:
    """The best hits that are fit to be linked to.

    Args:
        too_alike: the similarity from which on no two of their questions, and none and the article's, may be.
    """

    def worth(hit: Hit) -> float:
        return hit.score * (_SAME_SUBJECT if hit.row.subject_slug == subject_slug else 1.0)

    chosen: list[Hit] = []
    marks = [signature(question)]
    for hit in sorted(ranked, key=lambda hit: (-worth(hit), hit.row.key)):
        row = hit.row
        if not hit.named or not row.fit or row.id is None or row.key in exclude:
            continue
        mark = signature(row.question)
        if any(compare(mark, other, least=too_alike) >= too_alike for other in marks):
            continue
        marks.append(mark)
        chosen.append(hit)
        if len(chosen) == limit:
            break
    return chosen
