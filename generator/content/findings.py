"""What a check reports: one finding is one defect at one place of one field."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect.

    ``field`` is the path of the value it concerns: in a draft ``introduction``, ``points[2].body``
    (0-based), ``points[2].heading``, ``points`` (the list as a whole), ``conclusion``,
    ``page_description``, ``page_keywords``, ``subject``; in an article file ``answer``,
    ``seo.page_description``, ``seo.page_keywords``, ``related_article2.url`` and so on; empty for the
    whole. ``start`` and ``end`` are character offsets into that field's text (decoded Markdown for
    ``answer``), where the defect has a place.
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
    """Those findings that keep a draft from being good."""
    return [finding for finding in findings if finding.severity == "error"]
