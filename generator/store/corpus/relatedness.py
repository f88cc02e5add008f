"""Finds related articles: compares whole articles by TF-IDF, and chooses the links from the ranking.

A question has only a few words; a whole article is a better query. Its most distinctive terms are searched in the
leads, which is fast. The articles found are then compared with it by their whole texts: the sum over common terms of
frequency and rarity, divided by the square root of the number of different words of the candidate.
"""

import heapq
import math
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from generator.content.duplicates.question_words import GENERIC_WORDS
from generator.content.duplicates.questions import compare, signature
from generator.content.language.stems import FUNCTION_WORDS, stem, words
from generator.content.markdown.sections import headings
from generator.store.corpus.ranking import Term, Vocabulary
from generator.store.corpus.rows import Hit

LINK_SIMILARITY_LIMIT = 0.7
"""From this similarity (0 to 1) two questions must not be in one list of links, even if they are not duplicates."""
# Scores of articles of the same subject are multiplied by this,
_SAME_SUBJECT = 1.1
# and counts of generic words by this.
_GENERIC = 0.5
_SEARCHED_TERMS = 12
_COMPARED_TERMS = 60


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


def distinctive_terms(connection: sqlite3.Connection, topics: TopicProfile, leads: Vocabulary) -> list[Term]:
    """The terms of a profile to search for: frequent in it, rare in the leads."""
    ranked = []
    for root, count in topics.counts.items():
        documents = leads.documents(connection, root)
        if documents and not leads.is_common(documents) and not root.isdigit():
            ranked.append((math.log1p(count) * leads.rarity(documents), root))
    best = heapq.nsmallest(_SEARCHED_TERMS, ranked, key=lambda pair: (-pair[0], pair[1]))
    return [Term(topics.words[root], root, weight) for weight, root in best]


def term_weights(
    connection: sqlite3.Connection, topics: TopicProfile, bodies: Vocabulary
) -> dict[str, float]:
    """The stems of a profile with the highest weights in a comparison, with these weights."""
    weights = {
        root: (1 + math.log(max(count, 1.0))) * bodies.rarity(documents) ** 2
        for root, count in topics.counts.items()
        if (documents := bodies.documents(connection, root))
    }
    return dict(heapq.nsmallest(_COMPARED_TERMS, weights.items(), key=lambda pair: (-pair[1], pair[0])))


def closeness(weights: Mapping[str, float], candidate: TopicProfile) -> float:
    """How close a candidate is to the article of the weights: 0 without common terms, without an upper bound."""
    counts = candidate.counts
    common = sum(
        weight * (1 + math.log(max(counts[root], 1.0))) for root, weight in weights.items() if root in counts
    )
    return common / math.sqrt(len(counts) or 1)


def choose_links(
    question: str,
    subject_slug: str,
    ranked: Sequence[Hit],
    *,
    limit: int,
    exclude: frozenset[str],
    similarity_limit: float,
) -> list[Hit]:
    """The best hits that are suitable for linking.

    Args:
        question, subject_slug: of the article that gets the links.
        limit: the most hits.
        exclude: keys to leave out.
        similarity_limit: all similarities between two questions of the result, and between one of them and
            ``question``, are below this.
    """

    def score(hit: Hit) -> float:
        return hit.score * (_SAME_SUBJECT if hit.row.subject_slug == subject_slug else 1.0)

    chosen: list[Hit] = []
    signatures = [signature(question)]
    for hit in sorted(ranked, key=lambda hit: (-score(hit), hit.row.key)):
        row = hit.row
        if not hit.found_in_lead or not row.fit or row.id is None or row.key in exclude:
            continue
        own = signature(row.question)
        if any(compare(own, other, least=similarity_limit) >= similarity_limit for other in signatures):
            continue
        signatures.append(own)
        chosen.append(hit)
        if len(chosen) == limit:
            break
    return chosen
