"""Splits passages into blocks of sentences: lead paragraphs, points with their headings, closing paragraphs.

Text that does not fit into an article is left out: sentences about the text itself or to the reader of the prompt,
links, HTML, tables, code, incomplete formulas, and parts of lists.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from generator.content.language.clauses import FINITE_VERB
from generator.content.language.phrases import has_ai_phrases
from generator.content.language.sentences import split_sentences
from generator.content.markdown.headings import clean_heading
from generator.extractive.terms import content_stems, union

Role = Literal["lead", "point", "closing", "loose"]

_POINT = re.compile(r"^ ?(?:\d{1,2}[.)]|[-*•+])\s+(?=\S)")
_SUB_ITEM = re.compile(r"^\s{2,}(?:\d{1,2}[.)]|[a-z][.)]|[-*•+])\s+(?=\S)")
_HEADING_LINE = re.compile(r"^\s{0,3}(?:#{1,6}\s+(.+?)(?:\s+#+)?|\*\*([^*]+?)\*\*:?)\s*$")
_BOLD_LEAD = re.compile(r"^\*\*(.+?)\*\*\s*[:.–—-]?\s*")
_LABEL = re.compile(r"^[A-Z][^.!?:,$]{1,50}:\s")
_SKIPPED_LINE = re.compile(r"^\s*(?:\||>|={3,}|(?:-{3,}|\*{3,}|_{3,})\s*$|!\[)")
_EMPHASIS = re.compile(r"(\*\*|__|(?<!\w)[*_](?=\S))(.+?)\1")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_OUTLINE_NUMBER = re.compile(r"^[IVX]+[.)]\s+")
_REFERENCE = re.compile(r"\s*(?:\[\d+(?:[,–-]\s*\d+)*\]|【[^】]*】)")

# Phrases that make sense only inside their own text. ``speaks_of_itself`` finds phrases of a machine.
_META = re.compile(
    r"\b(?:(?:gathered|provided|given|available|above|following|supplied|retrieved) (?:information|context|text|content"
    r"|sources?|documents?|passages?|materials?|excerpts?|search results)"
    r"|(?:this|these) (?:article|content|passage|excerpt|search result|response|answer|question)s?\b"
    r"|the (?:article|passage|excerpt|search result)s?\b"
    r"|the (?:content|response|answer|question)s? (?:above|below|provided|given|retrieved|states?|provides?|discuss(?:es)?"
    r"|mentions?|does|do|asks?|(?:is|are) (?:based|asking|about))\b"
    r"|based on the (?:information|context|text|sources?)|(?:the|this) text (?:provides|discusses|mentions|does)"
    r"|i (?:can|cannot|can't|am|will|would|do|don't|have|apologi[sz]e)\b|i'm|let me|let's"
    r"|(?:ignore|disregard|forget) (?:all|any|the|your|previous|prior|every)|system prompt|instructions?\s*:"
    r"|you (?:must|are) (?:now|an?)\b|if you (?:need|have|would like|want)|feel free|click here"
    r"|not (?:specified|mentioned"
    r"|provided|explicitly)|does not (?:mention|provide|specify|contain)|please (?:provide|note|refer|let|consult)"
    r"|in this (?:section|chapter|article|answer|response|essay)|as (?:mentioned|stated|noted"
    r"|discussed) (?:above|earlier"
    r"|previously|before)|(?:see|refer to|shown in) (?:the )?(?:figure|table|section|chapter|page)|here (?:is|are)\b"
    r"|such as the following|as follows)",
    re.IGNORECASE,
)
_UNFIT = re.compile(
    r"\b(?:includ(?:es?|ing)|are|is|following|as|with|by|like): (?=[A-Z])|https?://|www\.|</?[A-Za-z][^>]*>|<!--"
    r"|\\[()\[\]]|\\n|[{]{2}|[}]{2}|```|`|\$\$|\|.*\||‹/?[a-z]+›"
)
_CLOSING = re.compile(
    r"^(?:in (?:summary|conclusion|essence|short|brief|general|the end)|to (?:summari[sz]e|conclude|sum up)|overall"
    r"|ultimately|in sum|thus|therefore|by understanding|understanding these|these (?:\w+ ){0,2}(?:factors|elements"
    r"|aspects|points|examples|differences|steps|features))\b,?\s*",
    re.IGNORECASE,
)
SUMMARY_OPENING = re.compile(
    r"^(?:in (?:summary|conclusion|essence|short|brief|sum)|to (?:summari[sz]e|conclude|sum up)|overall)\b,?\s*",
    re.IGNORECASE,
)
_DANGLING = re.compile(
    r"^(?:it|its|this|these|that|those|they|their|them|he|she|his|her|him|such|both|another|others?|some|many of"
    r"|each|one of|however|additionally|moreover|furthermore|also|therefore|thus|hence|consequently|accordingly"
    r"|instead|nevertheless|nonetheless|similarly|likewise|conversely|meanwhile|finally|lastly|firstly|secondly"
    r"|thirdly|first|second|third|next|then|here|there|for (?:example|instance)|in (?:contrast|addition|this|these"
    r"|such|other words|turn|particular|both|summary|conclusion|essence|short|fact)|on the (?:other|one) hand"
    r"|as (?:a|such)"
    r" ?(?:result|consequence)?|by (?:doing|this|these)|with (?:this|these)|to (?:this|these)|despite (?:this|these)"
    r"|the (?:former|latter|above|following|first|second|third|other|same|author|speaker|narrator|study|process"
    r"|story|poem"
    r"|novel|play|book|model|theory|formula|equation|figure|table|result|answer|two|three|four)"
    r"|and|but|or|so|yes|no|again|overall|because|step|note|e\.g|i\.e|unlike|below|above|specifically|especially"
    r"|ultimately|notably|importantly|interestingly|we|you|our|your|my|let|consider|understanding (?:this|these)"
    r"|key|at this|during this|during these|through this|through these|from this|after this|under this"
    r"|while (?:this|these"
    r"|it|they|he|she)|when (?:this|these|it|they)|if (?:this|these|it|they)|although (?:this|these|it|they)"
    r"|of these|among these|beyond|given|provides?|includes?|occurs?|involves?|refers?|allows?|uses|focuses"
    r"|generally|typically|often|produced|secreted|known|developed|more|set|prepare|ensure|encourage|check)\b",
    re.IGNORECASE,
)
# Texts without a verb: "Primarily responsible for posture.", "Involuntary control, meaning that ...".
_ADJECTIVE_OPENING = re.compile(
    r"^(?:\w+ly )?(?:responsible|essential|important|crucial|vital|necessary|critical|capable|able|similar|useful"
    r"|known|used|found|located|composed|made)\b",
    re.IGNORECASE,
)
_MEANING = re.compile(r"^([^,.]{3,60}), meaning\b")
_CONNECTIVE = re.compile(
    r"^(?:additionally|moreover|furthermore|however|also|finally|lastly|firstly|secondly|thirdly|first|second|third"
    r"|next|then|similarly|likewise|in addition|on the other hand|in contrast|conversely|consequently|therefore|thus"
    r"|hence|for instance|for example|specifically|notably|importantly|as a result|meanwhile|overall|ultimately"
    r"|nevertheless|nonetheless),\s+(?=\w)",
    re.IGNORECASE,
)


_GAP = "…"
"""The line in the place of a formula, code or table that is left out: what is before it does not go on after it."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that may be quoted.

    Args:
        words: the number of words.
        stems: the stems of its words, without stop words.
        dangling: whether it refers to the sentence before it.
    """

    text: str
    words: int
    stems: frozenset[str]
    dangling: bool


@dataclass(frozen=True, slots=True)
class Block:
    """The sentences of a paragraph or point.

    Args:
        role: its role in the passage; "loose" if it has none.
        heading: empty if it has none.
        stems: of the sentences and the heading.
        position: among the blocks of the passage, from 0.
    """

    role: Role
    heading: str
    sentences: tuple[Sentence, ...]
    stems: frozenset[str]
    position: int

    @property
    def text(self) -> str:
        """Its sentences as one text."""
        return " ".join(sentence.text for sentence in self.sentences)


def without_connective(text: str) -> str:
    """The sentence without a connective such as "Additionally," at its beginning, as the first of a paragraph."""
    shorter = _CONNECTIVE.sub("", text, count=1)
    return shorter[:1].upper() + shorter[1:] if shorter != text else text


@lru_cache(maxsize=512)
def blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a passage, in order. Blocks without a quotable sentence are left out."""
    raw = _raw_blocks(text)
    points = [index for index, block in enumerate(raw) if block.listed]
    found: list[Block] = []
    for index, block in enumerate(raw):
        kept = tuple(_quotable_sentences(block.lines))
        if not kept:
            continue
        role = _role(index, block, points, kept[0].text, len(raw))
        if role == "point":
            kept = tuple(sentence for sentence in kept if not SUMMARY_OPENING.match(sentence.text))
            if not kept:
                continue
        stems = union(sentence.stems for sentence in kept) | content_stems(block.heading)
        found.append(Block(role, block.heading, kept, stems, index))
    return tuple(found)


