"""Finds the links of pages that lose some to a fix: those that ``related --refresh`` would give them.

So it does not matter which of the two commands runs first.
"""

from collections.abc import Callable

from generator.content.article import MAX_RELATED, RelatedArticle
from generator.content.frontmatter import Document
from generator.content.slugs import ArticleKey
from generator.errors import StorageError
from generator.workflows.engine.progress import Progress
from generator.workflows.links.planner import LinkPlanner
from generator.workflows.site.corpus import CorpusServices, refresh_corpus


class ReplacedLinks:
    """Plans the links of pages that lose some. The index is updated when the first page needs it.

    Args:
        is_dead: whether a link to this article is removed because the article does not exist.
    """

    def __init__(
        self, services: CorpusServices, progress: Progress, *, is_dead: Callable[[ArticleKey], bool]
    ) -> None:
        self._services = services
        self._progress = progress
        self._planner = LinkPlanner(services.index, services.settings.site, is_dead=is_dead)
        self._is_ready: bool | None = None

    def of(self, path: str, document: Document) -> list[RelatedArticle] | None:
        """All links that the page should have; None if it is not indexed, or the index cannot be used.

        Args:
            path: relative to the content folder of the settings.
            document: the page with its present links, all of them whole.
        """
        if not self._has_index():
            return None
        row = self._services.index.get(path.removesuffix(".md"))
        plan = None if row is None else self._planner.plan(row, document.related)
        if plan is None or len(plan.links) > MAX_RELATED:
            return None
        return plan.written(self._services.settings.site, self._services.subjects)

    def _has_index(self) -> bool:
        if self._is_ready is None:
            try:
                refresh_corpus(self._services, self._progress)
                self._is_ready = True
            except StorageError as error:
                self._progress.note(f"note: removed links are not replaced: {error}")
                self._is_ready = False
        return self._is_ready
