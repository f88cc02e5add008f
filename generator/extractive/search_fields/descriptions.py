"""Chooses a meta description: the best sentence of a text, shortened at the end of a clause if it is too long."""

import re
from collections.abc import Iterable, Sequence

from generator.content.limits import SeoLimits
from generator.extractive.passages import SUMMARY_OPENING, Sentence, without_connective
from generator.extractive.plain_text import to_plain_text
from generator.extractive.shortening import shorten
from generator.extractive.terms import content_stems, coverage, overlap, question_weights

_UNFIT = re.compile(
    r"[\"“”$\\*_`#<>|]|\b(?:content|article|text|passage|essay)\b|[?:]$|^(?:in|to) (?:summary|conclu|summar)",
    re.IGNORECASE,
)
_QUOTES = re.compile(r"[\"“”„«»]")
_LABEL = re.compile(
    r"^(?:functions?|roles?|definitions?|descriptions?|examples?|purpose|locations?|structure|mechanism|impact|effects?"
    r"|significance|importance|application|benefits?|characteristics|key features?|note|answer): (?=[A-Z])",
    re.IGNORECASE,
)
_GERUND = re.compile(r"^\w+ing\b")
_ADDED_PHRASE = re.compile(
    r",? (?:into|through|across|within|by|for|with|from|during|at|on|in|because|while)(?= )"
)
_PREDICATE = re.compile(
    r" (?:is|are|was|were|has been|have been|had been|can be|may be|will be) (?:\w+ ){0,8}[\w'’-]{4,}$"
)
# Phrases that are true of any subject and say nothing.
EMPTY_PHRASE = re.compile(
    r"\bplays? an? \w+ role\b|\b(?:several|various|multiple|numerous|different|many"
    r"|certain) (?:\w+ ){0,2}(?:factors|aspects|ways|types"
    r"|steps|key|methods|elements|components|actions|tools|strategies|techniques|implications|challenges|reasons)\b"
    r"|\b(?:fundamental|essential|crucial|critical|vital|key|important) (?:for|to|aspect|part|component|concept"
    r"|role|in)\b"
    r"|\b(?:differ|vary|impact|influence|affect|contribute|evolve|change|shape)[sd]? (?:\w+ )?(?:significantly"
    r"|profoundly|greatly)\b"
    r"|\b(?:significantly|profoundly|greatly) (?:differ|vary|impact|influence|affect|contribute|evolve|change"
    r"|shape)\w*\b"
    r"|\b(?:significant|profound|lasting|complex|multifaceted|vast|diverse|dynamic) (?:\w+ ){0,2}(?:impacts?"
    r"|effects?|roles?|influence"
    r"|implications|interplay|relationship|process|field)\b|\b(?:can|could|may) be (?:\w+ )?(?:significant"
    r"|categori[sz]ed|summari[sz]ed"
    r"|understood|broken down|divided|classified|complex)\b|\bis (?:multifaceted|complex|significant|profound)\b",
    re.IGNORECASE,
)
# "To qualify, they must ...": only the sentence before names the subject.
_UNNAMED_SUBJECT = re.compile(
    r"^(?:to|by|for|in|at|on|if|when|while|as|after|before|during|with|once|although) [^,]{2,60}, (?:it|they|he"
    r"|she|this|these|those)\b",
    re.IGNORECASE,
)
# Words that need a preposition after them.
_INCOMPLETE_END = re.compile(
    r"\b(?:results?|consists?|depends?|rel(?:y|ies)|refers?|leads?|contributes?|focus(?:es)?|relate[sd]?|based"
    r"|due|divided|classified"
    r"|composed|derived|associated|defined|known|linked|compared|according|belongs?|responds?|adheres?|subject"
    r"|able|likely)$",
    re.IGNORECASE,
)
# A verb with its object; accepted as the end of a sentence if nothing better is found.
_VERB_WITH_OBJECT = re.compile(
    r"\b\w{4,}(?:s|ed) (?:the|an?|to|that|how|both|its|their) (?:[\w'’-]+ ){0,9}[\w'’-]{4,}$"
)
# A subordinate clause, whose main clause may be cut off.
_SUBORDINATE = re.compile(
    r"^(?:when|if|while|as|because|although|since|after|before|unless|whereas|until|once)\b", re.IGNORECASE
)
# An item of a list whose heading is the subject.
_MISSING_SUBJECT = re.compile(
    r"^(?:Held|Led|Made|Known|Used|Found|Built|Won|Gave|Took|Became|Has|Have|Had|Is|Are|Was|Were|Can|May|[A-Z][a-z]+ed"
    r" (?:in|on|by|to|for|with|as|from|the|an?|its|their|vast|many))\b"
)
_UNNAMED_PENALTY = 0.6
_DANGLING_PENALTY = 1.0
_EMPTY_PENALTY = 0.5
_LENGTH_PENALTY = 0.2
_SHORTENED_PENALTY = 0.25
_ASIDE = re.compile(r", (?=which |[a-z]+ing )")
_MAX_PHRASE_CHARS = 10
_MIN_HEAD_WORDS = 6
_MIN_PART_CHARS = 20
_MAX_JOINED_SENTENCES = 40
_NEW_STEM_SCORE = 0.05
_MAX_NEW_STEMS = 8
_NO_LIMIT = 1.1
_SAME_OVERLAP = 0.8
# For descriptions of other pages: lower, because readers and other stemmers find texts the same earlier.
_SIMILAR_OVERLAP = 0.62


