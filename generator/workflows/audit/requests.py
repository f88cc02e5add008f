"""What an audit and its fixes are asked for and what they answer: plain values for the command line and tests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from generator.workflows.audit.findings import AuditFinding, RuleCount, count_rules

if TYPE_CHECKING:
    from pathlib import Path

    from generator.workflows.audit.article_facts import ArticleFacts
    from generator.workflows.audit.audited_corpus import AuditedCorpus
    from generator.workflows.site.file_change import SkippedFile
    from generator.workflows.site.selection import Selection


@dataclass(frozen=True)
class AuditRequest:
    """What to look at.

    Args:
        paths: files, subject folders or content folders; none for the configured content folder.
        rules: codes; findings of other rules are left out. All rules when empty.
        changed_since: a git revision; only files that differ from it are reported on.
    """

    paths: tuple[Path, ...] = ()
    rules: tuple[str, ...] = ()
    changed_since: str | None = None


@dataclass(frozen=True)
class AuditOutcome:
    """What an audit found: findings by path and line, and the facts of the files that were read.

    ``examined`` counts the files reported on, also those that cannot be read.
    """

    selection: Selection
    corpus: AuditedCorpus
    findings: tuple[AuditFinding, ...]
    examined: int

    @property
    def needs_person(self) -> bool:
        """Whether there is an error."""
        return any(finding.severity == "error" for finding in self.findings)

    @property
    def files_with_errors(self) -> int:
        """How many files have an error."""
        return len({finding.path for finding in self.findings if finding.severity == "error"})

    @cached_property
    def facts(self) -> list[ArticleFacts]:
        """Those of the files reported on."""
        chosen = self.selection.chosen
        return [facts for facts in self.corpus.articles.values() if facts.path in chosen]

    @cached_property
    def counts(self) -> tuple[RuleCount, ...]:
        """The rules with findings: errors first, the most frequent first."""
        return count_rules(self.findings)


@dataclass(frozen=True)
class FixRequest:
    """What to fix of an audit.

    Args:
        rules: codes; all that have a fix when empty.
        dry_run: write nothing.
        whole_site: drop dead links, however many targets are missing.
    """

    rules: tuple[str, ...] = ()
    dry_run: bool = False
    whole_site: bool = False


class FixedFile(NamedTuple):
    """A file that was written, or with a dry run would be; ``codes`` are the rules whose fixes changed it."""

    path: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class FixOutcome:
    """What became of the files with a fix.

    ``kept_dead`` says that dead links stayed because too many targets are missing; ``errors_left`` that a file has
    an error which no fix changed.
    """

    fixed: tuple[FixedFile, ...]
    left_alone: tuple[SkippedFile, ...]
    kept_dead: bool
    errors_left: bool

    @property
    def needs_person(self) -> bool:
        """Whether a file was left alone, or still has an error."""
        return bool(self.left_alone) or self.errors_left
