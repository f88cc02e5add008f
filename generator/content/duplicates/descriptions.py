"""Do two descriptions say nearly the same? Their measure, and the search for the few that are worth comparing.

Two pages whose descriptions differ in a word or two look like one page twice in a list of results. What counts is the
stems of content words: another opening, another form of a word or another order leaves a description what it was.

Pages that ask the same question (``normalise_question``) are copies, and copies are never near-duplicates: what is
wrong with them is the question. Equal descriptions are as similar as can be; the audit leaves them to its own rule.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from generator.content.stems import FUNCTION_WORDS, stem, words

MAX_TEXTS_PER_TERM = 10_000
"""So many of the texts that hold a term are looked at."""
MAX_COMPARED = 400
"""So many texts is one compared with."""
_SHARED = 3


class Description(NamedTuple):
    """The description of a page, which is named by its key."""

    page: str
    text: str


class NearDuplicate(NamedTuple):
    """Another page's description that says nearly the same as a text."""

    page: str
    text: str
    similarity: float


class SearchTerms(NamedTuple):
    """The rarest terms of a text; whatever is near it holds at least ``shared`` of them."""

    terms: list[str]
    shared: int


@lru_cache(maxsize=8_192)
def terms(text: str) -> Mapping[str, str]:
    """The stems of a text's content words, each with a word that has it."""
    return {stem(word): word for word in words(text) if word not in FUNCTION_WORDS}


def similarity(one: Mapping[str, str], other: Mapping[str, str]) -> float:
    """Shared terms over all terms of two texts, from 0 to 1."""
    shared = len(one.keys() & other.keys())
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def search_terms(found: Iterable[str], frequency: Callable[[str], int], threshold: float) -> SearchTerms:
    """As few terms as will find every text whose similarity is at least ``threshold``."""
    rarest = sorted(sorted(found), key=frequency)
    needed = math.ceil(threshold * len(rarest) - 1e-9)  # a product such as 0.56 * 25 is a little above 14
    shared = min(_SHARED, needed)
    return SearchTerms(rarest[: len(rarest) - needed + shared], shared)


def near_duplicates(
    text: str,
    threshold: float,
    *,
    frequency: Callable[[str], int],
    texts_with: Callable[[str, str], Iterable[int]],
    descriptions_of: Callable[[list[int]], Iterable[Description]],
) -> list[NearDuplicate]:
    """The descriptions that say nearly the same as the text, wherever descriptions are held.

    Args:
        threshold: the least similarity, above 0.5.
        frequency: how often a term occurs; rare terms make the search fast.
        texts_with: the numbers of the texts, at most MAX_TEXTS_PER_TERM, that hold a term. It is given a word of the term too.
        descriptions_of: the descriptions of these numbers, without those of the text's own page and of its copies.
    """
    mine = terms(text)
    chosen = search_terms(mine, frequency, threshold)
    held = Counter(chain.from_iterable(texts_with(term, mine[term]) for term in chosen.terms))
    candidates = [number for number, shared in held.items() if shared >= chosen.shared]
    if len(candidates) > MAX_COMPARED:
        candidates = sorted(candidates, key=lambda number: (-held[number], number))[:MAX_COMPARED]
    if not candidates:
        return []
    rated = (
        NearDuplicate(page, other, similarity(mine, terms(other)))
        for page, other in descriptions_of(sorted(candidates))
    )
    return [item for item in rated if item.similarity >= threshold]
