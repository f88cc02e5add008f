"""Describes an answer that lists what its question asks for, by the headings of its points.

"What are the benefits of X?" with the points "High Speed" and "Low Cost" gives "The benefits of X include high speed and
low cost." Every word is the question's or a heading's; nothing is said of the points but that they are listed.
"""

import re
from collections.abc import Sequence
from functools import cached_property

from generator.content.language.stems import word_set
from generator.content.limits import SeoLimits
from generator.extractive.passages import Block
from generator.extractive.terms import WORD, content_stems, stem

_LISTED = (
    r"(?:achievements|advantages|agreements|applications|approaches|areas|attributes|barriers|benefits|branches|categories|causes"
    r"|challenges|characteristics|classes|complications|components|concepts|concerns|conditions|consequences|contributions|criteria"
    r"|criticisms|difficulties|disadvantages|drawbacks|duties|effects|elements|examples|factors|features|forms|functions|goals|groups"
    r"|impacts|implications|indications|influences|innovations|interventions|kinds|limitations|manifestations|materials|measures"
    r"|mechanisms|methods|metrics|models|objectives|obstacles|outcomes|parts|phases|policies|practices|principles|problems|processes"
    r"|properties|purposes|qualities|reasons|reforms|requirements|resources|responsibilities|risks|roles|rules|services|settings|signs"
    r"|skills|sources|stages|standards|strategies|strengths|structures|symbols|symptoms|systems|tasks|techniques|themes|theories|threats"
    r"|tools|traits|treatments|trends|types|uses|weaknesses)"
)
_QUESTION = re.compile(
    r"(?:what (?P<be>are|were)|(?:(?:can|could) you )?(?:describe|discuss|explain|outline|list|identify|name|state|provide|give))"
    r" (?P<article>the |some (?:of the )?)?"
    rf"(?P<np>(?:(?!and |or |what |how |why )[\w'’-]+ ){{0,3}}?{_LISTED})"
    r"(?P<rest>(?: (?:of|in|for|to|that|associated|used|when|on|faced|involved|needed|required|behind|with|from|at|during|within|available"
    r"|against|related|affecting|influencing|leading|contributing|regarding|concerning|necessary)\b.*)?)$",
    re.IGNORECASE,
)
_LIST_QUESTION = re.compile(
    rf"(?:what|describe|discuss|explain|outline|list|identify|name|state|which|can you (?:explain|describe|provide|list|give))\b"
    rf"(?: [\w'’-]+){{0,6}}? {_LISTED}\b",
    re.IGNORECASE,
)
_PASSIVE = re.compile(
    rf"what (?P<np>(?:[\w'’-]+ ){{0,2}}?{_LISTED}) (?:(?P<be>are|were) |(?=can be ))(?P<rest>(?:can be )?(?:commonly |typically |often )?"
    r"(?:used|faced|applied|employed|considered|needed|required|necessary|involved|available|associated|employed|essential|recommended|found|offered)\b.*)$",
    re.IGNORECASE,
)
_ACTIVE = re.compile(
    rf"what (?P<np>(?:[\w'’-]+ ){{0,2}}?{_LISTED}) (?:(?P<verb>(?:can |could |may )?(?:influence|affect|regulate|contribute to|cause"
    r"|determine|shape|drive|limit|control|support|help|led to|influenced|shaped|affected|contributed to|characterize|define|govern)"
    r" .*)|do (?P<done>.*))$",
    re.IGNORECASE,
)
# A second question about the things that are listed: their headings come after those of the things.
_SECOND_QUESTION = re.compile(
    r",? and how they (?!differ|compare)\b.*|,? and (?:how (?:do|does|did|are|is) (?:they|it|each|these|this)(?! (?:differ|compare))|why (?:are|is|do|does) (?:they|it|these|this))\b.*",
    re.IGNORECASE,
)
_OTHER_QUESTION = re.compile(
    r"[,;:()]|\b(?:and|or) (?:how|what|why|when|where|which|who|in what|their|its|explain|discuss|describe|give|provide)\b"
    rf"|\b{_LISTED} (?:and|or|/) ",
    re.IGNORECASE,
)
_NO_ITEM = re.compile(
    r"(?:overview|introduction|conclusion|summary|background|context|definition|examples?|others?|general|key|importance|significance"
    r"|understanding|historical|history|implications?|challenges|benefits|limitations|considerations|steps?|types|notes?|final|further"
    r"|additional|related|future|relationship|comparison|interplay|role|impact|influence|first|second|third|part|section|phase|stage"
    r"|step|why|how|what|when|the|a|an|it|your|you|not|no)\b",
    re.IGNORECASE,
)
_NO_ITEM_INSIDE = re.compile(r"[:;$\\`*_\"“”?!/=<>\d]|\bvs?\b|,|&", re.IGNORECASE)
_NO_ITEM_END = re.compile(
    r"(?:\w(?:ed|able|ible|ful|less|ous|ly)|\bof|\bin|\bfor|\band|\bto|considerations|challenges|advantages|benefits|implications|frameworks?|overview|applications?|populations|expectations"
    r"|contexts?|methodology|perspectives?|aspects|dynamics|studies|research|examples?|trends|concepts?)$",
    re.IGNORECASE,
)
_VERBS = word_set(
    "use apply avoid be build check choose collect combine conduct consider create define determine develop draw encourage engage"
    " ensure establish evaluate find focus follow identify implement improve include increase incorporate integrate keep learn maintain"
    " make manage minimize offer optimize organize perform plan practice prepare promote protect provide recognize reduce reinforce set"
    " start stay support take teach treat understand utilize verify write enhance foster limit prevent monitor review respect seek share"
)
# The points of such answers are often headed by what has the effect or the function, not by the effect itself.
_HEADED_BY_OTHERS = re.compile(
    r"\A(?:\w+ ){1,5}?(?:effects|impacts|implications|influences|functions|roles|purposes|duties|uses|responsibilities|conditions|goals)\b",
    re.IGNORECASE,
)
_ASKED_FOR = re.compile(
    r"(?:common|typical|key|main|important|popular|examples|challenges|benefits|limitations)\b", re.IGNORECASE
)
_OF_TWO = re.compile(
    r"\b(?:roles|duties|functions|responsibilities|characteristics|properties|features|effects|uses) of [\w' -]+ and ",
    re.IGNORECASE,
)
_SHORTEST_ITEM = 3
_ADJECTIVE = re.compile(
    r"^(The )(?:key|main|primary|essential|important|different|various|defining|core|potential|specific|major|basic|fundamental|significant) "
)
_NAMELESS = re.compile(
    r"\b(?:this|these|those|above|following|the (?:passage|text|article|course|exam|examination|case))\b",
    re.IGNORECASE,
)
_AFTER_NOUN = ("of ", "for ", "against ", "groups")
# Words with these endings are hardly ever names, unless the text writes them with a capital.
_NO_NAME = re.compile(
    r"\w{3,}(?:tions?|sions?|ments?|ness|it(?:y|ies)|ings?|ed|[tnrud]al|ives?|ary|ous|[ai]ble|[ae]nces?|[ae]ncy|ures?|ships?|less|ful|ers|ors|ists"
    r"|ages?|logy|logies|graphy|metry|ly|sis)\Z",
    re.IGNORECASE,
)
_HEADINGS = re.compile(r"\*\*[^*\n]*\*\*|^#+ .*$", re.MULTILINE)
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_MOST_ITEMS, _FEWEST_ITEMS, _MOST_UNFIT, _LOOKED_AT = 4, 2, 1, 5
_MOST_ITEM_WORDS = 5


