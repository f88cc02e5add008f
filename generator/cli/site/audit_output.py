"""Prints findings, fixes and rule explanations of ``audit``, as text or JSON."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from generator.cli.terminal.output import note, say, say_commit, say_json_lines, say_lines, table
from generator.content.checks.rewriting import REWRITE_RULES
from generator.content.display import plural
from generator.workflows.audit.field_fixes import FIXES
from generator.workflows.site.git import Commit

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.content.checks import Rule
    from generator.workflows.audit.requests import AuditOutcome, FixOutcome
    from generator.workflows.site.file_change import FileChange
    from generator.workflows.site.selection import Selection


def show_explanation(rule: Rule) -> None:
    """Print what a rule means and why it matters."""
    say(f"{rule.code}  ({rule.published}{', fixable with --fix' if rule.code in FIXES else ''})")
    say(f"{rule.title}.\n{rule.explanation}")


def show_unreadable(audit: AuditOutcome) -> None:
    """Print the requested paths that cannot be read."""
    for item in audit.selection.unreadable:
        note(f"{item.path}: {item.reason}")


def show_audit(
    audit: AuditOutcome,
    *,
    listed: bool,
    as_json: bool,
    fix_command: str,
    next_command: Callable[..., str],
) -> None:
    """Print the number of files per rule, and what to run next; with ``listed``, each finding too.

    Args:
        fix_command: the command line that fixes the findings with a fix.
        next_command: makes a command line from the words of a command.
    """
    if as_json:
        shown = cache(audit.selection.display_path)  # a file has several findings
        say_json_lines(finding.as_dict(shown(finding.path)) for finding in audit.findings)
        return
    if listed:
        _say_findings(audit)
    rows: list[tuple[str, ...]] = []
    for count in audit.counts:
        first, *more = count.examples
        rows.append((count.severity, count.code, f"{count.files:,}", f"{count.fixable:,}", first))
        rows += [("", "", "", "", example) for example in more if not listed]
    if rows:
        table(rows, header=("severity", "rule", "files", "fixable", "for example"))
        say()
    say(f"{plural(audit.examined, 'file')} checked, {audit.files_with_errors:,} with errors")
    _note_next_steps(audit, fix_command, next_command)
    if audit.corpus.targets.is_partial_site:
        _note_part(audit)


def _note_next_steps(audit: AuditOutcome, fix_command: str, next_command: Callable[..., str]) -> None:
    if audit.fixable_files:
        note(f"{plural(audit.fixable_files, 'file')} can be fixed: {fix_command}")
    for action, what in (("rewrite", "to be written again"), ("withdraw", "to be withdrawn")):
        counts = {code: count for code, count in audit.rewritable.items() if REWRITE_RULES[code] == action}
        if counts:
            pages = ", ".join(f"{code} {count:,}" for code, count in counts.items())
            options = [word for code in counts for word in ("--rule", code)]
            note(f"pages {what}, by rule: {pages}: {next_command('rewrite', *options, '--plan')}")


def _say_findings(audit: AuditOutcome) -> None:
    shown = cache(audit.selection.display_path)
    say_lines(
        f"{shown(finding.path)}:{finding.line}: {finding.severity}: {finding.field or 'file'}: {finding.message}"
        f" [{finding.code}]"
        for finding in audit.findings
    )
    if audit.findings:
        say()


def _note_part(audit: AuditOutcome) -> None:
    note(
        f"note: {audit.corpus.targets.missing_share:.0%} of all related links have no target in"
        f" {audit.selection.content_dir}:"
        " the folder looks like a part of the site, so --fix keeps them; --whole-site drops them"
    )


def show_fix(selection: Selection, change: FileChange, *, dry_run: bool, as_json: bool) -> None:
    """Print a fixed file; with ``dry_run`` the change as a diff."""
    path = selection.display_path(change.path)
    if as_json:
        say(json.dumps({"path": path, "fixed": list(change.reasons), "dry_run": dry_run}))
    elif dry_run:
        say(change.diff().rstrip("\n"))
    else:
        say(f"{path}: {', '.join(change.reasons)}")


def show_fixed(audit: AuditOutcome, outcome: FixOutcome, *, dry_run: bool, as_json: bool) -> None:
    """Print a summary of the fixes, and the files that were skipped."""
    for item in outcome.left_alone:
        note(f"{audit.selection.display_path(item.path)}: {item.reason}")
    if not as_json:
        _say_fixed(outcome, dry_run=dry_run)
        say_commit(outcome.commit.hash, outcome.commit.error)
    elif outcome.commit != Commit():
        say(json.dumps({"commit": outcome.commit.hash, "commit_error": outcome.commit.error}))
    if outcome.kept_dead:
        _note_part(audit)


def _say_fixed(outcome: FixOutcome, *, dry_run: bool) -> None:
    counts = Counter(code for item in outcome.fixed for code in item.codes)
    if counts:
        say()
        table([(code, f"{count:,}") for code, count in counts.most_common()])
    say(f"{plural(len(outcome.fixed), 'file')} {'would be changed' if dry_run else 'changed'}")
    if outcome.left_alone:
        say(f"{plural(len(outcome.left_alone), 'file')} skipped")
