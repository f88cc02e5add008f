"""The parts of the edit page that change while a reviewer types: findings and claims, by field, and the article."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from generator.content.checks.places import findings_in_file
from generator.content.drafts.version_diff import readable
from generator.content.markdown.line_breaks import decode
from generator.store.ledger.pages import draft_page
from generator.web.drafts.article_page import findings_and_html, number_claims
from generator.workflows.claims.view import present_claims, required_claims
from generator.workflows.pages.page import texts_of_file
from generator.workflows.review.views.draft_view import search_result_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.store.ledger.drafts.rows import DraftRow
    from generator.web.context import PageContext
    from generator.web.drafts.article_page import ShownClaim, ShownFinding
    from generator.workflows.draft_files.checker import CheckedFile

EDIT_FIELDS: dict[str, tuple[str, ...]] = {
    "question": ("question", "title", "article_title", "file_name", "url"),
    "subject": ("subject", "seo.title"),
    "date": ("date",),
    "answer": ("answer", "introduction", "points", "conclusion"),
    "description": ("seo.page_description", "page_description"),
    "keywords": ("seo.page_keywords", "page_keywords"),
}
"""The fields of the edit form, each with the fields of findings and claims that are about it."""


@dataclass
class FieldCounts:
    """The findings and the claims of one field of the form, by the numbers that the lists give them.

    ``doubtful`` are the claims that a check did not support, or that must be settled before approval.
    """

    errors: list[int] = field(default_factory=list)
    warnings: list[int] = field(default_factory=list)
    claims: list[int] = field(default_factory=list)
    doubtful: list[int] = field(default_factory=list)


def counts_by_field(findings: Sequence[ShownFinding], claims: Sequence[ShownClaim]) -> dict[str, FieldCounts]:
    """What each field of the edit form has; what is about the article as a whole is in none."""
    counts = {name: FieldCounts() for name in EDIT_FIELDS}
    for finding in findings:
        for name in _fields_of(finding.field):
            numbers = counts[name].errors if finding.severity == "error" else counts[name].warnings
            numbers.append(finding.number)
    for claim in claims:
        is_doubtful = claim.is_open or (claim.needs_look and claim.verdict.name != "unchecked")
        for name in _fields_of(claim.field):
            counts[name].claims.append(claim.number)
            counts[name].doubtful += [claim.number] if is_doubtful else []
    return counts


async def edit_preview(
    context: PageContext, row: DraftRow, checked: CheckedFile, reviewer: str
) -> dict[str, Any]:
    """The changing parts of the edit page of a draft, with a typed text that was checked."""
    services, document = context.services, readable(checked.data)
    known, required = services.claims.of(draft_page(row.job)), required_claims(services, row.subject)
    answer = decode(document.get("answer", "")) if document else ""

    def compute() -> tuple[tuple[ShownClaim, ...], tuple[ShownFinding, ...], str]:
        found = findings_in_file(checked.findings, answer)
        texts = texts_of_file(checked.data) if document else None
        present = present_claims(texts, known) if texts is not None else []
        claims, places = number_claims(present, answer, len(found) + 1, required)
        findings, html = findings_and_html(found, answer, places)
        return claims, findings, html

    claims, findings, html = await context.heavy.run(reviewer, compute)
    counts = counts_by_field(findings, claims)
    return {
        "findings": context.fragment("findings.html", {"findings": findings, "editing": True}),
        "claims": context.fragment("edit_claims.html", {"claims": claims}),
        "counts": {
            name: context.fragment("field_counts.html", {"counts": found_in})
            for name, found_in in counts.items()
        },
        "search": context.fragment(
            "search.html", {"search": search_result_of(document, services.settings) if document else None}
        ),
        "answer": html,
        "moved": f"The new address will be {checked.key}" if checked.is_moved else "",
    }


def _fields_of(path: str) -> tuple[str, ...]:
    return tuple(
        name
        for name, paths in EDIT_FIELDS.items()
        if any(path == one or path.startswith(f"{one}[") for one in paths)
    )
