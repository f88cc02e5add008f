"""The use case of ``audit --fix``: fixes the findings that have one right outcome, with one write for each file."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from generator.content.display import plural
from generator.errors import FrontMatterError, PatchError, StorageError, UsageError
from generator.workflows.audit.field_fixes import FIXES, FIXES_ON_REQUEST
from generator.workflows.audit.fixer import Fixer
from generator.workflows.audit.replaced_links import ReplacedLinks
from generator.workflows.audit.requests import AuditOutcome, FixedFile, FixOutcome, FixRequest
from generator.workflows.engine.stopping.interrupts import stop_flag
from generator.workflows.ports import HasSettings
from generator.workflows.site.branch_files import BranchFiles
from generator.workflows.site.file_change import FileChange, SkippedFile
from generator.workflows.site.files import SiteFiles
from generator.workflows.site.git import Commit
from generator.workflows.site.in_step import announce, files_to_write

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.workflows.engine.progress import Progress
    from generator.workflows.site.corpus import CorpusServices


def fix_site(
    services: CorpusServices,
    audit: AuditOutcome,
    request: FixRequest,
    progress: Progress,
    *,
    on_fix: Callable[[FileChange], None] = lambda _: None,
) -> FixOutcome:
    """Fix the files that have a finding with a fix, with one write for each file.

    A file is skipped if it was edited since it was read, or if it cannot be patched.

    A page of the content folder of the settings that loses a link gets the links that ``related --refresh`` would give it.

    Args:
        audit: the outcome of an audit.
        on_fix: is called with each file that was written or, in a dry run, would be written.

    Raises:
        UsageError: a requested rule has no fix.
        GitError: the branch is behind its remote branch, or a preview is not possible; nothing is written.
    """
    fixer = _new_fixer(audit, request)
    if services.index.content_dir == audit.selection.content_dir.resolve():
        fixer = replace(fixer, replaced=_replaced_links(fixer, services, progress).of)
    files = _files(services, audit, request)
    fixed: list[FixedFile] = []
    left_alone: list[SkippedFile] = []
    paths = list(dict.fromkeys(finding.path for finding in audit.findings if finding.code in fixer.codes))
    if not request.dry_run:
        announce(progress, files, _most_changes(audit, fixer), exact=False)
    with progress.bar("fixing") as show, stop_flag() as is_stopping:
        outcomes = files.rewrite(
            paths, partial(_fixed, files, fixer), dry_run=request.dry_run, is_stopping=is_stopping
        )
        for number, outcome in enumerate(outcomes, start=1):
            if isinstance(outcome, SkippedFile):
                left_alone.append(outcome)
            elif outcome is not None:
                # The texts are not stored: those of a whole site would not fit in memory.
                fixed.append(FixedFile(outcome.path, outcome.reasons))
                on_fix(outcome)
            show(number, len(paths))
        interrupted = is_stopping()
    applied = {(item.path, code) for item in fixed for code in item.codes}
    has_dead_links = any(finding.code == "related-dead" for finding in audit.findings)
    return FixOutcome(
        fixed=tuple(fixed),
        left_alone=tuple(left_alone),
        interrupted=interrupted,
        kept_dead=has_dead_links and "related-dead" in fixer.codes and not fixer.drops_dead_links,
        errors_left=any(
            finding.severity == "error" and (finding.path, finding.code) not in applied
            for finding in audit.findings
        ),
        commit=files.commit(f"Fix {plural(len(fixed), 'article')}")
        if isinstance(files, BranchFiles)
        else Commit(),
    )


def _most_changes(audit: AuditOutcome, fixer: Fixer) -> int:
    """How many files have a finding that the fixer may change."""
    dropped = "related-dead" if fixer.drops_dead_links else None
    return len(
        {
            finding.path
            for finding in audit.findings
            if finding.code in fixer.codes and (finding.fixable or finding.code == dropped)
        }
    )


def _files(services: HasSettings, audit: AuditOutcome, request: FixRequest) -> SiteFiles:
    folder = audit.selection.content_dir
    if request.dry_run:
        return SiteFiles(folder)
    return files_to_write(
        services.settings, content_dir=folder, despite_git=request.despite_git, branch=request.branch
    )


def _new_fixer(audit: AuditOutcome, request: FixRequest) -> Fixer:
    """The fixer for the requested rules; if none is requested, for all rules with a fix that an audit reports then.

    Raises:
        UsageError: a requested rule has no fix.
    """
    unfixable = sorted(set(request.rules) - FIXES)
    if unfixable:
        raise UsageError(f"{unfixable[0]} has no fix; the rules with a fix are {', '.join(sorted(FIXES))}")
    codes = frozenset(request.rules) or FIXES - FIXES_ON_REQUEST
    return Fixer(
        audit.corpus, codes, drops_dead_links=request.whole_site or not audit.corpus.targets.is_partial_site
    )


def _replaced_links(fixer: Fixer, services: CorpusServices, progress: Progress) -> ReplacedLinks:
    drops_dead = fixer.drops_dead_links and "related-dead" in fixer.codes
    targets = fixer.corpus.targets
    return ReplacedLinks(services, progress, is_dead=lambda key: drops_dead and not targets.has(key))


def _fixed(files: SiteFiles, fixer: Fixer, path: str) -> FileChange | SkippedFile | None:
    """The change of one file, or why it is skipped; None if no fix changes it."""
    try:
        document = files.document(path)
        after, codes = fixer.fixed(path, document)
    except (StorageError, FrontMatterError, PatchError) as error:
        return SkippedFile.from_error(path, error)
    return None if after == document.text else FileChange(path, codes, document.text, after)
