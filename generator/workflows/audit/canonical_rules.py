"""The rules about canonical addresses: the page that another one names must be shown by search engines itself."""

from collections import defaultdict
from collections.abc import Iterator

from generator.content.checks import Rule, register
from generator.content.seo.canonical_pages import canonical_target
from generator.workflows.audit.article_facts import ArticleFacts
from generator.workflows.audit.audited_corpus import AuditedCorpus
from generator.workflows.audit.findings import AuditFinding

_MOST_NAMED = 3

CANONICAL_TARGET = register(
    Rule(
        code="canonical-target",
        title="The canonical address leads to no page that search engines show",
        explanation="A canonical page that is missing, hidden or has a canonical address itself takes both pages out of"
        " search results, and a relative address is not followed.",
        draft=None,
        published="error",
    )
)
CANONICAL_HIDDEN = register(
    Rule(
        code="canonical-hidden",
        title="A page is hidden although it is the canonical one of another",
        explanation="Search engines neither show the hidden page nor the one that names it. Show it again, or name"
        " another page.",
        draft=None,
        published="error",
    )
)


def canonical_findings(corpus: AuditedCorpus) -> Iterator[AuditFinding]:
    """The findings of the rules of this module in all articles of a corpus.

    A canonical address outside of the site is not checked. In a folder that is only a part of the site, missing pages
    are not reported.
    """
    named_by: defaultdict[str, list[str]] = defaultdict(list)
    for facts in corpus.articles.values():
        if not facts.canonical:
            continue
        target = canonical_target(corpus.site, facts.canonical)
        if target is not None:
            named_by[str(target)].append(facts.key)
        flaw = _flaw(corpus, facts)
        if flaw:
            message = f"{facts.canonical} {flaw}"
            yield _finding(CANONICAL_TARGET, facts, facts.canonical_field, facts.canonical_line, message)
    for key, others in named_by.items():
        page = corpus.articles.get(key)
        if page is not None and page.is_hidden:
            more = f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
            message = f"is the canonical page of {', '.join(others[:_MOST_NAMED])}{more}"
            yield _finding(CANONICAL_HIDDEN, page, "no_index", 1, message)


def _flaw(corpus: AuditedCorpus, facts: ArticleFacts) -> str:
    """What is wrong with the canonical address of an article; empty where nothing is."""
    if "://" not in facts.canonical:
        return "is not an absolute address"
    target = canonical_target(corpus.site, facts.canonical)
    if target is None or str(target) == facts.key:
        return ""
    if not corpus.targets.has(target):
        return "" if corpus.targets.is_partial_site else "does not exist"
    page = corpus.articles.get(str(target))
    if page is None:
        return ""
    if page.is_hidden:
        return "is hidden from search engines"
    if page.canonical:
        return f"has another canonical page itself: {page.canonical}"
    is_unlisted = corpus.subjects.is_unlisted
    if is_unlisted(_folder(page), page.subject) and not is_unlisted(_folder(facts), facts.subject):
        return "is of a subject that the site does not list"
    return ""


def _folder(facts: ArticleFacts) -> str:
    return facts.path.partition("/")[0]


def _finding(rule: Rule, facts: ArticleFacts, name: str, line: int, message: str) -> AuditFinding:
    return AuditFinding(
        facts.path, line, name, rule.code, rule.published or "warning", message, fixable=False
    )
