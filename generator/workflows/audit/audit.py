"""The use case of ``audit``: checks each published article by every rule, then the rules about the whole corpus."""

from __future__ import annotations

from contextlib import closing
from operator import attrgetter
from typing import TYPE_CHECKING, Protocol

from generator.content.checks import RULES, Rule
from generator.errors import UsageError
from generator.processes.ordered_map import PARALLEL_FROM
from generator.processes.worker import paused_gc
from generator.workflows.audit.article_facts import ArticleFacts, AuditContext, ExaminedArticle, unreadable
from generator.workflows.audit.audited_corpus import AuditedCorpus
from generator.workflows.audit.corpus_rules import corpus_findings
from generator.workflows.audit.field_fixes import FIXES_ON_REQUEST
from generator.workflows.audit.findings import count_rewritable
from generator.workflows.audit.kept_audit import KeptAudit, KeptRun, audit_context, kept_results
from generator.workflows.audit.misfiled import MISFILED, misfiled_findings
from generator.workflows.audit.requests import AuditOutcome, AuditRequest
from generator.workflows.ports import HasCorpus, HasSettings
from generator.workflows.site.selection import Selection, select

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

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
    selection = select(request.paths, services.settings.content_dir, changed_since=request.changed_since)
    context = audit_context(services, selection.content_dir)
    with progress.bar("auditing") as show, closing(kept_results(services, context)) as kept:
        run = _AuditRun(services, context, selection, KeptAudit(context, selection, kept), show)
        corpus, findings = run.result()
    if MISFILED.code in request.rules:
        findings += misfiled_findings(services, selection, progress)
    rewritable = count_rewritable(findings)
    findings = _reported(findings, request.rules)
    findings.sort(key=attrgetter("path", "line", "field", "code"))
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


def _reported(findings: Iterable[AuditFinding], requested: Collection[str]) -> list[AuditFinding]:
    """The findings of the requested rules; without any, of all rules but those on request.

    A finding is fixable only if ``--fix`` with these requested rules changes it.
    """
    if requested:
        return [finding for finding in findings if finding.code in requested]
    left_out = {code for code, rule in RULES.items() if rule.on_request}
    return [
        finding._replace(fixable=False) if finding.code in FIXES_ON_REQUEST else finding
        for finding in findings
        if finding.code not in left_out
    ]


def check_codes(codes: Collection[str]) -> None:
    """Check the codes of requested rules.

    Raises:
        UsageError: no rule of published articles has one of the codes.
    """
    known = {rule.code for rule in audited_rules()}
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise UsageError(f"no rule is called {unknown[0]!r}; the rules are {', '.join(sorted(known))}")


class _AuditRun:
    """One audit of a selection, by kept results of earlier ones where nothing has changed since."""

    def __init__(
        self,
        services: AuditServices,
        context: AuditContext,
        selection: Selection,
        kept: KeptAudit,
        show: Callable[[int, int], None],
    ) -> None:
        self._services = services
        self._context = context
        self._selection = selection
        self._kept = kept
        self._show = show
        others = sorted(path for path in selection.files if path not in selection.chosen)
        self._files = [(path, False) for path in others] + [(path, True) for path in sorted(selection.chosen)]

    def result(self) -> tuple[AuditedCorpus, list[AuditFinding]]:
        """The corpus, and the findings by all rules."""
        if len(self._files) < PARALLEL_FROM:
            return self._result()
        with paused_gc():
            return self._result()

    def _result(self) -> tuple[AuditedCorpus, list[AuditFinding]]:
        unreadable_files = [unreadable(item.path, item.reason) for item in self._selection.unreadable]
        kept = self._kept.run()
        if kept is not None:
            self._show(len(self._files), len(self._files))
            return self._corpus(self._facts_later(), kept.missing_share), unreadable_files + kept.findings
        corpus = self._corpus()
        findings: list[AuditFinding] = []
        are_all_read = True
        for done, examined in enumerate(self._kept.examined(self._files), start=1):
            are_all_read = are_all_read and examined.facts is not None
            findings += _added(corpus, examined, self._selection)
            if done % _FILES_PER_UPDATE == 0 or done == len(self._files):
                self._show(done, len(self._files))
        duplicates = self._services.settings.duplicates
        is_whole = len(self._selection.chosen) == len(self._selection.files)
        findings += corpus_findings(
            corpus,
            self._selection.chosen,
            similarity=duplicates.similarity,
            description_similarity=duplicates.description_similarity,
            pairs=self._kept if is_whole else None,
        )
        if are_all_read:  # what cannot be read may be readable next time, without a new date of the file
            self._kept.keep_run(KeptRun(corpus.targets.missing_share, findings))
        return corpus, unreadable_files + findings

    def _corpus(
        self, later: Iterable[ArticleFacts] = (), missing_share: float | None = None
    ) -> AuditedCorpus:
        return AuditedCorpus(
            frozenset(path.removesuffix(".md") for path in self._selection.files),
            self._context.subjects,
            self._context.site,
            later=later,
            missing_share=missing_share,
        )

    def _facts_later(self) -> Iterator[ArticleFacts]:
        with closing(kept_results(self._services, self._context)) as kept:
            again = KeptAudit(self._context, self._selection, kept)
            for examined in again.examined(self._files):
                if examined.facts is not None:
                    yield examined.facts


def _added(corpus: AuditedCorpus, examined: ExaminedArticle, selection: Selection) -> Sequence[AuditFinding]:
    """Add the facts of a file to the corpus. Returns its findings if the file is audited."""
    if examined.facts is not None:
        corpus.add(examined.facts)
        return examined.findings
    return [finding for finding in examined.findings if finding.path in selection.chosen]
