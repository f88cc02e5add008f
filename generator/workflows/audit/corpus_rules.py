"""The rules that only the whole corpus shows: what stands twice, and links judged against their targets."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from generator.content.checks import Rule, register
from generator.content.duplicates.question_index import QuestionSet
from generator.content.duplicates.text_pairs import near_pairs
from generator.content.findings import Severity
from generator.content.slugs import key_from_url
from generator.content.text import normalise_question, one_line
from generator.workflows.audit.article_facts import AuditFinding, Facts, Link
from generator.workflows.audit.fixes import canonical

MOST_MISSING = 0.05
"""From a larger share of missing targets on, the folder is taken for a part of the site."""

_ALIKE_DESCRIPTIONS = 0.8
_NAMED = 3


def _rule(code: str, severity: Severity, title: str, explanation: str, *, fixable: bool = False) -> Rule:
    return register(
        Rule(
            code=code,
            title=title,
            explanation=explanation,
            draft=None,
            published=severity,
            fixable=fixable,
            scope="corpus",
        )
    )


ID_TWICE = _rule(
    "id-twice",
    "warning",
    "Several articles have the same id",
    "Whatever looks articles up by id, such as a CMS export or a link's id, finds the wrong one.",
)
QUESTION_TWICE = _rule(
    "question-twice",
    "error",
    "The same question stands twice in one subject",
    "The subject's list shows the question twice, and the two pages compete for one place in search results.",
)
QUESTION_ACROSS = _rule(
    "question-across-subjects",
    "warning",
    "The same question stands in several subjects",
    "Two pages of the site answer one search: each takes rank from the other.",
)
QUESTION_NEAR = _rule(
    "question-near-duplicate",
    "warning",
    "Two questions ask nearly the same",
    "Readers and search engines meet two pages where one would serve; their answers may contradict each other.",
)
DESCRIPTION_TWICE = _rule(
    "description-twice",
    "warning",
    "Several articles have the same description",
    "Search engines ignore a description that stands on several pages, and readers cannot tell them apart.",
)
DESCRIPTION_NEAR = _rule(
    "description-near-duplicate",
    "warning",
    "Two descriptions are nearly the same",
    "Two results that read alike look like one page; a description must say what only its page holds.",
)
RELATED_DEAD = _rule(
    "related-dead",
    "error",
    "A related link leads to a page that does not exist",
    "A reader who follows it gets an error page. Judged against the whole content folder, whatever part is audited.",
    fixable=True,
)
RELATED_STALE = _rule(
    "related-stale",
    "warning",
    "A related link's title, subject or address is not its target's own",
    "The link promises another page than the reader gets, or goes through a redirect.",
    fixable=True,
)
RELATED_SAME_QUESTION = _rule(
    "related-same-question",
    "warning",
    "Two related links show the same question",
    "Two pages of different subjects with one title stand in the list: the reader sees the same line twice.",
)


class Corpus:
    """All readable articles of a content folder, taken in one by one; those that are not reported on come first.

    Args:
        keys: of all files, those that cannot be read included.
        chosen: the paths of the files that are reported on.
        subjects: case-folded name to canonical name.
        similarity: from where on two questions count as near-duplicates.
    """

    def __init__(
        self,
        keys: Collection[str],
        chosen: Collection[str],
        subjects: Mapping[str, str],
        *,
        similarity: float,
    ) -> None:
        self.articles: dict[str, Facts] = {}
        self.subjects = subjects
        self.near_questions: list[tuple[Facts, Facts]] = []
        self._keys = keys
        self._chosen = chosen
        self._asked: QuestionSet[str] = QuestionSet(similarity)
        self._normals: dict[str, Facts] = {}

    def add(self, facts: Facts) -> None:
        """Take in an article, and compare its question with those before."""
        self.articles[facts.key] = facts
        if not facts.normal or facts.normal in self._normals:
            return
        self._normals[facts.normal] = facts
        if facts.path in self._chosen:
            nearest = self._asked.nearest(facts.question)
            if nearest is not None:
                self.near_questions.append((self._normals[nearest.key], facts))
        self._asked.add(facts.question, facts.normal)

    def target(self, url: str) -> Facts | None:
        """The readable article that a link leads to."""
        key = key_from_url(url)
        return self.articles.get(str(key)) if key is not None else None

    def is_dead(self, url: str) -> bool:
        """Whether an address is that of an article, and there is none."""
        key = key_from_url(url)
        return key is not None and str(key) not in self._keys

    def missing_share(self) -> float:
        """The part of all links to articles whose target does not exist."""
        urls = [
            link.url for facts in self.articles.values() for link in facts.links if key_from_url(link.url)
        ]
        return sum(map(self.is_dead, urls)) / len(urls) if urls else 0.0

    def refreshed(self, link: Link) -> Link:
        """The link with its target's own title, subject (in canonical spelling) and address, where it has one."""
        target = self.target(link.url)
        if target is None:
            return link
        key = key_from_url(link.url)
        return link._replace(
            title=one_line(target.title) or link.title,
            subject=one_line(canonical(target.subject, self.subjects)) or link.subject,
            url=key.url if key is not None else link.url,
        )


def judge(corpus: Corpus, chosen: Collection[str]) -> Iterator[AuditFinding]:
    """What the corpus shows of the chosen files (paths). Findings name the others that they concern."""
    articles = list(corpus.articles.values())
    for finding in (*_twice(articles), *_near(corpus, articles, chosen)):
        if finding.path in chosen:
            yield finding
    droppable = corpus.missing_share() <= MOST_MISSING
    for facts in articles:
        if facts.path in chosen:
            yield from _links(corpus, facts, droppable=droppable)


