"""Chooses the meta description: the best sentence of a text, shortened at a clause boundary where it is too long."""

import re
from collections.abc import Iterable, Sequence

from generator.content.limits import SeoLimits
from generator.extractive.passages import SUMMARY_OPENING, Sentence, without_connective
from generator.extractive.plain_text import plain
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
# Says that there is something to say: true of any subject, and so of none.
_EMPTY = re.compile(
    r"\bplays? an? \w+ role\b|\b(?:several|various|multiple|numerous|different|many|certain) (?:\w+ ){0,2}(?:factors|aspects|ways|types"
    r"|steps|key|methods|elements|components|actions|tools|strategies|techniques|implications|challenges|reasons)\b"
    r"|\b(?:fundamental|essential|crucial|critical|vital|key|important) (?:for|to|aspect|part|component|concept|role|in)\b"
    r"|\b(?:differ|vary|impact|influence|affect|contribute|evolve|change|shape)[sd]? (?:\w+ )?(?:significantly|profoundly|greatly)\b"
    r"|\b(?:significantly|profoundly|greatly) (?:differ|vary|impact|influence|affect|contribute|evolve|change|shape)\w*\b"
    r"|\b(?:significant|profound|lasting|complex|multifaceted|vast|diverse|dynamic) (?:\w+ ){0,2}(?:impacts?|effects?|roles?|influence"
    r"|implications|interplay|relationship|process|field)\b|\b(?:can|could|may) be (?:\w+ )?(?:significant|categori[sz]ed|summari[sz]ed"
    r"|understood|broken down|divided|classified|complex)\b|\bis (?:multifaceted|complex|significant|profound)\b",
    re.IGNORECASE,
)
# "To qualify, they must ...": the subject was named in the sentence before.
_UNNAMED = re.compile(
    r"^(?:to|by|for|in|at|on|if|when|while|as|after|before|during|with|once|although) [^,]{2,60}, (?:it|they|he|she|this|these|those)\b",
    re.IGNORECASE,
)
# These mean little without the preposition behind them.
_WANTS_MORE = re.compile(
    r"\b(?:results?|consists?|depends?|rel(?:y|ies)|refers?|leads?|contributes?|focus(?:es)?|relate[sd]?|based|due|divided|classified"
    r"|composed|derived|associated|defined|known|linked|compared|according|belongs?|responds?|adheres?|subject|able|likely)$",
    re.IGNORECASE,
)
# A verb with its object: enough of a sentence where nothing better is to be had.
_OBJECT = re.compile(
    r"\b\w{4,}(?:s|ed) (?:the|an?|to|that|how|both|its|their) (?:[\w'’-]+ ){0,9}[\w'’-]{4,}$"
)
# Cut off before its main clause.
_SUBORDINATE = re.compile(
    r"^(?:when|if|while|as|because|although|since|after|before|unless|whereas|until|once)\b", re.IGNORECASE
)
# An entry of a list whose heading was the subject.
_NO_SUBJECT = re.compile(
    r"^(?:Held|Led|Made|Known|Used|Found|Built|Won|Gave|Took|Became|Has|Have|Had|Is|Are|Was|Were|Can|May|[A-Z][a-z]+ed"
    r" (?:in|on|by|to|for|with|as|from|the|an?|its|their|vast|many))\b"
)
_UNNAMED_WORTH = 0.6
_DANGLING_WORTH = 1.0
_EMPTY_WORTH = 0.5
_ROOM_WORTH = 0.2
_SHORTENED_WORTH = 0.25
_ASIDE = re.compile(r", (?=which |[a-z]+ing )")
_PHRASE_WORD = 10
_FEWEST_WORDS = 6
_SHORTEST = 20
_MOST_JOINED = 40
_NEWS_WORTH = 0.05
_MOST_NEWS = 8
_ANY = 1.1
_SAME = 0.8
# Of what another page says: less than what a reader, or a check with another stemmer, would call the same.
_ECHO = 0.62


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
    asked = content_stems(question)
    taken = [content_stems(line) for line in avoid]
    sayings = [_bare(sentence.text) for sentence in sentences]
    tiers = (
        (_whole(sentences, sayings, limits), _SAME, _ECHO),
        (_cut(sayings, limits, _PREDICATE), _SAME, _ECHO),
        (_joined(sayings, limits), _SAME, _ECHO),
        # Rather the question turned into a statement, or a looser cut, than nothing.
        (_whole(sentences, sayings, limits), _ANY, _SAME),
        (_cut(sayings, limits, _OBJECT), _ANY, _SAME),
        (_joined(sayings, limits, loosely=True), _ANY, _SAME),
    )
    for candidates, like_question, like_others in tiers:
        best, best_score = "", -10.0
        for text, penalty in candidates:
            stems = content_stems(text)
            if overlap(stems, asked) >= like_question or any(
                overlap(stems, other) >= like_others for other in taken
            ):
                continue
            room = _ROOM_WORTH if len(text) < limits.description_target_min else 0.0
            news = _NEWS_WORTH * min(len(stems - asked), _MOST_NEWS)
            score = coverage(weights, stems) + news - room - penalty
            if score > best_score:
                best, best_score = text, score
        if best:
            return best
    return ""


