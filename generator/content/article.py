"""The article as this package writes it: the fields of the site's schema as typed values.

A file read from the site may have other fields and forms; see ``generator.content.frontmatter.Document``.
"""

import datetime
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from generator.content.frozen_model import FrozenModel
from generator.content.keywords import join_keywords
from generator.content.site.site import Site
from generator.content.site.subjects import SubjectList
from generator.content.slugs import ArticleKey, key_of
from generator.content.text import one_line

MAX_RELATED = 5
NOT_SCORED = -1.0

ArticleId = int
"""Any whole number: some articles of the CMS have negative ids."""


class RelatedArticle(FrozenModel):
    """A link to another article, as the page shows it."""

    id: ArticleId
    title: str
    subject: str
    url: str


def link_texts(title: str, subject: str, subjects: SubjectList) -> tuple[str, str]:
    """Title and subject for a link to an article: each on one line, the subject in its canonical spelling."""
    return one_line(title), one_line(subjects.canonical(subject))


class Seo(FrozenModel):
    """What search engines read; ``page_keywords`` is one text with ``, `` between the keywords."""

    title: str
    page_description: str
    page_keywords: str


class Article(FrozenModel):
    """One article file. Every text is one line; ``answer`` is in stored form, with ``\\n`` as two characters.

    Attributes:
        title: the file's ``title`` and ``article_title``.
        score: None in old files, which have none.
        body: the text below the front matter.
    """

    id: ArticleId
    date: datetime.date
    title: str
    seo: Seo
    question: str
    answer: str
    subject: str
    file_name: str
    url: str
    no_index: bool = False
    score: Annotated[float, Field(allow_inf_nan=False)] | None = NOT_SCORED
    related: Annotated[tuple[RelatedArticle, ...], Field(max_length=MAX_RELATED)] = ()
    author: str
    body: str

    @classmethod
    def compose(
        cls,
        *,
        site: Site,
        id: int,
        date: datetime.date,
        question: str,
        subject: str,
        answer: str,
        description: str,
        keywords: Sequence[str],
        related: Sequence[RelatedArticle] = (),
    ) -> "Article":
        """An article without a score; the other fields are derived from question, subject and site.

        Raises:
            SlugError: the question or the subject gives no usable path.
        """
        key = key_of(subject, question)
        return cls(
            id=id,
            date=date,
            title=question,
            seo=Seo(
                title=site.seo_title_of(subject),
                page_description=description,
                page_keywords=join_keywords(keywords),
            ),
            question=question,
            answer=answer,
            subject=subject,
            file_name=f"{key.slug}.md",
            url=site.address_of(key),
            related=tuple(related),
            author=site.author,
            body=site.body,
        )

    @property
    def key(self) -> ArticleKey:
        """Subject folder and slug by the site's rule. Raises SlugError."""
        return key_of(self.subject, self.question)
