"""Texts that match a regular expression."""

from collections.abc import Iterator
from itertools import product

_POSITIONS = frozenset("bBAZ")
_ESCAPES = {"w": "a", "d": "1", "s": " ", "W": " ", "D": "a", "S": "a", "n": "\n", "r": "\r", "t": "\t"}


def spellings(pattern: str) -> set[str]:
    """Texts that match a pattern: each branch, optional parts with and without, one character of a class.

    Positions and assertions (``\\b``, ``^``, ``(?=...)``), which match no character, are ignored.
    """
    reader = _PatternReader(pattern)
    texts = reader.branches()
    assert reader.at_end(), f"not understood: {reader.rest()!r}"
    return texts


class _PatternReader:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def at_end(self) -> bool:
        return self._at == len(self._pattern)

    def rest(self) -> str:
        return self._pattern[self._at :]

    def branches(self) -> set[str]:
        found = self._sequence()
        while self._accept("|"):
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
        char = self._next()
        if char == "(":
            return self._group()
        if char == "[":
            return self._set()
        if char == "\\":
            char = self._next()
            return {"" if char in _POSITIONS else _ESCAPES.get(char, char)}
        return {"" if char in "^$" else "a" if char == "." else char}

    def _group(self) -> set[str]:
        matches_characters = True
        if self._accept("?"):
            opening = next(mark for mark in (":", "=", "!", "<=", "<!", "m:") if self._accept(mark))
            matches_characters = opening.endswith(":")
        texts = self.branches()
        assert self._accept(")")
        return texts if matches_characters else {""}

    def _set(self) -> set[str]:
        negated = self._accept("^")
        members = set(self._members())
        return {"a"} if negated else members

    def _members(self) -> Iterator[str]:
        while not self._accept("]"):
            char = self._next()
            if char == "\\":
                char = self._next()
                char = _ESCAPES.get(char, char)
            if self.rest()[:1] == "-" and self.rest()[1:2] != "]":
                self._at += 2
            yield char

    def _counts(self) -> set[int]:
        for mark, counts in (("?", {0, 1}), ("*", {0, 2}), ("+", {1, 3})):
            if self._accept(mark):
                return counts
        if not self._accept("{"):
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

    def _accept(self, text: str) -> bool:
        if not self.rest().startswith(text):
            return False
        self._at += len(text)
        return True
