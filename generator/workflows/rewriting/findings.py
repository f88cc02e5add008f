"""What is wrong with published pages: the findings of the audit, and claims that a check contradicts or doubts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Protocol

from generator.content.checks import RULES
from generator.content.checks.claims import CLAIM_CODES, CONTRADICTED, DOUBTFUL, claim_findings
from generator.content.checks.keywords import ABOUT_FILES
from generator.content.checks.rewriting import REWRITE_RULES
from generator.content.drafts.rewrite import REWRITTEN
from generator.errors import UsageError
from generator.store.ledger.drafts.rewritten_page import ToldFinding
from generator.store.ledger.pages import file_page
from generator.workflows.audit.article_facts import AuditContext, examine
from generator.workflows.audit.audit import AuditServices, audit_site, audited_rules, check_codes
from generator.workflows.audit.field_fixes import FIXES, LINK_FIXES
from generator.workflows.audit.misfiled import MISFILED
from generator.workflows.audit.requests import AuditRequest
from generator.workflows.claims.list import ClaimListServices, list_claims
from generator.workflows.claims.view import present_claims
from generator.workflows.pages.page import texts_of_file

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from generator.content.claims.claim import Claim
    from generator.content.claims.verdict import Verdict, VerdictName
    from generator.workflows.audit.findings import AuditFinding
    from generator.workflows.engine.progress import Progress

_VERDICTS: Mapping[str, VerdictName] = {CONTRADICTED.code: "contradicted", DOUBTFUL.code: "doubtful"}


class FindingServices(AuditServices, ClaimListServices, Protocol):
    """What finding what is wrong with pages takes."""


def check_rules(codes: Collection[str]) -> None:
    """Check the codes of rules by which pages are selected: those of the audit, and those of claims.

    Raises:
        UsageError: a code is none of them, or is of a rule whose findings remain after a rewrite.
    """
    check_codes([code for code in codes if code not in CLAIM_CODES])
    if MISFILED.code in codes:
        raise UsageError(
            f"{MISFILED.code}: a rewrite keeps the subject of its page; generator audit --rule {MISFILED.code} lists the"
            " pages to move"
        )
    for code in codes:
        if code not in REWRITE_RULES and REWRITTEN.isdisjoint(RULES[code].fields):
            raise UsageError(
                f"{code}: a rewrite changes the answer, description and keywords of a page only; {_remedy(code)}"
            )


def _remedy(code: str) -> str:
    """What removes the findings of a rule that a rewrite does not help."""
    if code.startswith("related-") and code not in LINK_FIXES:
        return "generator related --refresh chooses the links of pages again"
    if code in FIXES:
        more = ", and generator related --refresh chooses links again" if code in LINK_FIXES else ""
        return f"generator audit --fix --rule {code} corrects it{more}"
    if code.startswith("question-"):
        return "generator duplicates find lists the pages that one page would serve"
    return f"generator audit --rule {code} lists the pages to correct"


def pages_with(
    services: FindingServices, rules: Sequence[str], progress: Progress
) -> dict[str, tuple[ToldFinding, ...]]:
    """What is wrong with every page that has a finding of one of these rules, by its path; those findings come first.

    Claims of these pages that a check contradicts or doubts, and that nobody confirmed, are among them.

    Raises:
        UsageError: there is no content folder.
    """
    found: defaultdict[str, list[ToldFinding]] = defaultdict(list)
    for code in rules:
        if code in CLAIM_CODES:
            for page in list_claims(services, _VERDICTS[code], published=True):
                found[page.name] += _of_claims((item.claim, item.verdict) for item in page.claims)
    if any(code not in CLAIM_CODES for code in rules):
        audited = audit_site(services, AuditRequest(rules=_audited_for(rules)), progress)
        by_page: defaultdict[str, list[AuditFinding]] = defaultdict(list)
        for finding in audited.findings:
            by_page[finding.path].append(finding)
        for path, findings in by_page.items():
            if path in found or any(_selects(finding, rules) for finding in findings):
                found[path] += _told(findings, rules)
    else:
        for path in found:
            found[path] += _findings_in_file(services, path)
    for path in found:
        found[path] += _unsettled_claims(services, path)
    return {path: tuple(dict.fromkeys(findings)) for path, findings in found.items()}


def _audited_for(rules: Sequence[str]) -> tuple[str, ...]:
    """The rules of the audit: those that it reports unasked, and these."""
    return tuple(rule.code for rule in audited_rules() if rule.code in rules or not rule.on_request)


def _selects(finding: AuditFinding, rules: Sequence[str]) -> bool:
    """Whether a rewrite of the page can remove this finding of one of the rules, or withdrawing the page does."""
    return finding.code in rules and (finding.code in REWRITE_RULES or finding.field in REWRITTEN)


def findings_of_page(services: FindingServices, path: str) -> list[ToldFinding]:
    """What is wrong with the texts of one page, by the rules on single articles and by the checks of its claims.

    Args:
        path: below the content folder; a file that cannot be read has no such findings.
    """
    return _findings_in_file(services, path) + _unsettled_claims(services, path)


def _findings_in_file(services: FindingServices, path: str) -> list[ToldFinding]:
    settings = services.settings
    context = AuditContext(
        settings.content_dir, settings.limits, settings.site, services.subjects, settings.house
    )
    return _told(examine(context, path).findings, ())


def _unsettled_claims(services: FindingServices, path: str) -> list[ToldFinding]:
    """The claims in the present text of a page that a check contradicts or doubts, and that nobody confirmed."""
    if not services.has_ledger or not (rows := services.claims.of(file_page(path))):
        return []
    texts = texts_of_file((services.settings.content_dir / path).read_bytes())
    present = present_claims(texts, rows) if texts is not None else []
    return _of_claims((item.claim, item.verdict) for item in present if not item.is_settled)


def _told(findings: Iterable[AuditFinding], rules: Sequence[str]) -> list[ToldFinding]:
    """The findings that the model is told: on texts that it writes, and those of the selected rules, which come first."""
    told = [
        finding
        for finding in findings
        if (finding.field in REWRITTEN or _selects(finding, rules)) and finding.code not in ABOUT_FILES
    ]
    told.sort(key=lambda finding: finding.code not in rules)
    return [ToldFinding(finding.code, finding.field, finding.message) for finding in told]


def _of_claims(claims: Iterable[tuple[Claim, Verdict]]) -> list[ToldFinding]:
    return [ToldFinding(item.code, "answer", item.message) for item in claim_findings(claims)]
