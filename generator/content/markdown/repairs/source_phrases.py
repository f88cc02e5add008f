"""Cuts phrases such as “Based on the gathered information, …”, whose removal leaves a correct sentence.

A phrase is cut where exactly one text remains: at the start of a sentence (the next letter is raised), between commas,
at the end of a sentence after a comma or before a colon, and in brackets of its own. Where the phrase is the subject or
the object of the sentence, a person or a model must write it again.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from generator.content.language.stems import word_set
from generator.content.markdown.line_breaks import decode
from generator.content.markdown.spans import prose_of

_GIVEN = r"(?:gathered|provided|retrieved|supplied)"
_THINGS = r"(?:information|context|contexts|texts?|documents?|excerpts?|sources?|content|materials?|passages?|notes)"
_NUMBERED = r"(?:,? (?:points?|items?|sources?|passages?|no\.|#)? ?\d+(?:(?:, | and |, and |[-–])\d+)*)?"
_INFORMATION = rf"(?:the |this )?{_GIVEN} {_THINGS}{_NUMBERED}"
_OTHER_ORDER = rf"(?:the )?{_THINGS} {_GIVEN}"
_NAMED = (
    r"(?:noted|mentioned|highlighted|described|stated|outlined|indicated|discussed|shown|reported|seen|suggested"
    r"|articulated|detailed|emphasi[sz]ed|explained|identified|presented|listed|defined|specified|summari[sz]ed"
    r"|evidenced|illustrated|referenced|reflected)"
)
_REFERENCE = (
    rf"(?:(?:as (?:also )?{_NAMED} (?:in|by|from)|as per|per|according to) {_INFORMATION}"
    rf"|as (?:also )?{_NAMED} (?:in|by) {_OTHER_ORDER})"
)
_BASIS = rf"(?:based (?:up)?on|drawing (?:up)?on|judging by) (?:the (?:available|given) information|{_INFORMATION})"
_SOURCE = rf"(?:{_REFERENCE}|{_BASIS})"
_START = r"(?:\A|(?<=\n)|(?<=[.!?:] )|(?<=[.!?]\" )|(?<=[.!?]” ))"
_MARKS = r"(?:[ \t]*(?:[-+*>]|\d{1,3}[.)]|\#{1,6})[ \t]+)*(?:\*\*[^*\n]{1,80}\*\*:?[ \t]*|[ \t]*)"

_OPENING = re.compile(rf"{_START}(?P<marks>{_MARKS})(?P<cut>{_SOURCE}, )(?=\S)", re.IGNORECASE)
_BRACKETS = re.compile(
    rf"(?P<cut> ?\((?:see )?(?:{_SOURCE}|{_INFORMATION}|source: {_INFORMATION})\))(?=[\s.,;:!?)]|\Z)",
    re.IGNORECASE,
)
_ENDING = re.compile(rf"(?P<cut>, {_REFERENCE})(?=[.!?](?:\s|\Z))", re.IGNORECASE)
_ANNOUNCEMENT = re.compile(
    rf"(?P<word>\w+)(?P<cut>,? (?:{_SOURCE}|(?:{_NAMED}|derived|drawn|taken|gathered|compiled) (?:in|from) {_INFORMATION}))"
    r"(?=:(?:\s|\Z|\*))",
    re.IGNORECASE,
)
_BETWEEN = re.compile(rf"(?P<cut>, {_REFERENCE},)(?P<after> \S)", re.IGNORECASE)
# Where the sentence of a phrase begins, at the latest.
_SENTENCE_MARKS = ".!?\n:;()"
# Below the first words of an answer, this is often information that somebody in the text has.
_OFTEN_MEANT = re.compile(r"available|given", re.IGNORECASE)
# After these words, a form such as “derived from” is a predicate: the sentence needs it.
_NEEDS_MORE = word_set("is are was were be been being not as and or than to of by in from that which it they")
_INTRODUCES = re.compile(
    r"\s*(?:(?:[-+*>]|\d{1,3}[.)])\s+)*(?:\*\*[^*]*\*\*:?\s*)?"
    r"(?:if|when|while|although|though|since|because|as|for|in|on|at|by|with|from|after|before|during|under|given"
    r"|however|additionally|moreover|furthermore|thus|therefore|finally|overall|similarly|also|to)\b",
    re.IGNORECASE,
)
_SECOND_INTRODUCTION = re.compile(
    r"\s*(?:for (?:example|instance)|however|additionally|moreover), ", re.IGNORECASE
)
_MARKUP = "*_\"“'‘("
# Every phrase contains one of these.
_CANDIDATE = re.compile(
    rf"\b(?:{_GIVEN} {_THINGS}|{_THINGS} {_GIVEN}|(?:available|given) information)\b", re.IGNORECASE
)


class PhraseCut(NamedTuple):
    """A phrase to cut: ``text[start:end]`` becomes ``new``, and ``raised`` is the offset of a letter to raise."""

    start: int
    end: int
    new: str
    raised: int | None


def source_phrases(markdown: str) -> list[PhraseCut]:
    """The phrases of a text (with real line breaks) that can be cut, in order and without overlap."""
    if not _CANDIDATE.search(markdown):
        return []
    prose = prose_of(markdown)
    cuts: list[PhraseCut] = []
    end = -1
    for candidate in _CANDIDATE.finditer(prose):
        if candidate.start() < end:
            continue  # on a line that was searched
        start = prose.rfind("\n", 0, candidate.start()) + 1
        end = prose.find("\n", candidate.end())
        end = len(prose) if end < 0 else end
        for search in (_openings, _plain_cuts, _between):
            cuts += search(prose, start, end)
    found: list[PhraseCut] = []
    for cut in sorted(cuts, key=lambda cut: cut.start):
        if not found or cut.start >= found[-1].end:
            found.append(cut)
    return found


def without_phrases(markdown: str) -> str:
    """The text (with real line breaks) without these phrases."""
    for cut in reversed(source_phrases(markdown)):
        if cut.raised is not None:
            at = cut.raised
            markdown = markdown[:at] + markdown[at].upper() + markdown[at + 1 :]
        markdown = markdown[: cut.start] + cut.new + markdown[cut.end :]
    return markdown


def without_source_phrases(stored: str) -> str:
    """The stored text without these phrases."""
    if "\n" in stored:
        return stored
    markdown = decode(stored)
    after = without_phrases(markdown)
    return stored if after == markdown else after.replace("\n", "\\n")


def _openings(prose: str, start: int, end: int) -> Iterator[PhraseCut]:
    for match in _OPENING.finditer(prose, start, end):
        if match.start("cut") and _OFTEN_MEANT.search(match["cut"]):
            continue
        yield PhraseCut(*match.span("cut"), "", _to_raise(prose, match.end("cut")))


def _to_raise(prose: str, start: int) -> int | None:
    """The offset of the letter that begins the sentence now; None where it stays as it is, as in “mRNA”."""
    while start < len(prose) and prose[start] in _MARKUP:
        start += 1
    word = re.compile(r"\w+").match(prose, start)
    if word is None or not word.group().islower() or not word.group()[0].isalpha():
        return None
    return start


def _plain_cuts(prose: str, start: int, end: int) -> Iterator[PhraseCut]:
    for match in _BRACKETS.finditer(prose, start, end):
        yield PhraseCut(*match.span("cut"), "", None)
    for match in _ENDING.finditer(prose, start, end):
        yield PhraseCut(*match.span("cut"), "", None)
    for match in _ANNOUNCEMENT.finditer(prose, start, end):
        if match["word"].casefold() not in _NEEDS_MORE:
            yield PhraseCut(*match.span("cut"), "", None)


def _between(prose: str, start: int, end: int) -> Iterator[PhraseCut]:
    for match in _BETWEEN.finditer(prose, start, end):
        begin = max(prose.rfind(mark, 0, match.start()) for mark in _SENTENCE_MARKS) + 1
        before = prose[begin : match.start()]
        second = _SECOND_INTRODUCTION.match(before)
        if second:
            keeps_comma = _INTRODUCES.match(before, second.end()) is not None
            if not keeps_comma or "," in before[second.end() :]:
                continue
        elif "," in before:
            continue
        else:
            keeps_comma = _INTRODUCES.match(before) is not None
        yield PhraseCut(*match.span("cut"), "," if keeps_comma else "", None)
