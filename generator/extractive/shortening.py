"""Shortens a sentence at a clause boundary, so that the rest is a sentence too."""

import re
from functools import lru_cache

from generator.content.stems import word_set

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
# Words that can hardly be anything but a finite verb: what has none of them before its first aside is no clause.
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|could|may|might|must|should|will|would|do|does|did|led|made|makes?"
    r"|became|becomes?|began|begins?|grew|grows?|rose|fell|gave|gives?|took|takes?|holds?|held|keeps?|kept"
    r"|brings?|brought|finds?|found|means|meant|seeks?|sought|arises?|arose|showed|allows?|leads|helps|helped"
    r"|supports|supported|uses|used|causes|caused|offers|offered|focuses|focused|works|worked|states"
    r"|(?:achiev|acknowledg|affect|appl|argu|assum|belong|challeng|combin|compris|consist|contain|contribut"
    r"|convert|correspond|creat|defin|demonstrat|depend|describ|determin|develop|differ|emphasi[sz]|enabl"
    r"|encourag|enhanc|ensur|exist|explain|express|facilitat|follow|foster|generat|highlight|identif|illustrat"
    r"|impl|improv|includ|indicat|inform|introduc|involv|maintain|mitigat|occur|operat|posit|possess|prevent"
    r"|prioriti[sz]|produc|promot|protect|provid|reduc|refer|reflect|regulat|reinforc|rel|remain|represent|requir"
    r"|reveal|serv|strengthen|suffer|suggest|symboli[sz]|tend|transform|undermin|underscor|var)"
    r"(?:e|es|s|ed|d|y|ies|ied)?)\b"
)
_ASIDE = re.compile(
    r",\s+(?:which|who|whose|where|when|such as|including|particularly|especially|[a-z]+ing)\b"
)
_PAIRS = (("(", ")"), ("[", "]"), ("{", "}"), ("“", "”"), ("«", "»"))
_MIN_WORDS = 5


def shorten(sentence: str, max_chars: int) -> str | None:
    """The sentence in at most ``max_chars`` characters: whole, or cut where a clause ends.

    A cut never falls inside a word, a list, a bracket, a quotation or a formula, leaves no conjunction,
    preposition or auxiliary dangling, and is closed with a full stop. None where no such cut leaves
    a sentence.
    """
    text = " ".join(sentence.split())
    whole = _closed(text)
    if whole and len(whole) <= max_chars and _balanced(whole):
        return whole
    for cut in _cuts(text[: max_chars + 2], text):
        kept = _trimmed(text[:cut])
        if len(kept) < max_chars and _stands_alone(kept):
            return f"{kept}."
    return None


def _closed(text: str) -> str | None:
    """The text with its final mark; None where it is empty or trails off."""
    if text.endswith(("...", "…")):
        return None
    if text.rstrip("\"'”’)]*_").endswith((".", "!", "?")):
        return text
    kept = _trimmed(text)
    return f"{kept}." if kept == text.rstrip(" ,;:–—-") and kept else None


def _cuts(head: str, text: str) -> list[int]:
    """Where to cut, best first: the latest strong boundary down to the earliest, then coordination, then commas."""
    strong = [cut.start() for cut in _STRONG_CUT.finditer(head)]
    coordinated = [cut.start() for cut in _COORDINATED.finditer(head) if "," not in head[: cut.start()]]
    cuts = sorted({*strong, *coordinated}, reverse=True)
    if ", and " not in text and ", or " not in text:
        cuts += [cut.start() for cut in reversed(list(_COMMA.finditer(head)))]
    return cuts


def _trimmed(text: str) -> str:
    """Without trailing marks and without words that need something behind them."""
    text = text.rstrip(" ,;:–—-*_")
    while True:
        head, _, word = text.rpartition(" ")
        if not head or word.strip("\"'“”‘’(),.").casefold() not in _DANGLING:
            return text
        text = head.rstrip(" ,;:–—-*_")


def _stands_alone(text: str) -> bool:
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
    return len(clause.split()) >= 3 and _VERB.search(clause) is not None


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