def asks_for_list(question: str) -> bool:
    """Whether a question asks for several things of a kind: "What are the causes of …?"."""
    return _LIST_QUESTION.match(question) is not None


def enumeration(question: str, blocks: Sequence[Block], answer: str, limits: SeoLimits) -> str:
    """The sentence that names the first points of an answer to a question for a list; empty where none can be made.

    Args:
        blocks: of the answer, in its order.
        answer: Markdown, whose sentences tell which words of a heading are names.
    """
    opening = _opening(question)
    items = _items(question, blocks, answer) if opening is not None else []
    if opening is None or len(items) < _FEWEST_ITEMS:
        return ""
    shorter = _ADJECTIVE.sub(r"\1", opening)
    texts = (
        f"{beginning} {_joined(items[:count])}."
        for fewest in (_FEWEST_ITEMS + 1, _FEWEST_ITEMS)
        for beginning in dict.fromkeys((opening, shorter))
        for count in range(min(len(items), _MOST_ITEMS), fewest - 1, -1)
    )
    return next((text for text in texts if limits.description_min <= len(text) <= limits.description_max), "")


def _opening(question: str) -> str | None:
    """The beginning of the sentence: "The causes of X include"; None where the question asks for no list."""
    text = " ".join(_BRACKETS.sub("", _SECOND_QUESTION.sub("", question)).split()).rstrip(" ?.")
    if _OTHER_QUESTION.search(text) or _NAMELESS.search(text) or _HEADED_BY_OTHERS.search(text):
        return None
    found = _QUESTION.match(text)
    if found is not None:
        # "What are clinical decision rules?" asks what they are, and "the roles of A and B" are of two kinds.
        if not (found["article"] or _ASKED_FOR.match(found["np"])) or _OF_TWO.search(text):
            return None
        has_article = (found["article"] or "").lower().startswith("the")
        article = "the " if has_article else ""
        subject = f"{article}{found['np']}{found['rest']}"
        verb = "included" if found["be"] == "were" else "include"
    elif found := _PASSIVE.match(text):
        that = "" if found["be"] else "that "
        subject, verb = (
            f"the {found['np']} {that}{found['rest']}",
            "included" if found["be"] == "were" else "include",
        )
    elif found := _ACTIVE.match(text):
        what = found["verb"] or found["done"]
        subject, verb = f"the {found['np']} that {what}", "include"
    else:
        return None
    return f"{subject[:1].upper()}{subject[1:]} {verb}"


