"""Audits published articles: every rule over every file in one pass, then what only the whole corpus shows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

from generator.content.checks import RULES, Rule
from generator.errors import UsageError
from generator.processes.ordered_map import ordered_map
from generator.workflows.audit.article_facts import Examination, ExaminedArticle, examine_all, unreadable
from generator.workflows.audit.audited_corpus import AuditedCorpus
from generator.workflows.audit.corpus_rules import corpus_findings
from generator.workflows.audit.requests import AuditOutcome, AuditRequest
from generator.workflows.ports import HasCorpus, HasSettings
from generator.workflows.site.selection import Selection, select

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from generator.workflows.audit.findings import AuditFinding
    from generator.workflows.engine.progress import Progress

_SHOWN_EVERY = 50


class AuditServices(HasSettings, HasCorpus, Protocol):
    """What an audit takes."""


def audit_site(services: AuditServices, request: AuditRequest, progress: Progress) -> AuditOutcome:
    """Look at every chosen file; the others of the content folder are only read, to judge those against them.

    Raises:
        UsageError: a code that no rule has, paths that are not there or belong to several content folders, or a
            revision that git does not know.
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
        wanted = [(path, False) for path in others] + [(path, True) for path in sorted(selection.chosen)]
        findings = [unreadable(item.path, item.reason) for item in selection.unreadable]
        examination = Examination(selection.content_dir, settings.limits, settings.site, services.subjects)
        results = ordered_map(partial(partial, examine_all, examination), wanted)
        for done, examined in enumerate(results, start=1):
            findings += _added(corpus, examined, selection)
            if done % _SHOWN_EVERY == 0 or done == len(wanted):
                show(done, len(wanted))
        findings += corpus_findings(
            corpus,
            selection.chosen,
            description_similarity=settings.duplicates.description_similarity,
        )
    if request.rules:
        findings = [finding for finding in findings if finding.code in request.rules]
    findings.sort(key=lambda finding: (finding.path, finding.line, finding.field, finding.code))
    return AuditOutcome(
        selection=selection,
        corpus=corpus,
        findings=tuple(findings),
        examined=len(selection.chosen) + len(selection.unreadable),
    )


def audited_rules() -> list[Rule]:
    """The rules that apply to published articles, errors first."""
    rules = [rule for rule in RULES.values() if rule.published is not None]
    return sorted(rules, key=lambda rule: (rule.published != "error", rule.code))


def check_codes(codes: Collection[str]) -> None:
    """Raise UsageError for a code that no rule of published articles has."""
    known = {rule.code for rule in audited_rules()}
    wrong = [code for code in codes if code not in known]
    if wrong:
        raise UsageError(f"no rule is called {wrong[0]!r}; the rules are {', '.join(sorted(known))}")


def _added(corpus: AuditedCorpus, examined: ExaminedArticle, selection: Selection) -> Sequence[AuditFinding]:
    """Add the facts to the corpus; the findings if they are wanted."""
    if examined.facts is not None:
        corpus.add(examined.facts)
        return examined.findings
    return [finding for finding in examined.findings if finding.path in selection.chosen]
