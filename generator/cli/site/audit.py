"""The ``generator audit`` command: checks published articles, and fixes defects that have one correct fix."""

from functools import partial
from pathlib import Path

import typer

from generator.cli.site.audit_output import (
    show_audit,
    show_explanation,
    show_fix,
    show_fixed,
    show_unreadable,
)
from generator.cli.terminal.exit_codes import INTERRUPTED, INTERRUPTED_FIXES
from generator.cli.terminal.next_steps import command_line
from generator.cli.terminal.options import BRANCH, CONTENT_DIR, DESPITE_GIT, check_branch, open_services
from generator.cli.terminal.output import TerminalProgress, note
from generator.content.checks import RULES
from generator.errors import UsageError
from generator.workflows.audit.audit import audit_site, check_codes
from generator.workflows.audit.fix import fix_site
from generator.workflows.audit.html_report import write_html_report
from generator.workflows.audit.requests import AuditRequest, FixRequest


def audit(
    context: typer.Context,
    paths: list[str] = typer.Argument(
        None, metavar="[PATH]...", help="Files or folders to check.", show_default=False
    ),
    rules: list[str] = typer.Option(
        (), "--rule", metavar="CODE", help="Only this rule, with every finding; repeatable."
    ),
    explain: str = typer.Option(None, "--explain", metavar="CODE", help="Explain a rule."),
    changed_since: str = typer.Option(
        None, "--changed-since", metavar="REV", help="Only files changed in git since this revision."
    ),
    html: str = typer.Option(None, "--html", metavar="FILE", help="Write an HTML report."),
    fix: bool = typer.Option(False, "--fix", help="Fix defects that have exactly one correct fix."),
    dry_run: bool = typer.Option(False, "--dry-run", help="With --fix: show the changes, write nothing."),
    whole_site: bool = typer.Option(
        False,
        "--whole-site",
        help="With --fix: drop dead links even if more than 5 % of all targets are missing.",
    ),
    branch: str = BRANCH,
    despite_git: bool = DESPITE_GIT,
    content_dir: str = CONTENT_DIR,
    as_json: bool = typer.Option(
        False, "--json", help="One JSON object per finding (or fix) and line, on stdout."
    ),
) -> int:
    """Check published articles, and fix defects that have exactly one correct fix.

    PATH is a content folder, a subject's folder or a file; without one, the
    configured content folder is checked. Links and duplicates are always
    checked against the whole content folder.

    Exit codes: 0 no errors, 1 errors (with --fix: errors left, or a file
    skipped), 2 wrong usage.

    Example: generator audit --rule related-dead   or   generator audit --fix --dry-run
    """
    if explain is not None:
        check_codes([explain])
        show_explanation(RULES[explain])
        return 0
    needs_fix = {
        "--dry-run": dry_run,
        "--whole-site": whole_site,
        "--branch": branch is not None,
        "--despite-git": despite_git,
    }
    if not fix and (given := [name for name, is_given in needs_fix.items() if is_given]):
        raise UsageError(f"{given[0]} needs --fix")
    check_branch(branch, dry_run=dry_run)
    request = AuditRequest(tuple(map(Path, paths or ())), tuple(rules), changed_since)
    progress = TerminalProgress()
    with open_services(context, content_dir=content_dir) as services:
        audited = audit_site(services, request, progress)
        show_unreadable(audited)
        if html is not None:
            write_html_report(audited, Path(html), limits=services.settings.limits, now=services.now())
            if not as_json:
                note(f"report: {html}")
        if not fix:
            wanted_rules = [word for code in rules for word in ("--rule", code)]
            next_command = partial(command_line, context, content_dir=content_dir)
            fix_command = next_command("audit", "--fix", *wanted_rules, *(paths or ()))
            show_audit(
                audited,
                listed=bool(rules),
                as_json=as_json,
                fix_command=fix_command,
                next_command=next_command,
            )
            return int(audited.needs_person)
        wanted = FixRequest(
            tuple(rules), dry_run=dry_run, whole_site=whole_site, branch=branch, despite_git=despite_git
        )
        leaves_files = dry_run or branch is not None
        show = partial(
            show_fix, audited.selection, dry_run=leaves_files if as_json else dry_run, as_json=as_json
        )
        fixed = fix_site(services, audited, wanted, progress, on_fix=show)
        show_fixed(audited, fixed, dry_run=leaves_files, as_json=as_json)
        if fixed.interrupted:
            note(INTERRUPTED_FIXES)
            return INTERRUPTED
        return int(fixed.needs_person)
