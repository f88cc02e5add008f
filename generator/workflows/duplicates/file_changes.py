"""Changes one file of an application: its canonical address or ``no_index``, and its related links; no other byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.content.article import RelatedArticle
from generator.content.duplicates.moved_links import moved_links
from generator.content.frontmatter import Document, patch, patch_related, read
from generator.content.frontmatter.patch import Change
from generator.content.seo.canonical import CANONICAL_FIELDS, canonical_fields, other_canonical_fields
from generator.content.seo.canonical_pages import absolute_address
from generator.content.slugs import ArticleKey
from generator.errors import FrontMatterError, PatchError, StorageError
from generator.workflows.site.file_change import FileChange, SkippedFile

if TYPE_CHECKING:
    from generator.content.frontmatter import Related
    from generator.content.site.site import Site
    from generator.content.site.subjects import SubjectList
    from generator.workflows.duplicates.plan import ApplicationPlan
    from generator.workflows.site.files import SiteFiles

POINTED, HIDDEN, RELEASED, RELINKED = "canonical", "no_index", "no canonical", "related"
"""Why a file changes, in :attr:`FileChange.reasons`."""


class FileChanger:
    """Computes the changes of the files of one plan. Nothing is written.

    Args:
        withdraw: hide the pages that are not kept instead of naming the keeper in them.
    """

    def __init__(
        self, files: SiteFiles, plan: ApplicationPlan, site: Site, subjects: SubjectList, *, withdraw: bool
    ) -> None:
        self._files = files
        self._plan = plan
        self._site = site
        self._subjects = subjects
        self._withdraw = withdraw

    def changed(self, path: str) -> FileChange | SkippedFile | None:
        """The change of a file, why it is skipped, or None where nothing changes.

        Args:
            path: relative to the content folder.
        """
        try:
            document = self._files.document(path)
            fields, reasons = self._fields(path.removesuffix(".md"), document)
            after = patch(document.text, fields) if fields else document.text
            relinked = self._relinked(path.removesuffix(".md"), read(after))
        except (StorageError, FrontMatterError, PatchError) as error:
            return SkippedFile.from_error(path, error)
        if relinked != after:
            reasons = (*reasons, RELINKED)
        return FileChange(path, reasons, document.text, relinked) if relinked != document.text else None

    def _fields(self, key: str, document: Document) -> tuple[dict[str, Change], tuple[str, ...]]:
        """The fields of a file that change, and why; without its links."""
        if key in self._plan.released:
            others = other_canonical_fields(document, self._site)
            return {field.name: None for field in others}, (RELEASED,)
        keeper = self._plan.keepers.get(key)
        if keeper is None:
            return {}, ()
        if self._withdraw and key in self._plan.decided:
            return ({}, ()) if document.is_hidden else ({"no_index": True}, (HIDDEN,))
        address = absolute_address(self._site, ArticleKey(*keeper.split("/", 1)))
        named = {field.name: field.address for field in canonical_fields(document)}
        written = CANONICAL_FIELDS[0]
        for name, other in named.items():
            if name != written and other != address:
                raise PatchError(f"its {name} is {other}, not that of the kept page: remove this line first")
        return ({}, ()) if set(named.values()) == {address} else ({written: address}, (POINTED,))

    def _relinked(self, key: str, document: Document) -> str:
        """The text with its links moved to keepers; a link that would lead to the page itself, or twice, is removed."""
        links = document.related
        targets = [self._site.target_of(link.url) for link in links]
        kept = moved_links(targets, self._plan.keepers, key)
        moved = [(links[number], keeper) for number, keeper in kept]
        if len(kept) < len(links):
            return self._regrouped(document, moved)
        fields: dict[str, Change] = {}
        for link, keeper in moved:
            if keeper is not None:
                for name, value in self._link(keeper):
                    fields[f"related_article{link.number}.{name}"] = value
        return patch(document.text, fields) if fields else document.text

    def _regrouped(self, document: Document, moved: list[tuple[Related, str | None]]) -> str:
        if not document.has_whole_links:
            raise PatchError("a related article has a missing or an unknown field: correct it by hand")
        return patch_related(
            document.text,
            [link.article() if keeper is None else self._link(keeper) for link, keeper in moved],
        )

    def _link(self, keeper: str) -> RelatedArticle:
        return self._plan.rows[keeper].link(self._site, self._subjects)