class _RawBlock:
    """A block while its lines are being collected."""

    def __init__(self, heading: str = "", *, listed: bool = False) -> None:
        self.heading = heading
        self.listed = listed
        self.lines: list[str] = []


def _raw_blocks(text: str) -> list[_RawBlock]:
    found: list[_RawBlock] = []
    current: _RawBlock | None = None
    heading = ""
    fenced = displayed = False
    after_blank = True
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith(("```", "~~~", "$$")) or _SKIPPED_LINE.match(line):
            if stripped.startswith("$$"):
                displayed = displayed != (stripped.count("$$") == 1)
            elif stripped.startswith(("```", "~~~")):
                fenced = not fenced
            if current is not None:
                current.lines.append(_GAP)
            continue
        if fenced or displayed:
            continue
        if not stripped:
            after_blank = True
            continue
        heading_line = _HEADING_LINE.match(line)
        if heading_line:
            heading, current = _heading(heading_line[1] or heading_line[2]), None
        elif _SUB_ITEM.match(line) and current is not None and current.listed:
            current.lines.append(_sub_item_sentence(_SUB_ITEM.sub("", line)))
        elif _POINT.match(line):
            current = _start_point(_POINT.sub("", line), heading, found)
            heading = heading if not current.heading else ""
        elif current is not None and (not after_blank or (current.listed and line[:2] == "  ")):
            current.lines.append(stripped)
        else:
            current = _RawBlock(heading, listed=bool(heading))
            heading = ""
            current.lines.append(stripped)
            found.append(current)
        after_blank = False
    return found


