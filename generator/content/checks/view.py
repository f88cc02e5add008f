"""One view of a draft and of an article file, so that every rule is written once.

A draft gives its fields one by one and findings name them; a file gives one ``answer``, whose structural parts are
read back out of it, under the name ``answer`` or under the names that a draft gives them. Whatever costs time is
computed on first use and kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from generator.content.draft import Draft
from generator.content.frontmatter import Document
from generator.content.frontmatter.document import Related
from generator.content.keywords import split_keywords
from generator.content.markdown import answer as answers
from generator.content.markdown.spans import NON_PROSE_MARKS, prose_of
from generator.content.phrases import contains_any
from generator.content.revision import draft_of
from generator.content.text import normalise_question, word_count

_UNSAFE_MARKS = (*NON_PROSE_MARKS, "<", "\\")


@dataclass(frozen=True)
class FieldText:
    """One field's text, or one part of it, under the name a finding gives it."""

    field: str
    text: str

    @cached_property
    def prose(self) -> str:
        """The text with code and formulas blanked out, offset for offset."""
        return prose_of(self.text)

    @cached_property
    def casefolded(self) -> str:
        """Lower case, for cheap tests whether a phrase can occur at all; its offsets mean nothing."""
        return self.text.casefold()

    @cached_property
    def words(self) -> int:
        """Its length in words."""
        return word_count(self.text)

    @cached_property
    def normalised(self) -> str:
        """What two texts that say the same in the same words have in common."""
        return normalise_question(self.text)

    @cached_property
    def unsafe_places(self) -> tuple[answers.UnsafePlace, ...]:
        """What would show wrong on the site and has no safe form."""
        return tuple(answers.unsafe_places(self.text)) if contains_any(self.text, _UNSAFE_MARKS) else ()


@dataclass(frozen=True)
class PointView:
    """One numbered point, counted from 0; ``passages`` are the ids that the model says it rests on."""

    index: int
    heading: FieldText
    body: FieldText
    passages: tuple[str, ...] = ()


@dataclass(frozen=True)
class ArticleView:
    """What the rules read.

    ``texts`` is all Markdown of the answer under the names that findings use: part by part (``by_part``) as a draft
    gives it, or the one ``answer`` of a file. ``introduction``, ``points`` and ``conclusion`` are its structure; a
    file without numbered points has none of them.
    """

    question: str
    texts: tuple[FieldText, ...]
    introduction: FieldText | None
    points: tuple[PointView, ...]
    conclusion: FieldText | None
    description: FieldText
    keywords: tuple[str, ...]
    keywords_field: str
    points_field: str
    by_part: bool
    draft: Draft | None = None
    document: Document | None = None

    @cached_property
    def words(self) -> int:
        """The length of the whole answer in words, the numbers of its points included."""
        if self.by_part:
            return len(self.points) + sum(part.words for part in self.texts)
        return self.texts[0].words

    @cached_property
    def all_texts(self) -> tuple[FieldText, ...]:
        """The texts and the description."""
        return (*self.texts, self.description)

    @cached_property
    def whole(self) -> str:
        """All texts as one, for cheap tests of what can occur anywhere."""
        return " ".join([part.text for part in self.all_texts])

    @cached_property
    def _folded(self) -> str:
        return self.whole.casefold()

    def texts_containing(self, *marks: str, description: bool = True) -> Iterator[FieldText]:
        """The texts in which one of these occurs, whatever the case there; ``marks`` are in lower case.

        Most marks occur nowhere, which one look at the whole tells.
        """
        folded = self._folded
        present = [mark for mark in marks if mark in folded]
        if present:
            for part in self.all_texts if description else self.texts:
                if contains_any(part.casefolded, present):
                    yield part

    @cached_property
    def unsafe_texts(self) -> tuple[FieldText, ...]:
        """The texts, the description aside, that hold something unsafe."""
        return tuple(
            part for part in self.texts_containing(*_UNSAFE_MARKS, description=False) if part.unsafe_places
        )

    @cached_property
    def normalised_question(self) -> str:
        """The question's identity."""
        return normalise_question(self.question)

    @cached_property
    def related(self) -> Sequence[Related]:
        """The related articles of a file, by number."""
        return self.document.related if self.document is not None else ()

    def sections(self) -> Iterator[FieldText]:
        """Introduction, bodies and conclusion, in reading order."""
        if self.introduction is not None:
            yield self.introduction
        for point in self.points:
            yield point.body
        if self.conclusion is not None:
            yield self.conclusion


def view_of_draft(draft: Draft, question: str) -> ArticleView:
    """The view of a model's draft."""
    introduction, conclusion = (
        FieldText("introduction", draft.introduction),
        FieldText("conclusion", draft.conclusion),
    )
    points = tuple(
        PointView(
            index=index,
            heading=FieldText(f"points[{index}].heading", point.heading),
            body=FieldText(f"points[{index}].body", point.body),
            passages=point.passages,
        )
        for index, point in enumerate(draft.points)
    )
    return ArticleView(
        question=question,
        texts=(introduction, *(part for point in points for part in (point.heading, point.body)), conclusion),
        introduction=introduction,
        points=points,
        conclusion=conclusion,
        description=FieldText("page_description", draft.page_description),
        keywords=draft.page_keywords,
        keywords_field="page_keywords",
        points_field="points",
        by_part=True,
        draft=draft,
    )


def view_of_draft_file(document: Document, question: str = "") -> ArticleView:
    """The view of an article file part by part, as the draft that makes it; without points all is introduction."""
    view = view_of_draft(draft_of(document), document.get("question") or question)
    return replace(view, keywords=_listed_keywords(document), draft=None, document=document)


def view_of_document(document: Document, question: str = "") -> ArticleView:
    """The view of an article file."""
    markdown = answers.decode(document.get("answer") or "")
    parsed = answers.parse(markdown)
    introduction = conclusion = None
    points: tuple[PointView, ...] = ()
    if parsed is not None:
        introduction = FieldText("answer", parsed.introduction)
        conclusion = FieldText("answer", parsed.conclusion)
        points = tuple(
            PointView(
                index=index, heading=FieldText("answer", point.heading), body=FieldText("answer", point.body)
            )
            for index, point in enumerate(parsed.points)
        )
    return ArticleView(
        question=document.get("question") or question,
        texts=(FieldText("answer", markdown),),
        introduction=introduction,
        points=points,
        conclusion=conclusion,
        description=FieldText("seo.page_description", document.get("seo.page_description") or ""),
        keywords=_listed_keywords(document),
        keywords_field="seo.page_keywords",
        points_field="answer",
        by_part=False,
        document=document,
    )


def _listed_keywords(document: Document) -> tuple[str, ...]:
    return split_keywords(document.get("seo.page_keywords") or "")
