"""Measures how similar two descriptions are, and finds the near duplicates of a description among many.

In a list of search results, two pages whose descriptions differ in a word or two look like the same page. Descriptions
are compared by the stems of their content words, so that another order or another form of a word makes no difference.

Equal descriptions have similarity 1. In audit and report, pages with the same question (``normalise_question``) are copies
and no near duplicates, because their questions are the defect; the audit has a rule of its own for equal descriptions. A
*new* description must differ from those of copies too.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from generator.content.language.stems import FUNCTION_WORDS, stem, words

MAX_TEXTS_PER_TERM = 10_000
"""The search reads at most this many texts for each term."""
MAX_COMPARED = 400
"""The search compares a text with at most this many others."""
_MAX_MIN_SHARED = 3


class Description(NamedTuple):
    """The description of a page; ``page`` is the key of the page."""

    page: str
    text: str


class NearDuplicate(NamedTuple):
    """Another page's description that is similar to a text."""

    page: str
    text: str
    similarity: float


class SearchTerms(NamedTuple):
    """The rarest terms of a text; every similar text contains at least ``min_shared`` of them."""

    terms: list[str]
    min_shared: int


@lru_cache(maxsize=8_192)
def terms(text: str) -> Mapping[str, str]:
    """The stems of a text's content words, each with a word of this stem."""
    return {stem(word): word for word in words(text) if word not in FUNCTION_WORDS}


def similarity(one: Mapping[str, str], other: Mapping[str, str]) -> float:
    """The similarity of two texts by their terms: shared terms divided by all terms (Jaccard index), from 0 to 1."""
    shared = len(one.keys() & other.keys())
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def search_terms(found: Iterable[str], frequency: Callable[[str], int], threshold: float) -> SearchTerms:
    """The fewest terms that find every text whose similarity is at least ``threshold``.

    Args:
        found: the terms of the text.
        frequency: how often a term occurs.
    """
    rarest = sorted(sorted(found), key=frequency)
    needed = math.ceil(threshold * len(rarest) - 1e-9)  # rounding: 0.56 * 25 is slightly more than 14
    min_shared = min(_MAX_MIN_SHARED, needed)
    return SearchTerms(rarest[: len(rarest) - needed + min_shared], min_shared)


def near_duplicates(
    text: str,
    threshold: float,
    *,
    frequency: Callable[[str], int],
    texts_with: Callable[[str, str], Iterable[int]],
    descriptions_of: Callable[[list[int]], Iterable[Description]],
) -> list[NearDuplicate]:
    """The descriptions that are similar to the text, from any store of descriptions.

    Args:
        threshold: the lowest similarity; above 0.5.
        frequency: how often a term occurs; rare terms make the search fast.
        texts_with: takes a term and a word of this term; returns the numbers of at most MAX_TEXTS_PER_TERM texts that
            contain the term.
        descriptions_of: takes numbers; returns their descriptions, except that of the text's own page.
    """
    own_terms = terms(text)
    chosen = search_terms(own_terms, frequency, threshold)
    shared = Counter(chain.from_iterable(texts_with(term, own_terms[term]) for term in chosen.terms))
    candidates = [number for number, count in shared.items() if count >= chosen.min_shared]
    if len(candidates) > MAX_COMPARED:
        candidates = sorted(candidates, key=lambda number: (-shared[number], number))[:MAX_COMPARED]
    if not candidates:
        return []
    rated = (
        NearDuplicate(page, other, similarity(own_terms, terms(other)))
        for page, other in descriptions_of(sorted(candidates))
    )
    return [item for item in rated if item.similarity >= threshold]
