"""Collects the facts of all readable articles of a content folder: near-duplicate questions and targets of links."""

from collections.abc import Collection, Iterable, Iterator

from generator.content.article import link_texts
from generator.content.duplicates.question_index import QuestionIndex
from generator.content.site import Site
from generator.content.subjects import SubjectList
from generator.workflows.audit.article_facts import ArticleFacts, Link
from generator.workflows.site.link_targets import LinkTargets


class AuditedCorpus:
    """The articles of a content folder. Add the articles that are not audited before the audited ones.

    Args:
        keys: ``subject/slug`` of all files, including those that cannot be read.
        chosen: the paths of the audited files.
        subjects: the subjects of the site.
        site: the site of the articles.
        similarity: two questions are near duplicates if their similarity (0 to 1) is at least this.
        later: the articles of a corpus that is filled when they are first needed.
    """

    def __init__(
        self,
        keys: Collection[str],
        chosen: Collection[str],
        subjects: SubjectList,
        site: Site,
        *,
        similarity: float,
        later: Iterable[ArticleFacts] = (),
    ) -> None:
        self._articles: dict[str, ArticleFacts] = {}
        self._later = later
        self.subjects = subjects
        self.site = site
        self.targets = LinkTargets(keys, self._addresses, site)
        self.near_questions: list[tuple[ArticleFacts, ArticleFacts]] = []
        self._chosen = chosen
        self._questions: QuestionIndex[str] = QuestionIndex(similarity)
        self._by_normal_form: dict[str, ArticleFacts] = {}

    @property
    def articles(self) -> dict[str, ArticleFacts]:
        """All articles by ``subject/slug``."""
        later, self._later = self._later, ()
        for facts in later:
            self._articles[facts.key] = facts
        return self._articles

    def add(self, facts: ArticleFacts) -> None:
        """Add an article. If it is audited, compare its question with those added before.

        The question of a page that names another one as its canonical page is not compared.
        """
        self._articles[facts.key] = facts
        if facts.canonical or not facts.normal_question or facts.normal_question in self._by_normal_form:
            return
        self._by_normal_form[facts.normal_question] = facts
        if facts.path in self._chosen:
            nearest = self._questions.nearest(facts.question)
            if nearest is not None:
                self.near_questions.append((self._by_normal_form[nearest.key], facts))
        self._questions.add(facts.question, facts.normal_question)

    def target(self, url: str) -> ArticleFacts | None:
        """The readable article that an address leads to, or None."""
        key = self.site.key_of_address(url)
        return self.articles.get(str(key)) if key is not None else None

    def refreshed(self, link: Link) -> Link:
        """The link with the title, subject (in canonical spelling) and address of its target.

        A link without a readable target is returned unchanged.
        """
        target = self.target(link.url)
        if target is None:
            return link
        key = self.site.key_of_address(link.url)
        title, subject = link_texts(target.title, target.subject, self.subjects)
        return link._replace(
            title=title or link.title,
            subject=subject or link.subject,
            url=self.site.address_of(key) if key is not None else link.url,
        )

    def _addresses(self) -> Iterator[str]:
        """The addresses of all links. A file without a question is not an article: its links are ignored."""
        for facts in self.articles.values():
            if facts.question.strip():
                yield from (link.url for link in facts.links)
