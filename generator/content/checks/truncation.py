"""Rules on texts that stop before their end or begin without saying anything."""

import re
from collections.abc import Iterator

from generator.content.checks.context import CheckContext
from generator.content.checks.rules import Defect, rule
from generator.content.checks.view import Checked, Text

_FULL_STOPS = (".", "!", "?", "。", "！", "？")
# What may stand behind a full stop, and behind an ellipsis: quotes, brackets and Markdown marks.
_CLOSERS = "\"'”’»)]*_~`"
_ELLIPSIS_CLOSERS = "\"'”’)*_"
_ITEM = re.compile(r"(?P<indent>[ \t]*)(?P<mark>[-*+]|\d{1,9}\\?[.)])[ \t]")
_SENTENCE = re.compile(r"[a-z]{2}[.!?] [A-Z]")
_DANGLING = re.compile(
    r"(?:,|;|\b(?:and|or|but|nor|the|an?|of|to|for|with|from|by|in|into|as|than|that|which|whose|because|while|although"
    r"|such as|including|is|are|was|were|can|may|should|will|their|its))[*_]*\Z"
)
_BOLD_OPEN = re.compile(r"\*\*(?=\S)")


@rule(
    "cut-by-length",
    "The reply was cut off by its token limit",
    "The endpoint stopped the reply at the output cap: whatever stands last is not finished.",
    draft="error",
    published=None,
    needs="reply",
)
def cut_by_length(view: Checked, context: CheckContext) -> Iterator[Defect]:
    if context.finish_reason == "length":
        yield Defect("", "the reply was cut off at the output limit; write a shorter one")


@rule(
    "cut-off",
    "The text ends in the middle",
    "A text without its last words looks broken and leaves the reader without the conclusion.",
    draft="error",
    published="error",
    fields=("introduction", "points", "conclusion"),
)
def cut_off(view: Checked, context: CheckContext) -> Iterator[Defect]:
    parts = tuple(view.sections()) if view.by_part else view.texts
    for part in parts:
        reason = _open_end(part)
        if reason:
            yield Defect(
                part.field, f"{reason}: “…{part.text.rstrip()[-50:].lstrip()}”; finish it", *_tail(part)
            )


def _tail(part: Text) -> tuple[int, int]:
    end = len(part.text.rstrip())
    return max(0, end - 50), end


def _open_end(part: Text) -> str | None:
    """Why the text is not finished; None where it is, or where its last block (code, formula, table) cannot tell."""
    text = part.text.rstrip()
    if not text:
        return None
    last = text[text.rfind("\n") + 1 :]
    if _is_closed(last):
        return "trails off" if last.rstrip(_ELLIPSIS_CLOSERS).endswith(("...", "…")) else None
    if part.prose[len(text) - 1].isspace():  # ends in code or a formula
        return None
    if last.lstrip().startswith("|") or last.rstrip().endswith("|"):
        return None
    if _DANGLING.search(last):
        return "stops in the middle of a sentence"
    if last.endswith(":"):
        return "ends by announcing something that does not follow"
    item = _ITEM.match(last)
    if item and not _SENTENCE.search(last, item.end()) and not _after_sentences(text, item):
        return None
    return "ends without a full stop"


def _is_closed(line: str) -> bool:
    """Whether a line ends as a sentence does."""
    return line.rstrip(_CLOSERS).endswith(_FULL_STOPS)


def _after_sentences(text: str, last: re.Match[str]) -> bool:
    """Whether the items before the last one of its list end as sentences do, so that the last one should too."""
    closed = count = 0
    for line in reversed(text.split("\n")[:-1]):
        item = _ITEM.match(line)
        if item and _kind(item) == _kind(last):
            count += 1
            closed += _is_closed(line.rstrip())
        elif line.strip() and len(line) - len(line.lstrip()) <= len(last["indent"]):
            break  # not of this list
    return closed * 2 > count


def _kind(item: re.Match[str]) -> tuple[str, str]:
    return item["indent"], item["mark"][-2:].lstrip("0123456789")


@rule(
    "unclosed-markup",
    "A code fence or bold mark is never closed",
    "An open fence turns the rest of the page into code, an open ** is shown as two stars: both mostly mean that text is missing.",
    draft="error",
    published="error",
    fields=("introduction", "points", "conclusion"),
)
def unclosed_markup(view: Checked, context: CheckContext) -> Iterator[Defect]:
    for part in view.holding("**", "```", "~~~", description=False):
        fence = next((found for found in part.unsafe if found.code == "unclosed-fence"), None)
        if fence is not None:
            yield Defect(
                part.field, "opens a code fence that is never closed; close it", fence.start, fence.end
            )
            continue
        if "**" not in part.text:
            continue
        start = 0
        for paragraph in part.prose.split("\n\n"):
            if paragraph.count("**") % 2 and _BOLD_OPEN.search(paragraph):
                at = start + paragraph.rfind("**")
                yield Defect(
                    part.field, f"has a ** without its partner at “{part.text[at : at + 30]}”", at, at + 2
                )
                break
            start += len(paragraph) + 2


_EMPTY_OPENING = re.compile(
    r"\s*(?:in this (?:article|answer|section|response|guide|essay|post|explanation)\b"
    r"|this (?:article|answer|section|response|guide|essay|post|explanation)\b"
    r"|(?:let us|let's|let’s|we will|we'll) (?:explore|look|dive|discuss|examine|consider)\b"
    r"|(?:this|that|it) is an? (?:\w+ )?(?:complex|great|good|interesting|difficult|excellent|broad|important) (?:question|topic)\b"
    r"|(?:to answer (?:this|the|your) question)\b"
    r"|(?:the answer to (?:this|the|your) question)\b"
    r"|here(?: are|'s|’s| is)\b)",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"\s*(?:here(?: are|'s|’s| is)|below (?:is|are)|the following|these are|consider the following|let us|let's|let’s)\b[^.!?\n]*:?\s*\Z",
    re.IGNORECASE,
)


@rule(
    "introduction-not-an-answer",
    "The introduction does not answer the question",
    "Visitors and search results show the first lines only. “In this article …” and “Here are some …” say nothing.",
    draft="error",
    published="warning",
    fields=("introduction",),
)
def introduction_not_an_answer(view: Checked, context: CheckContext) -> Iterator[Defect]:
    part = view.introduction
    if part is None or not part.text.strip():
        return
    opening = _EMPTY_OPENING.match(part.text)
    if opening:
        yield Defect(
            part.field,
            f"opens with “{opening[0].strip()}”; open with the answer itself",
            *((opening.start(), opening.end()) if view.by_part else ()),
        )
    elif _LEAD_IN.match(part.text):
        yield Defect(part.field, "only announces the points; answer the question in it")
