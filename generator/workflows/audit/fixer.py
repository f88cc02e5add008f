"""Applies the fixes of an audit to one file. Each fix is a patch: no other byte of the file changes."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from generator.content.article import RelatedArticle
from generator.content.frontmatter import Document, patch, patch_related, read, restore_ending
from generator.content.frontmatter.document import Related
from generator.errors import PatchError
from generator.workflows.audit.article_facts import Link
from generator.workflows.audit.audited_corpus import AuditedCorpus
from generator.workflows.audit.field_fixes import ENDING, LINK_FIXES, article_changes

_LINK_DROPS = ("related-dead", "related-itself", "related-twice")
_LINK_PARTS = ("title", "subject", "url")


@dataclass(frozen=True)
class Fixer:
    """Applies fixes to the files of an audited corpus, one file at a time.

    ``codes`` are the rules whose fixes are applied. ``drops_dead_links`` is whether dead links are removed.
    ``replaced`` returns all links that a page which loses some should have, or None to keep the rest only.
    """

    corpus: AuditedCorpus
    codes: frozenset[str]
    drops_dead_links: bool
    replaced: Callable[[str, Document], list[RelatedArticle] | None] = lambda path, document: None

    def fixed(self, path: str, document: Document) -> tuple[str, tuple[str, ...]]:
        """The text of the file after all fixes, and the codes of the rules whose fixes changed it.

        Raises:
            PatchError: a field cannot be changed without changing other bytes.
        """
        applied: list[str] = []
        for code in FIX_ORDER:
            if code == _LINK_DROPS[0]:
                document, dropping = self._without_useless_links(path, document)
                applied += dropping
            elif code in self.codes and code not in _LINK_DROPS:
                after = self._fixed(path, document, code)
                if after != document.text:
                    document = read(after)
                    applied.append(code)
        return document.text, tuple(applied)

    def _without_useless_links(self, path: str, document: Document) -> tuple[Document, list[str]]:
        """The file without useless links, with others in their place, and the codes of the rules that removed some."""
        after, applied = document, []
        for code in _LINK_DROPS:
            if code in self.codes and (text := self._relinked(path, after, code)) != after.text:
                after = read(text)
                applied.append(code)
        links = self.replaced(path, document) if applied else None
        if links is not None:
            # A file that cannot take the new links only loses the old ones.
            with suppress(PatchError):
                after = read(patch_related(document.text, links))
        return after, applied

    def _fixed(self, path: str, document: Document, code: str) -> str:
        """The text after the fix of one rule."""
        if code == ENDING:
            return restore_ending(document.text, self.corpus.site.body)
        if code == "related-stale":
            return patch(document.text, self._refreshed(document))
        if code in LINK_FIXES:
            return self._relinked(path, document, code)
        changes = article_changes(document, frozenset({code}), self.corpus.subjects, self.corpus.site)
        return patch(document.text, changes) if changes else document.text

    def _relinked(self, path: str, document: Document, code: str) -> str:
        """The text with links removed and renumbered; unchanged if a link has a missing or an unknown field."""
        if not document.has_whole_links:
            return document.text
        kept = self._kept(path, document, code)
        in_order = [link.number for link in kept] == list(range(1, len(kept) + 1))
        if len(kept) == len(document.related) and (in_order or code != "related-numbering"):
            return document.text
        return patch_related(document.text, [link.article() for link in kept])

    def _refreshed(self, document: Document) -> dict[str, str]:
        changes: dict[str, str] = {}
        for related in document.related:
            link = Link(related.number, related.title, related.subject, related.url, (0, 0, 0))
            fresh = self.corpus.refreshed(link)
            for part in _LINK_PARTS:
                if getattr(fresh, part) != getattr(link, part):
                    changes[f"related_article{related.number}.{part}"] = getattr(fresh, part)
        return changes

    def _kept(self, path: str, document: Document, code: str) -> list[Related]:
        own = path.removesuffix(".md")
        linked: set[str] = set()
        kept: list[Related] = []
        for link in document.related:
            key = self.corpus.site.target_of(link.url)
            if (
                (code == "related-dead" and self.drops_dead_links and self.corpus.targets.is_dead(link.url))
                or (code == "related-itself" and key == own)
                or (code == "related-twice" and key in linked)
            ):
                continue
            linked.add(key)
            kept.append(link)
        return kept


FIX_ORDER = (
    "cut-command",
    "cut-code",
    "chemistry-command",
    "raw-math-delimiter",
    "money-as-math",
    "math-error",
    "source-phrase",
    "letters-lost",
    "keyword-spacing",
    "keyword-twice",
    "subject-spelling",
    "seo-title",
    "score-missing",
    "related-stale",
    "related-dead",
    "related-itself",
    "related-twice",
    "related-numbering",
    ENDING,
)
"""Every rule with a fix, in the order in which fixes are applied: a fix can reveal what a later one repairs."""
