"""The draft and its repair, which a model must return, and the parsers of the replies."""

import json
from collections.abc import Collection
from typing import Any

from pydantic import BaseModel, ConfigDict

from generator.content.frozen_model import FrozenModel
from generator.content.keywords import split_keywords
from generator.content.reply_json.reader import ReplyShape, read_as
from generator.content.reply_json.spelling import as_list, number_of, with_known_keys
from generator.content.reply_json.strict import partial_object
from generator.content.text import one_line
from generator.errors import ReplyFormatError

_REASON_CHARS = 500
_NO_REASON = frozenset({"null", "none", "no", "false", "n/a", "nil", "undefined"})


class Point(FrozenModel):
    """One numbered point: a short heading, a body in Markdown, the ids of the passages that support it."""

    heading: str
    body: str
    passages: tuple[str, ...] = ()


class Draft(FrozenModel):
    """A reply to the ``answer`` prompt. Texts are Markdown with real line breaks.

    Attributes:
        subject: set only where the question came without one.
        cannot_answer: the model's reason where it declines; the other fields are then empty.
    """

    introduction: str
    points: tuple[Point, ...]
    conclusion: str
    page_description: str
    page_keywords: tuple[str, ...]
    subject: str | None = None
    cannot_answer: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every text is present, or the model gave a reason to decline."""
        return self.has_every_text or bool(self.cannot_answer)

    @property
    def has_every_text(self) -> bool:
        """Whether every text is present."""
        texts = (self.introduction, self.conclusion, self.page_description, *self.page_keywords[:1])
        points = all(point.heading.strip() and point.body.strip() for point in self.points)
        return bool(self.points and points and self.page_keywords) and all(text.strip() for text in texts)

    @property
    def has_answer(self) -> bool:
        """Whether there is any text of the answer itself."""
        texts = (self.introduction, self.conclusion, *(f"{p.heading}{p.body}" for p in self.points))
        return any(text.strip() for text in texts)


class _Lenient(BaseModel):
    """The base of replies from outside: unknown keys are ignored, known ones must have the right type."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class _PointReply(_Lenient):
    heading: str
    body: str
    passages: tuple[str, ...] | None = None

    def point(self) -> Point:
        return Point(heading=self.heading, body=self.body, passages=self.passages or ())


class _DraftReply(_Lenient):
    cannot_answer: str | None = None
    introduction: str = ""
    points: tuple[_PointReply, ...] = ()
    conclusion: str = ""
    page_description: str = ""
    page_keywords: tuple[str, ...] | str = ()
    subject: str | None = None


class _RepairPoint(_Lenient):
    number: int
    heading: str | None = None
    body: str | None = None
    passages: tuple[str, ...] | None = None


class Repair(_Lenient):
    """A reply to the ``repair`` prompt; fields that were not requested are null or are ignored."""

    introduction: str | None = None
    points: tuple[_RepairPoint, ...] | None = None
    conclusion: str | None = None
    page_description: str | None = None
    page_keywords: tuple[str, ...] | str | None = None
    subject: str | None = None


def parse_draft(content: str) -> Draft:
    """The draft in a model's reply, wherever in the reply it is.

    Raises:
        ReplyFormatError: the reply has no JSON object with fields of a draft; ``cut`` is true where the reply ends in
            the middle.
    """
    return read_as(content, _DRAFT)


def parse_repair(content: str, asked: Collection[str] = ()) -> Repair:
    """The repair in a model's reply. Raises as :func:`parse_draft`.

    Args:
        asked: the fields that a whole repair has; by default any one is enough.
    """
    return read_as(content, _repair_shape(frozenset(asked)))


def salvage_draft(content: str) -> Draft | None:
    """The draft in a reply that ends in the middle: its complete fields and points; None without any."""
    value = partial_object(content, _DRAFT.fields, open_text=True)
    try:
        points = [point for point in value.get("points") or () if "body" in point]
        return parse_draft(json.dumps({**value, "points": points})) if value else None
    except (ValueError, TypeError, ReplyFormatError):
        return None


def apply_repair(draft: Draft, repair: Repair, failing: Collection[str]) -> Draft:
    """The draft with the repaired fields; all other fields are unchanged to the byte.

    Args:
        failing: the paths of the fields that may change, as findings name them; ``points`` replaces the whole list.
    """
    changes: dict[str, Any] = {}
    for name in ("introduction", "conclusion", "page_description", "subject"):
        value = getattr(repair, name)
        if name in failing and value is not None:
            changes[name] = value
    if "page_keywords" in failing and repair.page_keywords is not None:
        changes["page_keywords"] = _keywords(repair.page_keywords)
    if repair.points is not None:
        changes["points"] = _repaired_points(draft.points, repair.points, failing)
    return draft.model_copy(update=changes)


