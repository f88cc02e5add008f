"""Collects the facts of all readable articles of a content folder, and resolves their links."""

from collections.abc import Collection, Iterable, Iterator
from functools import cache

from generator.content.article import link_texts
from generator.content.site import Site
from generator.content.subjects import SubjectList
from generator.workflows.audit.article_facts import ArticleFacts, Link
from generator.workflows.site.link_targets import LinkTargets


class AuditedCorpus:
    """The articles of a content folder. Add the articles that are not audited before the audited ones.

    Args:
        keys: ``subject/slug`` of all files, including those that cannot be read.
        subjects: the subjects of the site.
        site: the site of the articles.
        later: the articles of a corpus that is filled when they are first needed.
    """

    def __init__(
        self,
        keys: Collection[str],
        subjects: SubjectList,
        site: Site,
        *,
        later: Iterable[ArticleFacts] = (),
    ) -> None:
        self._articles: dict[str, ArticleFacts] = {}
        self._later = later
        self.subjects = subjects
        self.site = site
        self.targets = LinkTargets(keys, self._addresses, site)
        self._fresh_texts = cache(self._texts_of)

    @property
    def articles(self) -> dict[str, ArticleFacts]:
        """All articles by ``subject/slug``."""
        later, self._later = self._later, ()
        for facts in later:
            self._articles[facts.key] = facts
        return self._articles

    def add(self, facts: ArticleFacts) -> None:
        """Add an article."""
        self._articles[facts.key] = facts

    def target(self, url: str) -> ArticleFacts | None:
        """The readable article that an address leads to, or None."""
        key = self.site.key_of_address(url)
        return self.articles.get(str(key)) if key is not None else None

    def refreshed(self, link: Link) -> Link:
        """The link with the title, subject (in canonical spelling) and address of its target.

        A link without a readable target is returned unchanged.
        """
        fresh = self._fresh_texts(link.url)
        if fresh is None:
            return link
        title, subject, address = fresh
        return link._replace(title=title or link.title, subject=subject or link.subject, url=address)

    def _texts_of(self, url: str) -> tuple[str, str, str] | None:
        """Title, subject and address for a link to the readable article of this address; None without one."""
        target = self.target(url)
        key = self.site.key_of_address(url)
        if target is None or key is None:
            return None
        return *link_texts(target.title, target.subject, self.subjects), self.site.address_of(key)

    def _addresses(self) -> Iterator[str]:
        """The addresses of all links. A file without a question is not an article: its links are ignored."""
        for facts in self.articles.values():
            if facts.question.strip():
                yield from (link.url for link in facts.links)
