"""Compares a rewritten draft with the old one, field by field, and applies the changes that a person accepts.

Fields have the names that findings use: ``introduction``, ``points[2].heading``, ``points[2].body``, ``conclusion``,
``page_description``, ``page_keywords``; ``points`` where the number of points changed, and ``answer`` for an answer
that does not consist of introduction, numbered points and conclusion.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from generator.content.drafts.draft import Draft, Point
from generator.content.frontmatter import Document
from generator.content.keywords import join_keywords, split_keywords
from generator.content.markdown.answer import compose, decode, parse


@dataclass(frozen=True, slots=True)
class FieldChange:
    """The old and the new text of one changed field."""

    field: str
    old: str
    new: str


def draft_of(document: Document) -> Draft:
    """The draft that an article file would come from; an answer without points is all introduction."""
    markdown = decode(document.get("answer", ""))
    parsed = parse(markdown)
    return Draft(
        introduction=parsed.introduction if parsed else markdown,
        points=tuple(Point(heading=point.heading, body=point.body) for point in parsed.points)
        if parsed
        else (),
        conclusion=parsed.conclusion if parsed else "",
        page_description=document.get("seo.page_description", ""),
        page_keywords=split_keywords(document.get("seo.page_keywords", "")),
    )


def markdown_of(draft: Draft) -> str:
    """The draft's answer as Markdown."""
    return compose(
        draft.introduction, [(point.heading, point.body) for point in draft.points], draft.conclusion
    )


def field_changes(document: Document, new: Draft) -> tuple[FieldChange, ...]:
    """The fields in which a rewritten draft differs from an article file, in the order of the page."""
    old = draft_of(document)
    pairs: list[tuple[str, str, str]] = []
    markdown = decode(document.get("answer", ""))
    if markdown_of(old) != markdown:
        # To split and compose this answer would change it, so it can only be replaced as a whole.
        pairs.append(("answer", markdown, markdown_of(new)))
    else:
        pairs.append(("introduction", old.introduction, new.introduction))
        pairs += _point_pairs(old.points, new.points)
        pairs.append(("conclusion", old.conclusion, new.conclusion))
    pairs.append(("page_description", old.page_description, new.page_description))
    pairs.append(("page_keywords", join_keywords(old.page_keywords), join_keywords(new.page_keywords)))
    return tuple(FieldChange(*pair) for pair in pairs if pair[1] != pair[2])


def accepted_texts(document: Document, new: Draft, accepted: Collection[str]) -> dict[str, str]:
    """The new texts after a person accepted some changed fields.

    Args:
        accepted: the names of the accepted fields, from :func:`field_changes`.

    Returns:
        The texts that change, by ``answer``, ``description`` and ``keywords``.
    """
    texts: dict[str, str] = {}
    if "answer" in accepted:
        texts["answer"] = markdown_of(new)
    elif any(name.startswith(("introduction", "points", "conclusion")) for name in accepted):
        texts["answer"] = markdown_of(_merged(draft_of(document), new, accepted))
    if "page_description" in accepted:
        texts["description"] = new.page_description
    if "page_keywords" in accepted:
        texts["keywords"] = join_keywords(new.page_keywords)
    return texts


def _point_pairs(old: Sequence[Point], new: Sequence[Point]) -> list[tuple[str, str, str]]:
    if len(old) != len(new):
        return [("points", _points_markdown(old), _points_markdown(new))]
    pairs = []
    for index, (before, after) in enumerate(zip(old, new, strict=True)):
        pairs.append((f"points[{index}].heading", before.heading, after.heading))
        pairs.append((f"points[{index}].body", before.body, after.body))
    return pairs


def _points_markdown(points: Sequence[Point]) -> str:
    return compose("", [(point.heading, point.body) for point in points], "")


def _merged(old: Draft, new: Draft, accepted: Collection[str]) -> Draft:
    points = new.points if "points" in accepted else old.points
    if "points" not in accepted and len(old.points) == len(new.points):
        points = tuple(
            Point(
                heading=(after if f"points[{index}].heading" in accepted else before).heading,
                body=(after if f"points[{index}].body" in accepted else before).body,
            )
            for index, (before, after) in enumerate(zip(old.points, new.points, strict=True))
        )
    return old.model_copy(
        update={
            "introduction": (new if "introduction" in accepted else old).introduction,
            "points": points,
            "conclusion": (new if "conclusion" in accepted else old).conclusion,
        }
    )
