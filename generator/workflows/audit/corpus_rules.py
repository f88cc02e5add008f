"""The rules that need the whole corpus: ids, questions and descriptions of several articles, and targets of links."""

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
from generator.workflows.audit.canonical_rules import canonical_findings
from generator.workflows.audit.findings import AuditFinding

_MOST_NAMED = 3
"""The most other articles that a finding names."""


def _rule(
    code: str,
    severity: Severity,
    title: str,
    explanation: str,
    *,
    fields: tuple[str, ...] = (),
    fixable: bool = False,
) -> Rule:
    return register(
        Rule(
            code=code,
            title=title,
            explanation=explanation,
            draft=None,
            published=severity,
            fields=fields,
            fixable=fixable,
        )
    )


ID_TWICE = _rule(
    "id-twice",
    "warning",
    "Several articles have the same id",
    "A look-up by id, for example by a CMS export or by the id of a link, finds the wrong article.",
)
QUESTION_TWICE = _rule(
    "question-twice",
    "error",
    "Two articles of one subject have the same question",
    "The list of the subject shows the question twice, and the two pages compete in search results.",
)
QUESTION_ACROSS = _rule(
    "question-across-subjects",
    "warning",
    "Several subjects have the same question",
    "Two pages of the site answer one search, and each lowers the rank of the other.",
)
QUESTION_NEAR = _rule(
    "question-near-duplicate",
    "warning",
    "Two questions ask nearly the same",
    "Readers and search engines find two pages where one is enough, and the answers can contradict each other.",
)
DESCRIPTION_TWICE = _rule(
    "description-twice",
    "warning",
    "Several articles have the same description",
    "Search engines ignore a description that several pages have, and readers cannot distinguish the pages.",
    fields=("seo.page_description",),
)
DESCRIPTION_NEAR = _rule(
    "description-near-duplicate",
    "warning",
    "Two descriptions are nearly the same",
    "Two similar search results look like one page. A description must say what only its page contains.",
    fields=("seo.page_description",),
)
RELATED_DEAD = _rule(
    "related-dead",
    "error",
    "A related link leads to a page that does not exist",
    "A reader who follows it gets an error page. Links are checked against the whole content folder.",
    fixable=True,
)
RELATED_STALE = _rule(
    "related-stale",
    "warning",
    "A related link's title, subject or address differs from its target's",
    "The link announces another page than the one that opens, or it leads through a redirect.",
    fixable=True,
)
RELATED_SAME_QUESTION = _rule(
    "related-same-question",
    "warning",
    "Two related links show the same question",
    "The list has two pages of different subjects with one title: the reader sees the same line twice.",
)


def corpus_findings(
    corpus: AuditedCorpus, chosen: Collection[str], *, description_similarity: float
) -> Iterator[AuditFinding]:
    """The findings of all rules of this module in the audited files. A finding names the other articles concerned.

    Args:
        chosen: the paths of the audited files.
        description_similarity: two descriptions are near duplicates if their similarity (0 to 1) is at least this.
    """
    articles = list(corpus.articles.values())
    similar = _near_descriptions(corpus, chosen, description_similarity)
    for finding in (*_shared_values(articles), *_near_questions(corpus), *similar):
        if finding.path in chosen:
            yield finding
    for finding in canonical_findings(corpus):
        if finding.path in chosen:
            yield finding
    may_drop = not corpus.targets.is_partial_site
    for facts in articles:
        if facts.path in chosen:
            yield from _link_findings(corpus, facts, may_drop=may_drop)


# ---------------------------------------------------------------- values that two articles share


def _shared_values(articles: Sequence[ArticleFacts]) -> Iterator[AuditFinding]:
    ids: defaultdict[str, list[ArticleFacts]] = defaultdict(list)
    questions: defaultdict[str, list[ArticleFacts]] = defaultdict(list)
    descriptions: defaultdict[str, list[ArticleFacts]] = defaultdict(list)
    for facts in articles:
        if facts.id:
            ids[facts.id].append(facts)
        if facts.canonical:
            continue  # search engines show the canonical page instead
        if facts.normal_question:
            questions[facts.normal_question].append(facts)
        if facts.description.strip():
            descriptions[normalise_question(facts.description)].append(facts)
    for id_, same in ids.items():
        yield from _shared_id(id_, same)
    for same in questions.values():
        folders: defaultdict[str, list[ArticleFacts]] = defaultdict(list)
        for facts in same:
            folders[facts.path.partition("/")[0]].append(facts)
        for in_folder in folders.values():
            yield from _for_each(QUESTION_TWICE, "question", 1, in_folder, "the same question is asked in")
        if len(folders) > 1:
            for folder, in_folder in folders.items():
                others = [other for name, part in folders.items() if name != folder for other in part]
                for facts in in_folder:
                    yield _shared_value(
                        QUESTION_ACROSS, "question", 1, facts, others, "the same question is asked in"
                    )
    for same in descriptions.values():
        yield from _for_each(
            DESCRIPTION_TWICE, "seo.page_description", 2, same, "the same description is that of"
        )


