"""The use case of ``audit``: checks each published article by every rule, then the rules about the whole corpus."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

from generator.content.checks import RULES, Rule
from generator.errors import UsageError
from generator.processes.ordered_map import ordered_map
from generator.workflows.audit.article_facts import AuditContext, ExaminedArticle, examine_all, unreadable
from generator.workflows.audit.audited_corpus import AuditedCorpus
from generator.workflows.audit.corpus_rules import corpus_findings
from generator.workflows.audit.field_fixes import FIXES_ON_REQUEST
from generator.workflows.audit.findings import count_rewritable
from generator.workflows.audit.misfiled import MISFILED, misfiled_findings
from generator.workflows.audit.requests import AuditOutcome, AuditRequest
from generator.workflows.ports import HasCorpus, HasSettings
from generator.workflows.site.selection import Selection, select

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from generator.workflows.audit.findings import AuditFinding
    from generator.workflows.engine.progress import Progress

_FILES_PER_UPDATE = 50


class AuditServices(HasSettings, HasCorpus, Protocol):
    """The services that an audit needs."""


def audit_site(services: AuditServices, request: AuditRequest, progress: Progress) -> AuditOutcome:
    """Check the selected files. The other files of the content folder are only read, to find duplicates and targets.

    Raises:
        UsageError: a rule or a git revision does not exist, or the paths do not exist or belong to several content
            folders.
    """
    check_codes(request.rules)
    settings = services.settings
    selection = select(request.paths, settings.content_dir, changed_since=request.changed_since)
    with progress.bar("auditing") as show:
        corpus = AuditedCorpus(
            frozenset(path.removesuffix(".md") for path in selection.files),
            selection.chosen,
            services.subjects,
            settings.site,
            similarity=settings.duplicates.similarity,
        )
        others = sorted(path for path in selection.files if path not in selection.chosen)
        files = [(path, False) for path in others] + [(path, True) for path in sorted(selection.chosen)]
        findings = [unreadable(item.path, item.reason) for item in selection.unreadable]
        context = AuditContext(
            selection.content_dir, settings.limits, settings.site, services.subjects, settings.house
        )
        results = ordered_map(partial(partial, examine_all, context), files)
        for done, examined in enumerate(results, start=1):
            findings += _added(corpus, examined, selection)
            if done % _FILES_PER_UPDATE == 0 or done == len(files):
                show(done, len(files))
        findings += corpus_findings(
            corpus,
            selection.chosen,
            description_similarity=settings.duplicates.description_similarity,
        )
    if MISFILED.code in request.rules:
        findings += misfiled_findings(services, selection, progress)
    rewritable = count_rewritable(findings)
    findings = [
        _as_requested(finding, request.rules) for finding in findings if _is_reported(finding, request.rules)
    ]
    findings.sort(key=lambda finding: (finding.path, finding.line, finding.field, finding.code))
    return AuditOutcome(
        selection=selection,
        corpus=corpus,
        findings=tuple(findings),
        examined=len(selection.chosen) + len(selection.unreadable),
        rewritable=rewritable,
    )


def audited_rules() -> list[Rule]:
    """The rules that apply to published articles, errors first."""
    rules = [rule for rule in RULES.values() if rule.published is not None]
    return sorted(rules, key=lambda rule: (rule.published != "error", rule.code))


def _is_reported(finding: AuditFinding, requested: Collection[str]) -> bool:
    """Whether a finding is reported for these requested rules; for none, all but those on request are."""
    return finding.code in requested if requested else not RULES[finding.code].on_request


def _as_requested(finding: AuditFinding, requested: Collection[str]) -> AuditFinding:
    """The finding, fixable only if ``--fix`` with these requested rules changes it."""
    if finding.code in FIXES_ON_REQUEST and not requested:
        return finding._replace(fixable=False)
    return finding


def check_codes(codes: Collection[str]) -> None:
    """Check the codes of requested rules.

    Raises:
        UsageError: no rule of published articles has one of the codes.
    """
    known = {rule.code for rule in audited_rules()}
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise UsageError(f"no rule is called {unknown[0]!r}; the rules are {', '.join(sorted(known))}")


def _added(corpus: AuditedCorpus, examined: ExaminedArticle, selection: Selection) -> Sequence[AuditFinding]:
    """Add the facts of a file to the corpus. Returns its findings if the file is audited."""
    if examined.facts is not None:
        corpus.add(examined.facts)
        return examined.findings
    return [finding for finding in examined.findings if finding.path in selection.chosen]