def _start_point(text: str, heading: str, found: list[_RawBlock]) -> _RawBlock:
    bold = _BOLD_LEAD.match(text)
    point = _RawBlock(_heading(bold[1]) if bold else "", listed=True)
    body = text[bold.end() :] if bold else text
    if bold and body[:1].islower():
        point.heading, body = "", f"{bold[1]} {body}"
    if not point.heading and not bold:
        point.heading = heading
    if body.strip():
        point.lines.append(body.strip())
    found.append(point)
    return point


def _heading(text: str) -> str:
    return clean_heading(_OUTLINE_NUMBER.sub("", clean_heading(_LINK.sub(r"\1", text))))


def _sub_item_sentence(text: str) -> str:
    """A sub-item as a sentence; a bold label becomes plain text before a colon."""
    bold = _BOLD_LEAD.match(text)
    if not bold:
        return text.strip()
    label, rest = bold[1].strip().rstrip(":."), text[bold.end() :].strip()
    return f"{label}: {rest}" if rest else ""


def _role(index: int, block: _RawBlock, points: list[int], first: str, count: int) -> Role:
    if block.listed:
        last = index == count - 1 and re.match(r"conclusion|summary", block.heading, re.IGNORECASE)
        return "closing" if last else "point"
    if _CLOSING.match(first) and index:
        return "closing"
    if not points:
        return "lead" if index == 0 else "loose"
    if index < points[0]:
        return "lead"
    return "closing" if index > points[-1] else "loose"


def _quotable_sentences(lines: list[str]) -> list[Sentence]:
    found: list[Sentence] = []
    for paragraph in _paragraphs(lines):
        for text in split_sentences(paragraph):
            sentence = _quotable_sentence(text)
            if sentence is not None:
                found.append(sentence)
    return found


def _paragraphs(lines: list[str]) -> list[str]:
    """The paragraphs of the lines: a line continues the one above if that does not end a sentence."""
    found: list[str] = []
    for line in lines:
        line = _REFERENCE.sub("", _LINK.sub(r"\1", _EMPHASIS.sub(r"\2", line))).strip()
        if found and found[-1] and found[-1][-1] not in '.!?:;"”’)' and _GAP not in (line, found[-1]):
            found[-1] = f"{found[-1]} {line}"
        elif line:
            found.append(line)
    return found


def _quotable_sentence(text: str) -> Sentence | None:
    text = " ".join(text.split()).strip("•– ")
    count = len(text.split())
    if not 5 <= count <= 60 or text[-1] not in '.!”"’)' or text.endswith((":", "...", "…")):
        return None
    if text[-1] in '”"’)' and text[-2:-1] not in ".!?":
        return None
    if not (text[0].isupper() or text[0].isdigit() or text[0] in "\"“'‘$("):
        return None
    if has_ai_phrases(text) or _META.search(text) or _UNFIT.search(text) or not _balanced(text):
        return None
    if _is_fragment(text):
        return None
    label = _LABEL.match(text)
    dangling = bool(_DANGLING.match(text) or (label and not FINITE_VERB.search(label[0])))
    return Sentence(text, count, content_stems(text), dangling)


def _balanced(text: str) -> bool:
    dollars = text.replace("\\$", "")
    if dollars.count("$") % 2 or text.count("(") != text.count(")") or text.count("[") != text.count("]"):
        return False
    return text.count('"') % 2 == 0 and text.count("“") == text.count("”") and text.count("**") % 2 == 0


def _is_fragment(text: str) -> bool:
    """Whether a text is certainly no sentence: it has no verb."""
    meaning = _MEANING.match(text)
    if meaning:
        return not FINITE_VERB.search(meaning[1])
    return bool(_ADJECTIVE_OPENING.match(text)) and not FINITE_VERB.search(text)
