"""Rules on texts that stop before their end, and on introductions that do not answer."""

import re
from collections.abc import Iterator

from generator.content.checks.context import CheckContext
from generator.content.checks.rules import Defect, rule
from generator.content.checks.view import ArticleView, FieldText
from generator.content.language.endings import (
    NO_FULL_STOP,
    only_lacks_full_stop,
    pasted_label,
    unfinished_reason,
)

_BOLD_OPEN = re.compile(r"\*\*(?=\S)")


@rule(
    "cut-by-length",
    "The reply was cut off at its token limit",
    "The endpoint stopped the reply at the output limit, so its last text is not finished.",
    draft="error",
    published=None,
    needs="reply",
)
def cut_by_length(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if context.finish_reason == "length":
        yield Defect("", "the reply was cut off at the output limit; write a shorter one")


@rule(
    "cut-off",
    "The text stops before its end",
    "A text without its last words looks broken and does not give the reader the conclusion.",
    draft="error",
    published="error",
    fields=("introduction", "points", "conclusion"),
)
def cut_off(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for part in _endings(view):
        reason = unfinished_reason(part.text)
        if reason and not (context.published and _has_own_rule(part, reason)):
            yield Defect(part.field, f"{reason}: “…{_excerpt(part)}”; finish it", *_tail(part))


@rule(
    "no-full-stop",
    "The last sentence has no full stop",
    "The sentence is complete, but without its full stop the page looks as if something were missing.",
    draft=None,
    published="warning",
    fields=("conclusion",),
)
def no_full_stop(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for part in _endings(view):
        if (
            unfinished_reason(part.text) == NO_FULL_STOP
            and pasted_label(part.text) is None
            and only_lacks_full_stop(part.text)
        ):
            yield Defect(part.field, f"ends without a full stop: “…{_excerpt(part)}”; add it", *_tail(part))


@rule(
    "pasted-label",
    "The text ends in a label in capitals",
    "A heading or button of another page was pasted below the last sentence.",
    draft=None,
    published="warning",
    fields=("conclusion",),
)
def ends_in_label(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for part in _endings(view):
        label = pasted_label(part.text)
        if label is not None and unfinished_reason(part.text) is not None:
            yield Defect(part.field, f"ends in the label “{label[:60]}”; remove it", *_tail(part))


def _endings(view: ArticleView) -> tuple[FieldText, ...]:
    return tuple(view.sections()) if view.by_part else view.texts


def _has_own_rule(part: FieldText, reason: str) -> bool:
    """Whether another rule reports how a published text ends."""
    return pasted_label(part.text) is not None or (reason == NO_FULL_STOP and only_lacks_full_stop(part.text))


def _excerpt(part: FieldText) -> str:
    return part.text.rstrip()[-50:].lstrip()


def _tail(part: FieldText) -> tuple[int, int]:
    end = len(part.text.rstrip())
    return max(0, end - 50), end


@rule(
    "unclosed-markup",
    "A code fence or bold mark is never closed",
    "An unclosed fence turns the rest of the page into code, and an unclosed ** is shown as two stars.",
    draft="error",
    published="error",
    fields=("introduction", "points", "conclusion"),
)
def unclosed_markup(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for part in view.texts_containing("**", "```", "~~~", description=False):
        fence = next((found for found in part.unsafe_places if found.code == "unclosed-fence"), None)
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
                    part.field, f"has an unclosed ** at “{part.text[at : at + 30]}”; close it", at, at + 2
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
    "Many visitors see only the first lines, so “In this article …” and “Here are some …” give them no answer.",
    draft="error",
    published="warning",
    fields=("introduction",),
)
def introduction_not_an_answer(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    part = view.introduction
    if part is None or not part.text.strip():
        return
    opening = _EMPTY_OPENING.match(part.text)
    if opening:
        yield Defect(
            part.field,
            f"begins with “{opening[0].strip()}”; begin with the answer itself",
            *((opening.start(), opening.end()) if view.by_part else ()),
        )
    elif _LEAD_IN.match(part.text):
        yield Defect(part.field, "only announces the points; answer the question there")
