"""Audits published articles: every rule over every file in one pass, then what only the whole corpus shows."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

from generator.config import Settings
from generator.content.checks import RULES, Rule
from generator.content.findings import Severity
from generator.errors import UsageError
from generator.processes.ordered_map import ordered_map
from generator.workflows.audit.article_facts import (
    AuditFinding,
    Examination,
    Examined,
    Facts,
    examine_all,
    unreadable,
)
from generator.workflows.audit.corpus_rules import Corpus, judge
from generator.workflows.audit.selection import Selection

Progress = Callable[[int, int], None]
"""Told how many files are looked at and how many there are."""

_EXAMPLES = 2


class RuleCount(NamedTuple):
    """How many files a rule has findings in, in how many of them ``--fix`` would mend some, and the first files."""

    code: str
    severity: Severity
    files: int
    fixable: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class AuditReport:
    """What an audit found: findings by path and line, and the facts of the files that were read.

    ``examined`` counts the files reported on, read or not.
    """

    selection: Selection
    corpus: Corpus
    findings: tuple[AuditFinding, ...]
    examined: int

    @property
    def has_errors(self) -> bool:
        """Whether a person or ``--fix`` has something to mend before readers meet it."""
        return any(finding.severity == "error" for finding in self.findings)

    @cached_property
    def facts(self) -> list[Facts]:
        """Those of the files reported on."""
        chosen = self.selection.chosen
        return [facts for facts in self.corpus.articles.values() if facts.path in chosen]

    @cached_property
    def counts(self) -> tuple[RuleCount, ...]:
        """The rules with findings: errors first, the most frequent first. A rule may count as both severities."""
        files: defaultdict[tuple[str, Severity], dict[str, None]] = defaultdict(dict)
        fixable: defaultdict[tuple[str, Severity], set[str]] = defaultdict(set)
        for finding in self.findings:
            row = (finding.code, finding.severity)
            files[row][finding.path] = None
            if finding.fixable:
                fixable[row].add(finding.path)
        rows = (
            RuleCount(*row, len(paths), len(fixable[row]), tuple(paths)[:_EXAMPLES])
            for row, paths in files.items()
        )
        return tuple(sorted(rows, key=lambda row: (row.severity != "error", -row.files, row.code)))


def audit(
    selection: Selection,
    settings: Settings,
    subjects: Collection[str],
    *,
    rules: Collection[str] = (),
    progress: Progress | None = None,
    processes: int | None = None,
) -> AuditReport:
    """Look at every chosen file; the others of the content folder are only read, to judge those against them.

    Args:
        subjects: the canonical names.
        rules: codes; findings of others are left out. All rules when empty.
        processes: how many to use; by default one per core, at most four.

    Raises:
        UsageError: a code that no rule has.
    """
    check_codes(rules)
    examination = Examination(selection.content_dir, settings.limits, tuple(subjects))
    corpus = Corpus(
        frozenset(path.removesuffix(".md") for path in selection.files),
        selection.chosen,
        {name.casefold(): name for name in subjects},
        similarity=settings.duplicates.similarity,
    )
    others = sorted(path for path in selection.files if path not in selection.chosen)
    wanted = [(path, False) for path in others] + [(path, True) for path in sorted(selection.chosen)]
    findings = [unreadable(item.path, item.reason) for item in selection.unreadable]
    results = ordered_map(partial(partial, examine_all, examination), wanted, processes=processes)
    for done, examined in enumerate(results, start=1):
        findings += _taken_in(corpus, examined, selection)
        if progress is not None and (done % 50 == 0 or done == len(wanted)):
            progress(done, len(wanted))
    findings += judge(corpus, selection.chosen)
    if rules:
        findings = [finding for finding in findings if finding.code in rules]
    findings.sort(key=lambda finding: (finding.path, finding.line, finding.field, finding.code))
    return AuditReport(
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


def _taken_in(corpus: Corpus, examined: Examined, selection: Selection) -> Sequence[AuditFinding]:
    """Keep the facts; the findings if they are wanted."""
    if examined.facts is not None:
        corpus.add(examined.facts)
        return examined.findings
    return [finding for finding in examined.findings if finding.path in selection.chosen]
