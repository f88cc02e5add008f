"""Collects the facts of all readable articles of a content folder, and resolves their links."""

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from generator.content.article import link_texts
from generator.content.site.site import Site
from generator.content.site.subjects import SubjectList
from generator.workflows.audit.article_facts import ArticleFacts, Link
from generator.workflows.site.link_targets import LinkTargets


class LinkTarget(NamedTuple):
    """What an address leads to.

    ``name`` is equal for all spellings of an article's address. Title, subject (in canonical spelling) and address are
    those of a link to the article, empty where it has none or cannot be read. So are its question and the normal form.
    """

    name: str
    is_article: bool
    is_dead: bool
    title: str = ""
    subject: str = ""
    address: str = ""
    question: str = ""
    normal_question: str = ""


class AuditedCorpus:
    """The articles of a content folder. Add the articles that are not audited before the audited ones.

    Args:
        keys: ``subject/slug`` of all files, including those that cannot be read.
        subjects: the subjects of the site.
        site: the site of the articles.
        later: the articles of a corpus that is filled when they are first needed.
        missing_share: the share of the links without a target, where it is known.
    """

    def __init__(
        self,
        keys: Collection[str],
        subjects: SubjectList,
        site: Site,
        *,
        later: Iterable[ArticleFacts] = (),
        missing_share: float | None = None,
    ) -> None:
        self._articles: dict[str, ArticleFacts] = {}
        self._later = later
        self.subjects = subjects
        self.site = site
        self.targets = LinkTargets(keys, self._addresses, site, missing_share=missing_share)
        self.link_target = cache(self._link_target)
        """The target of an address. Only to be called when all articles are added: each answer is kept."""

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

    def refreshed(self, link: Link) -> Link:
        """The link with the title, subject (in canonical spelling) and address of its target.

        A link without a readable target is returned unchanged.
        """
        target = self.link_target(link.url)
        return link._replace(
            title=target.title or link.title,
            subject=target.subject or link.subject,
            url=target.address or link.url,
        )

    def _link_target(self, url: str) -> LinkTarget:
        key = self.site.key_of_address(url)
        if key is None:
            return LinkTarget(url, is_article=False, is_dead=False)
        name, is_dead = str(key), not self.targets.has(key)
        article = self.articles.get(name)
        if article is None:
            return LinkTarget(name, is_article=True, is_dead=is_dead)
        title, subject = link_texts(article.title, article.subject, self.subjects)
        return LinkTarget(
            name,
            is_article=True,
            is_dead=is_dead,
            title=title,
            subject=subject,
            address=self.site.address_of(key),
            question=article.question,
            normal_question=article.normal_question,
        )

    def _addresses(self) -> Iterator[str]:
        """The addresses of all links. A file without a question is not an article: its links are ignored."""
        for facts in self.articles.values():
            if facts.question.strip():
                yield from (link.url for link in facts.links)
