"""Do two descriptions say the same? The overlap of their content words, and how to find the few worth comparing.

Two pages whose descriptions differ in a word or two look like one page twice in a list of results.
"""

import math
from collections.abc import Callable, Mapping
from functools import lru_cache

from generator.content.stems import FUNCTION_WORDS, stem, words

TOO_ALIKE = 0.7
"""From here on one description echoes the other."""


@lru_cache(maxsize=8_192)
def terms(text: str) -> Mapping[str, str]:
    """The stems of a text's content words, each with a word that has it."""
    return {stem(word): word for word in words(text) if word not in FUNCTION_WORDS}


def alike(one: Mapping[str, str], other: Mapping[str, str]) -> float:
    """Shared terms over all terms of two texts, from 0 to 1."""
    shared = len(one.keys() & other.keys())
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def probes(found: Mapping[str, str], frequency: Callable[[str], int]) -> list[str]:
    """So many of a text's terms, the rarest, that every text too much like it holds at least one of them."""
    count = len(found) - math.ceil(TOO_ALIKE * len(found)) + 1
    return sorted(found, key=lambda term: (frequency(term), term))[:count]