# ---------------------------------------------------------------- what stands twice


def _twice(articles: Sequence[Facts]) -> Iterator[AuditFinding]:
    ids: defaultdict[str, list[Facts]] = defaultdict(list)
    questions: defaultdict[str, list[Facts]] = defaultdict(list)
    descriptions: defaultdict[str, list[Facts]] = defaultdict(list)
    for facts in articles:
        if facts.id:
            ids[facts.id].append(facts)
        if facts.normal:
            questions[facts.normal].append(facts)
        if facts.description.strip():
            descriptions[normalise_question(facts.description)].append(facts)
    for id_, same in ids.items():
        yield from _each(ID_TWICE, "id", 0, same, f"the id {id_} is also that of")
    for same in questions.values():
        folders: defaultdict[str, list[Facts]] = defaultdict(list)
        for facts in same:
            folders[facts.path.partition("/")[0]].append(facts)
        for together in folders.values():
            yield from _each(QUESTION_TWICE, "question", 1, together, "the same question is asked in")
        if len(folders) > 1:
            for folder, own in folders.items():
                others = [other for name, part in folders.items() if name != folder for other in part]
                for facts in own:
                    yield _doubled(
                        QUESTION_ACROSS, "question", 1, facts, others, "the same question is asked in"
                    )
    for same in descriptions.values():
        yield from _each(
            DESCRIPTION_TWICE, "seo.page_description", 2, same, "the same description is that of"
        )


def _each(rule: Rule, name: str, line: int, same: Sequence[Facts], message: str) -> Iterator[AuditFinding]:
    if len(same) > 1:
        first = same[: _NAMED + 1]
        for facts in same:
            others = [other for other in first if other is not facts]
            yield _doubled(
                rule, name, line, facts, others, message, more=len(same) - 1 - len(others[:_NAMED])
            )


def _doubled(
    rule: Rule,
    name: str,
    line: int,
    facts: Facts,
    others: Sequence[Facts],
    message: str,
    *,
    more: int | None = None,
) -> AuditFinding:
    beyond = len(others) - _NAMED if more is None else more
    named = ", ".join(other.key for other in others[:_NAMED]) + (f" and {beyond} more" if beyond > 0 else "")
    return _finding(rule, facts, name, facts.lines[line], f"{message} {named}")


def _near(corpus: Corpus, articles: Sequence[Facts], chosen: Collection[str]) -> Iterator[AuditFinding]:
    """Pairs among texts that differ; each file of a pair is told of the other."""
    for one, two in corpus.near_questions:
        yield _alike(QUESTION_NEAR, "question", 1, one, two, two.question)
        yield _alike(QUESTION_NEAR, "question", 1, two, one, one.question)
    distinct: dict[str, Facts] = {}
    since = 0
    for facts in articles:
        if facts.description.strip():
            distinct.setdefault(normalise_question(facts.description), facts)
        if facts.path not in chosen:
            since = len(distinct)
    described = list(distinct.values())
    for pair in near_pairs(list(distinct), threshold=_ALIKE_DESCRIPTIONS, since=since):
        one, two = described[pair.first], described[pair.second]
        yield _alike(DESCRIPTION_NEAR, "seo.page_description", 2, one, two, two.description)
        yield _alike(DESCRIPTION_NEAR, "seo.page_description", 2, two, one, one.description)


def _alike(rule: Rule, name: str, line: int, facts: Facts, other: Facts, text: str) -> AuditFinding:
    return _finding(rule, facts, name, facts.lines[line], f"is nearly that of {other.key}: “{text}”")


# ---------------------------------------------------------------- related links


def _links(corpus: Corpus, facts: Facts, *, droppable: bool) -> Iterator[AuditFinding]:
    fixable = droppable and facts.rewritable
    titles: dict[str, Link] = {}
    for link in facts.links:
        name = f"related_article{link.number}"
        if not link.url:
            continue
        if corpus.is_dead(link.url):
            message = f"{link.url} does not exist"
            yield _finding(RELATED_DEAD, facts, f"{name}.url", link.lines[2], message, fixable=fixable)
        elif key_from_url(link.url) is None:
            message = f"{link.url} is no article's address"
            yield _finding(RELATED_DEAD, facts, f"{name}.url", link.lines[2], message)
        else:
            yield from _stale(corpus, facts, link, name)
        same = titles.setdefault(normalise_question(link.title), link)
        if same.url != link.url and link.title:
            message = f"shows the same question as related_article{same.number}"
            yield _finding(RELATED_SAME_QUESTION, facts, f"{name}.title", link.lines[0], message)


def _stale(corpus: Corpus, facts: Facts, link: Link, name: str) -> Iterator[AuditFinding]:
    fresh = corpus.refreshed(link)
    for part, line in zip(("title", "subject", "url"), link.lines, strict=True):
        old, new = getattr(link, part), getattr(fresh, part)
        if old != new:
            message = f"is “{old}”; the target's own is “{new}”"
            yield _finding(RELATED_STALE, facts, f"{name}.{part}", line, message, fixable=True)


def _finding(
    rule: Rule, facts: Facts, name: str, line: int, message: str, *, fixable: bool = False
) -> AuditFinding:
    severity = rule.published or "warning"
    return AuditFinding(facts.path, line, name, rule.code, severity, message, fixable)
