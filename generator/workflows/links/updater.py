"""Renews the related links of published files, by patch: nothing else in a file moves by a byte.

Promises: a file that was edited since it was indexed is left alone; what is written is durable; a run cut off
at any point is finished by the next; a second run changes nothing. Links are judged against the whole content
folder; where too many of all targets are missing, the folder is taken for a part of the site, and links to
articles that it does not have stay.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from generator.content.article import MAX_RELATED, RelatedArticle
from generator.content.frontmatter import Document, Related, patch_related, read
from generator.content.slugs import ArticleKey, key_from_url
from generator.content.text import one_line
from generator.errors import FrontMatterError, PatchError, StorageError
from generator.store.corpus.index import CorpusIndex
from generator.store.corpus.rows import ArticleRow
from generator.store.files import sha256
from generator.workflows.audit.corpus_rules import MOST_MISSING
from generator.workflows.audit.fixer import Fix, LeftAlone
from generator.workflows.audit.fixes import canonical, links_are_whole
from generator.workflows.links.related_links import Relating, Renewal
from generator.workflows.site.files import SiteFiles
from generator.workflows.site.git import GitError, commit_only

NO_LINKS = "none"
"""The reason of a file that had no related articles."""

_LINKED = re.compile(rb"^ +url: *[\"']?([^\s\"']+)", re.MULTILINE)


class Relink(NamedTuple):
    """A file with new links, and why: the flaws mended, or ``NO_LINKS``."""

    path: str
    reasons: tuple[str, ...]
    dropped: tuple[tuple[str, str], ...]
    """Address and flaw of each link that went."""
    added: tuple[str, ...]
    """Addresses of the new links."""


@dataclass
class RelinkReport:
    """What a run did. ``changed`` were written, or with a dry run would be."""

    changed: list[Relink] = field(default_factory=list)
    left_alone: list[LeftAlone] = field(default_factory=list)
    looked_at: int = 0
    kept_dead: int = 0
    """Links to articles that do not exist and stay, because the folder looks like a part of the site."""
    missing_share: float | None = None
    """The part of all links that lead to no article, where such links stay."""
    commit: str | None = None
    commit_error: str | None = None

    @property
    def needs_person(self) -> bool:
        return bool(self.left_alone or self.commit_error)

    @property
    def reasons(self) -> Counter[str]:
        """How many files were changed for each reason."""
        return Counter(reason for item in self.changed for reason in item.reasons)


class Site:
    """Which articles a content folder has, and whether it is the whole site.

    Args:
        files: all article files by their path below the folder, those that cannot be read included.
    """

    def __init__(self, content_dir: Path, files: Iterable[str]) -> None:
        self._folder = content_dir
        self._files = sorted(files)
        self._keys = frozenset(path.removesuffix(".md") for path in self._files)

    def has(self, key: ArticleKey) -> bool:
        """Whether there is such an article."""
        return str(key) in self._keys

    @cached_property
    def missing_share(self) -> float:
        """The part of all links to articles whose target does not exist; looks into every file."""
        total = missing = 0
        for key in self._linked():
            total += 1
            missing += not self.has(key)
        return missing / total if total else 0.0

    @property
    def is_part(self) -> bool:
        """Whether so many targets are missing that this must be a part of the site."""
        return self.missing_share > MOST_MISSING

    def _linked(self) -> Iterator[ArticleKey]:
        # By the lines alone: parsing every file of the site takes minutes.
        for path in self._files:
            try:
                data = (self._folder / path).read_bytes()
            except OSError:
                continue
            for url in _LINKED.findall(data):
                key = key_from_url(url.decode("utf-8", "replace"))
                if key is not None:
                    yield key


class Relinking:
    """Renews links in one content folder, whose index must be fresh.

    Args:
        site: the whole folder that links are judged against.
        subjects: case-folded name to canonical name.
        unreadable: files that the index could not take, with the reason.
        whole_site: drop links to articles that do not exist, however many they are.
    """

    def __init__(
        self,
        index: CorpusIndex,
        site: Site,
        *,
        subjects: Mapping[str, str],
        unreadable: Mapping[str, str],
        whole_site: bool = False,
    ) -> None:
        self._index = index
        self._files = SiteFiles(index.content_dir)
        self._site = site
        self._subjects = subjects
        self._unreadable = unreadable
        self._whole_site = whole_site
        self._relating = Relating(index, is_dead=self._may_drop)

    def run(
        self,
        paths: Collection[str],
        *,
        dry_run: bool = False,
        commit: bool = False,
        on_change: Callable[[Relink, Fix], None] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> RelinkReport:
        """Renew the links of these files, each in one write.

        Args:
            paths: below the content folder.
            dry_run: write nothing.
            commit: commit exactly the files that were changed.
            on_change: is told of every file as it is written, or would be.
        """
        report = RelinkReport()
        for number, path in enumerate(sorted(paths), start=1):
            outcome = self._renew(path, report, dry_run=dry_run)
            report.looked_at += 1
            if isinstance(outcome, LeftAlone):
                report.left_alone.append(outcome)
            elif outcome is not None:
                # Only what is told of it is kept: the texts of a whole site would fill the memory.
                report.changed.append(outcome[0])
                if on_change is not None:
                    on_change(*outcome)
            if progress is not None:
                progress(number, len(paths))
        changed = [item.path for item in report.changed]
        if not dry_run:
            self._files.sync(changed)
        if commit and not dry_run and changed:
            self._commit(changed, report)
        if report.kept_dead:
            report.missing_share = self._site.missing_share
        return report

    def _may_drop(self, key: ArticleKey) -> bool:
        return not self._site.has(key) and (self._whole_site or not self._site.is_part)

    def _renew(
        self, path: str, report: RelinkReport, *, dry_run: bool
    ) -> tuple[Relink, Fix] | LeftAlone | None:
        row = self._index.get(path.removesuffix(".md"))
        if row is None:
            return LeftAlone(path, self._unreadable.get(path, "came after the index was made"))
        try:
            data = self._files.read(path)
            if data is None:
                return LeftAlone(path, "is gone")
            if sha256(data) != row.sha256:
                return LeftAlone(path, "was changed by someone else and is left alone")
            document = read(data)
            links = document.related
            renewal = self._relating.renewed(row, links)
            kept = links if renewal is None else [link for link in renewal.links if isinstance(link, Related)]
            report.kept_dead += sum(map(self._is_kept_dead, kept))
            if renewal is None:
                return None
            made = self._made(row, document, renewal)
            if not dry_run:
                self._files.remove_leftovers(path)
                self._files.write(path, made[1].after.encode(), instead_of=row.sha256)
            return made
        except (StorageError, FrontMatterError) as error:
            return LeftAlone(path, error.reason)
        except PatchError as error:
            return LeftAlone(path, str(error))

    def _is_kept_dead(self, link: Related) -> bool:
        key = key_from_url(link.url)
        return key is not None and not self._site.has(key)

    def _made(self, row: ArticleRow, document: Document, renewal: Renewal) -> tuple[Relink, Fix]:
        """The change of one file. Raises PatchError."""
        if not links_are_whole(document):
            raise PatchError("a related article lacks a field or has one too many: mend it by hand")
        if len(renewal.links) > MAX_RELATED:
            raise PatchError(f"it has more than {MAX_RELATED} related articles: mend it by hand")
        links = [self._written(link) for link in renewal.links]
        after = patch_related(document.text, links)
        flaws = tuple(dict.fromkeys(item.flaw or "" for item in renewal.dropped)) or (NO_LINKS,)
        relink = Relink(
            row.path,
            flaws,
            tuple((item.link.url, item.flaw or "") for item in renewal.dropped),
            tuple(item.url for item, link in zip(links, renewal.links, strict=True) if link in renewal.added),
        )
        return relink, Fix(row.path, flaws, document.text, after)

    def _written(self, link: Related | ArticleRow) -> RelatedArticle:
        """The link as the file gets it: an old one as it is, a new one as an audit would have it."""
        if isinstance(link, Related):
            return RelatedArticle(id=int(link.id), title=link.title, subject=link.subject, url=link.url)
        made = link.link()
        return RelatedArticle(
            id=made.id,
            title=one_line(made.title),
            subject=one_line(canonical(made.subject, self._subjects)),
            url=ArticleKey(link.subject_slug, link.slug).url,
        )

    def _commit(self, paths: Sequence[str], report: RelinkReport) -> None:
        title = f"Renew the related articles of {paths[0] if len(paths) == 1 else f'{len(paths)} files'}"
        message = "\n".join([title, "", *(f"- {path}" for path in paths)])
        try:
            report.commit = commit_only(
                self._index.content_dir, [self._files.root / path for path in paths], f"{message}\n"
            )
        except GitError as error:
            report.commit_error = str(error)
