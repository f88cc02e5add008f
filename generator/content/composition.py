"""From a model's draft to the article file: mends what has one right form, then puts the parts together."""

import datetime
import re
from collections.abc import Sequence

from generator.content.article import Article, RelatedArticle
from generator.content.draft import Draft, Point
from generator.content.markdown.answer import compose, encode, mend_json_escapes, site_safe
from generator.content.markdown.unsafe import separate_backslash_n
from generator.content.site import Site
from generator.content.text import clean, one_line

_HEADING_MARKS = re.compile(r"\A(?:\d+[.)]\s+|#+\s+|[*_]{1,3}(?=\S))+|[*_:.\s]+\Z")
_QUOTES = "\"'“”‘’`"


def polish(draft: Draft) -> Draft:
    """The draft with everything in place that needs no judgement.

    LaTeX damaged by JSON escapes restored, characters that no reader wants removed, math and money in the
    form the site shows right, description on one line, keywords without doubles. Idempotent, and a field
    that needs nothing stays as it is.
    """
    return draft.model_copy(
        update={
            "introduction": _markdown(draft.introduction),
            "points": tuple(_point(point) for point in draft.points),
            "conclusion": _markdown(draft.conclusion),
            "page_description": _unquoted(one_line(draft.page_description)),
            "page_keywords": _keywords(draft.page_keywords),
        }
    )


def article_of(
    draft: Draft,
    *,
    site: Site,
    question: str,
    subject: str,
    id: int,
    date: datetime.date,
    related: Sequence[RelatedArticle] = (),
) -> Article:
    """The article that a polished draft makes.

    A backslash-n pair in a code sample, which the site's format cannot carry, is parted by a space; the
    checks report it, so such an article is never a good one.

    Raises:
        SlugError: question or subject gives no path.
    """
    points = [(point.heading, point.body) for point in draft.points]
    markdown = compose(draft.introduction, points, draft.conclusion)
    return Article.compose(
        site=site,
        id=id,
        date=date,
        question=question,
        subject=subject,
        answer=encode(separate_backslash_n(markdown)),
        description=draft.page_description,
        keywords=draft.page_keywords,
        related=related,
    )


def _markdown(text: str) -> str:
    return site_safe(clean(mend_json_escapes(text))).strip()


def _point(point: Point) -> Point:
    heading = _HEADING_MARKS.sub("", one_line(point.heading))
    body = _markdown(point.body)
    if heading == point.heading and body == point.body:
        return point
    return Point(heading=heading, body=body, passages=point.passages)


def _unquoted(text: str) -> str:
    if len(text) > 2 and text[0] in _QUOTES and text[-1] in _QUOTES:
        return text[1:-1].strip()
    return text


def _keywords(keywords: tuple[str, ...]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for keyword in keywords:
        for part in keyword.split(","):
            text = _unquoted(one_line(part)).rstrip(".;")
            if text:
                kept.setdefault(text.casefold(), text)
    return tuple(kept.values())
