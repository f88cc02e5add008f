"""``generator audit``: what is wrong with published articles, and the fixes that have one right outcome."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from generator.cli.options import CONTENT_DIR, open_services
from generator.cli.output import meter, note, say, table
from generator.content.display import plural

if TYPE_CHECKING:
    from generator.content.checks import Rule
    from generator.services import Services
    from generator.workflows.audit.audit import AuditReport
    from generator.workflows.audit.fixer import Fixer, FixReport


def audit(
    context: typer.Context,
    paths: list[str] = typer.Argument(None, metavar="[PATH]...", help="What to check.", show_default=False),
    rules: list[str] = typer.Option(
        (), "--rule", metavar="CODE", help="This rule only, every file of it; repeatable."
    ),
    explain: str = typer.Option(
        None, "--explain", metavar="CODE", help="Say what a rule means and why it matters."
    ),
    changed_since: str = typer.Option(
        None, "--changed-since", metavar="REV", help="Only files changed in git since this revision."
    ),
    html: str = typer.Option(None, "--html", metavar="FILE", help="Write a report to browse."),
    fix: bool = typer.Option(False, "--fix", help="Fix what has one right outcome."),
    dry_run: bool = typer.Option(False, "--dry-run", help="With --fix: show the changes, write nothing."),
    whole_site: bool = typer.Option(
        False,
        "--whole-site",
        help="With --fix: drop dead links though more than 5 % of all targets are missing.",
    ),
    content_dir: str = CONTENT_DIR,
    as_json: bool = typer.Option(
        False, "--json", help="One JSON object per finding (or fix) and line, on stdout."
    ),
) -> int:
    """Check published articles, and fix what has one right outcome.

    PATH is a content folder, a subject's folder or a file; without one, the configured content folder is checked. Links
    and duplicates are judged against the whole content folder in any case.

    Exit codes: 0 no errors, 1 errors (with --fix: errors left, or a file left alone), 2 wrong usage.

    Example: generator audit --rule related-dead   or   generator audit --fix --dry-run
    """
    from generator.errors import UsageError

    if explain is not None:
        return _explain(explain)
    if (dry_run or whole_site) and not fix:
        raise UsageError(f"{'--dry-run' if dry_run else '--whole-site'} belongs to --fix")
    with open_services(context, content_dir=content_dir) as services:
        report = _audited(services, paths or [], rules, changed_since)
        if html is not None:
            _write_html(services, report, Path(html), quiet=as_json)
        if fix:
            return _fix(report, rules, dry_run=dry_run, whole_site=whole_site, as_json=as_json)
        _show(report, listed=bool(rules), as_json=as_json)
        return 1 if report.has_errors else 0


def _explain(code: str) -> int:
    from generator.content.checks import RULES
    from generator.workflows.audit.audit import check_codes

    check_codes([code])
    rule = RULES[code]
    say(f"{rule.code}  ({rule.published}{', --fix mends it' if _has_fix(rule) else ''})")
    say(f"{rule.title}.\n{rule.explanation}")
    return 0


def _has_fix(rule: Rule) -> bool:
    from generator.workflows.audit.fixes import FIXES

    return rule.code in FIXES


def _audited(
    services: Services, paths: list[str], rules: list[str], changed_since: str | None
) -> AuditReport:
    from generator.workflows.audit.audit import audit as run
    from generator.workflows.audit.audit import check_codes
    from generator.workflows.audit.selection import select

    check_codes(rules)
    selection = select(
        [Path(path) for path in paths], services.settings.content_dir, changed_since=changed_since
    )
    with meter("auditing") as show:
        report = run(
            selection,
            services.settings,
            services.subjects.names,
            rules=rules,
            progress=lambda done, total: show(done, total),
        )
    for item in selection.unreadable:
        note(f"{item.path}: {item.reason}")
    return report


def _show(report: AuditReport, *, listed: bool, as_json: bool) -> None:
    if as_json:
        for finding in report.findings:
            say(json.dumps({**finding.as_dict(), "path": report.selection.shown(finding.path)}))
        return
    if listed:
        for finding in report.findings:
            where = f"{report.selection.shown(finding.path)}:{finding.line}"
            say(f"{where}: {finding.severity}: {finding.field or 'file'}: {finding.message} [{finding.code}]")
        if report.findings:
            say()
    rows: list[tuple[str, ...]] = []
    for count in report.counts:
        first, *more = count.examples
        rows.append((count.severity, count.code, f"{count.files:,}", f"{count.fixable:,}", first))
        rows += [("", "", "", "", example) for example in more if not listed]
    if rows:
        table(rows, header=("severity", "rule", "files", "fixable", "for example"))
        say()
    errors = len({finding.path for finding in report.findings if finding.severity == "error"})
    say(f"{plural(report.examined, 'file')} checked, {errors:,} with errors")
    _note_missing(report)


def _note_missing(report: AuditReport) -> None:
    from generator.workflows.audit.corpus_rules import MOST_MISSING

    share = report.corpus.missing_share()
    if share > MOST_MISSING:
        note(
            f"note: {share:.0%} of all related links lead out of {report.selection.content_dir}: it looks like a part"
            " of the site, so --fix drops none of them without --whole-site"
        )


# ---------------------------------------------------------------- fixes


def _fix(report: AuditReport, rules: list[str], *, dry_run: bool, whole_site: bool, as_json: bool) -> int:
    from generator.workflows.audit.fixer import Fix, fixer_for
    from generator.workflows.audit.fixer import fix as run

    fixer = fixer_for(report, rules, whole_site=whole_site)

    def tell(fix: Fix) -> None:
        path = report.selection.shown(fix.path)
        if as_json:
            say(json.dumps({"path": path, "fixed": list(fix.codes), "dry_run": dry_run}))
        elif dry_run:
            say(fix.diff().rstrip("\n"))
        else:
            say(f"{path}: {', '.join(fix.codes)}")

    with meter("fixing") as show:
        done = run(report, fixer, dry_run=dry_run, on_fix=tell, progress=lambda n, total: show(n, total))
    for item in done.left_alone:
        note(f"{report.selection.shown(item.path)}: {item.reason}")
    if not as_json:
        _sum_up(done, dry_run=dry_run)
    if done.kept_dead:
        _note_missing(report)
    return 1 if done.left_alone or _errors_left(report, fixer, done) else 0


def _sum_up(done: FixReport, *, dry_run: bool) -> None:
    counts: dict[str, int] = {}
    for fix in done.fixes:
        for code in fix.codes:
            counts[code] = counts.get(code, 0) + 1
    if counts:
        say()
        table([(code, f"{count:,}") for code, count in sorted(counts.items(), key=lambda item: -item[1])])
    say(f"{plural(len(done.fixes), 'file')} {'would be changed' if dry_run else 'changed'}")
    if done.left_alone:
        say(f"{plural(len(done.left_alone), 'file')} left alone")


def _errors_left(report: AuditReport, fixer: Fixer, done: FixReport) -> bool:
    """Whether a file has an error of a rule that was not served there."""
    served = {(fix.path, code) for fix in done.fixes for code in fix.codes}
    return any(f.severity == "error" and (f.path, f.code) not in served for f in report.findings)


def _write_html(services: Services, report: AuditReport, path: Path, *, quiet: bool) -> None:
    from generator.store.files import write_file
    from generator.workflows.audit.report import render_report

    page = render_report(report, services.settings.limits, made=services.now()[:16].replace("T", " "))
    write_file(path, page.encode())
    if not quiet:
        note(f"report: {path}")
