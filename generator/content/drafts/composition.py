"""Composes an article from a model's draft: corrects what has one right form, then joins the parts."""

import datetime
from collections.abc import Sequence

from generator.content.article import Article, RelatedArticle
from generator.content.drafts.draft import Draft, Point
from generator.content.keywords import clean_keywords
from generator.content.markdown.answer import compose, encode, repair_json_escapes, site_safe
from generator.content.markdown.headings import clean_heading
from generator.content.markdown.unsafe import separate_backslash_n
from generator.content.site.site import Site
from generator.content.text import clean, one_line, unquoted


def clean_draft(draft: Draft) -> Draft:
    """The draft with all defects corrected that need no judgement.

    Restores LaTeX that JSON escapes damaged, removes unwanted characters, writes math and money in the form that the
    site shows correctly, writes the description on one line and removes repeated keywords. Idempotent; a field without
    these defects is unchanged.
    """
    return draft.model_copy(
        update={
            "introduction": _markdown(draft.introduction),
            "points": tuple(_point(point) for point in draft.points),
            "conclusion": _markdown(draft.conclusion),
            "page_description": clean_description(draft.page_description),
            "page_keywords": clean_keywords(draft.page_keywords),
        }
    )


def clean_description(text: str) -> str:
    """Cleans a description that a model or a person wrote: one line, without quotation marks around it. Idempotent."""
    return unquoted(one_line(text))


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
    """The article that a cleaned draft makes.

    A backslash-n in code, which the site's format cannot store, gets a space between its two characters; the checks
    report it as an error.

    Raises:
        SlugError: the question or the subject gives no usable path.
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
    return site_safe(clean(repair_json_escapes(text))).strip()


def _point(point: Point) -> Point:
    heading = clean_heading(clean(point.heading))
    body = _markdown(point.body)
    if heading == point.heading and body == point.body:
        return point
    return Point(heading=heading, body=body, passages=point.passages)
