"""The strict JSON schemas of a draft and of its repair, which a model must return.

The strict mode of the API supports types, enums, ``minItems`` and ``maxItems``, but no lengths. Therefore the other
limits are in the descriptions of the fields, and ``generator.content.checks`` checks them.
"""

from collections.abc import Sequence
from typing import Any

from generator.content.limits import Limits

DRAFT_SCHEMA = "article_draft"
REPAIR_SCHEMA = "article_repair"


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
        "heading": _text(f"{answer.heading_words} words, no list number, no Markdown, no colon."),
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
            f" {seo.description_target.min} to {seo.description_target.max} characters, no line break, no quotation marks."
        ),
        "page_keywords": {
            "type": "array",
            "description": f"{seo.keywords} search terms of at most {seo.keyword_words_max} words, none twice, proper names in"
            " their case.",
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