def _shared_id(id_: str, same: Sequence[ArticleFacts]) -> Iterator[AuditFinding]:
    """The findings on one id of several questions; articles with one question are left to the rules on questions."""
    if len({facts.normal_question for facts in same}) < 2:
        return
    for facts in same:
        others = [other for other in same if other.normal_question != facts.normal_question]
        yield _shared_value(ID_TWICE, "id", 0, facts, others, f"the id {id_} is also that of")


def _for_each(
    rule: Rule, name: str, line: int, same: Sequence[ArticleFacts], message: str
) -> Iterator[AuditFinding]:
    if len(same) > 1:
        first = same[: _MOST_NAMED + 1]
        for facts in same:
            others = [other for other in first if other is not facts]
            yield _shared_value(
                rule, name, line, facts, others, message, unnamed=len(same) - 1 - len(others[:_MOST_NAMED])
            )


def _shared_value(
    rule: Rule,
    name: str,
    line: int,
    facts: ArticleFacts,
    others: Sequence[ArticleFacts],
    message: str,
    *,
    unnamed: int | None = None,
) -> AuditFinding:
    more = len(others) - _MOST_NAMED if unnamed is None else unnamed
    named = ", ".join(other.key for other in others[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return _finding(rule, facts, name, facts.lines[line], f"{message} {named}")


def _near_questions(corpus: AuditedCorpus) -> Iterator[AuditFinding]:
    """Two findings for each pair of near-duplicate questions: one for each file, which names the other file."""
    for one, two in corpus.near_questions:
        yield _near_duplicate(QUESTION_NEAR, "question", 1, one, two, two.question)
        yield _near_duplicate(QUESTION_NEAR, "question", 1, two, one, one.question)


def _near_descriptions(
    corpus: AuditedCorpus, chosen: Collection[str], threshold: float
) -> Iterator[AuditFinding]:
    """One finding for each file with a near duplicate, which names the nearest one or one of them.

    Equal descriptions are left to ``DESCRIPTION_TWICE``.
    """
    added = since = 0
    with closing(DescriptionPairs()) as descriptions:
        for facts in corpus.articles.values():
            if facts.description.strip() and not facts.canonical:
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
    return _near_duplicate(
        DESCRIPTION_NEAR, "seo.page_description", 2, facts[page], facts[other.page], other.text
    )


def _near_duplicate(
    rule: Rule, name: str, line: int, facts: ArticleFacts, other: ArticleFacts, text: str
) -> AuditFinding:
    return _finding(rule, facts, name, facts.lines[line], f"is nearly that of {other.key}: “{text}”")


# ---------------------------------------------------------------- related links


def _link_findings(corpus: AuditedCorpus, facts: ArticleFacts, *, may_drop: bool) -> Iterator[AuditFinding]:
    fixable = may_drop and facts.has_whole_links
    titles: dict[str, Link] = {}
    for link in facts.links:
        name = f"related_article{link.number}"
        if not link.url:
            continue
        if corpus.targets.is_dead(link.url):
            message = f"{link.url} does not exist"
            yield _finding(RELATED_DEAD, facts, f"{name}.url", link.lines[2], message, fixable=fixable)
        elif corpus.site.key_of_address(link.url) is None:
            message = f"{link.url} is not the address of an article"
            yield _finding(RELATED_DEAD, facts, f"{name}.url", link.lines[2], message)
        else:
            yield from _stale_parts(corpus, facts, link, name)
        same = titles.setdefault(normalise_question(link.title), link)
        if link.title and corpus.site.target_of(same.url) != corpus.site.target_of(link.url):
            message = f"shows the same question as related_article{same.number}"
            yield _finding(RELATED_SAME_QUESTION, facts, f"{name}.title", link.lines[0], message)


def _stale_parts(corpus: AuditedCorpus, facts: ArticleFacts, link: Link, name: str) -> Iterator[AuditFinding]:
    fresh = corpus.refreshed(link)
    for part, line in zip(("title", "subject", "url"), link.lines, strict=True):
        old, new = getattr(link, part), getattr(fresh, part)
        if old != new:
            message = f"is “{old}”; the target has “{new}”"
            yield _finding(RELATED_STALE, facts, f"{name}.{part}", line, message, fixable=True)


def _finding(
    rule: Rule, facts: ArticleFacts, name: str, line: int, message: str, *, fixable: bool = False
) -> AuditFinding:
    severity = rule.published or "warning"
    return AuditFinding(facts.path, line, name, rule.code, severity, message, fixable)
