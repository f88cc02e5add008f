"""Shortens a sentence at the end of a clause; the result is a complete sentence."""

import re
from functools import lru_cache

from generator.content.language.clauses import FINITE_VERB
from generator.content.language.stems import word_set

_STRONG_CUT = re.compile(
    r"\s*;\s|\s+[–—]\s+|—|:\s"
    r"|,?\s+(?=(?:because|whereas|while|although|though|so that|thereby|unless)\b)"
    r"|,\s+(?=(?:which|who|whose|where|when|since|but|so|yet|as|if|such as|including|especially|particularly"
    r"|even|rather|not|thus)\b|[a-z]{3,}ing\s+(?!and\b|or\b))"
)
_COORDINATED = re.compile(r",\s+(?=(?:and|or|nor)\b)")
_COMMA = re.compile(r",\s+")
_DANGLING = word_set(
    "a an the and or but nor so yet of in on at by for from with without to into onto as than that which who whose"
    " whom where when while if because since although though via per between among under over through during"
    " about against toward towards like such including is are was were be been being has have had can could may"
    " might must shall should will would do does did not no their its his her our your my this these those both"
    " either neither each every more most less very e.g i.e then also thus hence therefore however consequently"
    " particularly especially specifically not only just even both"
)
_SUBORDINATE = word_set(
    "in on at by for from with without during when while although though because since if as after before unless"
    " despite given under through unlike like to whereas once until among between within throughout beyond"
    " whether however therefore moreover furthermore additionally overall finally thus hence"
)
_ASIDE = re.compile(
    r",\s+(?:which|who|whose|where|when|such as|including|particularly|especially|[a-z]+ing)\b"
)
_PAIRS = (("(", ")"), ("[", "]"), ("{", "}"), ("“", "”"), ("«", "»"))
_MIN_WORDS = 5


def shorten(sentence: str, max_chars: int) -> str | None:
    """The sentence with at most ``max_chars`` characters: whole, or cut at the end of a clause.

    A cut is never inside a word, list, bracket, quotation or formula, and never after a conjunction, preposition or
    auxiliary. The result ends with a full stop. None if no cut gives a complete sentence.
    """
    text = " ".join(sentence.split())
    whole = _with_final_mark(text)
    if whole and len(whole) <= max_chars and _balanced(whole):
        return whole
    for cut in _cut_positions(text[: max_chars + 2], text):
        kept = _without_dangling_end(text[:cut])
        if len(kept) < max_chars and _is_complete_sentence(kept):
            return f"{kept}."
    return None


def _with_final_mark(text: str) -> str | None:
    """The text with a final mark; None if it is empty or ends with an ellipsis or an incomplete phrase."""
    if text.endswith(("...", "…")):
        return None
    if text.rstrip("\"'”’)]*_").endswith((".", "!", "?")):
        return text
    kept = _without_dangling_end(text)
    return f"{kept}." if kept == text.rstrip(" ,;:–—-") and kept else None


def _cut_positions(head: str, text: str) -> list[int]:
    """The positions to try, best first: clause boundaries from the last to the first, then commas."""
    strong = [cut.start() for cut in _STRONG_CUT.finditer(head)]
    coordinated = [cut.start() for cut in _COORDINATED.finditer(head) if "," not in head[: cut.start()]]
    cuts = sorted({*strong, *coordinated}, reverse=True)
    if ", and " not in text and ", or " not in text:
        cuts += [cut.start() for cut in reversed(list(_COMMA.finditer(head)))]
    return cuts


def _without_dangling_end(text: str) -> str:
    """The text without marks at the end and without final words that need another word after them."""
    text = text.rstrip(" ,;:–—-*_")
    while True:
        head, _, word = text.rpartition(" ")
        if not head or word.strip("\"'“”‘’(),.").casefold() not in _DANGLING:
            return text
        text = head.rstrip(" ,;:–—-*_")


def _is_complete_sentence(text: str) -> bool:
    words = text.split()
    if len(words) < _MIN_WORDS or not _balanced(text) or text.endswith((".", "!", "?", "…")):
        return False
    clause = text.rpartition(": ")[2]
    first = clause.split(maxsplit=1)[0].strip("\"'“‘(").rstrip(",").casefold()
    if first in _SUBORDINATE or first.endswith("ing"):
        _, comma, rest = clause.partition(", ")
        if comma:
            clause = rest
        elif first in _SUBORDINATE:
            return False
    clause = _ASIDE.split(clause, maxsplit=1)[0]
    return len(clause.split()) >= 3 and FINITE_VERB.search(clause) is not None


@lru_cache(maxsize=512)
def _balanced(text: str) -> bool:
    if any(text.count(opening) != text.count(closing) for opening, closing in _PAIRS):
        return False
    return (
        text.count('"') % 2 == 0
        and text.count("$") % 2 == 0
        and text.count("`") % 2 == 0
        and text.count("**") % 2 == 0
    )
