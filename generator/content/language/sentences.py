"""Splits plain text into sentences, in linear time."""

import re

from generator.content.language.stems import word_set

_PARAGRAPH = re.compile(r"\n[ \t\r\f\v]*\n\s*")
_END = re.compile(r"""(?<![.!?…])[.!?…]++["'”’»)\]*_]*+(?=\s)|[。！？]+["”’」』）]*""")
_NEXT = re.compile(r"""\s*["'“‘«(\[*_¿¡$]*(\S+)""")
_LAST_WORD = re.compile(r"""["'“‘«(\[*_]*(\S*)\Z""")

# These never end a sentence.
_OPEN_ABBREVIATIONS = word_set(
    "e.g i.e eg ie cf vs viz ca approx dr mr mrs ms prof rev hon st gen col sgt capt lt sen rep gov pres"
    " fig figs eq eqs ref refs sec ch chap vol pp ed eds trans no nos art resp dept univ al op cit mt ft"
    " ariz calif colo conn fla minn okla tenn tex wis wyo"
)
# These may end a sentence: the next word decides.
_CLOSED_ABBREVIATIONS = word_set(
    "etc u.s u.k u.n u.s.a e.u a.m p.m b.c a.d b.c.e c.e ph.d m.d b.a m.a j.d d.c inc ltd co corp jr sr bros"
    " jan feb mar apr jun jul aug sep sept oct nov dec est min max"
)
_MAYBE_OPEN = word_set("no art al ed ch ft ref sec st op ca col rep gen v ave blvd pt")
_BEFORE_NUMBERS = word_set("no c p rs")
_STARTERS = word_set(
    "the this that these those a an it its he his she her they their we our you your my i in on at by for from with as if when while"
    " although because since however moreover furthermore additionally thus therefore hence but and or so yet"
    " there here what how why who where which some many most all each every both another other such during"
    " after before overall finally first second third for instance similarly consequently meanwhile"
)

_INITIAL = re.compile(r"[A-Z]\.")
_AFTER_FACTORIAL = frozenset("=<≤≥≠≈×·/")


def split_sentences(text: str) -> list[str]:
    """The sentences of a plain text, in order, each on one line.

    A blank line always ends a sentence. Abbreviations, initials, decimals, enumerators and ellipses do not. The
    sentences contain every character of the text except white space.
    """
    return [" ".join(text[start:end].split()) for start, end in sentence_spans(text)]


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """The offsets of the sentences of a text, in order (``end`` exclusive), without white space at their ends."""
    found: list[tuple[int, int]] = []
    at = 0
    for blank in (*_PARAGRAPH.finditer(text), None):
        stop = blank.start() if blank else len(text)
        paragraph = text[at:stop]
        start = 0
        for end in _END.finditer(paragraph):
            if end.start() >= start and _ends_sentence(paragraph, start, end):
                _add_span(found, text, at + start, at + end.end())
                start = end.end()
        _add_span(found, text, at + start, stop)
        at = blank.end() if blank else stop
    return found


def _add_span(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    if piece.strip():
        left = len(piece) - len(piece.lstrip())
        found.append((start + left, start + len(piece.rstrip())))


def _ends_sentence(text: str, start: int, end: re.Match[str]) -> bool:
    mark = end[0]
    if mark[0] in "。！？":
        return True
    following = _NEXT.match(text, end.end())
    if following is None:
        return True
    word = following[1]
    if word[0].islower() and not re.match(r"[a-z]{1,3}[A-Z\d]", word):
        return False
    if mark[0] != "." or mark.startswith(".."):
        return not (mark[0] == "!" and word[0] in _AFTER_FACTORIAL)
    before = _LAST_WORD.search(text, max(start, end.start() - 40), end.start())
    token = before[1] if before else ""
    starter = word.rstrip(",.;:!?'’\"”)").casefold() in _STARTERS and not _INITIAL.match(word)
    if token.casefold() in _BEFORE_NUMBERS and word[0].isdigit():
        return False
    if token.casefold() == "no":
        return True
    return _full_stop_ends_sentence(
        token, starter, first=not text[start : end.start() - len(token)].strip(" *_(\t\n")
    )


def _full_stop_ends_sentence(token: str, starter: bool, *, first: bool) -> bool:
    """Whether a full stop after ``token`` ends the sentence.

    Args:
        token: the word before the full stop.
        starter: whether the next word often begins a sentence.
        first: whether the token is the first of the sentence.
    """
    token = token.rsplit("(", 1)[-1]
    if not token:
        return True
    if first and (token.isdigit() and len(token) <= 3 or len(token) == 1):
        return False  # an enumerator: "1. Heading"
    low = token.casefold()
    if low in _MAYBE_OPEN:
        return starter
    if low in _OPEN_ABBREVIATIONS:
        return False
    if low in _CLOSED_ABBREVIATIONS or re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]", token):
        return starter
    if len(token) == 1 and token.isupper():
        return starter  # an initial, or "vitamin C. The"
    return True
