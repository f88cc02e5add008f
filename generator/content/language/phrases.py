"""Phrases that only a model writes: refusals, chat, mentions of its sources.

The rules report them, and the index and the offline writer do not reuse texts that contain them.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from generator.content.language.quotations import is_quoted
from generator.content.markdown.spans import prose_of


class Phrases(NamedTuple):
    """Phrases of one kind.

    Attributes:
        marks: texts in lower case, to test quickly whether ``pattern`` can match: each match contains one of them,
            except at the start of the text.
        pattern: the phrases.
        opening_marks: in lower case; a match at the start of the text begins with one of them or contains a mark.
        may_be_speech: whether the phrase is meant where the text quotes somebody, as a patient or a character.
    """

    marks: tuple[str, ...]
    pattern: re.Pattern[str]
    opening_marks: tuple[str, ...] = ()
    may_be_speech: bool = False

    def found_in(self, text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
        """The matches between two offsets of a text, without those in quoted speech if they are meant there."""
        for match in self.pattern.finditer(text, start, len(text) if end is None else end):
            if not self.may_be_speech or not is_quoted(text, match.start()):
                yield match

    def first_in(self, markdown: str) -> re.Match[str] | None:
        """The first match outside code and formulas."""
        casefolded = markdown.casefold()
        has_mark = contains_any(casefolded, self.marks) or casefolded.lstrip().startswith(self.opening_marks)
        return next(self.found_in(prose_of(markdown)), None) if has_mark else None

    def occur_in(self, markdown: str, lowered: str) -> bool:
        """Whether the text contains a match, code and formulas included; ``lowered`` is the text in lower case."""
        if lowered.lstrip().startswith(self.opening_marks) and any(self.found_in(markdown)):
            return True
        marks = [mark for mark in self.marks if mark in lowered]
        if not marks:
            return False
        # Line by line: few lines contain a mark, and no phrase extends over two lines.
        start = 0
        for line, lowered_line in zip(markdown.split("\n"), lowered.split("\n"), strict=True):
            end = start + len(line)
            if contains_any(lowered_line, marks) and any(self.found_in(markdown, start, end)):
                return True
            start = end + 1
        return False


def contains_any(text: str, marks: Iterable[str]) -> bool:
    """Whether the text contains one of the marks."""
    for mark in marks:  # noqa: SIM110 - many times faster than any() over a generator
        if mark in text:
            return True
    return False


REFUSAL = Phrases(
    (
        "i can", "i could", "i am ", "i'm ", "i’m ", "i was unable", "i will not", "question cannot",
    ),
    re.compile(
        r"\b(?<![\"“'‘])I (?:cannot|can['’]t|am (?:unable|not able) to|could not|couldn['’]t|was unable to|will not be able to)"
        r" (?:answer|provide|find|determine|locate|assist|help with|verify|confirm|access|offer|generate|write|complete)\b"
        r"|\bI['’]m (?:sorry,? but|unable to (?:answer|provide|find|determine|locate|assist|help|verify))\b"
        r"|\bI am sorry,? but I\b|(?m:^[ \t]*)I(?:['’]m| am) sorry,"
        r"|\b[Tt]his question cannot be answered\b"
        r"|\b[Tt]he question cannot be answered (?:from|with|based|using)\b",
    ),
    may_be_speech=True,
)  # fmt: skip

CHAT = Phrases(
    (
        "as an ai", "as a ai", "as an artificial", "as a artificial", "language model", "i hope th", "let me know",
        "feel free to ask", "happy to", "my knowledge", "my last", "my training", "if you ", "would you like me",
    ),
    re.compile(
        r"\b(?:as an? (?:AI|artificial intelligence)(?: language)?(?: model| assistant)?,? I\b"
        r"|as an AI (?:language )?(?:model|assistant)\b|as a (?:large )?language model\b"
        r"|I hope (?:this|that|these) (?:\w+ )?(?:help|clarif|answer|give|provide)"
        r"|(?<![\"“'‘])(?:please )?let me know(?: if|!| whether)"
        r"|feel free to ask[.!]|feel free to ask (?:me|if|any|for (?:more|further|clarification))"
        r"|I (?:would|['’]d|will|am|['’]m) be happy to\b|I['’]d be happy to\b|I am happy to (?:help|assist)\b"
        r"|my (?:knowledge cutoff|last (?:knowledge )?update|training data)\b|as of my (?:last|knowledge)"
        r"|if you (?:need|have|want|would like|require)[^.\n]{0,80}\b(?:please (?:ask|let|provide)|I can|further assistance or)"
        r"|would you like me to\b)"
        r"|\A\s*(?:great|good|excellent) question\b|\A\s*(?:sure|certainly|of course|absolutely)[!,]",
        re.IGNORECASE,
    ),
    (
        "great question", "good question", "excellent question", "sure!", "sure,", "certainly!", "certainly,", "of course!",
        "of course,", "absolutely!", "absolutely,",
    ),
    may_be_speech=True,
)  # fmt: skip

SOURCES = Phrases(
    (
        "gathered ", "available information", "given information", "provided ", "retrieved ", "supplied ", "passage", "excerpt",
        "source d", "sources d", "context d", "given d",
        *(f"information {how}" for how in ("gathered", "provided", "given", "retrieved", "supplied")),
    ),
    re.compile(
        # Information of which the article itself speaks is analysed, or gathered by somebody.
        r"\bgathered (?<!analyze the gathered )(?<!analyzing the gathered )(?<!evaluate the gathered )"
        r"(?<!organize the gathered )(?<!review the gathered )(?<!synthesize the gathered )(?<!interpret the gathered )"
        r"(?<!process the gathered )(?<!use the gathered )(?<!using the gathered )"
        r"(?:information|context|content|sources|materials)\b"
        r"(?! (?:is|are|was|were|can|could|should|must|will|by|during|through|via|then|to|into|may|helps?)\b)"
        r"|\bgathered (?:information|context|content) (?:is|are) (?:not|limited|primarily|mainly)\b"
        r"|\bgathered (?:(?<=ed in the gathered )|(?<=ed in gathered )|(?<=ed by the gathered )|(?<=found in the gathered ))"
        r"(?:information|context|content|sources|materials)\b"
        r"|\binformation (?:(?<=noted in the information )|(?<=mentioned in the information )|(?<=stated in the information )"
        r"|(?<=described in the information )|(?<=provided in the information )|(?<=specified in the information )"
        r"|(?<=outlined in the information )|(?<=indicated in the information )|(?<=highlighted in the information ))"
        r"(?:gathered|provided|given|retrieved|supplied)\b"
        r"|\b(?:based on|according to|from|in|per|by|outlined in|mentioned in|using) (?:the )?(?:provided|retrieved|supplied)"
        r" (?:context|texts?|documents?|excerpts?|sources?|information|content|materials?|passages?|notes)\b"
        r"|\bthe (?:provided|retrieved|supplied) (?:context|texts?|documents?|excerpts?|sources?|information|content|materials?|passages?)"
        r" (?:does|do|did|is|are|only|mentions?|states?|suggests?|indicates?|highlights?|emphasi[sz]es?)\b"
        # Without a mark before it, it is information that somebody in the text has.
        r"|\b(?=based on the [ag])(?:(?<=[,;:.!?*(] )|(?<=\n)|(?<=question )|(?<![\s\S]))"
        r"based on the (?:available|given) information\b"
        r"|\b(?:according to|as (?:noted|stated|mentioned|described) in|based on|from|in) (?:the )?passages? \(?\[?s?\d+(?![.:]?\d)"
        r"|\b(?:according to|based on) (?:the )?(?:passages?|excerpts?)\b(?! of)"
        r"|\bthe (?:sources?|context|passages?|excerpts?) (?:provided |given )?(?:does|do|did) not"
        r" (?:mention|contain|provide|specify|include|state|say|address|cover|discuss)\b",
        re.IGNORECASE,
    ),
)  # fmt: skip


MISSING = Phrases(
    (
        "gathered ", "retrieved ", "supplied ",
        *(f"{how} {thing}" for how in ("provided", "available", "given")
          for thing in ("information", "context", "content", "source", "material", "text", "passage", "excerpt", "document")),
        *(f"{which} {thing}" for which in ("specific", "detailed", "further", "exact") for thing in ("information", "detail", "data")),
    ),
    re.compile(
        r"\b(?:gathered|provided|available|retrieved|supplied|given) (?:information|context|content|sources?|materials?|texts?"
        r"|passages?|excerpts?|documents?) (?:(?:primarily|mainly|only) [^.\n]{1,200}?\b(?:but|and|it) )?(?:it )?(?:does|do|did) not"
        r" (?:\w+ly )?(?:provide|mention|contain|include|specify|detail|discuss|address|cover|outline|describe|define|offer|give"
        r"|state|name|list|explain)\b"
        r"|\b(?:gathered|provided|retrieved|supplied) (?:information|context|content|sources?|materials?) (?:lacks?|is (?:limited"
        r"|insufficient|incomplete)|has no)\b"
        r"|\bnot (?:\w+ly )?(?:provided|mentioned|detailed|specified|defined|stated|described|included|outlined|available"
        r"|explained|covered|addressed|discussed|found|given|listed|named|known) (?:\w+ )?(?:in|from|by) (?:the )?(?:gathered"
        r"|provided|available|retrieved|supplied|given) (?:information|context|content|sources?|materials?|texts?|passages?"
        r"|excerpts?|documents?)\b"
        r"|\bno (?:specific|direct|explicit|detailed|further|relevant) (?:information|mention|details?|data)\b[^.\n]{0,120}"
        r"\bin (?:the )?(?:gathered|provided|available|retrieved) (?:information|context|sources?)\b"
        r"|\b(?:[Ss]pecific|[Dd]etailed|[Ee]xact|[Ff]urther) (?:details|information|data)\b[^.\n]{0,120}? (?:is|are|was|were)"
        r" (?:not (?:\w+ly )?(?:provided|specified|mentioned|disclosed|detailed|available|given)|unavailable)"
        r" (?:here|in (?:the|this) (?:text|information|context|answer|sources?))\b",
        re.IGNORECASE,
    ),
)  # fmt: skip


def has_ai_phrases(markdown: str) -> bool:
    """Whether the text refuses, talks like a chat assistant, mentions its sources, or says what they lack.

    Unlike the rules it also finds phrases in code and formulas, because that is faster.
    """
    lowered = markdown.lower()
    return any(phrases.occur_in(markdown, lowered) for phrases in (REFUSAL, CHAT, SOURCES, MISSING))