def description(
    question: str,
    sentences: Sequence[Sentence],
    limits: SeoLimits,
    avoid: Iterable[str] = (),
) -> str:
    """One or two complete sentences within the limits; empty if the text has none.

    Args:
        question: decides what is relevant; the description does not only repeat it.
        sentences: in the order of the text; earlier ones are preferred.
        limits: the length of the description.
        avoid: descriptions that the result must not be similar to.
    """
    weights = question_weights(question)
    asked = content_stems(question)
    taken = [content_stems(line) for line in avoid]
    texts = [search_result_text(sentence.text) for sentence in sentences]
    tiers = (
        (_whole_sentences(sentences, texts, limits), _SAME_OVERLAP, _SIMILAR_OVERLAP),
        (_cut_sentences(texts, limits, _PREDICATE), _SAME_OVERLAP, _SIMILAR_OVERLAP),
        (_joined_sentences(texts, limits), _SAME_OVERLAP, _SIMILAR_OVERLAP),
        # If there is nothing else: the question as a statement, or a less certain cut.
        (_whole_sentences(sentences, texts, limits), _NO_LIMIT, _SAME_OVERLAP),
        (_cut_sentences(texts, limits, _VERB_WITH_OBJECT), _NO_LIMIT, _SAME_OVERLAP),
        (_joined_sentences(texts, limits, loosely=True), _NO_LIMIT, _SAME_OVERLAP),
    )
    for candidates, question_overlap, other_overlap in tiers:
        best, best_score = "", -10.0
        for text, penalty in candidates:
            stems = content_stems(text)
            if overlap(stems, asked) >= question_overlap or any(
                overlap(stems, other) >= other_overlap for other in taken
            ):
                continue
            length_penalty = 0.0 if len(text) in limits.description_target else _LENGTH_PENALTY
            new_stems_score = _NEW_STEM_SCORE * min(len(stems - asked), _MAX_NEW_STEMS)
            score = coverage(weights, stems) + new_stems_score - length_penalty - penalty
            if score > best_score:
                best, best_score = text, score
        if best:
            return best
    return ""


def search_result_text(text: str) -> str:
    """The sentence as in a search result: without quotation marks and opening phrases, formulas as symbols."""
    text = without_connective(SUMMARY_OPENING.sub("", _QUOTES.sub("", _LABEL.sub("", text))))
    if "$" in text:
        text = " ".join(to_plain_text(text).split())
    return text[:1].upper() + text[1:]


