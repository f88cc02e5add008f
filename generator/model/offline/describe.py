"""The meta description: the best sentence of a text, shortened at a clause boundary, never invented."""

import re
from collections.abc import Iterable, Sequence

from generator.content.limits import SeoLimits
from generator.content.sentences import plain, shorten
from generator.model.offline.passages import SUMMARY_OPENING, Sentence, without_connective
from generator.model.offline.terms import content_stems, coverage, overlap, question_weights

_UNFIT = re.compile(
    r"[\"“”$\\*_`#<>|]|\b(?:content|article|text|passage|essay)\b|[?:]$|^(?:in|to) (?:summary|conclu|summar)",
    re.IGNORECASE,
)
_QUOTES = re.compile(r"[\"“”„«»]")
_ADDED_PHRASE = re.compile(
    r",? (?:into|through|across|within|by|for|with|from|during|at|on|in|because|while)(?= )"
)
_PREDICATE = re.compile(
    r" (?:is|are|was|were|has been|have been|had been|can be|may be|will be) (?:\w+ ){0,8}[\w'’-]{4,}$"
)
_SAME = 0.8


def description(
    question: str,
    sentences: Sequence[Sentence],
    limits: SeoLimits,
    avoid: Iterable[str] = (),
) -> str:
    """One or two complete sentences within the limits, empty where the text has none.

    Args:
        question: decides what is relevant; a description never just repeats it.
        sentences: in the order of the text; earlier ones are preferred.
        avoid: descriptions that exist already; the result equals none of them, nor nearly.
    """
    weights = question_weights(question)
    sayings = [_bare(sentence.text) for sentence in sentences]
    taken = [content_stems(question), *(content_stems(line) for line in avoid)]
    for candidates in (_whole(sentences, sayings, limits), _cut(sayings, limits)):
        best, best_score = "", -10.0
        for text, penalty in candidates:
            stems = content_stems(text)
            if any(overlap(stems, other) >= _SAME for other in taken):
                continue
            long_enough = 0.3 if len(text) >= limits.description_target_min else 0.0
            score = coverage(weights, stems) - penalty + long_enough
            if score > best_score:
                best, best_score = text, score
        if best:
            return best
    return ""


def _bare(text: str) -> str:
    """The sentence as a search result shows it: no quotation marks, formulas as plain symbols, no opening phrase."""
    text = without_connective(SUMMARY_OPENING.sub("", _QUOTES.sub("", text)))
    if "$" in text:
        text = " ".join(plain(text).split())
    return text[:1].upper() + text[1:]


def _whole(
    sentences: Sequence[Sentence], sayings: Sequence[str], limits: SeoLimits
) -> Iterable[tuple[str, float]]:
    """Sentences that fit, shortened ones and pairs of short ones, each with what speaks against it."""
    count = max(len(sentences), 1)
    short: tuple[str, float] | None = None
    for position, (sentence, text) in enumerate(zip(sentences, sayings, strict=True)):
        penalty = 0.6 * position / count + (0.5 if sentence.dangling else 0.0)
        fitted = text if len(text) <= limits.description_max else shorten(text, limits.description_max)
        if fitted is None or _UNFIT.search(fitted):
            continue
        if fitted != text:
            penalty += 0.25
        if len(fitted) >= limits.description_min:
            yield fitted, penalty
        elif short and len(short[0]) + len(fitted) < limits.description_max:
            yield f"{short[0]} {fitted}", (penalty + short[1]) / 2 + 0.3
        short = (fitted, penalty) if len(fitted) < limits.description_min else short


def _cut(sayings: Sequence[str], limits: SeoLimits) -> Iterable[tuple[str, float]]:
    """The last resort: a long sentence ended before a phrase that only adds where, how or why."""
    for position, text in enumerate(sayings):
        for phrase in _ADDED_PHRASE.finditer(text, limits.description_min - 1, limits.description_max):
            kept = text[: phrase.start()].rstrip(" ,;:–—-")
            if _PREDICATE.search(kept) and not _UNFIT.search(kept) and kept.count("(") == kept.count(")"):
                yield f"{kept}.", 0.1 * position
