"""Checks a draft after an edit: runs the draft rules on the file, and keeps earlier findings that no file can show.

A model's draft is checked before it becomes a file. Some findings cannot be repeated from the file: a reply that was
cut off, a passage that was not given, a backslash-n in code, which the file format cannot store. These findings stay
until the field that they concern is changed.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from generator.content.checks import RULES, check_draft_file
from generator.content.checks.context import CheckContext
from generator.content.drafts.draft import Draft
from generator.content.drafts.revision import draft_of
from generator.content.findings import Finding
from generator.content.frontmatter import Document
from generator.content.markdown.unsafe import has_separated_backslash_n

_POINT = re.compile(r"points\[(\d+)\]\.(heading|body|passages)")
BACKSLASH_N = "line-break-pair"
"""The rule on backslash-n. A file stores it in another form; the finding stays while the answer contains that form."""
_ANSWER = ("", "answer", "introduction", "points", "conclusion")


def check_edited(
    new: Document, context: CheckContext, *, old: Document, earlier: Sequence[Finding]
) -> tuple[Finding, ...]:
    """The findings on a draft's article file after an edit.

    Args:
        new: the file after the edit.
        old: the file before the edit.
        earlier: the findings that were recorded for ``old``.
    """
    found = check_draft_file(new, context)
    repeated = {_identity(finding) for finding in (*found, *check_draft_file(old, context))}
    before, after = _Version(old), _Version(new)
    remaining: dict[Finding, None] = {}
    for finding in earlier:
        if _identity(finding) in repeated or not _survives_edits(finding):
            continue
        if finding.code == BACKSLASH_N:
            remaining.update(dict.fromkeys(_backslash_n(finding, after)))
        elif (placed := _placed(finding, before, after)) is not None:
            remaining[placed] = None
    return (*found, *remaining)


def _backslash_n(finding: Finding, after: "_Version") -> list[Finding]:
    """The finding on a backslash-n, for each part of the file that contains the stored form of one."""
    return [replace(finding, field=name, start=None, end=None) for name in after.backslash_n_fields()]


class _Version:
    """One version of a draft's file; gives its texts under the field names of findings."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.draft: Draft = draft_of(document)

    def value(self, field: str) -> object:
        """The text that a finding on ``field`` concerns; the whole answer where the field is empty or unknown."""
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
        """The parts that contain a backslash, a space and an n: the form in which a file stores a backslash-n."""
        texts = {"introduction": self.draft.introduction}
        for index, point in enumerate(self.draft.points):
            texts[f"points[{index}].heading"] = point.heading
            texts[f"points[{index}].body"] = point.body
        texts["conclusion"] = self.draft.conclusion
        return [name for name, text in texts.items() if has_separated_backslash_n(text)]

    def points(self, part: str) -> list[str]:
        """The headings (``part`` is ``heading``) or the bodies of its points."""
        return [_words(point.heading if part == "heading" else point.body) for point in self.draft.points]


def _placed(finding: Finding, before: _Version, after: _Version) -> Finding | None:
    """The finding, at the new place of its text; None where that text was changed."""
    point = _POINT.fullmatch(finding.field)
    if point is None:
        return finding if before.value(finding.field) == after.value(finding.field) else None
    index, part = int(point[1]), point[2]
    old, new = before.points(part), after.points(part)
    if index >= len(old):  # the file's answer was parsed into fewer points than the reply had
        return finding if before.value("answer") == after.value("answer") else None
    if old[index] in new[index : index + 1]:
        return finding
    return _moved(finding, index, new.index(old[index]), part) if old[index] in new else None


def _moved(finding: Finding, index: int, to: int, part: str) -> Finding:
    message = finding.message.replace(f"point {index + 1} ", f"point {to + 1} ", 1)
    return replace(finding, field=f"points[{to}].{part}", message=message)


def _survives_edits(finding: Finding) -> bool:
    """Whether its rule reads the model's reply; rules that read the file run again."""
    rule = RULES.get(finding.code)
    return rule is not None and rule.needs != "document"


def _identity(finding: Finding) -> tuple[str, str]:
    """Code and field; all parts of the answer count as one field, because a file has one ``answer``."""
    field = finding.field.removeprefix("seo.")
    return finding.code, "answer" if field.split("[")[0] in _ANSWER else field


def _words(text: str) -> str:
    return " ".join(text.split())
