"""Finds texts that stop in the middle of a sentence, a list or a code block."""

import re

from generator.content.markdown.spans import non_prose_regions, prose_of

_FULL_STOPS = (".", "!", "?", "。", "！", "？")
# What may follow a full stop, and an ellipsis: quotes, brackets and Markdown marks.
_CLOSERS = "\"'”’»)]*_~`"
# The mark of a proof's end, which follows its last sentence.
_PROOF_ENDS = "∎□◻■"
_ELLIPSIS_CLOSERS = "\"'”’)*_"
_ITEM = re.compile(r"(?P<indent>[ \t]*)(?P<mark>[-*+]|\d{1,9}\\?[.)])[ \t]")
_SENTENCE = re.compile(r"[a-z]{2}[.!?] [A-Z]")
_DANGLING = re.compile(
    r"(?:,|;|[(\[“‘&+=/]|\s[-–—]|\w-|\b(?:and|or|but|nor|the|an?|of|to|for|with|from|by|in|into|as|than|that|which|whose|because"
    r"|while|although|such as|including|is|are|was|were|can|may|should|will|their|its|every|each|these|those|our|your|whether"
    r"|if|when|where|who|how|has|have|had|be|been|being|must|would|could|might|both|either|neither|between|among|through"
    r"|during|without|within|upon|toward|towards|against|via|per|since|unless|until|not|very|e\.g|i\.e))[*_]*\Z"
)
_CAPITALS = re.compile(r"[A-Z]{2}")
_SENTENCE_START = re.compile(r"(?:\A|[.!?:][\"”’)*_]*\s+)(?=[\"“(*_]*[A-Z0-9])")
# Verbs that a complete sentence has, apart from those that are regular and end in “ed”.
_VERB = re.compile(
    r"\b(?:is|are|was|were|am|has|have|had|do|does|did|can|could|may|might|must|shall|should|will|would|cannot|became|becomes?"
    r"|allows?|helps?|makes?|made|provides?|includes?|requires?|shows?|leads?|led|means?|gives?|gave|takes?|took|remains?|plays?"
    r"|enables?|creates?|contributes?|depends?|involves?|offers?|serves?|supports?|uses?|works?|affects?|reflects?|represents?"
    r"|ensures?|brings?|brought|keeps?|kept|needs?|occurs?|acts?|holds?|held|sees?|saw|seems?|appears?|goes|went|comes?|came"
    r"|begins?|began|grows?|grew|finds?|found|forms?|follows?|improves?|increases?|reduces?|influences?|promotes?|fosters?"
    r"|encourages?|strengthens?|shapes?|highlights?|demonstrates?|illustrates?|emphasi[sz]es|consists?|varies|vary|contains?"
    r"|reveals?|describes?|explains?|refers?|applies|relies|tends?|[a-z]{3,}ed|[a-z]{3,}s (?:the|a|an|its|their|to|that|how))\b"
)
_COMPLETE_WORDS = 4
_LABEL_LETTERS = 6
"""A pasted label in capitals has at least two words, or this many letters."""
NO_FULL_STOP = "ends without a full stop"
"""The reason of :func:`unfinished_reason` for a text of which only the last mark is missing, or its last words."""


def is_finished(markdown: str) -> bool:
    """Whether the text has no sign of a missing end: an unfinished last sentence or an unclosed code block."""
    if unfinished_reason(markdown) is not None:
        return False
    if "~~~" not in markdown and "````" not in markdown and markdown.count("```") % 2 == 0:
        return True  # all fences are paired; parsing the text would take a hundred times as long
    return all(region.closed for region in non_prose_regions(markdown) if region.kind == "fence")


def unfinished_reason(markdown: str) -> str | None:
    """Why the text seems unfinished; None where it is finished, empty, or ends in code, a formula or a table."""
    text = markdown.rstrip().rstrip(_PROOF_ENDS).rstrip()
    if not text:
        return None
    last = text[text.rfind("\n") + 1 :]
    if ends_in_full_stop(last):
        return "ends in an ellipsis" if ends_in_ellipsis(last) else None
    if prose_of(text)[-1].isspace():  # ends in code or a formula
        return None
    if last.lstrip().startswith("|") or last.rstrip().endswith("|"):
        return None
    if _DANGLING.search(last):
        return "stops in the middle of a sentence"
    if last.endswith(":"):
        return "announces something that does not follow"
    if _opens_bracket(last):
        return "stops inside a bracket"
    item = _ITEM.match(last)
    if item and not _SENTENCE.search(last, item.end()) and not _after_sentences(text, item):
        return None
    return NO_FULL_STOP


def only_lacks_full_stop(markdown: str) -> bool:
    """Whether a text that ends without a full stop ends in a complete sentence or in the item of a list."""
    text = markdown.rstrip()
    last = text[text.rfind("\n") + 1 :]
    start = 0
    for match in _SENTENCE_START.finditer(last):
        start = match.end()
    sentence = last[start:]
    clause = sentence.rsplit(" which ", 1)[-1] if " in which " in sentence else sentence
    return len(sentence.split()) >= _COMPLETE_WORDS and _VERB.search(clause) is not None


def pasted_label(markdown: str) -> str | None:
    """The last line of a text where it is a label in capitals, as pasted from a page; None for any other."""
    text = markdown.rstrip()
    line = text[text.rfind("\n") + 1 :].strip(" \t*_#>-•")
    if not line.isupper() or not _CAPITALS.search(line) or "\n" not in text:
        return None
    letters = sum(character.isalpha() for character in line)
    return line if letters >= _LABEL_LETTERS or len(line.split()) > 1 else None


def _opens_bracket(line: str) -> bool:
    """Whether the last bracket or quotation mark that a line opens is not closed on it."""
    prose = re.sub(r"(?<!\w)[a-z0-9]{1,2}\)|[:;]-?[()]", "", prose_of(line))
    return prose.count("(") > prose.count(")") or prose.count("“") > prose.count("”")


def ends_in_full_stop(line: str) -> bool:
    """Whether a line ends in a full stop, question mark or exclamation mark, which quotes or brackets may follow."""
    return line.rstrip(_CLOSERS).endswith(_FULL_STOPS)


def ends_in_ellipsis(line: str) -> bool:
    """Whether a line ends in an ellipsis, which quotes or brackets may follow."""
    return line.rstrip(_ELLIPSIS_CLOSERS).endswith(("...", "…"))


def _after_sentences(text: str, last: re.Match[str]) -> bool:
    """Whether most earlier items of the last item's list end in a full stop, so that the last one should too."""
    sentences = count = 0
    for line in reversed(text.split("\n")[:-1]):
        item = _ITEM.match(line)
        if item and _kind(item) == _kind(last):
            count += 1
            sentences += ends_in_full_stop(line.rstrip())
        elif line.strip() and len(line) - len(line.lstrip()) <= len(last["indent"]):
            break  # the line is not part of the list
    return sentences * 2 > count


def _kind(item: re.Match[str]) -> tuple[str, str]:
    """Indentation and mark of an item, which are equal for the items of one list."""
    return item["indent"], item["mark"][-2:].lstrip("0123456789")
