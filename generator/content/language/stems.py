"""Splits a text into words as the full-text index does, and reduces them to Porter's stems.

The stemmer is equal to SQLite's (the ``porter`` tokenizer over ``unicode61 remove_diacritics 2``), so that a stem from
here can be looked up in the index's terms.
"""

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u302a-\u302d\u3099\u309a\ufe20-\ufe2f]"
)
_ASCII = re.compile(r"[a-z0-9]+")
_LONGEST_STEMMED = 64


def word_set(text: str) -> frozenset[str]:
    """The words of a list that is written as one text."""
    return frozenset(text.split())


# Words without a topic: a query of function words alone would find everything.
FUNCTION_WORDS: frozenset[str] = word_set(
    """
    a about above across after again against all along also am among an and any are as at be because been before being
    below between both but by can could did do does doing done during each either else ever every few for from further
    get gets had has have having he her here hers him his how i if in into is it its itself let may me might more most
    much must my nor of off often on once one only onto or other our out over own per rather same several shall she
    should since so some such than that the their them then there these they this those through thus to too toward
    towards under until up upon us very via was we were what when where whether which while who whom whose why will with
    within would yet you your beyond throughout without s t d ll m re ve
    """
)


def words(text: str) -> list[str]:
    """The words in order: lower case, without diacritics."""
    lowered = text.lower()
    if lowered.isascii():
        return _ASCII.findall(lowered)
    return _WORD.findall(_MARKS.sub("", unicodedata.normalize("NFD", lowered)))


def stems(text: str) -> list[str]:
    """The stems of the words in order, without function words."""
    return [stem(word) for word in words(text) if word not in FUNCTION_WORDS]


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Porter's stem of a lower-case word; words of fewer than 3 or more than 64 bytes are returned unchanged."""
    size = len(word) if word.isascii() else len(word.encode())
    if not 3 <= size <= _LONGEST_STEMMED:
        return word
    word = _step_1a(word)
    word = _step_1b(word)
    if word.endswith("y") and _has_vowel(word[:-1]):
        word = word[:-1] + "i"
    word = _replace_ending(word, _STEP_2)
    word = _replace_ending(word, _STEP_3)
    word = _step_4(word)
    return _step_5(word)


def _is_vowel(word: str, at: int) -> bool:
    char = word[at]
    if char in "aeiou":
        return True
    return char == "y" and at > 0 and not _is_vowel(word, at - 1)


def _has_vowel(word: str) -> bool:
    return any(_is_vowel(word, at) for at in range(len(word)))


def _measure(word: str) -> int:
    """How often a run of vowels is followed by a run of consonants (Porter's m)."""
    count = 0
    after_vowel = False
    for at in range(len(word)):
        vowel = _is_vowel(word, at)
        count += after_vowel and not vowel
        after_vowel = vowel
    return count


def _ends_cvc(word: str) -> bool:
    """Whether the word ends in consonant, vowel, consonant, the last not w, x or y (Porter's *o)."""
    last = len(word) - 1
    return (
        last >= 2
        and not _is_vowel(word, last)
        and word[last] not in "wxy"
        and _is_vowel(word, last - 1)
        and not _is_vowel(word, last - 2)
    )


def _step_1a(word: str) -> str:
    """Removes plural endings."""
    if word.endswith(("sses", "ies")) and word not in {"sses", "ies"}:
        return word[:-2]
    if word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def _step_1b(word: str) -> str:
    """Removes -ed and -ing."""
    if word.endswith("eed") and word != "eed":
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for ending in ("ed", "ing"):
        if word.endswith(ending) and _has_vowel(word[: -len(ending)]):
            return _after_ed_or_ing(word[: -len(ending)])
    return word


def _after_ed_or_ing(word: str) -> str:
    """The end of the word after a removed -ed or -ing: conflat(e), hop(p), fil(e)."""
    if word.endswith(("at", "bl", "iz")):
        return word + "e"
    if len(word) >= 2 and word[-1] == word[-2] and word[-1] not in "aeioulsz":
        return word[:-1]
    if _measure(word) == 1 and _ends_cvc(word):
        return word + "e"
    return word


_STEP_2 = (
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("logi", "log"),
    ("bli", "ble"), ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"),
    ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"),
    ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
)  # fmt: skip
_STEP_3 = (
    ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
)  # fmt: skip
_STEP_4 = (
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate",
    "iti", "ous", "ive", "ize",
)  # fmt: skip


def _replace_ending(word: str, endings: tuple[tuple[str, str], ...]) -> str:
    for ending, replacement in endings:
        if word.endswith(ending):
            rest = word[: -len(ending)]
            return rest + replacement if _measure(rest) > 0 else word
    return word


def _step_4(word: str) -> str:
    """Removes endings such as -ance and -ment."""
    for ending in _STEP_4:
        if word.endswith(ending):
            rest = word[: -len(ending)]
            if ending == "ion" and not rest.endswith(("s", "t")):
                return word
            return rest if _measure(rest) > 1 else word
    return word


def _step_5(word: str) -> str:
    """Removes a final -e and the second of a final -ll."""
    if word.endswith("e"):
        rest = word[:-1]
        if _measure(rest) > 1 or (_measure(rest) == 1 and not _ends_cvc(rest)):
            word = rest
    if word.endswith("ll") and _measure(word) > 1:
        return word[:-1]
    return word
