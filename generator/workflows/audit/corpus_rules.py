"""The rules that only the whole corpus shows: what two articles have in common, and links against their targets."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing

from generator.content.checks import Rule, register
from generator.content.duplicates.descriptions import Description, NearDuplicate
from generator.content.findings import Severity
from generator.content.text import normalise_question
from generator.store.corpus.description_pairs import DescriptionPairs
from generator.workflows.audit.article_facts import ArticleFacts, Link
from generator.workflows.audit.audited_corpus import AuditedCorpus
from generator.workflows.audit.findings import AuditFinding

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


def corpus_findings(
    corpus: AuditedCorpus, chosen: Collection[str], *, description_similarity: float
) -> Iterator[AuditFinding]:
    """What the corpus shows of the chosen files (paths). Findings name the others that they concern.

    Args:
        description_similarity: from where on two descriptions count as near-duplicates.
    """
    articles = list(corpus.articles.values())
    similar = _near_descriptions(corpus, chosen, description_similarity)
    for finding in (*_twice(articles), *_near_questions(corpus), *similar):
        if finding.path in chosen:
            yield finding
    droppable = not corpus.targets.is_part
    for facts in articles:
        if facts.path in chosen:
            yield from _links(corpus, facts, droppable=droppable)


# ---------------------------------------------------------------- what two articles have in common


def _twice(articles: Sequence[ArticleFacts]) -> Iterator[AuditFinding]:
    ids: defaultdict[str, list[ArticleFacts]] = defaultdict(list)
    questions: defaultdict[str, list[ArticleFacts]] = defaultdict(list)
    descriptions: defaultdict[str, list[ArticleFacts]] = defaultdict(list)
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
        folders: defaultdict[str, list[ArticleFacts]] = defaultdict(list)
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


def _each(
    rule: Rule, name: str, line: int, same: Sequence[ArticleFacts], message: str
) -> Iterator[AuditFinding]:
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
    facts: ArticleFacts,
    others: Sequence[ArticleFacts],
    message: str,
    *,
    more: int | None = None,
) -> AuditFinding:
    beyond = len(others) - _NAMED if more is None else more
    named = ", ".join(other.key for other in others[:_NAMED]) + (f" and {beyond} more" if beyond > 0 else "")
    return _finding(rule, facts, name, facts.lines[line], f"{message} {named}")


def _near_questions(corpus: AuditedCorpus) -> Iterator[AuditFinding]:
    """Pairs among questions that differ; each file of a pair has a finding that names the other."""
    for one, two in corpus.near_questions:
        yield _alike(QUESTION_NEAR, "question", 1, one, two, two.question)
        yield _alike(QUESTION_NEAR, "question", 1, two, one, one.question)


def _near_descriptions(
    corpus: AuditedCorpus, chosen: Collection[str], threshold: float
) -> Iterator[AuditFinding]:
    """Each file that has near-duplicates names the nearest, or one of them; equal descriptions have their own rule."""
    added = since = 0
    with closing(DescriptionPairs()) as descriptions:
        for facts in corpus.articles.values():
            if facts.description.strip():
                added += 1
                descriptions.add(facts.key, facts.description, question=facts.question)
            if facts.path not in chosen:
                since = added
        named: set[str] = set()
        for description, found in descriptions.near(threshold, since=since):
            normal = normalise_question(description.text)
            others = [other for other in found if normalise_question(other.text) != normal]
            if not others:
                continue
            nearest = max(others, key=lambda other: other.similarity)
            yield _near_description(corpus, description.page, nearest)
            for other in others:
                if other is nearest or other.page not in named:
                    yield _near_description(corpus, other.page, description)
            named.update((description.page, *(other.page for other in others)))


def _near_description(corpus: AuditedCorpus, page: str, other: Description | NearDuplicate) -> AuditFinding:
    facts = corpus.articles
    return _alike(DESCRIPTION_NEAR, "seo.page_description", 2, facts[page], facts[other.page], other.text)


def _alike(
    rule: Rule, name: str, line: int, facts: ArticleFacts, other: ArticleFacts, text: str
) -> AuditFinding:
    return _finding(rule, facts, name, facts.lines[line], f"is nearly that of {other.key}: “{text}”")


# ---------------------------------------------------------------- related links


def _links(corpus: AuditedCorpus, facts: ArticleFacts, *, droppable: bool) -> Iterator[AuditFinding]:
    fixable = droppable and facts.rewritable
    titles: dict[str, Link] = {}
    for link in facts.links:
        name = f"related_article{link.number}"
        if not link.url:
            continue
        if corpus.targets.is_dead(link.url):
            message = f"{link.url} does not exist"
            yield _finding(RELATED_DEAD, facts, f"{name}.url", link.lines[2], message, fixable=fixable)
        elif corpus.site.key_of_address(link.url) is None:
            message = f"{link.url} is no article's address"
            yield _finding(RELATED_DEAD, facts, f"{name}.url", link.lines[2], message)
        else:
            yield from _stale(corpus, facts, link, name)
        same = titles.setdefault(normalise_question(link.title), link)
        if link.title and corpus.site.target_of(same.url) != corpus.site.target_of(link.url):
            message = f"shows the same question as related_article{same.number}"
            yield _finding(RELATED_SAME_QUESTION, facts, f"{name}.title", link.lines[0], message)


def _stale(corpus: AuditedCorpus, facts: ArticleFacts, link: Link, name: str) -> Iterator[AuditFinding]:
    fresh = corpus.refreshed(link)
    for part, line in zip(("title", "subject", "url"), link.lines, strict=True):
        old, new = getattr(link, part), getattr(fresh, part)
        if old != new:
            message = f"is “{old}”; the target's own is “{new}”"
            yield _finding(RELATED_STALE, facts, f"{name}.{part}", line, message, fixable=True)


def _finding(
    rule: Rule, facts: ArticleFacts, name: str, line: int, message: str, *, fixable: bool = False
) -> AuditFinding:
    severity = rule.published or "warning"
    return AuditFinding(facts.path, line, name, rule.code, severity, message, fixable)
