"""The result of a check: one finding is one defect in one field."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect.

    Attributes:
        code: the code of the rule.
        field: the path of the value. In a draft: ``introduction``, ``points[2].body`` (counted from 0),
            ``points[2].heading``, ``points`` (the list as a whole), ``conclusion``, ``page_description``,
            ``page_keywords``, ``subject``. In an article file: ``answer``, ``seo.page_description``,
            ``related_article2.url`` and so on. Empty for the article as a whole.
        message: what is wrong and what to do; reads as a continuation of the field's name.
        start: the offset of the defect in the field's text (decoded Markdown for ``answer``); None without a place.
        end: the offset after the defect; None without a place.
        fixable: whether a program can fix the defect in the file.
    """

    code: str
    severity: Severity
    field: str
    message: str
    start: int | None = None
    end: int | None = None
    fixable: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def errors(findings: "tuple[Finding, ...] | list[Finding]") -> list[Finding]:
    """The findings with the severity ``error``."""
    return [finding for finding in findings if finding.severity == "error"]
