"""Holds a claim's sentence against the sentences of passages, by strict rules and without a model.

Two sentences say the same only if every content word of the one is in the other, in the same order, and their numbers
with units, their names and their negations are equal. A sentence contradicts only if it is the same in everything but
one number, name or negation. Anything less says nothing.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from generator.content.claims.claim import Claim
from generator.content.claims.names import names
from generator.content.claims.numbers import Quantity, quantities, without_quantities
from generator.content.claims.text import claim_sentences, plain
from generator.content.claims.verdict import Basis, Verdict
from generator.content.language.stems import FUNCTION_WORDS, stem, word_set, words

_FEWEST_WORDS = 3
_FEWEST_WORDS_OF_CONTRADICTION = 5
# These words change nothing: a sentence may have them and its passage not, or the other way round.
_NEUTRAL = word_set(
    "also however moreover furthermore therefore thus instance example overall indeed generally"
)
_NEGATIONS = word_set(
    "no not never none neither nor cannot without nobody nothing nowhere n't cant wont doesnt dont didnt isnt arent wasnt"
    " werent hasnt havent hadnt unable fail fails failed lack lacks lacked lacking hardly rarely seldom barely unlike false"
)
_HEDGES = word_set(
    "may might could can possibly perhaps probably likely unlikely sometimes often usually always all every some most only"
    " few more less many before after under over above below than least if unless until except"
)

_NO_CONTENT = FUNCTION_WORDS | _NEUTRAL | _NEGATIONS
_APOSTROPHE = re.compile(r"'s?\b")


@dataclass(frozen=True, slots=True)
class SourcePassage:
    """A passage that claims are held against.

    Args:
        text: Markdown.
        proves: whether it counts as a source; a published article that was only shown to the model does not.
    """

    id: str
    title: str
    text: str
    proves: bool = True


class _Facts(NamedTuple):
    """What two sentences are compared by. ``content`` has the stems in order, without numbers and names; ``names`` the
    words of the names in order."""

    text: str
    content: tuple[str, ...]
    numbers: Counter[Quantity]
    names: tuple[str, ...]
    negations: Counter[str]
    hedges: Counter[str]


def verdict_by_rules(claim: Claim, passages: Iterable[SourcePassage]) -> Verdict | None:
    """The verdict on a claim where a sentence of a passage decides it without a model; None where none does.

    A passage that supports wins over one that contradicts. Passages that prove nothing support only the very same
    sentence: it was taken from them.
    """
    facts = _facts(claim.sentence)
    contradiction: Verdict | None = None
    for passage in passages:
        for sentence in _sentences(passage.text):
            other = _facts(sentence)
            if other.text == facts.text:
                return _verdict("supported", "exact", passage, sentence, "the passage has this sentence")
            if not passage.proves:
                continue
            if _says_the_same(facts, other):
                return _verdict("supported", "rule", passage, sentence, "the passage says the same")
            difference = _difference(claim, facts, other) if contradiction is None else None
            if difference is not None:
                wrong, right = difference
                reason = (
                    f"the passage has {right or 'no negation'} where the text has {wrong or 'no negation'}"
                )
                contradiction = _verdict(
                    "contradicted", "rule", passage, sentence, reason, right=right or sentence
                )
    return contradiction


def _verdict(
    name: str, basis: Basis, passage: SourcePassage, sentence: str, reason: str, right: str | None = None
) -> Verdict:
    return Verdict(
        "supported" if name == "supported" else "contradicted",
        basis,
        passage.id,
        passage.title,
        " ".join(sentence.split()),
        right,
        reason,
    )


@lru_cache(maxsize=512)
def _sentences(text: str) -> tuple[str, ...]:
    return tuple(text[start:end] for start, end in claim_sentences(text))


@lru_cache(maxsize=8192)
def _facts(sentence: str) -> _Facts:
    text = plain(sentence)
    named = [word for name in names(text) for word in words(name)]
    left_out = Counter(named)
    content: list[str] = []
    for word in words(_APOSTROPHE.sub("", without_quantities(text))):
        if left_out[word]:
            left_out[word] -= 1
        elif word not in _NO_CONTENT:
            content.append(stem(word))
    all_words = Counter(words(text.replace("n't", " not ")))
    return _Facts(
        text.strip(" .*_"),
        tuple(content),
        Counter(quantities(text)),
        tuple(named),
        Counter({word: all_words[word] for word in _NEGATIONS if all_words[word]}),
        Counter({word: all_words[word] for word in _HEDGES if all_words[word]}),
    )


def _says_the_same(claim: _Facts, other: _Facts) -> bool:
    return (
        len(claim.content) + len(claim.names) >= _FEWEST_WORDS
        and claim.numbers == other.numbers
        and claim.names == other.names
        and claim.negations == other.negations
        and claim.hedges == other.hedges
        and _is_in_order(claim.content, other.content)
    )


def _difference(claim: Claim, facts: _Facts, other: _Facts) -> tuple[str, str] | None:
    """What the claim has and what the passage has instead, where this is the only difference; None otherwise."""
    if facts.content != other.content or len(facts.content + facts.names) < _FEWEST_WORDS_OF_CONTRADICTION:
        return None
    same_numbers, same_names = facts.numbers == other.numbers, facts.names == other.names
    same_negation = facts.negations == other.negations
    if [same_numbers, same_names, same_negation].count(False) != 1 or facts.hedges != other.hedges:
        return None
    if not same_numbers:
        wrong, right = facts.numbers - other.numbers, other.numbers - facts.numbers
        is_about = {item.value for item in quantities(claim.words)} & {item.value for item in wrong}
        if wrong.total() == right.total() == 1 and is_about:
            return _shown(next(iter(wrong))), _shown(next(iter(right)))
        return None
    if not same_names:
        before, after = Counter(facts.names), Counter(other.names)
        wrong_names, right_names = before - after, after - before
        if wrong_names and right_names:
            return " ".join(wrong_names), " ".join(right_names)
        return None
    wrong_words, right_words = facts.negations - other.negations, other.negations - facts.negations
    if wrong_words.total() + right_words.total() != 1:
        return None
    return " ".join(wrong_words), " ".join(right_words)


def _shown(quantity: Quantity) -> str:
    return f"{quantity.value:f} {quantity.unit}".strip()


def _is_in_order(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether all items of ``part`` are in ``whole`` in the same order, with at most twice as many in all."""
    rest = iter(whole)
    return len(whole) <= 2 * len(part) + 2 and all(item in rest for item in part)
