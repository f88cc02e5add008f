"""Fixes what an audit found and what has one right outcome: each file in one write, unless it was edited meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.content.frontmatter import read
from generator.errors import FrontMatterError, PatchError, StorageError, UsageError
from generator.store.files import read_file, write_file
from generator.workflows.audit.field_fixes import FIXES
from generator.workflows.audit.fixer import Fixer
from generator.workflows.audit.requests import AuditOutcome, FixedFile, FixOutcome, FixRequest
from generator.workflows.site.file_change import FileChange, SkippedFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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
    fixed: list[FixedFile] = []
    left_alone: list[SkippedFile] = []
    paths = list(dict.fromkeys(finding.path for finding in audit.findings if finding.code in fixer.codes))
    with progress.bar("fixing") as show:
        for number, path in enumerate(paths, start=1):
            outcome = _fix_file(audit.selection.content_dir / path, path, fixer, dry_run=request.dry_run)
            if isinstance(outcome, SkippedFile):
                left_alone.append(outcome)
            elif outcome is not None:
                # The texts are not kept: those of a whole site would fill the memory.
                fixed.append(FixedFile(path, outcome.reasons))
                on_fix(outcome)
            show(number, len(paths))
    served = {(item.path, code) for item in fixed for code in item.codes}
    dead = any(finding.code == "related-dead" for finding in audit.findings)
    return FixOutcome(
        fixed=tuple(fixed),
        left_alone=tuple(left_alone),
        kept_dead=dead and "related-dead" in fixer.codes and not fixer.drop_dead,
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
    return Fixer(audit.corpus, codes, drop_dead=request.whole_site or not audit.corpus.targets.is_part)


def _fix_file(file: Path, path: str, fixer: Fixer, *, dry_run: bool) -> FileChange | SkippedFile | None:
    try:
        data = read_file(file)
        if data is None:
            return SkippedFile(path, "is gone")
        document = read(data)
        after, codes = fixer.fixed(path, document)
        if after == document.text:
            return None
        if not dry_run:
            write_file(file.resolve(), after.encode(), expect=lambda found: found == data)
        return FileChange(path, codes, document.text, after)
    except (StorageError, FrontMatterError) as error:
        return SkippedFile(path, error.reason)
    except PatchError as error:
        return SkippedFile(path, str(error))
