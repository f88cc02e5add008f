"""Compares the words of a claim with an answer that was given without seeing them."""

from generator.content.claims.claim import Claim
from generator.content.claims.names import names
from generator.content.claims.numbers import is_measure, quantities
from generator.content.language.stems import words

_NUMBERED = ("figure", "date", "dose", "law")
_MARKS = ' *_"“”'


def can_be_asked(claim: Claim) -> bool:
    """Whether the words are a value that an answer either gives or not: a number, or a proper name and nothing else.

    What a phrase says can be said in other words, so an answer that differs from it proves no doubt.
    """
    if claim.kind in _NUMBERED and quantities(claim.words):
        return True
    value = claim.words.strip(_MARKS)
    return claim.kind in ("name", "law") and names(f"by {value}") == [value]


def agrees(claim: Claim, answer: str) -> bool:
    """Whether an answer gives the value of a claim that can be asked: the same numbers, or a name with the same last word.

    A unit counts only where both have one, and where it measures something: "one feed" agrees with "one option".
    """
    wanted, given = quantities(claim.words), quantities(answer)
    if claim.kind in _NUMBERED and wanted:
        if sorted(item.value for item in wanted) != sorted(item.value for item in given):
            return False
        units = [{item.unit for item in side if is_measure(item.unit)} for side in (wanted, given)]
        return not all(units) or bool(units[0] & units[1])
    return bool(words(claim.words)) and words(claim.words)[-1:] == words(answer)[-1:]
