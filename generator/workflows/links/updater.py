"""Updates the related links of one published file. The update is a patch: no other byte of the file changes.

A file that was edited since it was indexed is skipped. A second update changes nothing. Targets of links are looked up
in the whole content folder. If too many targets are missing, the folder is taken for a part of the site, and links to
missing articles are kept.
"""

from collections.abc import Mapping
from typing import NamedTuple

from generator.content.article import MAX_RELATED, RelatedArticle
from generator.content.frontmatter import Document, Related, patch_related, read
from generator.content.slugs import ArticleKey
from generator.errors import FrontMatterError, PatchError, StorageError
from generator.store.corpus.rows import ArticleRow
from generator.store.files import sha256
from generator.workflows.audit.link_targets import LinkTargets
from generator.workflows.links.planner import LinkPlan, LinkPlanner
from generator.workflows.links.requests import LinkChange
from generator.workflows.site.corpus import CorpusServices
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


class LinkUpdater:
    """Updates the links of published files in one content folder. The index must be up to date.

    ``kept_dead`` counts the links to missing articles that were kept.

    Args:
        files: the files of the content folder.
        targets: the targets in the whole content folder.
        unreadable: the reason for each file that the index could not read, by path.
        whole_site: remove links to missing articles, however many there are.
    """

    def __init__(
        self,
        services: CorpusServices,
        files: SiteFiles,
        targets: LinkTargets,
        *,
        unreadable: Mapping[str, str],
        whole_site: bool = False,
    ) -> None:
        self.kept_dead = 0
        self._index = services.index
        self._site = services.settings.site
        self._subjects = services.subjects
        self._files = files
        self._targets = targets
        self._unreadable = unreadable
        self._whole_site = whole_site
        self._planner = LinkPlanner(self._index, self._site, is_dead=self._may_drop)

    def updated_file(self, path: str) -> UpdatedFile | SkippedFile | None:
        """The file with the links that it should have, or None if its links can stay. Nothing is written.

        Args:
            path: relative to the content folder.
        """
        row = self._index.get(path.removesuffix(".md"))
        if row is None:
            return SkippedFile(path, self._unreadable.get(path, "was added after the index was updated"))
        try:
            data = self._files.read(path)
            if sha256(data) != row.sha256:
                return SkippedFile(path, "was changed by someone else and is left alone")
            document = read(data)
            links = document.related
            plan = self._planner.plan(row, links)
            kept = links if plan is None else [link for link in plan.links if isinstance(link, Related)]
            self.kept_dead += sum(self._targets.is_dead(link.url) for link in kept)
            if plan is None or (not plan.dropped and not document.has_whole_links):
                # A group that cannot be written again only stays as it is if nothing in it is wrong.
                return None
            return self._updated(row, document, plan)
        except (StorageError, FrontMatterError, PatchError) as error:
            return SkippedFile.from_error(path, error)

    def _may_drop(self, key: ArticleKey) -> bool:
        return not self._targets.has(key) and (self._whole_site or not self._targets.is_partial_site)

    def _updated(self, row: ArticleRow, document: Document, plan: LinkPlan) -> UpdatedFile:
        """The change of one file. Raises PatchError."""
        if not document.has_whole_links:
            raise PatchError("a related article has a missing or an unknown field: correct it by hand")
        if len(plan.links) > MAX_RELATED:
            raise PatchError(f"it has more than {MAX_RELATED} related articles: remove some by hand")
        links = [self._written(link) for link in plan.links]
        after = patch_related(document.text, links)
        flaws = tuple(dict.fromkeys(item.flaw or "" for item in plan.dropped))
        flaws = flaws or (FEW_LINKS if document.related else NO_LINKS,)
        change = LinkChange(
            row.path,
            flaws,
            tuple((item.link.url, item.flaw or "") for item in plan.dropped),
            tuple(item.url for item, link in zip(links, plan.links, strict=True) if link in plan.added),
        )
        return UpdatedFile(change, FileChange(row.path, flaws, document.text, after))

    def _written(self, link: Related | ArticleRow) -> RelatedArticle:
        """The link in the form that is written: an old link unchanged, a new link in the form of all commands."""
        return link.article() if isinstance(link, Related) else link.link(self._site, self._subjects)
