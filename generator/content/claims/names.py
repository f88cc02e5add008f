"""Finds proper names in a sentence, and those that the sentence says something about that can be checked."""

import re
from collections.abc import Iterable, Iterator

from generator.content.language.stems import FUNCTION_WORDS, word_set

_PART = r"(?:[A-ZÀ-ÖØ-Þ][\w'’-]*[a-zß-öø-ÿ][\w’-]*|[A-Z]\.|[A-Z]{2,6}\b)"
_CHAIN = rf"{_PART}(?:(?:\s+(?:of|de|von|van|der|la|le|al-|and the|bin|ibn|du|di)\s+|\s+|-){_PART})*"
_NAME = re.compile(rf"(?<![\w.]){_CHAIN}")
_INSIDE = re.compile(rf"(?<=[a-z,;] ){_CHAIN}")
_POSSESSIVE = re.compile(r"['’]s?\Z")
_ACTIONS = word_set(
    "wrote won led built made gave took held found founded became began grew met ran rose drew showed sang set put went saw"
    " taught thought fought bought brought sold sent said argued told left lost kept came chose spoke broke won shot cut"
    " overthrew withdrew undertook forbade swore stole rode coined introduced held argues argued claims claimed proposes"
    " proposed describes described defines defined shows suggests suggested explains holds writes emphasizes emphasises"
    " shown shows use uses serves offers includes states maintains believes supports opposes reports published publishes"
    " contains requires prohibits protects guarantees created established borders lies covers produces exports imports"
)
_PASSIVE = re.compile(r"(?:\b(?:by|with|from|after|under)\s+(?:the\s+|figures like\s+)?)\Z")
_PARTICIPLE = re.compile(r"(?:ed|en|wn|ht|un|und|ade)\s+\w+(?:\s+the|\s+figures like)?\s*\Z")
_AFTER = re.compile(
    r"(?:,?\s*\([^)]{1,40}\))?(?:,[^,]{1,60},)?\s+(?:(?:also|first|later|then|once|famously|originally|had|has|have|was|were|is|are|\w+ly)\s+)*"
    r"([a-z]+)(?:\s+(\w+))?"
)
_AFTER_VERB = word_set(
    "the a an his her its their this that these those how why what to in on as at by for with between from all many various"
)
_OWNED = re.compile(
    r"\s+(?:\w+\s+){0,2}(?:theory|law|laws|model|work|book|study|studies|research|insights?|formulation|experiments?|findings?|theorem|principle|novel|poem|play|equation"
    r"|hypothesis|effect|method|idea|concept|rule|constant|essay|speech|invasion|reign|discovery|invention|views?|account)\b"
)
_OPENING = re.compile(r"[:;•-][\s*_\"“]*\Z")
_NOT_NAMES = word_set(
    "the this that these those it its they he she we you i in on at by for from with as when while if although because"
    " since however moreover furthermore additionally thus therefore hence but and or so yet there here what how why who"
    " which some many most all each every both another other such during after before overall finally first second third"
    " january february march april may june july august september october november december monday tuesday wednesday"
    " thursday friday saturday sunday internet earth"
)


def known_names(texts: Iterable[str]) -> frozenset[str]:
    """The words that some sentence writes with a capital although they are not its first word."""
    found: set[str] = set()
    for text in texts:
        for match in _INSIDE.finditer(text):
            found |= set(re.split(r"[\s-]+", match.group()))
    return frozenset(word for word in found if word[:1].isupper())


def names(sentence: str) -> list[str]:
    """The proper names of a sentence, in order, without a possessive ending.

    The first word of a sentence counts only as a part of a longer name, or where it stands capitalised for another
    reason: it has a second capital or a digit in it.
    """
    return [sentence[start:end] for start, end in _spans(sentence)]


def name_spans(sentence: str, known: frozenset[str] = frozenset()) -> Iterator[tuple[int, int]]:
    """The offsets of the names with what they did: before a verb of action, after "by", or owning a work or theory.

    Args:
        known: words that are names also where they are the first word of the sentence.
    """
    for start, end in _spans(sentence, known):
        if sentence[:start].endswith("("):
            continue  # what an abbreviation stands for
        if _acts(sentence, end) or _is_agent(sentence[:start]) or _owns(sentence, end):
            yield start, end


def _acts(sentence: str, end: int) -> bool:
    """Whether a verb of action follows."""
    after = _AFTER.match(sentence, end)
    if after is None:
        return False
    verb, following = after[1], after[2] or ""
    if verb in _ACTIONS or (verb.endswith("ed") and len(verb) > 4):
        return True
    is_present = verb.endswith("s") and not verb.endswith("ss") and verb not in FUNCTION_WORDS
    return is_present and (following in _AFTER_VERB or following[:1].isupper())


def _is_agent(before: str) -> bool:
    """Whether a passive verb with its preposition precedes."""
    return bool(_PASSIVE.search(before) and _PARTICIPLE.search(before))


def _owns(sentence: str, end: int) -> bool:
    """Whether a possessive ending and a work, theory or the like follow."""
    return bool(_POSSESSIVE.match(sentence[end : end + 2]) and _OWNED.match(sentence, end + 2))


def _spans(sentence: str, known: frozenset[str] = frozenset()) -> Iterator[tuple[int, int]]:
    """The offsets of names.

    Args:
        known: words that are names also where they are the first word of the sentence.
    """
    opening = re.match(r"[\s*_\"“‘(]*", sentence)
    begin = opening.end() if opening else 0
    for match in _NAME.finditer(sentence):
        start, end = match.span()
        end -= len(match.group()) - len(re.sub(r"['’]s?\Z", "", match.group()))
        first = re.split(r"[\s-]", sentence[start:end], maxsplit=1)[0]
        if first.lower() in _NOT_NAMES or first.lower() in FUNCTION_WORDS:
            rest = sentence[start:end][len(first) :].lstrip()
            start = end - len(rest)
            if not rest:
                continue
        elif _is_common(sentence[start:end], known) and (start == begin or _OPENING.search(sentence[:start])):
            continue
        yield start, end


def _is_common(word: str, known: frozenset[str]) -> bool:
    """Whether a capitalised first word of a sentence may be a common noun."""
    return " " not in word and word not in known and not re.search(r"[A-Z0-9]", word[1:])
