"""Fixes what an audit found and what has one right outcome: each file in one write, unless it was edited meanwhile."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from generator.errors import FrontMatterError, PatchError, StorageError, UsageError
from generator.workflows.audit.field_fixes import FIXES
from generator.workflows.audit.fixer import Fixer
from generator.workflows.audit.requests import AuditOutcome, FixedFile, FixOutcome, FixRequest
from generator.workflows.site.file_change import FileChange, SkippedFile
from generator.workflows.site.files import SiteFiles

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.workflows.engine.progress import Progress


def fix_site(
    audit: AuditOutcome,
    request: FixRequest,
    progress: Progress,
    *,
    on_fix: Callable[[FileChange], None] = lambda _: None,
) -> FixOutcome:
    """Fix the files that have a finding with a fix, each in one write.

    A file that was edited since it was read is left alone, and so is one that cannot be patched.

    Args:
        audit: what an audit found.
        on_fix: is given every file as it is written, or with a dry run would be.

    Raises:
        UsageError: a rule without a fix.
    """
    fixer = _new_fixer(audit, request)
    files = SiteFiles(audit.selection.content_dir)
    fixed: list[FixedFile] = []
    left_alone: list[SkippedFile] = []
    paths = list(dict.fromkeys(finding.path for finding in audit.findings if finding.code in fixer.codes))
    with progress.bar("fixing") as show:
        outcomes = files.rewrite(paths, partial(_fixed, files, fixer), dry_run=request.dry_run)
        for number, outcome in enumerate(outcomes, start=1):
            if isinstance(outcome, SkippedFile):
                left_alone.append(outcome)
            elif outcome is not None:
                # The texts are not kept: those of a whole site would fill the memory.
                fixed.append(FixedFile(outcome.path, outcome.reasons))
                on_fix(outcome)
            show(number, len(paths))
    served = {(item.path, code) for item in fixed for code in item.codes}
    dead = any(finding.code == "related-dead" for finding in audit.findings)
    return FixOutcome(
        fixed=tuple(fixed),
        left_alone=tuple(left_alone),
        kept_dead=dead and "related-dead" in fixer.codes and not fixer.drops_dead_links,
        errors_left=any(
            finding.severity == "error" and (finding.path, finding.code) not in served
            for finding in audit.findings
        ),
    )


def _new_fixer(audit: AuditOutcome, request: FixRequest) -> Fixer:
    """What fixes the files of an audit: by the rules asked for, or all that have a fix.

    Raises:
        UsageError: a rule without a fix.
    """
    unfixable = sorted(set(request.rules) - FIXES)
    if unfixable:
        raise UsageError(f"{unfixable[0]} has no fix; those that have one are {', '.join(sorted(FIXES))}")
    codes = frozenset(request.rules) or FIXES
    return Fixer(
        audit.corpus, codes, drops_dead_links=request.whole_site or not audit.corpus.targets.is_partial_site
    )


def _fixed(files: SiteFiles, fixer: Fixer, path: str) -> FileChange | SkippedFile | None:
    """What the fixes make of a file; None where they change nothing."""
    try:
        document = files.document(path)
        after, codes = fixer.fixed(path, document)
    except (StorageError, FrontMatterError, PatchError) as error:
        return SkippedFile.from_error(path, error)
    return None if after == document.text else FileChange(path, codes, document.text, after)