def _whole_sentences(
    sentences: Sequence[Sentence], texts: Sequence[str], limits: SeoLimits
) -> Iterable[tuple[str, float]]:
    """Yield sentences that fit, shortened sentences, and pairs of short ones, each with its penalty."""
    count = max(len(sentences), 1)
    short: tuple[str, float] | None = None
    for position, (sentence, text) in enumerate(zip(sentences, texts, strict=True)):
        whole = len(text) <= limits.description_max and text.endswith((".", "!"))
        fitted = text if whole else shorten(text, limits.description_max)
        if fitted is None or _UNFIT.search(fitted) or (fitted != text and _SUBORDINATE.search(fitted)):
            continue
        penalty = 0.6 * position / count + (_DANGLING_PENALTY if sentence.dangling else 0.0)
        penalty += _EMPTY_PENALTY if EMPTY_PHRASE.search(text) else 0.0
        penalty += _UNNAMED_PENALTY if _UNNAMED_SUBJECT.search(text) else 0.0
        penalty += _DANGLING_PENALTY if _MISSING_SUBJECT.search(text) else 0.0
        penalty += _SHORTENED_PENALTY if fitted != text else 0.0
        if len(fitted) >= limits.description_min:
            yield fitted, penalty
        elif short and len(short[0]) + len(fitted) < limits.description_max and not _GERUND.search(text):
            yield f"{short[0]} {fitted}", (penalty + short[1]) / 2 + 0.3
        # A shortened sentence that is too short is not combined with another.
        if len(fitted) < limits.description_min and fitted == text and not _GERUND.search(text):
            short = (fitted, penalty)


def _cut_sentences(
    texts: Sequence[str], limits: SeoLimits, complete: re.Pattern[str]
) -> Iterable[tuple[str, float]]:
    """Yield long sentences cut before a phrase that only adds where, how or why, each with its penalty.

    ``complete`` matches a text that may end there.
    """
    for position, text in enumerate(texts):
        for phrase in _ADDED_PHRASE.finditer(
            text, limits.description_min - 1, limits.description_max + _MAX_PHRASE_CHARS
        ):
            kept = text[: phrase.start()].rstrip(" ,;:–—-")
            if (
                len(kept) < limits.description_max
                and complete.search(kept)
                and not _INCOMPLETE_END.search(kept)
                and not _UNFIT.search(kept)
                and kept.count("(") == kept.count(")")
            ):
                yield f"{kept}.", 0.1 * position


def _joined_sentences(
    texts: Sequence[str], limits: SeoLimits, *, loosely: bool = False
) -> Iterable[tuple[str, float]]:
    """Yield pairs of short or shortened sentences, in the order of the text, each with its penalty."""
    room = limits.description_max - _MIN_PART_CHARS
    fitted: list[tuple[int, str]] = []
    for position, text in enumerate(texts):
        shorter = shorten(text, room) or (_main_clause(text, room) if loosely else None)
        if shorter and not _UNFIT.search(shorter):
            fitted.append((position, shorter))
    for index, (position, first) in enumerate(fitted[:_MAX_JOINED_SENTENCES]):
        for _, second in fitted[index + 1 : _MAX_JOINED_SENTENCES]:
            if limits.description_min <= len(first) + 1 + len(second) <= limits.description_max:
                yield f"{first} {second}", 0.1 * position


def _main_clause(text: str, max_chars: int) -> str | None:
    """The main clause before ", which" or ", showing"; None if the sentence does not begin with a main clause."""
    aside = _ASIDE.search(text, 0, max_chars)
    if aside is None or _SUBORDINATE.search(text) or _GERUND.search(text) or "," in text[: aside.start()]:
        return None
    head = text[: aside.start()]
    return f"{head}." if len(head.split()) >= _MIN_HEAD_WORDS else None
