"""The findings of an audit, and how many files each rule has findings in."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from generator.content.checks.rewriting import REWRITE_RULES
from generator.content.findings import Severity

_EXAMPLES = 2


class AuditFinding(NamedTuple):
    """One finding in one file. ``path`` is relative to the content folder; the first ``line`` is 1."""

    path: str
    line: int
    field: str
    code: str
    severity: Severity
    message: str
    fixable: bool

    def as_dict(self, path: str) -> dict[str, str | int | bool]:
        """The finding as an object for JSON, with the path as it is shown."""
        return {
            "path": path,
            "line": self.line,
            "field": self.field,
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "fixable": self.fixable,
        }


class RuleCount(NamedTuple):
    """The findings of one rule with one severity.

    ``files`` counts the files with findings, ``fixable`` those of them that ``--fix`` can change. ``examples`` are the
    first paths.
    """

    code: str
    severity: Severity
    files: int
    fixable: int
    examples: tuple[str, ...]


def count_rules(findings: Iterable[AuditFinding]) -> tuple[RuleCount, ...]:
    """The rules that have findings: errors first, then by number of files. A rule can have two severities."""
    files: defaultdict[tuple[str, Severity], dict[str, None]] = defaultdict(dict)
    fixable: defaultdict[tuple[str, Severity], set[str]] = defaultdict(set)
    for finding in findings:
        row = (finding.code, finding.severity)
        files[row][finding.path] = None
        if finding.fixable:
            fixable[row].add(finding.path)
    rows = (
        RuleCount(*row, len(paths), len(fixable[row]), tuple(paths)[:_EXAMPLES])
        for row, paths in files.items()
    )
    return tuple(sorted(rows, key=lambda row: (row.severity != "error", -row.files, row.code)))


def count_rewritable(findings: Iterable[AuditFinding]) -> dict[str, int]:
    """The number of files with findings that no fix changes, by the rules of ``REWRITE_RULES`` and in their order."""
    files: defaultdict[str, set[str]] = defaultdict(set)
    for finding in findings:
        if finding.code in REWRITE_RULES and not finding.fixable:
            files[finding.code].add(finding.path)
    return {code: len(files[code]) for code in REWRITE_RULES if code in files}