def _bare(text: str) -> str:
    """The sentence as a search result shows it: no quotation marks, formulas as plain symbols, no opening phrase."""
    text = without_connective(SUMMARY_OPENING.sub("", _QUOTES.sub("", _LABEL.sub("", text))))
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
        whole = len(text) <= limits.description_max and text.endswith((".", "!"))
        fitted = text if whole else shorten(text, limits.description_max)
        if fitted is None or _UNFIT.search(fitted) or (fitted != text and _SUBORDINATE.search(fitted)):
            continue
        penalty = 0.6 * position / count + (_DANGLING_WORTH if sentence.dangling else 0.0)
        penalty += _EMPTY_WORTH if _EMPTY.search(text) else 0.0
        penalty += _UNNAMED_WORTH if _UNNAMED.search(text) else 0.0
        penalty += _DANGLING_WORTH if _NO_SUBJECT.search(text) else 0.0
        penalty += _SHORTENED_WORTH if fitted != text else 0.0
        if len(fitted) >= limits.description_min:
            yield fitted, penalty
        elif short and len(short[0]) + len(fitted) < limits.description_max and not _GERUND.search(text):
            yield f"{short[0]} {fitted}", (penalty + short[1]) / 2 + 0.3
        # What was shortened to little more than its subject is no sentence to put beside another.
        if len(fitted) < limits.description_min and fitted == text and not _GERUND.search(text):
            short = (fitted, penalty)


def _cut(sayings: Sequence[str], limits: SeoLimits, whole: re.Pattern[str]) -> Iterable[tuple[str, float]]:
    """A long sentence ended before a phrase that only adds where, how or why; ``whole`` finds out whether it may end there."""
    for position, text in enumerate(sayings):
        for phrase in _ADDED_PHRASE.finditer(
            text, limits.description_min - 1, limits.description_max + _PHRASE_WORD
        ):
            kept = text[: phrase.start()].rstrip(" ,;:–—-")
            if (
                len(kept) < limits.description_max
                and whole.search(kept)
                and not _WANTS_MORE.search(kept)
                and not _UNFIT.search(kept)
                and kept.count("(") == kept.count(")")
            ):
                yield f"{kept}.", 0.1 * position


def _joined(
    sayings: Sequence[str], limits: SeoLimits, *, loosely: bool = False
) -> Iterable[tuple[str, float]]:
    """Where no sentence fits alone: any two short or shortened ones, in the order of the text."""
    room = limits.description_max - _SHORTEST
    fitted: list[tuple[int, str]] = []
    for position, saying in enumerate(sayings):
        text = shorten(saying, room) or (_head(saying, room) if loosely else None)
        if text and not _UNFIT.search(text):
            fitted.append((position, text))
    for index, (position, first) in enumerate(fitted[:_MOST_JOINED]):
        for _, second in fitted[index + 1 : _MOST_JOINED]:
            if limits.description_min <= len(first) + 1 + len(second) <= limits.description_max:
                yield f"{first} {second}", 0.1 * position


def _head(text: str, most_chars: int) -> str | None:
    """The part before a first ", which" or ", showing": a main clause, unless the sentence opens with another kind."""
    aside = _ASIDE.search(text, 0, most_chars)
    if aside is None or _SUBORDINATE.search(text) or _GERUND.search(text) or "," in text[: aside.start()]:
        return None
    head = text[: aside.start()]
    return f"{head}." if len(head.split()) >= _FEWEST_WORDS else None
