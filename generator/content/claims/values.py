"""Compares the words of a claim with an answer that was given without seeing them."""

from generator.content.claims.claim import Claim
from generator.content.claims.numbers import quantities
from generator.content.language.stems import stems, words


def agrees(claim: Claim, answer: str) -> bool:
    """Whether an answer gives the value of a claim: the same numbers, or a name with the same last word.

    A unit counts only where both have one.
    """
    wanted, given = quantities(claim.words), quantities(answer)
    if claim.kind in ("figure", "date", "dose", "law") and wanted:
        if sorted(item.value for item in wanted) != sorted(item.value for item in given):
            return False
        units = {item.unit for item in wanted if item.unit}, {item.unit for item in given if item.unit}
        return not all(units) or bool(units[0] & units[1])
    if claim.kind == "name":
        return bool(words(claim.words)) and words(claim.words)[-1:] == words(answer)[-1:]
    return bool(stems(claim.words)) and set(stems(claim.words)) <= set(stems(answer))
