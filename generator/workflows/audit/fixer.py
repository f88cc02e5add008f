"""Mends what has one right outcome in published articles, by patch: nothing else in a file moves by a byte."""

import difflib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from generator.content.article import RelatedArticle
from generator.content.frontmatter import Document, mend_ending, patch, patch_related, read
from generator.content.frontmatter.document import Related
from generator.content.slugs import key_from_url
from generator.errors import FrontMatterError, PatchError, StorageError, UsageError
from generator.store.files import read_file, write_file
from generator.workflows.audit.article_facts import Link
from generator.workflows.audit.audit import AuditReport
from generator.workflows.audit.corpus_rules import MOST_MISSING, Corpus
from generator.workflows.audit.fixes import ENDING, FIXES, LINK_FIXES, article_changes, links_are_whole

_LINK_PARTS = ("title", "subject", "url")


class Fix(NamedTuple):
    """A file and what becomes of it; ``codes`` are the rules whose fixes changed it."""

    path: str
    codes: tuple[str, ...]
    before: str
    after: str

    def diff(self) -> str:
        """The change as a unified diff."""
        lines = difflib.unified_diff(
            list(StringIO(self.before, newline="\n")),
            list(StringIO(self.after, newline="\n")),
            fromfile=f"a/{self.path}",
            tofile=f"b/{self.path}",
            n=1,
        )
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
        )


class LeftAlone(NamedTuple):
    """A file that was not fixed, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class Fixer:
    """Fixes the files of an audited corpus.

    ``codes`` are the rules to serve; ``drop_dead`` tells whether dead links may go.
    """

    corpus: Corpus
    codes: frozenset[str]
    drop_dead: bool

    def fixed(self, path: str, document: Document) -> tuple[str, tuple[str, ...]]:
        """The text of the file with all fixes made, and the rules that asked for them.

        Raises:
            PatchError: a field that cannot be changed without touching other bytes.
        """
        served: list[str] = []
        for code in FIX_ORDER:
            if code in self.codes:
                after = self._fixed(path, document, frozenset({code}))
                if after != document.text:
                    document = read(after)
                    served.append(code)
        return document.text, tuple(served)

    def _fixed(self, path: str, document: Document, codes: frozenset[str]) -> str:
        """The text with the fixes of these rules."""
        if ENDING in codes:
            return mend_ending(document.text)
        if codes <= LINK_FIXES:
            return self._relinked(path, document, codes)
        changes = article_changes(document, codes, self.corpus.subjects)
        return patch(document.text, changes) if changes else document.text

    def _relinked(self, path: str, document: Document, codes: frozenset[str]) -> str:
        """The text with the related articles mended; as it is where one of them is no whole link."""
        if "related-stale" in codes:
            return patch(document.text, self._refreshed(document))
        if not links_are_whole(document):
            return document.text
        kept = self._kept(path, document, codes)
        in_order = [link.number for link in kept] == list(range(1, len(kept) + 1))
        if len(kept) == len(document.related) and (in_order or "related-numbering" not in codes):
            return document.text
        links = [
            RelatedArticle(id=int(id_), title=title, subject=subject, url=url)
            for _, id_, title, subject, url in kept
        ]
        return patch_related(document.text, links)

    def _refreshed(self, document: Document) -> dict[str, str]:
        changes: dict[str, str] = {}
        for related in document.related:
            link = Link(related.number, related.title, related.subject, related.url, (0, 0, 0))
            fresh = self.corpus.refreshed(link)
            for part in _LINK_PARTS:
                if getattr(fresh, part) != getattr(link, part):
                    changes[f"related_article{related.number}.{part}"] = getattr(fresh, part)
        return changes

    def _kept(self, path: str, document: Document, codes: frozenset[str]) -> list[Related]:
        own = path.removesuffix(".md")
        seen: set[str] = set()
        kept: list[Related] = []
        for link in document.related:
            key = str(key_from_url(link.url) or link.url)
            if (
                ("related-dead" in codes and self.drop_dead and self.corpus.is_dead(link.url))
                or ("related-itself" in codes and key == own)
                or ("related-twice" in codes and key in seen)
            ):
                continue
            seen.add(key)
            kept.append(link)
        return kept


FIX_ORDER = (
    "cut-command",
    "raw-math-delimiter",
    "money-as-math",
    "keyword-spacing",
    "keyword-twice",
    "subject-spelling",
    "seo-title",
    "related-stale",
    "related-dead",
    "related-itself",
    "related-twice",
    "related-numbering",
    ENDING,
)
"""Every rule with a fix; a fix may bring to light what the next one mends."""


@dataclass
class FixReport:
    """What a run of fixes did. ``fixes`` were written, or with a dry run would be."""

    fixes: list[Fix]
    left_alone: list[LeftAlone]
    missing_share: float
    kept_dead: bool
    """Whether dead links stayed because too many targets are missing."""


def fixer_for(report: AuditReport, rules: Collection[str], *, whole_site: bool) -> Fixer:
    """What fixes the files of an audit: the rules asked for, or all that have a fix.

    Raises:
        UsageError: a rule without a fix.
    """
    unfixable = sorted(set(rules) - FIXES)
    if unfixable:
        raise UsageError(f"{unfixable[0]} has no fix; those that have one are {', '.join(sorted(FIXES))}")
    share = report.corpus.missing_share()
    return Fixer(report.corpus, frozenset(rules) or FIXES, whole_site or share <= MOST_MISSING)


def fix(
    report: AuditReport,
    fixer: Fixer,
    *,
    dry_run: bool = False,
    on_fix: Callable[[Fix], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> FixReport:
    """Fix the files that have a finding with a fix, each in one write.

    A file that was edited since it was read is left alone, and so is one that cannot be patched.

    Args:
        on_fix: is told of every file as it is written, or would be.
    """
    share = report.corpus.missing_share()
    dead = any(finding.code == "related-dead" for finding in report.findings)
    kept_dead = dead and "related-dead" in fixer.codes and not fixer.drop_dead
    done = FixReport([], [], share, kept_dead)
    paths = _to_fix(report, fixer.codes)
    for number, path in enumerate(paths, start=1):
        outcome = _fix_file(report.selection.content_dir / path, path, fixer, dry_run=dry_run)
        if isinstance(outcome, Fix):
            done.fixes.append(outcome)
            if on_fix is not None:
                on_fix(outcome)
        elif outcome is not None:
            done.left_alone.append(outcome)
        if progress is not None:
            progress(number, len(paths))
    return done


def _to_fix(report: AuditReport, codes: Collection[str]) -> Sequence[str]:
    return list(dict.fromkeys(finding.path for finding in report.findings if finding.code in codes))


def _fix_file(file: Path, path: str, fixer: Fixer, *, dry_run: bool) -> Fix | LeftAlone | None:
    try:
        data = read_file(file)
        if data is None:
            return LeftAlone(path, "is gone")
        document = read(data)
        after, codes = fixer.fixed(path, document)
        if after == document.text:
            return None
        if not dry_run:
            write_file(file.resolve(), after.encode(), expect=lambda found: found == data)
        return Fix(path, codes, document.text, after)
    except StorageError as error:
        return LeftAlone(path, error.reason)
    except FrontMatterError as error:
        return LeftAlone(path, error.reason)
    except PatchError as error:
        return LeftAlone(path, str(error))
