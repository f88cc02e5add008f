"""Which of two answers a model prefers: the JSON schema, the parser of the reply, and what two judgements say together."""

from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict

from generator.content.reply_json.reader import read_model

PREFER_SCHEMA = "preference"

Better = Literal["first", "second", "neither"]
"""Which of two answers is better, by the order in which they were shown."""

Preference = Literal["a", "b", "tie"]
"""Which side is preferred."""

_OF_SIDES: dict[tuple[Better, Better], Preference] = {("first", "second"): "a", ("second", "first"): "b"}


class Judgement(BaseModel):
    """One judgement, with its reason."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    reason: str
    better: Better


def prefer_schema() -> dict[str, Any]:
    """The strict JSON schema of a judgement."""
    fields: dict[str, Any] = {
        "reason": {"type": "string", "description": "What decides, in one or two sentences."},
        "better": {
            "type": "string",
            "enum": list(get_args(Better)),
            "description": "The better answer, by the order in which they stand.",
        },
    }
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def parse_judgement(content: str) -> Judgement:
    """The judgement in a reply.

    Raises:
        ReplyFormatError: the reply has another form.
    """
    return read_model(content, Judgement)


def preference_of(a_first: Better, b_first: Better) -> Preference:
    """The preferred side by two judgements, which must agree; everything else is a tie.

    Args:
        a_first: with the answer of side A first.
        b_first: with the answer of side B first.
    """
    return _OF_SIDES.get((a_first, b_first), "tie")
