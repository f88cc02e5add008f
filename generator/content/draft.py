"""The draft and its repair, which a model must return: their JSON schemas, and the parsers of the replies.

The strict mode of the API supports types, enums, ``minItems`` and ``maxItems``, but no lengths. Therefore the other
limits are in the descriptions of the fields, and ``generator.content.checks`` checks them.
"""

import json
import re
from collections.abc import Collection, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json

from generator.content.frozen_model import FrozenModel
from generator.content.keywords import split_keywords
from generator.content.limits import Limits
from generator.content.text import one_line
from generator.errors import ReplyFormatError

DRAFT_SCHEMA = "article_draft"
REPAIR_SCHEMA = "article_repair"

_REASON_CHARS = 500


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
        texts = (self.introduction, self.conclusion, self.page_description, *self.page_keywords[:1])
        points = all(point.heading.strip() and point.body.strip() for point in self.points)
        whole = bool(self.points and points and self.page_keywords) and all(text.strip() for text in texts)
        return whole or bool(self.cannot_answer)


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


def draft_schema(limits: Limits, *, subjects: Sequence[str] = (), grounded: bool = False) -> dict[str, Any]:
    """The strict JSON schema of a draft.

    Args:
        limits: the limits that the descriptions of the fields name.
        subjects: the names to choose from where the question has no subject; empty where it has one.
        grounded: whether points name the passages that support them.
    """
    fields = _text_fields(limits, subjects)
    answer = limits.answer
    point = {
        "heading": _text(f"{answer.heading_words} words, no number, no Markdown, no colon."),
        "body": _text("Markdown. Two to four sentences; no heading, no number of its own."),
    }
    if grounded:
        point["passages"] = _passages()
    return _object(
        {
            "cannot_answer": _nullable(
                "Null. Only where the question has no answer or must not be answered: the reason, in one sentence,"
                " with every other text empty."
            ),
            "introduction": fields["introduction"],
            "points": {
                "type": "array",
                "description": f"{answer.points} points, each a different part of the answer.",
                "items": _object(point),
            },
            **{name: fields[name] for name in fields if name != "introduction"},
        }
    )


def repair_schema(limits: Limits, *, subjects: Sequence[str] = (), grounded: bool = False) -> dict[str, Any]:
    """The strict JSON schema of a repair: the same for every set of failing fields; each field may be null.

    The arguments are those of :func:`draft_schema`.
    """
    point: dict[str, Any] = {
        "number": {"type": "integer", "description": "The number of the point, from 1."},
        "heading": _nullable("The new heading, or null to keep it."),
        "body": _nullable("The new body in Markdown, or null to keep it."),
    }
    if grounded:
        point["passages"] = {**_passages(), "type": ["array", "null"]}
    fields = {
        name: {**field, "type": [field["type"], "null"]} if "enum" not in field else _or_null(field)
        for name, field in _text_fields(limits, subjects).items()
    }
    points = {
        "type": ["array", "null"],
        "description": "The points to replace, or null. All of them where the list as a whole was found wanting.",
        "items": _object(point),
    }
    return _object({"introduction": fields.pop("introduction"), "points": points, **fields})


def parse_draft(content: str) -> Draft:
    """The draft in a model's reply.

    Raises:
        ReplyFormatError: the reply is not a JSON object with the fields of a draft; ``cut`` is true where the reply
            ends in the middle.
    """
    reply = _validate(_DraftReply, content)
    return Draft(
        introduction=reply.introduction,
        points=tuple(point.point() for point in reply.points),
        conclusion=reply.conclusion,
        page_description=reply.page_description,
        page_keywords=_keywords(reply.page_keywords),
        subject=reply.subject,
        cannot_answer=one_line(reply.cannot_answer or "")[:_REASON_CHARS] or None,
    )


def parse_repair(content: str) -> Repair:
    """The repair in a model's reply. Raises as :func:`parse_draft`."""
    return _validate(Repair, content)


def salvage_draft(content: str) -> Draft | None:
    """The draft in a reply that ends in the middle: its complete fields and points; None without any."""
    value = partial_object(content, open_text=True)
    try:
        points = [point for point in value.get("points") or () if "body" in point]
        return parse_draft(json.dumps({**value, "points": points})) if value else None
    except (ValueError, TypeError, ReplyFormatError):
        return None