def _items(question: str, blocks: Sequence[Block], answer: str) -> list[str]:
    """The first headings of the points as items of a list; none where the points are something else than items."""
    headings = [block.heading for block in blocks if block.role == "point"][:_LOOKED_AT]
    asked = content_stems(question)
    prose = _Prose(answer)
    found: list[str] = []
    unfit = 0
    goes_on = True
    for heading in headings:
        bare = _BRACKETS.sub("", heading).strip(" .")
        if not _is_item(bare) or content_stems(bare) <= asked:
            unfit += 1
        elif goes_on:
            item = _lowered(bare, prose)
            if item is None:
                goes_on = False  # without this point, the next ones are not the first of the list
            elif all(content_stems(item) != content_stems(other) for other in found):
                found.append(item)
    return found if unfit <= _MOST_UNFIT and all(headings) else []


def _is_item(heading: str) -> bool:
    first, _, rest = heading.casefold().partition(" ")
    return (
        0 < len(heading.split()) <= _MOST_ITEM_WORDS
        and len(heading) >= _SHORTEST_ITEM
        and (first not in _VERBS or rest.startswith(_AFTER_NOUN))
        and not (first.endswith("s") and (first[:-1] in _VERBS or first[:-2] in _VERBS))
        and not _NO_ITEM.match(heading)
        and not _NO_ITEM_INSIDE.search(heading)
        and not _NO_ITEM_END.search(heading)
    )


class _Prose:
    """The sentences of an answer, which tell the names in its headings from other words."""

    def __init__(self, answer: str) -> None:
        self._text = _HEADINGS.sub("", answer)

    @cached_property
    def _lower_stems(self) -> frozenset[str]:
        return frozenset(stem(word) for word in WORD.findall(self._text) if word.islower())

    def has(self, word: str) -> bool:
        """Whether a sentence has the word as it is."""
        return (
            word in self._text and re.search(rf"(?<![\w'’]){re.escape(word)}(?!\w)", self._text) is not None
        )

    def has_inside(self, word: str) -> bool:
        """Whether the word, with its capital, is in the midst of a sentence."""
        return (
            word in self._text and re.search(rf"(?<=[a-z,;] ){re.escape(word)}(?!\w)", self._text) is not None
        )

    def has_stem(self, word: str) -> bool:
        """Whether a sentence has another form of the word in lower case."""
        return stem(word) in self._lower_stems


def _lowered(heading: str, prose: _Prose) -> str | None:
    """A heading in lower case, but its names and abbreviations as they are.

    None where a word of it may be a name: the sentences of the answer do not tell.
    """
    spelled: list[str] = []
    for part in re.split(r"([\s-]+)", heading):
        lower = part[:1].lower() + part[1:]
        is_as_written = part == lower or len(part) == 1 or any(char.isupper() for char in part[1:])
        if is_as_written:
            spelled.append(part)
        elif prose.has(lower):
            spelled.append(lower)
        elif prose.has_inside(part):
            spelled.append(part)
        elif _NO_NAME.match(part) or prose.has_stem(part):
            spelled.append(lower)
        else:
            return None
    return "".join(spelled)


def _joined(items: Sequence[str]) -> str:
    if len(items) == _FEWEST_ITEMS and not any(" and " in item for item in items):
        return f"{items[0]} and {items[1]}"
    return f"{', '.join(items[:-1])}, and {items[-1]}"
