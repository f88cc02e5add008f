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
    r"(?:,|;|\b(?:and|or|but|nor|the|an?|of|to|for|with|from|by|in|into|as|than|that|which|whose|because|while|although"
    r"|such as|including|is|are|was|were|can|may|should|will|their|its))[*_]*\Z"
)


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
    item = _ITEM.match(last)
    if item and not _SENTENCE.search(last, item.end()) and not _after_sentences(text, item):
        return None
    return "ends without a full stop"


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
