"""Updates the related links of one published file. The update is a patch: no other byte of the file changes.

A file that was edited since it was indexed is skipped. A second update changes nothing. Targets of links are looked up
in the whole content folder. If too many targets are missing, the folder is taken for a part of the site, and links to
missing articles are kept.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from generator.content.article import MAX_RELATED
from generator.content.frontmatter import Document, Related, patch_related, read
from generator.content.site.site import Site
from generator.content.site.subjects import SubjectList
from generator.content.slugs import ArticleKey
from generator.errors import FrontMatterError, PatchError, StorageError
from generator.store.corpus.index import CorpusIndex
from generator.store.corpus.rows import ArticleRow
from generator.store.files import sha256
from generator.workflows.links.planner import LinkPlan, LinkPlanner
from generator.workflows.links.requests import LinkChange
from generator.workflows.site.file_change import FileChange, SkippedFile
from generator.workflows.site.files import SiteFiles

NO_LINKS = "none"
"""The reason for the change of a file that had no related articles."""
FEW_LINKS = "few"
"""The reason for the change of a file that had fewer than five links, none of which is removed."""


class UpdatedFile(NamedTuple):
    """A file with new links: the changed links, and the text before and after the change."""

    links: LinkChange
    file: FileChange


class ExaminedFile(NamedTuple):
    """The result for one file: its update, why it is skipped, or None if its links can stay.

    ``kept_dead`` counts its links to missing articles that are kept.
    """

    result: UpdatedFile | SkippedFile | None
    kept_dead: int = 0


@dataclass(frozen=True)
class LinkedSite:
    """The published articles as they are before an update. It can be sent to another process.

    Args:
        content_dir: the content folder.
        index_path: the index, which is up to date.
        site, subjects: the site's own facts.
        similarity: from which two questions count as near duplicates.
        keys: ``subject/slug`` of all article files, including those that cannot be read.
        drops_dead: whether links to missing articles are removed.
        unreadable: the reason for each file that the index could not read, by path.
    """

    content_dir: Path
    index_path: Path
    site: Site
    subjects: SubjectList
    similarity: float
    keys: frozenset[str]
    drops_dead: bool
    unreadable: Mapping[str, str]

    def updater(self) -> "LinkUpdater":
        """An updater with its own connection to the index."""
        index = CorpusIndex(
            self.index_path,
            self.content_dir,
            subjects=self.subjects,
            similarity=self.similarity,
            site=self.site,
        )
        return LinkUpdater(self, index)


class LinkUpdater:
    """Updates the links of published files in one content folder. The index must be up to date."""

    def __init__(self, linked: LinkedSite, index: CorpusIndex) -> None:
        self._linked = linked
        self._index = index
        self._files = SiteFiles(linked.content_dir)
        self._planner = LinkPlanner(index, linked.site, is_dead=self._may_drop)

    def examined(self, path: str) -> ExaminedFile:
        """The file with the links that it should have. Nothing is written.

        Args:
            path: relative to the content folder.
        """
        row = self._index.get(path.removesuffix(".md"))
        if row is None:
            reason = self._linked.unreadable.get(path, "was added after the index was updated")
            return ExaminedFile(SkippedFile(path, reason))
        kept_dead = 0
        try:
            data = self._files.read(path)
            if sha256(data) != row.sha256:
                return ExaminedFile(SkippedFile(path, "was changed by someone else and is left alone"))
            document = read(data)
            links = document.related
            plan = self._planner.plan(row, links)
            kept = links if plan is None else [link for link in plan.links if isinstance(link, Related)]
            kept_dead = sum(self._is_dead(link.url) for link in kept)
            if plan is None or (not plan.dropped and not document.has_whole_links):
                # A group that cannot be written again only stays as it is if nothing in it is wrong.
                return ExaminedFile(None, kept_dead)
            return ExaminedFile(self._updated(row, document, plan), kept_dead)
        except (StorageError, FrontMatterError, PatchError) as error:
            return ExaminedFile(SkippedFile.from_error(path, error), kept_dead)

    def _is_dead(self, address: str) -> bool:
        key = self._linked.site.key_of_address(address)
        return key is not None and str(key) not in self._linked.keys

    def _may_drop(self, key: ArticleKey) -> bool:
        return self._linked.drops_dead and str(key) not in self._linked.keys

    def _updated(self, row: ArticleRow, document: Document, plan: LinkPlan) -> UpdatedFile:
        """The change of one file. Raises PatchError."""
        if not document.has_whole_links:
            raise PatchError("a related article has a missing or an unknown field: correct it by hand")
        if len(plan.links) > MAX_RELATED:
            raise PatchError(f"it has more than {MAX_RELATED} related articles: remove some by hand")
        links = plan.written(self._linked.site, self._linked.subjects)
        after = patch_related(document, links)
        flaws: tuple[str, ...] = tuple(dict.fromkeys(item.flaw or "" for item in plan.dropped))
        flaws = flaws or (FEW_LINKS if document.related else NO_LINKS,)
        change = LinkChange(
            row.path,
            flaws,
            tuple((item.link.url, item.flaw or "") for item in plan.dropped),
            tuple(item.url for item, link in zip(links, plan.links, strict=True) if link in plan.added),
        )
        return UpdatedFile(change, FileChange(row.path, flaws, document.text, after))


def examine_all(linked: LinkedSite) -> Callable[[Sequence[str]], list[ExaminedFile]]:
    """The work of one process: examines files, given by their paths, in order."""
    updater = linked.updater()
    return lambda paths: [updater.examined(path) for path in paths]
