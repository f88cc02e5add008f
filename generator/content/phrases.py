"""What a machine says of itself: refusals, chat with whoever asks, talk of what it was given.

One table for the rules that report it and for whatever passes published text on.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from generator.content.markdown.spans import prose_of


class Phrases(NamedTuple):
    """Phrases of one kind.

    Whatever ``pattern`` finds in prose holds one of ``marks``, or is found at the start of the text and begins with one
    of ``opening_marks``. Both are in lower case.
    """

    marks: tuple[str, ...]
    pattern: re.Pattern[str]
    opening_marks: tuple[str, ...] = ()

    def first_in(self, markdown: str) -> re.Match[str] | None:
        """The first of them, outside code and formulas."""
        folded = markdown.casefold()
        has_mark = contains_any(folded, self.marks) or folded.lstrip().startswith(self.opening_marks)
        return self.pattern.search(prose_of(markdown)) if has_mark else None

    def occur_in(self, markdown: str, folded: str) -> bool:
        """Whether one of them stands in a text, code and formulas included; ``folded`` is the text in lower case."""
        if folded.lstrip().startswith(self.opening_marks) and self.pattern.search(markdown):
            return True
        if not contains_any(folded, self.marks):
            return False
        # Line by line, for few lines hold a mark, and no phrase goes over two lines.
        start = 0
        for line, lowered in zip(markdown.split("\n"), folded.split("\n"), strict=True):
            end = start + len(line)
            if contains_any(lowered, self.marks) and self.pattern.search(markdown, start, end):
                return True
            start = end + 1
        return False


def contains_any(text: str, marks: Iterable[str]) -> bool:
    """Whether one of the marks occurs in the text."""
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
)  # fmt: skip

SOURCES = Phrases(
    (
        "gathered ", "available information", "given information", "provided ", "retrieved ", "supplied ", "passage", "excerpt",
        "source d", "sources d", "context d", "given d",
    ),
    re.compile(
        # What is gathered in the article's own story is analysed, or gathered by somebody.
        r"\bgathered (?<!analyze the gathered )(?<!analyzing the gathered )(?<!evaluate the gathered )"
        r"(?<!organize the gathered )(?<!review the gathered )(?<!synthesize the gathered )(?<!interpret the gathered )"
        r"(?<!process the gathered )(?<!use the gathered )(?<!using the gathered )"
        r"(?:information|context|content|sources|materials)\b"
        r"(?! (?:is|are|was|were|can|could|should|must|will|by|during|through|via|then|to|into|may|helps?)\b)"
        r"|\bgathered (?:information|context|content) (?:is|are) (?:not|limited|primarily|mainly)\b"
        r"|\b(?:based on|according to|from|in|per|by|outlined in|mentioned in|using) (?:the )?(?:provided|retrieved|supplied)"
        r" (?:context|texts?|documents?|excerpts?|sources?|information|content|materials?|passages?|notes)\b"
        r"|\bthe (?:provided|retrieved|supplied) (?:context|texts?|documents?|excerpts?|sources?|information|content|materials?|passages?)"
        r" (?:does|do|did|is|are|only|mentions?|states?|suggests?|indicates?|highlights?|emphasi[sz]es?)\b"
        r"|\bbased on the (?:available|given) information\b"
        r"|\b(?:according to|as (?:noted|stated|mentioned|described) in|based on|from|in) (?:the )?passages? \(?\[?s?\d"
        r"|\b(?:according to|based on) (?:the )?(?:passages?|excerpts?)\b(?! of)"
        r"|\bthe (?:sources?|context|passages?|excerpts?) (?:provided |given )?(?:does|do|did) not"
        r" (?:mention|contain|provide|specify|include|state|say|address|cover|discuss)\b",
        re.IGNORECASE,
    ),
)  # fmt: skip


def has_ai_phrases(markdown: str) -> bool:
    """Whether the text refuses, talks like an assistant, or speaks of what it was given.

    For speed it also counts what stands in code or a formula, where the checks do not look.
    """
    folded = markdown.lower()
    return any(kind.occur_in(markdown, folded) for kind in (REFUSAL, CHAT, SOURCES))
