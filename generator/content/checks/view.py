"""The view of an article that the rules read: the same for a draft and for an article file.

A draft has its parts as separate fields. A file has one ``answer``, which is parsed into the same parts; findings name
``answer``, or the fields of a draft. Slow properties are computed on first use and cached.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from generator.content.drafts.draft import Draft
from generator.content.drafts.revision import draft_of
from generator.content.frontmatter import Document
from generator.content.frontmatter.document import Related
from generator.content.keywords import split_keywords
from generator.content.language.phrases import contains_any
from generator.content.markdown import answer as answers
from generator.content.markdown.spans import NON_PROSE_MARKS, prose_of
from generator.content.text import normalise_question, word_count

_UNSAFE_MARKS = (*NON_PROSE_MARKS, "<", "\\")


@dataclass(frozen=True)
class FieldText:
    """The text of one field, or of a part of it, and the field name that findings use."""

    field: str
    text: str

    @cached_property
    def prose(self) -> str:
        """The text with each character of code and formulas replaced by a space; offsets stay the same."""
        return prose_of(self.text)

    @cached_property
    def casefolded(self) -> str:
        """The text in lower case, to test quickly whether a phrase can occur. Its offsets can differ."""
        return self.text.casefold()

    @cached_property
    def words(self) -> int:
        """Its length in words."""
        return word_count(self.text)

    @cached_property
    def normalised(self) -> str:
        """The text for comparisons that ignore case, punctuation and white space."""
        return normalise_question(self.text)

    @cached_property
    def unsafe_places(self) -> tuple[answers.UnsafePlace, ...]:
        """The places that the site would show wrongly and that have no safe form."""
        return tuple(answers.unsafe_places(self.text)) if contains_any(self.text, _UNSAFE_MARKS) else ()


@dataclass(frozen=True)
class PointView:
    """One numbered point; ``index`` counts from 0, ``passages`` are the ids of the passages that the model named."""

    index: int
    heading: FieldText
    body: FieldText
    passages: tuple[str, ...] = ()


@dataclass(frozen=True)
class ArticleView:
    """A draft or an article file as the rules read it.

    Attributes:
        texts: the Markdown of the answer: the parts of a draft, or the one ``answer`` of a file.
        introduction: None for a file without numbered points, like ``conclusion``.
        keywords_field: the field name for findings on the keywords.
        points_field: the field name for findings on the points as a whole.
        by_part: whether ``texts`` are the parts of a draft.
        draft: the model's draft; None for a file.
        document: the article file; None for a draft.
        answer: the Markdown of the answer where ``texts`` are not to be checked with the description.
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
    answer: str = ""

    @cached_property
    def described(self) -> str:
        """The Markdown of the answer that the description is of; empty where it is not known."""
        return self.answer or "\n\n".join(part.text for part in self.texts)

    @cached_property
    def words(self) -> int:
        """The length of the whole answer in words; each point's number counts as a word."""
        if self.by_part:
            return len(self.points) + sum(part.words for part in self.texts)
        return self.texts[0].words

    @cached_property
    def all_texts(self) -> tuple[FieldText, ...]:
        """The texts of the answer and the description."""
        return (*self.texts, self.description)

    @cached_property
    def joined_text(self) -> str:
        """All texts as one, to test quickly whether something can occur in any of them."""
        return " ".join([part.text for part in self.all_texts])

    @cached_property
    def _casefolded(self) -> str:
        return self.joined_text.casefold()

    def texts_containing(self, *marks: str, description: bool = True) -> Iterator[FieldText]:
        """The texts that contain one of the marks, in any case.

        Args:
            marks: in lower case.
            description: whether to search the description too.
        """
        casefolded = self._casefolded
        # Mostly no mark is present: one search in the joined text replaces one in each text.
        present = [mark for mark in marks if mark in casefolded]
        if present:
            for part in self.all_texts if description else self.texts:
                if contains_any(part.casefolded, present):
                    yield part

    @cached_property
    def unsafe_texts(self) -> tuple[FieldText, ...]:
        """The texts of the answer that contain unsafe places."""
        return tuple(
            part for part in self.texts_containing(*_UNSAFE_MARKS, description=False) if part.unsafe_places
        )

    @cached_property
    def normalised_question(self) -> str:
        """The question for comparisons, as ``FieldText.normalised``."""
        return normalise_question(self.question)

    @cached_property
    def related(self) -> Sequence[Related]:
        """The related articles of a file, by number; empty for a draft."""
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
    """The view of a draft's article file in the parts of a draft; an answer without points is all introduction."""
    view = view_of_draft(draft_of(document), document.get("question") or question)
    return replace(view, keywords=_listed_keywords(document), draft=None, document=document)


def view_of_document(document: Document, question: str = "") -> ArticleView:
    """The view of an article file; ``question`` is used only for a file without one."""
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
