"""Every text that a regular expression spells, as far as its signs go."""

from collections.abc import Iterator
from itertools import product

_PLACES = frozenset("bBAZ")
_ESCAPES = {"w": "a", "d": "1", "s": " ", "W": " ", "D": "a", "S": "a", "n": "\n", "r": "\r", "t": "\t"}


def spellings(pattern: str) -> set[str]:
    """The texts: each branch, what is optional with and without, one sign for a class such as ``\\w``.

    What takes no room (``\\b``, ``^``, what stands ahead or behind) is passed over.
    """
    signs = _Signs(pattern)
    texts = signs.branches()
    assert signs.at_end(), f"not understood: {signs.rest()!r}"
    return texts


class _Signs:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def at_end(self) -> bool:
        return self._at == len(self._pattern)

    def rest(self) -> str:
        return self._pattern[self._at :]

    def branches(self) -> set[str]:
        found = self._sequence()
        while self._took("|"):
            found |= self._sequence()
        return found

    def _sequence(self) -> set[str]:
        texts = {""}
        while not self.at_end() and not self.rest().startswith(("|", ")")):
            atom = self._atom()
            repeated = {text * count for text in atom for count in self._counts()}
            texts = {"".join(pair) for pair in product(texts, repeated)}
        return texts

    def _atom(self) -> set[str]:
        sign = self._next()
        if sign == "(":
            return self._group()
        if sign == "[":
            return self._set()
        if sign == "\\":
            sign = self._next()
            return {"" if sign in _PLACES else _ESCAPES.get(sign, sign)}
        return {"" if sign in "^$" else "a" if sign == "." else sign}

    def _group(self) -> set[str]:
        takes_room = True
        if self._took("?"):
            opening = next(mark for mark in (":", "=", "!", "<=", "<!", "m:") if self._took(mark))
            takes_room = opening.endswith(":")
        texts = self.branches()
        assert self._took(")")
        return texts if takes_room else {""}

    def _set(self) -> set[str]:
        negated = self._took("^")
        members = set(self._members())
        return {"a"} if negated else members

    def _members(self) -> Iterator[str]:
        while not self._took("]"):
            sign = self._next()
            if sign == "\\":
                sign = self._next()
                sign = _ESCAPES.get(sign, sign)
            if self.rest()[:1] == "-" and self.rest()[1:2] != "]":
                self._at += 2
            yield sign

    def _counts(self) -> set[int]:
        for mark, counts in (("?", {0, 1}), ("*", {0, 2}), ("+", {1, 3})):
            if self._took(mark):
                return counts
        if not self._took("{"):
            return {1}
        least, _, most = self._until("}").partition(",")
        return {int(least), min(int(least) + 2, int(most or least))}

    def _until(self, end: str) -> str:
        text, _, _ = self.rest().partition(end)
        self._at += len(text) + len(end)
        return text

    def _next(self) -> str:
        self._at += 1
        return self._pattern[self._at - 1]

    def _took(self, text: str) -> bool:
        if not self.rest().startswith(text):
            return False
        self._at += len(text)
        return True
