"""The requests and outcomes of ``audit`` and ``audit --fix``."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from generator.workflows.audit.findings import AuditFinding, RuleCount, count_rules
from generator.workflows.site.git import Commit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generator.workflows.audit.article_facts import ArticleFacts
    from generator.workflows.audit.audited_corpus import AuditedCorpus
    from generator.workflows.site.file_change import SkippedFile
    from generator.workflows.site.selection import Selection


@dataclass(frozen=True)
class AuditRequest:
    """Which files are audited, and by which rules.

    Args:
        paths: files, subject folders or content folders; empty for the configured content folder.
        rules: report only findings of the rules with these codes; empty for all rules.
        changed_since: a git revision; report only files that differ from it.
    """

    paths: tuple[Path, ...] = ()
    rules: tuple[str, ...] = ()
    changed_since: str | None = None


@dataclass(frozen=True)
class AuditOutcome:
    """The findings of an audit, sorted by path and line, and the facts of the files that were read.

    ``examined`` counts the audited files, including those that cannot be read. ``rewritable`` is the number of files
    by the rules of ``REWRITE_RULES`` that no fix changes, whether or not the rules were requested.
    """

    selection: Selection
    corpus: AuditedCorpus
    findings: tuple[AuditFinding, ...]
    examined: int
    rewritable: Mapping[str, int] = field(default_factory=dict)

    @property
    def fixable_files(self) -> int:
        """How many files have a finding that a fix changes."""
        return len({finding.path for finding in self.findings if finding.fixable})

    @property
    def needs_person(self) -> bool:
        """Whether a finding is an error."""
        return any(finding.severity == "error" for finding in self.findings)

    @property
    def files_with_errors(self) -> int:
        """How many files have an error."""
        return len({finding.path for finding in self.findings if finding.severity == "error"})

    @cached_property
    def facts(self) -> list[ArticleFacts]:
        """The facts of the audited files that can be read."""
        chosen = self.selection.chosen
        return [facts for facts in self.corpus.articles.values() if facts.path in chosen]

    @cached_property
    def counts(self) -> tuple[RuleCount, ...]:
        """The rules that have findings: errors first, then by number of files."""
        return count_rules(self.findings)


@dataclass(frozen=True)
class FixRequest:
    """Which findings of an audit are fixed.

    Args:
        rules: codes of rules; empty for all rules that have a fix.
        dry_run: write nothing.
        whole_site: remove dead links however many targets are missing.
        branch: commit the changes to this branch for a preview, and leave the files as they are; None writes them.
        despite_git: write even if the branch is behind its remote or files have uncommitted changes of others.
    """

    rules: tuple[str, ...] = ()
    dry_run: bool = False
    whole_site: bool = False
    branch: str | None = None
    despite_git: bool = False


class FixedFile(NamedTuple):
    """A file that was written or, in a dry run, would be. ``codes`` are the rules whose fixes changed it."""

    path: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class FixOutcome:
    """The result of the fixes.

    ``left_alone`` are the files that were skipped. ``kept_dead`` is whether dead links were kept because too many
    targets are missing. ``errors_left`` is whether a file has an error that no fix changed. ``interrupted`` is whether
    Ctrl-C ended the fixes early: ``fixed`` has every file that was written. ``commit`` is the commit of a preview.
    """

    fixed: tuple[FixedFile, ...]
    left_alone: tuple[SkippedFile, ...]
    kept_dead: bool
    errors_left: bool
    interrupted: bool = False
    commit: Commit = Commit()

    @property
    def needs_person(self) -> bool:
        """Whether a file was skipped or still has an error, or the commit failed."""
        return bool(self.left_alone) or self.errors_left or bool(self.commit.error)
