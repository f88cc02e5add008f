"""Checks a draft after an edit: its text by every draft rule, and earlier findings that a file cannot show.

A model's draft is checked before it becomes a file, and some of its findings cannot be read off the file: a reply that
was cut off, a passage that was never given, a backslash-n in code, which the file format cannot carry. Such a finding
stays until the field that it concerns is changed.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from generator.content.checks import RULES, check_draft_file
from generator.content.checks.context import CheckContext
from generator.content.draft import Draft
from generator.content.findings import Finding
from generator.content.frontmatter import Document
from generator.content.markdown.unsafe import has_separated_backslash_n
from generator.content.revision import draft_of

_POINT = re.compile(r"points\[(\d+)\]\.(heading|body|passages)")
BACKSLASH_N = "line-break-pair"
"""The rule on what a file carries in another form: the finding stays as long as that form is anywhere in the answer."""
_ANSWER = ("", "answer", "introduction", "points", "conclusion")


def check_edited(
    new: Document, context: CheckContext, *, old: Document, earlier: Sequence[Finding]
) -> tuple[Finding, ...]:
    """What is wrong with a draft's article file after an edit.

    Args:
        new: the file after the edit.
        old: the file before it.
        earlier: the findings that were recorded for ``old``.
    """
    found = check_draft_file(new, context)
    known = {_identity(finding) for finding in (*found, *check_draft_file(old, context))}
    before, after = _Version(old), _Version(new)
    kept: dict[Finding, None] = {}
    for finding in earlier:
        if _identity(finding) in known or not _survives_edits(finding):
            continue
        if finding.code == BACKSLASH_N:
            kept.update(dict.fromkeys(_backslash_n(finding, after)))
        elif (stays := _kept(finding, before, after)) is not None:
            kept[stays] = None
    return (*found, *kept)


def _backslash_n(finding: Finding, after: "_Version") -> list[Finding]:
    """The finding on a backslash-n, at each part where the file has one in the form that it can carry."""
    return [replace(finding, field=name, start=None, end=None) for name in after.backslash_n_fields()]


class _Version:
    """One version of a draft's file, by the fields that findings name."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.draft: Draft = draft_of(document)

    def value(self, field: str) -> object:
        """What a finding on ``field`` concerns; the whole answer where the field is empty or unknown."""
        draft = self.draft
        match field:
            case "introduction":
                return _words(draft.introduction)
            case "conclusion":
                return _words(draft.conclusion)
            case "points":
                return [(_words(point.heading), _words(point.body)) for point in draft.points]
            case "page_description" | "page_keywords":
                return _words(self.document.get(f"seo.{field}") or "")
            case _ if field in self.document.keys or "." in field:
                return _words(self.document.get(field) or "")
        return _words(self.document.get("answer") or "")

    def backslash_n_fields(self) -> list[str]:
        """The parts that hold a backslash, a space and an n, as an article file carries a backslash-n."""
        texts = {"introduction": self.draft.introduction}
        for index, point in enumerate(self.draft.points):
            texts[f"points[{index}].heading"] = point.heading
            texts[f"points[{index}].body"] = point.body
        texts["conclusion"] = self.draft.conclusion
        return [name for name, text in texts.items() if has_separated_backslash_n(text)]

    def points(self, part: str) -> list[str]:
        """The headings, or the bodies, of its points."""
        return [_words(point.heading if part == "heading" else point.body) for point in self.draft.points]


def _kept(finding: Finding, before: _Version, after: _Version) -> Finding | None:
    """The finding, at the place where its unchanged text stands now; None where that text was changed."""
    point = _POINT.fullmatch(finding.field)
    if point is None:
        return finding if before.value(finding.field) == after.value(finding.field) else None
    index, part = int(point[1]), point[2]
    old, new = before.points(part), after.points(part)
    if index >= len(old):  # the file was read in other parts than the reply had
        return finding if before.value("answer") == after.value("answer") else None
    if old[index] in new[index : index + 1]:
        return finding
    return _moved(finding, index, new.index(old[index]), part) if old[index] in new else None


def _moved(finding: Finding, index: int, to: int, part: str) -> Finding:
    message = finding.message.replace(f"point {index + 1} ", f"point {to + 1} ", 1)
    return replace(finding, field=f"points[{to}].{part}", message=message)


def _survives_edits(finding: Finding) -> bool:
    """Whether its rule reads the reply, or the text that the reply had; what the file itself shows is found again."""
    rule = RULES.get(finding.code)
    return rule is not None and rule.needs != "document"


def _identity(finding: Finding) -> tuple[str, str]:
    """Code and text: a file gives one answer where a draft gives its parts."""
    field = finding.field.removeprefix("seo.")
    return finding.code, "answer" if field.split("[")[0] in _ANSWER else field


def _words(text: str) -> str:
    return " ".join(text.split())
