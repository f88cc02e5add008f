"""Finds claims by rules, without a model; where two kinds want the same words, the first in the order has them."""

import re
from collections.abc import Callable, Iterator, Mapping

from generator.content.claims.claim import Claim, ClaimKind
from generator.content.claims.names import known_names, name_spans
from generator.content.claims.patterns import (
    DATE,
    DEFINITION,
    DOSE,
    FIGURE,
    LAW,
    NEGATION,
    PRONOUN,
    QUOTATION,
    RANK,
)
from generator.content.claims.text import claim_sentences, without_code

Span = tuple[int, int]


def find_claims(texts: Mapping[str, str]) -> list[Claim]:
    """The claims in the texts of a draft, in the order of the page. Questions claim nothing.

    Args:
        texts: Markdown by field, as :func:`generator.content.claims.claim.texts_of` gives it.
    """
    found: list[Claim] = []
    known = known_names(texts.values())
    for field, text in texts.items():
        visible = without_code(text)
        for start, end in claim_sentences(text):
            sentence = text[start:end]
            if sentence.rstrip('*_"”’) ').endswith("?"):
                continue
            found += (
                Claim(kind, sentence[first:last], sentence, field, start + first, start + last, start)
                for kind, first, last in _in_sentence(visible[start:end], known)
            )
    return found


def _in_sentence(sentence: str, known: frozenset[str]) -> list[tuple[ClaimKind, int, int]]:
    """The claims of one sentence by their place. No two share words, but a defined term may hold other claims."""
    taken: list[Span] = []
    found: list[tuple[ClaimKind, int, int]] = []
    for kind in _ORDER:
        spans = name_spans(sentence, known) if kind == "name" else _RULES[kind](sentence)
        for start, end in spans:
            if kind != "definition":
                if any(start < last and first < end for first, last in taken):
                    continue
                taken.append((start, end))
            found.append((kind, start, end))
    return sorted(found, key=lambda each: (each[1], each[2]))


def _matches(pattern: re.Pattern[str]) -> Callable[[str], Iterator[Span]]:
    def spans(sentence: str) -> Iterator[Span]:
        for match in pattern.finditer(sentence):
            words = match.group()
            start = match.start() + len(words) - len(words.lstrip())
            yield start, start + len(words.strip())

    return spans


def _definitions(sentence: str) -> Iterator[Span]:
    match = DEFINITION.match(sentence)
    if match and not PRONOUN.match(match["term"].lstrip("*")):
        yield match.span("term")


_RULES: dict[ClaimKind, Callable[[str], Iterator[Span]]] = {
    "quotation": _matches(QUOTATION),
    "law": _matches(LAW),
    "dose": _matches(DOSE),
    "date": _matches(DATE),
    "figure": _matches(FIGURE),
    "rank": _matches(RANK),
    "negation": _matches(NEGATION),
    "definition": _definitions,
}
_ORDER: tuple[ClaimKind, ...] = (
    "quotation", "law", "dose", "date", "figure", "rank", "name", "negation", "definition",
)  # fmt: skip
