"""What an audit reports: one defect of one file, and how many files each rule has findings in."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from generator.content.findings import Severity

_EXAMPLES = 2


class AuditFinding(NamedTuple):
    """One defect of one file, as it is reported. ``path`` is below the content folder, ``line`` 1-based."""

    path: str
    line: int
    field: str
    code: str
    severity: Severity
    message: str
    fixable: bool

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return self._asdict()


class RuleCount(NamedTuple):
    """How many files a rule has findings in, in how many of them ``--fix`` changes some, and the first files."""

    code: str
    severity: Severity
    files: int
    fixable: int
    examples: tuple[str, ...]


def count_rules(findings: Iterable[AuditFinding]) -> tuple[RuleCount, ...]:
    """The rules with findings: errors first, the most frequent first. A rule may count as both severities."""
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
