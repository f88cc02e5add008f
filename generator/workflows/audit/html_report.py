"""Writes the audit report as one self-contained HTML file: counts, histograms, and all findings by subject.

Everything shown comes from article files: the template escapes it, or the script inserts it as text.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from generator.content.checks import RULES
from generator.content.text import clean
from generator.workflows.audit.histograms import histograms
from generator.workflows.html_reports.page import write_page

if TYPE_CHECKING:
    from generator.content.limits import Limits
    from generator.workflows.audit.requests import AuditOutcome

_TEMPLATES = Path(__file__).parent / "templates"


def write_html_report(audit: AuditOutcome, file: Path, *, limits: Limits, now: str) -> None:
    """Write the report to a file.

    Args:
        now: the time in the ledger's format: UTC, ISO 8601.

    Raises:
        StorageError: the file cannot be written.
    """
    write_page(
        file,
        _TEMPLATES,
        "audit.html",
        created_at=now,
        folder=str(audit.selection.content_dir),
        files=audit.examined,
        with_errors=audit.files_with_errors,
        counts=audit.counts,
        rules=RULES,
        histograms=histograms(audit, limits),
        data=Markup(_script_safe(_data(audit))),
    )


def _data(audit: AuditOutcome) -> dict[str, Any]:
    """Findings by subject and file. Rules are numbered and files named once: there can be 100,000 findings."""
    codes = sorted({finding.code for finding in audit.findings})
    number = {code: index for index, code in enumerate(codes)}
    subjects: defaultdict[str, defaultdict[str, list[list[object]]]] = defaultdict(lambda: defaultdict(list))
    for finding in audit.findings:
        subject, _, name = finding.path.rpartition("/")
        row = [number[finding.code], int(finding.severity == "error"), finding.line, finding.field]
        subjects[subject][name].append([*row, clean(finding.message)])
    return {"codes": codes, "subjects": subjects}


def _script_safe(data: dict[str, Any]) -> str:
    """The data as JSON in which no character can end a script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
