"""The rules that need the whole corpus: ids, questions and descriptions of several articles, and targets of links."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from generator.content.checks import Rule, register
from generator.content.findings import Severity
from generator.content.text import normalise_question
from generator.workflows.audit.article_facts import ArticleFacts, Link
from generator.workflows.audit.audited_corpus import AuditedCorpus
from generator.workflows.audit.canonical_rules import canonical_findings
from generator.workflows.audit.findings import AuditFinding
from generator.workflows.audit.near_pairs import Earlier
from generator.workflows.audit.near_texts import (
    PairStore,
    compared_descriptions,
    compared_questions,
    near_descriptions,
    near_questions,
)

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
    corpus: AuditedCorpus,
    chosen: Collection[str],
    *,
    similarity: float,
    description_similarity: float,
    pairs: PairStore | None = None,
) -> Iterator[AuditFinding]:
    """The findings of all rules of this module in the audited files. A finding names the other articles concerned.

    Args:
        chosen: the paths of the audited files.
        similarity: two questions are near duplicates if their similarity (0 to 1) is at least this.
        description_similarity: the same for descriptions.
        pairs: keeps the pairs of near duplicates; only if all files are audited.
    """
    articles = list(corpus.articles.values())
    pages = {facts.key for facts in articles if facts.path in chosen}
    questions = near_questions(compared_questions(articles), pages, similarity, pairs)
    similar = near_descriptions(compared_descriptions(articles), pages, description_similarity, pairs)
    for finding in (
        *_shared_values(articles),
        *_near_questions(corpus, questions),
        *_near_descriptions(corpus, similar),
    ):
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
        if facts.normal_description:
            descriptions[facts.normal_description].append(facts)
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


def _near_questions(
    corpus: AuditedCorpus, earlier: Mapping[str, Sequence[Earlier]]
) -> Iterator[AuditFinding]:
    """Two findings for each question with an earlier near duplicate: one for each file, which names the other file."""
    for two in corpus.articles.values():
        pairs = earlier.get(two.key)
        if pairs:
            nearest = max(pairs, key=lambda pair: pair.similarity)
            one = corpus.articles[nearest.page]
            yield _near_duplicate(QUESTION_NEAR, "question", 1, one, two, two.question)
            yield _near_duplicate(QUESTION_NEAR, "question", 1, two, one, one.question)


def _near_descriptions(
    corpus: AuditedCorpus, earlier: Mapping[str, Sequence[Earlier]]
) -> Iterator[AuditFinding]:
    """One finding for each file with a near duplicate, which names the nearest one or one of them.

    Equal descriptions are left to ``DESCRIPTION_TWICE``.
    """
    named: set[str] = set()
    for facts in corpus.articles.values():
        pairs = earlier.get(facts.key, ())
        others = [
            pair
            for pair in pairs
            if corpus.articles[pair.page].normal_description != facts.normal_description
        ]
        if not others:
            continue
        nearest = max(others, key=lambda other: other.similarity)
        yield _near_description(facts, corpus.articles[nearest.page])
        for other in others:
            if other is nearest or other.page not in named:
                yield _near_description(corpus.articles[other.page], facts)
        named.update((facts.key, *(other.page for other in others)))


def _near_description(facts: ArticleFacts, other: ArticleFacts) -> AuditFinding:
    return _near_duplicate(DESCRIPTION_NEAR, "seo.page_description", 2, facts, other, other.description)


def _near_duplicate(
    rule: Rule, name: str, line: int, facts: ArticleFacts, other: ArticleFacts, text: str
) -> AuditFinding:
    return _finding(rule, facts, name, facts.lines[line], f"is nearly that of {other.key}: “{text}”")


# ---------------------------------------------------------------- related links


def _link_findings(corpus: AuditedCorpus, facts: ArticleFacts, *, may_drop: bool) -> Iterator[AuditFinding]:
    fixable = may_drop and facts.has_whole_links
    titles: dict[str, Link] = {}
    for link in facts.links:
        number, title, subject, url, lines = link
        if not url:
            continue
        target = corpus.link_target(url)
        if target.is_dead:
            yield _dead_link(facts, link, "does not exist", fixable=fixable)
        elif not target.is_article:
            yield _dead_link(facts, link, "is not the address of an article", fixable=False)
        elif (title, subject, url) != (target.title, target.subject, target.address):
            yield from _stale_parts(corpus, facts, link)
        same = titles.setdefault(
            target.normal_question if title == target.question else _normal_title(title), link
        )
        if same is not link and title and corpus.link_target(same.url).name != target.name:
            message = f"shows the same question as related_article{same.number}"
            name = f"related_article{number}.title"
            yield _finding(RELATED_SAME_QUESTION, facts, name, lines[0], message)


def _dead_link(facts: ArticleFacts, link: Link, what: str, *, fixable: bool) -> AuditFinding:
    name = f"related_article{link.number}.url"
    return _finding(RELATED_DEAD, facts, name, link.lines[2], f"{link.url} {what}", fixable=fixable)


_normal_title = lru_cache(maxsize=65_536)(normalise_question)  # many pages link to one


def _stale_parts(corpus: AuditedCorpus, facts: ArticleFacts, link: Link) -> Iterator[AuditFinding]:
    fresh = corpus.refreshed(link)
    for part, line in zip(("title", "subject", "url"), link.lines, strict=True):
        old, new = getattr(link, part), getattr(fresh, part)
        if old != new:
            message = f"is “{old}”; the target has “{new}”"
            name = f"related_article{link.number}.{part}"
            yield _finding(RELATED_STALE, facts, name, line, message, fixable=True)


def _finding(
    rule: Rule, facts: ArticleFacts, name: str, line: int, message: str, *, fixable: bool = False
) -> AuditFinding:
    severity = rule.published or "warning"
    return AuditFinding(facts.path, line, name, rule.code, severity, message, fixable)
