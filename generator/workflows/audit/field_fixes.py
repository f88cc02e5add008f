"""Computes the fixes of an article that need only its own file. A fix exists only if it has one right outcome.

A fix returns the new values of the fields that it changes, and nothing if the right outcome is uncertain. Related links
are fixed in ``fixer``, which knows their targets.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from generator.content import keywords
from generator.content.article import NOT_SCORED
from generator.content.frontmatter import Document, restore_ending
from generator.content.language.lost_letters import with_lost_letters
from generator.content.markdown.line_breaks import decode
from generator.content.markdown.repairs.source_phrases import without_phrases
from generator.content.markdown.repairs.table import ANSWER_REPAIRS, repaired
from generator.content.site.site import Site
from generator.content.site.subjects import SubjectList

Changes = dict[str, str]

_KEYWORD_FIXES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"keyword-spacing": keywords.respaced, "keyword-twice": keywords.without_duplicates}
)
_SCORE = "score-missing"
_LETTERS = "letters-lost"
_SOURCE_PHRASE = "source-phrase"
_SUBJECT = "subject-spelling"
_SEO_TITLE = "seo-title"
ENDING = "trailing-form"
LINK_FIXES = frozenset(
    {"related-dead", "related-stale", "related-itself", "related-twice", "related-numbering"}
)
FIXES = frozenset(
    {*ANSWER_REPAIRS, *_KEYWORD_FIXES, _LETTERS, _SCORE, _SUBJECT, _SEO_TITLE, ENDING, *LINK_FIXES}
)
"""The codes of the rules that ``--fix`` can fix."""
FIXES_ON_REQUEST = frozenset({_SCORE})
"""Those that it fixes only where the rule is asked for: no reader sees the difference."""


def article_changes(document: Document, codes: frozenset[str], subjects: SubjectList, site: Site) -> Changes:
    """The fields that the fixes of these rules change, by path, with their new values."""
    changes: Changes = {}
    for path, fixes in (("answer", ANSWER_REPAIRS), ("seo.page_keywords", _KEYWORD_FIXES)):
        before = document.get(path, "")
        after = repaired(before, [fix for code, fix in fixes.items() if code in codes])
        if after != before:
            changes[path] = after
    changes.update(_description_changes(document, codes))
    if _LETTERS in codes:
        changes.update(_restored_letters(document, changes))
    if _SCORE in codes and document.get("score") is None:
        changes["score"] = str(NOT_SCORED)
    changes.update(_subject_changes(document, codes, subjects, site))
    return changes


def would_fix(code: str, *, document: Document, subjects: SubjectList, site: Site) -> bool:
    """Whether the fix of this rule would change this file. For rules of links: whether the links can be changed."""
    if code not in FIXES:
        return False
    if code == ENDING:
        return restore_ending(document.text, site.body) != document.text
    if code in LINK_FIXES:
        return code == "related-stale" or document.has_whole_links
    return bool(article_changes(document, frozenset({code}), subjects, site))


def _description_changes(document: Document, codes: frozenset[str]) -> Changes:
    """The description without phrases that mention the sources; line breaks in it stay as they are."""
    description = document.get("seo.page_description", "")
    if _SOURCE_PHRASE not in codes or "\n" in description:
        return {}
    after = without_phrases(description)
    return {} if after == description else {"seo.page_description": after}


def _restored_letters(document: Document, changes: Changes) -> Changes:
    """The search fields with the letters that their words lost, on top of other changes."""
    answer = decode(document.get("answer", ""))
    restored: Changes = {}
    for path in ("seo.page_description", "seo.page_keywords"):
        before = changes.get(path, document.get(path, ""))
        after = with_lost_letters(before, answer)
        if after != before:
            restored[path] = after
    return restored


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