def partial_object(content: str, *, open_text: bool) -> dict[str, Any]:
    """The fields of a JSON object that ends in the middle; empty where it is not an object or has another error.

    Args:
        open_text: whether to include a text that itself ends in the middle.
    """
    start = content.find("{")
    try:
        value = from_json(
            content[start:] if start >= 0 else "", allow_partial="trailing-strings" if open_text else True
        )
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


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


_FENCE = re.compile(r"\A\s*```[a-zA-Z]*\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)
_THINKING = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)


def json_object(content: str) -> dict[str, Any]:
    """The JSON object in a reply, also where a server without JSON mode put it in a fence or between prose.

    Lone surrogates are removed: a model that is cut off within an emoji produces them, and no database stores them.

    Raises:
        ReplyFormatError: the reply has no JSON object, or a broken one.
    """
    text = _THINKING.sub("", content).strip()
    fenced = _FENCE.match(text)
    if fenced:
        text = fenced.group(1)
    start = text.find("{")
    if start < 0:
        raise ReplyFormatError("the reply has no JSON object", raw=content, cut=not text)
    try:
        value = _DECODER.raw_decode(text, start)[0]
        if _may_hold_surrogates(text):
            value = _encodable(value)
    except (
        ValueError,
        RecursionError,
    ) as error:  # not JSON, nested too deeply, or a number of too many digits
        cut = isinstance(error, json.JSONDecodeError) and _ends_open(text[start:])
        reason = (
            "the reply's JSON ends in the middle"
            if cut
            else f"the reply is not valid JSON: {one_line(str(error))}"
        )
        raise ReplyFormatError(reason, raw=content, cut=cut) from error
    if not isinstance(value, dict):
        raise ReplyFormatError("the reply is not a JSON object", raw=content)
    return value


_DECODER = json.JSONDecoder(strict=False)
_SURROGATES = re.compile("[\ud800-\udfff]")
_SURROGATE_ESCAPE = re.compile(r"\\u[dD]")


def _may_hold_surrogates(text: str) -> bool:
    """Whether a JSON text contains surrogates, raw or escaped; valid pairs count too."""
    if _SURROGATE_ESCAPE.search(text):
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _encodable(value: Any) -> Any:
    """The value without lone surrogates in its texts."""
    if isinstance(value, str):
        return _SURROGATES.sub("", value)
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    if isinstance(value, dict):
        return {_SURROGATES.sub("", name): _encodable(item) for name, item in value.items()}
    return value


def _ends_open(text: str) -> bool:
    """Whether a bracket or a string is still open at the end, as in a reply that was cut off."""
    depth = 0
    quoted = escaped = False
    for char in text:
        if quoted:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == '"':
                quoted = False
        elif char == '"':
            quoted = True
        elif char in "{[":
            depth += 1
        elif char in "}]":
            depth -= 1
    return quoted or depth > 0


_Reply = TypeVar("_Reply", bound=BaseModel)


def _validate(model: type[_Reply], content: str) -> _Reply:
    try:
        return model.model_validate(json_object(content))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ReplyFormatError(f"the reply's {where}: {first['msg']}", raw=content) from error


def _text_fields(limits: Limits, subjects: Sequence[str]) -> dict[str, dict[str, Any]]:
    answer, seo = limits.answer, limits.seo
    fields: dict[str, dict[str, Any]] = {
        "introduction": _text(
            f"Answers the question at once, {answer.introduction_words} words, no heading, no list."
        ),
        "conclusion": _text(
            f"One paragraph of {answer.conclusion_words} words that adds something; no heading."
        ),
        "page_description": _text(
            f"Meta description: what the page answers, in one or two complete sentences of"
            f" {seo.description_target_min} to {seo.description_max} characters, no line break, no quotation marks."
        ),
        "page_keywords": {
            "type": "array",
            "description": f"{seo.keywords} search terms of one to four words, none twice, proper names in their case.",
            "items": {"type": "string"},
        },
    }
    if subjects:
        fields["subject"] = {
            "type": "string",
            "enum": list(subjects),
            "description": "The subject that fits best.",
        }
    return fields


def _text(description: str) -> dict[str, Any]:
    return {"type": "string", "description": description}


def _nullable(description: str) -> dict[str, Any]:
    return {"type": ["string", "null"], "description": description}


def _or_null(field: dict[str, Any]) -> dict[str, Any]:
    return {**field, "type": ["string", "null"], "enum": [*field["enum"], None]}


def _passages() -> dict[str, Any]:
    return {
        "type": "array",
        "description": "Ids of the source passages that support the body; empty where none does.",
        "items": {"type": "string"},
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