def _repaired_points(
    old: tuple[Point, ...], new: tuple[_RepairPoint, ...], failing: Collection[str]
) -> tuple[Point, ...]:
    if "points" in failing:
        by_number = dict(enumerate(old, start=1))
        return tuple(
            Point(
                heading=point.heading if point.heading is not None else by_number[point.number].heading,
                body=point.body if point.body is not None else by_number[point.number].body,
                passages=_chosen_passages(point, by_number.get(point.number)),
            )
            for point in new
            if (point.heading is not None and point.body is not None) or point.number in by_number
        )
    points = list(old)
    for point in new:
        index = point.number - 1
        if not 0 <= index < len(points):
            continue
        changes: dict[str, Any] = {}
        if point.heading is not None and f"points[{index}].heading" in failing:
            changes["heading"] = point.heading
        if point.body is not None and f"points[{index}].body" in failing:
            changes["body"] = point.body
        passages_fail = f"points[{index}].passages" in failing
        if point.passages is not None and (passages_fail or "body" in changes):
            changes["passages"] = point.passages
        points[index] = points[index].model_copy(update=changes)
    return tuple(points)


def _chosen_passages(point: _RepairPoint, old: Point | None) -> tuple[str, ...]:
    if point.passages is not None:
        return point.passages
    return old.passages if old else ()


def _keywords(value: tuple[str, ...] | str) -> tuple[str, ...]:
    if isinstance(value, str):
        return split_keywords(value)
    return tuple(part.strip() for part in value if part.strip())


def _draft(value: dict[str, Any]) -> Draft:
    reply = _DraftReply.model_validate(value)
    draft = Draft(
        introduction=reply.introduction,
        points=tuple(point.point() for point in reply.points),
        conclusion=reply.conclusion,
        page_description=reply.page_description,
        page_keywords=_keywords(reply.page_keywords),
        subject=reply.subject,
        cannot_answer=one_line(reply.cannot_answer or "")[:_REASON_CHARS] or None,
    )
    if (
        draft.cannot_answer
        and draft.cannot_answer.rstrip(".").casefold() in _NO_REASON
        and draft.has_every_text
    ):
        return draft.model_copy(update={"cannot_answer": None})
    return draft


def _filled_fields(draft: Draft) -> int:
    fields = (
        draft.introduction,
        draft.points,
        draft.conclusion,
        draft.page_description,
        draft.page_keywords,
        draft.subject,
        draft.cannot_answer,
    )
    return sum(map(bool, fields))


def _respelled(value: dict[str, Any]) -> dict[str, Any]:
    """The object with keys, points, keywords and numbers in the form of the schema, and without nulls."""
    fields = with_known_keys(value, _DRAFT.fields)
    if fields.get("cannot_answer") is False:
        del fields["cannot_answer"]
    if "points" in fields:
        fields["points"] = _points(fields["points"])
    if "page_keywords" in fields:
        fields["page_keywords"] = as_list(fields["page_keywords"], ())
    return {name: item for name, item in fields.items() if item is not None}


def _points(value: Any) -> Any:
    points = as_list(value, _POINT_FIELDS)
    if not isinstance(points, list):
        return points
    return [
        _point_fields(with_known_keys(point, _POINT_FIELDS)) if isinstance(point, dict) else point
        for point in points
    ]


def _point_fields(point: dict[str, Any]) -> dict[str, Any]:
    number, passages = point.get("number"), point.get("passages")
    if isinstance(number, str):
        point["number"] = number_of(number)
    if isinstance(passages, str):
        point["passages"] = passages.replace(",", " ").split()
    return point


_POINT_FIELDS = frozenset(_RepairPoint.model_fields)

_DRAFT = ReplyShape(
    fields=frozenset(_DraftReply.model_fields),
    item_fields=_POINT_FIELDS,
    validate=_draft,
    respell=_respelled,
    filled=_filled_fields,
    is_whole=lambda draft: draft.is_whole,
)


def _repair_shape(asked: frozenset[str]) -> ReplyShape[Repair]:
    def filled(repair: Repair) -> int:
        return sum(getattr(repair, name) is not None for name in Repair.model_fields)

    def is_whole(repair: Repair) -> bool:
        return all(getattr(repair, name) for name in asked) if asked else filled(repair) > 0

    return ReplyShape(
        fields=frozenset(Repair.model_fields),
        item_fields=_POINT_FIELDS,
        validate=Repair.model_validate,
        respell=_respelled,
        filled=filled,
        is_whole=is_whole,
    )
