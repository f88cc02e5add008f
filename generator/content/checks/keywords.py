"""Rules on the keywords: their number, their form, and that none is repeated."""

import re
from collections.abc import Iterator

from generator.content.checks.context import CheckContext
from generator.content.checks.rules import Defect, rule
from generator.content.checks.view import ArticleView
from generator.content.display import plural
from generator.content.keywords import has_empty_keyword, normalise_keyword, respaced
from generator.content.language.lost_letters import lost_words
from generator.content.limits import Range
from generator.content.markdown.line_breaks import decode

_FIELDS = ("page_keywords",)
_FEWEST = 3
_WORDS_PER_KEYWORD = 20


@rule(
    "keyword-count",
    "Too few or too many keywords",
    "A few keywords describe the page; a long list describes nothing and looks like keyword stuffing.",
    draft="error",
    published=None,
    fields=_FIELDS,
)
def keyword_count(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    span = context.limits.seo.keywords
    least = fewest_keywords(view.answer, span.min)
    if not least <= len(view.keywords) <= span.max:
        shown = span if least == span.min else Range(min=least, max=span.max)
        yield Defect(view.keywords_field, f"has {plural(len(view.keywords), 'keyword')}; give {shown}")


def fewest_keywords(answer: str, least: int) -> int:
    """The fewest keywords of an answer: one for each 20 words, from 3 to ``least``, the limit for whole articles.

    A short published answer does not treat enough for more; made-up keywords would be of other pages. Without an answer
    the limit holds.
    """
    if not answer.strip():
        return least
    return min(least, max(_FEWEST, len(answer.split()) // _WORDS_PER_KEYWORD))


@rule(
    "keyword-twice",
    "A keyword is listed twice",
    "The second copy adds nothing and counts as keyword stuffing.",
    draft="error",
    published="warning",
    fields=_FIELDS,
    fixable=True,
)
def keyword_twice(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    earlier: set[str] = set()
    repeated: list[str] = []
    for keyword in view.keywords:
        key = normalise_keyword(keyword)
        if key in earlier:
            repeated.append(keyword)
        earlier.add(key)
    if repeated:
        yield Defect(view.keywords_field, f"lists {_quoted(repeated)} twice; list each keyword once")


@rule(
    "keyword-variants",
    "Two keywords differ only in singular and plural",
    "Search engines treat both forms alike, so one place in the list is wasted.",
    draft="warning",
    published=None,
    fields=_FIELDS,
)
def keyword_variants(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    by_singular: dict[str, str] = {}
    for keyword in view.keywords:
        normalised = normalise_keyword(keyword)
        other = by_singular.setdefault(_singular(normalised), normalised)
        if other != normalised:
            yield Defect(view.keywords_field, f"lists both “{other}” and “{normalised}”; keep one")


def _singular(keyword: str) -> str:
    if keyword.endswith("ies") and len(keyword) > 4:
        return f"{keyword[:-3]}y"
    if keyword.endswith(("ses", "xes", "ches", "shes")):
        return keyword[:-2]
    if keyword.endswith("s") and not keyword.endswith(("ss", "us", "is")):
        return keyword[:-1]
    return keyword


_MARKS = re.compile(r"[,;\n\r*`#$\\\[\]{}<>\"“”]|[.!?:]$")
_NAMES = {"\n": "a line break", "\r": "a line break", ",": "a comma"}


@rule(
    "keyword-format",
    "A keyword is empty, too long, or contains marks",
    "Keywords are joined by commas: a comma, a sentence or Markdown in a keyword makes the whole list unreadable.",
    draft="error",
    published=None,
    fields=_FIELDS,
)
def keyword_format(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    limit = context.limits.seo.keyword_words_max
    if view.document is not None and has_empty_keyword(view.document.get("seo.page_keywords") or ""):
        yield Defect(view.keywords_field, "contains an empty keyword; remove it")
    for keyword in view.keywords:
        if not keyword.strip():
            yield Defect(view.keywords_field, "contains an empty keyword; remove it")
        elif found := _MARKS.search(keyword):
            mark = _NAMES.get(found[0], found[0])
            yield Defect(
                view.keywords_field, f"the keyword “{keyword}” contains {mark}; write plain search terms"
            )
        elif len(keyword.split()) > limit:
            yield Defect(
                view.keywords_field,
                f"the keyword “{keyword}” has {len(keyword.split())} words; write at most {limit}",
            )


ABOUT_FILES = frozenset({"keyword-spacing"})
"""Rules on how a file writes keywords as one text. A model is not told: its reply gives a list, which cannot have them."""


@rule(
    "keyword-spacing",
    "The keywords are not written as “a, b, c”",
    "Keywords without a space between them, or with extra commas, are read as one long keyword.",
    draft=None,
    published="warning",
    fields=_FIELDS,
    fixable=True,
    needs="document",
)
def keyword_spacing(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    raw = view.document.get("seo.page_keywords") if view.document is not None else None
    if raw and raw.strip() and respaced(raw) != raw:
        yield Defect(
            view.keywords_field, "the keywords are not separated by a comma and one space; write “a, b, c”"
        )


@rule(
    "letters-lost",
    "A word of the search fields lost letters",
    "“Ren Magritte” for “René Magritte” looks careless in search results, and a search for the name does not match.",
    draft=None,
    published="warning",
    fields=("page_description", "page_keywords"),
    fixable=True,
    needs="document",
)
def letters_lost(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    answer = decode(view.document.get("answer") or "") if view.document is not None else ""
    fields = (
        (view.description.field, view.description.text),
        (view.keywords_field, ", ".join(view.keywords)),
    )
    for field, text in fields:
        lost = lost_words(text, answer)
        if lost:
            words = ", ".join(f"“{word.word}” was “{word.restored}”" for word in lost)
            yield Defect(field, f"lost letters: {words}")


def _quoted(keywords: list[str]) -> str:
    return ", ".join(f"“{keyword}”" for keyword in dict.fromkeys(keywords))
