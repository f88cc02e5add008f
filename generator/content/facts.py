"""Facts that a good answer contains, written as a short list, and the rule that looks for them in a text.

A list has items separated by ``;``. An item has forms separated by ``|``, one of which is enough; an item that begins
with ``!`` must not occur. A form is the beginning of a word (``expan`` finds *expansion*), a whole word if it has at
most two letters, or a whole number. Case, accents, emphasis and the spelling of formulas do not count.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_WHOLE_WORD = 2
"""Forms of so many letters are whole words: as the beginning of a word, they would occur in nearly every text."""

_DASHES = str.maketrans({"−": "-", "–": "-", "—": "-", "‑": "-", "’": "'", "‘": "'"})
# Emphasis, and what LaTeX writes around or between the characters of a number, a unit or a name.
_MARKS = re.compile(r"\\(?:text|mathrm|mathit|mathbf|operatorname|left|right)(?![a-zA-Z])|[*$_{}`]")
_LATEX_SPACE = re.compile(r"\\[,;:! ]|~")
_THIN_SPACE = "\u2009"
_THOUSANDS = re.compile("(?<=[0-9])[,\u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))")
# In a formula, letters stand side by side: ``mv^2``.
_FORMULA = re.compile(r"[\\^]")


@dataclass(frozen=True, slots=True)
class Fact:
    """One item of a list of facts.

    Args:
        text: the item as written.
        forms: the forms, one of which is enough.
        is_forbidden: whether none of them may occur.
    """

    text: str
    forms: tuple[str, ...]
    is_forbidden: bool = False


def parse_facts(text: str) -> tuple[Fact, ...]:
    """The items of a list of facts.

    Raises:
        ValueError: an item has no form that can be looked for.
    """
    facts = []
    for item in filter(None, map(str.strip, text.split(";"))):
        is_forbidden = item.startswith("!")
        forms = tuple(filter(None, map(str.strip, item.removeprefix("!").split("|"))))
        if not forms or not all(map(_normalised, forms)):
            raise ValueError(f"the fact {item!r} has an empty form")
        facts.append(Fact(item, forms, is_forbidden))
    return tuple(facts)


def facts_held(facts: Sequence[Fact], text: str) -> tuple[Fact, ...]:
    """The facts that a text keeps to: those that it contains, and the forbidden ones that it does not contain."""
    searched = _normalised(text)
    return tuple(
        fact for fact in facts if fact.is_forbidden != any(_occurs(each, searched) for each in fact.forms)
    )


def _occurs(form: str, searched: str) -> bool:
    wanted = _normalised(form)
    before = after = ""
    if wanted[0].isdigit():
        before = r"(?<!\d)(?<!\d[.,])"
    elif _is_latin(wanted[0]) and not _FORMULA.search(wanted):
        before = "(?<![a-z])"
    if wanted[-1].isdigit():
        after = r"(?!\d)(?![.,]\d)"
    elif wanted.isalpha() and len(wanted) <= _WHOLE_WORD and _is_latin(wanted[-1]):
        after = "(?![a-z])"
    return re.search(before + re.escape(wanted) + after, searched) is not None


def _normalised(text: str) -> str:
    """The text in lower case, without accents, marks, and separators within numbers."""
    spaced = _LATEX_SPACE.sub(_THIN_SPACE, text.translate(_DASHES))
    plain = _THOUSANDS.sub("", _MARKS.sub("", spaced))
    decomposed = unicodedata.normalize("NFKD", plain).casefold()
    letters = (char for char in decomposed if unicodedata.category(char) not in ("Mn", "Lm"))
    return " ".join("".join(letters).split())


def _is_latin(char: str) -> bool:
    return "a" <= char <= "z"
