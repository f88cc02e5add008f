"""All readable articles of a content folder: which questions ask nearly the same, and where links lead."""

from collections.abc import Collection, Iterator

from generator.content.article import link_texts
from generator.content.duplicates.question_index import QuestionIndex
from generator.content.site import Site
from generator.content.subjects import SubjectList
from generator.workflows.audit.article_facts import ArticleFacts, Link
from generator.workflows.audit.link_targets import LinkTargets


class AuditedCorpus:
    """The articles of a content folder, added one by one; those that are not reported on come first.

    Args:
        keys: of all files, those that cannot be read included.
        chosen: the paths of the files that are reported on.
        subjects: those of the site.
        site: whose articles they are.
        similarity: from where on two questions count as near-duplicates.
    """

    def __init__(
        self,
        keys: Collection[str],
        chosen: Collection[str],
        subjects: SubjectList,
        site: Site,
        *,
        similarity: float,
    ) -> None:
        self.articles: dict[str, ArticleFacts] = {}
        self.subjects = subjects
        self.site = site
        self.targets = LinkTargets(keys, self._addresses, site)
        self.near_questions: list[tuple[ArticleFacts, ArticleFacts]] = []
        self._chosen = chosen
        self._questions: QuestionIndex[str] = QuestionIndex(similarity)
        self._by_normal_form: dict[str, ArticleFacts] = {}

    def add(self, facts: ArticleFacts) -> None:
        """Add an article, and compare its question with those before."""
        self.articles[facts.key] = facts
        if not facts.normal_question or facts.normal_question in self._by_normal_form:
            return
        self._by_normal_form[facts.normal_question] = facts
        if facts.path in self._chosen:
            nearest = self._questions.nearest(facts.question)
            if nearest is not None:
                self.near_questions.append((self._by_normal_form[nearest.key], facts))
        self._questions.add(facts.question, facts.normal_question)

    def target(self, url: str) -> ArticleFacts | None:
        """The readable article that a link leads to."""
        key = self.site.key_of_address(url)
        return self.articles.get(str(key)) if key is not None else None

    def refreshed(self, link: Link) -> Link:
        """The link with its target's own title, subject (in canonical spelling) and address, where it has one."""
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
        """Where links lead; what has no question is no article, and its links do not count."""
        for facts in self.articles.values():
            if facts.question.strip():
                yield from (link.url for link in facts.links)
