"""Computes the fixes of an article that need only its own file. A fix exists only if it has one right outcome.

A fix returns the new values of the fields that it changes, and nothing if the right outcome is uncertain. Related links
are fixed in ``fixer``, which knows their targets.
"""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType

from generator.content import keywords
from generator.content.frontmatter import Document, restore_ending
from generator.content.markdown import repair
from generator.content.site import Site
from generator.content.subjects import SubjectList

Changes = dict[str, str]

ANSWER_REPAIRS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "cut-command": repair.restore_cut_commands,
        "raw-math-delimiter": repair.restore_delimiters,
        "money-as-math": repair.restore_money,
    }
)
_KEYWORD_FIXES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"keyword-spacing": keywords.respaced, "keyword-twice": keywords.without_duplicates}
)
_MOST_PASSES = 8
_SUBJECT = "subject-spelling"
_SEO_TITLE = "seo-title"
ENDING = "trailing-form"
LINK_FIXES = frozenset(
    {"related-dead", "related-stale", "related-itself", "related-twice", "related-numbering"}
)
FIXES = frozenset({*ANSWER_REPAIRS, *_KEYWORD_FIXES, _SUBJECT, _SEO_TITLE, ENDING, *LINK_FIXES})
"""The codes of the rules that ``--fix`` can fix."""


def article_changes(document: Document, codes: frozenset[str], subjects: SubjectList, site: Site) -> Changes:
    """The fields that the fixes of these rules change, by path, with their new values."""
    changes: Changes = {}
    for path, fixes in (("answer", ANSWER_REPAIRS), ("seo.page_keywords", _KEYWORD_FIXES)):
        before = document.get(path, "")
        after = repaired(before, [fix for code, fix in fixes.items() if code in codes])
        if after != before:
            changes[path] = after
    changes.update(_subject_changes(document, codes, subjects, site))
    return changes


def repaired(value: str, fixes: Collection[Callable[[str], str]]) -> str:
    """The value after the fixes, repeated until none changes it: a fix can reveal what another one repairs."""
    for _ in range(_MOST_PASSES):
        before = value
        for fix in fixes:
            value = fix(value)
        if value == before:
            break
    return value


def would_fix(code: str, *, document: Document, subjects: SubjectList, site: Site) -> bool:
    """Whether the fix of this rule would change this file. For rules of links: whether the links can be changed."""
    if code not in FIXES:
        return False
    if code == ENDING:
        return restore_ending(document.text, site.body) != document.text
    if code in LINK_FIXES:
        return code == "related-stale" or document.has_whole_links
    return bool(article_changes(document, frozenset({code}), subjects, site))


def _subject_changes(document: Document, codes: frozenset[str], subjects: SubjectList, site: Site) -> Changes:
    subject, title = document.get("subject"), document.get("seo.title")
    changes: Changes = {}
    if not subject:
        return changes
    new = subjects.canonical(subject) if _SUBJECT in codes else subject
    if new != subject:
        changes["subject"] = new
    if title is None or not (_SEO_TITLE in codes or _SUBJECT in codes):
        return changes
    named = site.subject_of_seo_title(title)
    follows = named is not None and subjects.canonical(named) == subjects.canonical(subject)
    expected = site.seo_title_of(new)
    if (_SEO_TITLE in codes or follows) and title != expected and (new != subject or _SEO_TITLE in codes):
        changes["seo.title"] = expected
    return changes
