"""What a model returns on whether one page would serve two questions: the JSON schema, and the parser of replies."""

from collections.abc import Collection, Mapping
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from generator.content.reply_json.reader import read_model
from generator.content.text import one_line
from generator.errors import ReplyFormatError

SAME_PAGE_SCHEMA = "same_page"
PageVerdict = Literal["same", "different"]
_MOST_REASON = 300


class SamePage(NamedTuple):
    """Whether one page would serve a question and another one, with the reason in one line."""

    verdict: PageVerdict
    reason: str


class _Item(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    reason: str = ""
    same_page: bool


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    verdicts: tuple[_Item, ...]


def same_page_schema() -> dict[str, Any]:
    """The strict JSON schema of the verdicts on all candidates."""
    item = {
        "id": {"type": "string", "description": "The id of the candidate."},
        "reason": {
            "type": "string",
            "description": "One short sentence: what both ask, or what only one of them asks.",
        },
        "same_page": {"type": "boolean", "description": "Whether one page would serve both questions."},
    }
    verdict = {
        "type": "object",
        "properties": item,
        "required": list(item),
        "additionalProperties": False,
    }
    verdicts = {"type": "array", "description": "One verdict for each candidate.", "items": verdict}
    return {
        "type": "object",
        "properties": {"verdicts": verdicts},
        "required": ["verdicts"],
        "additionalProperties": False,
    }


def parse_same_page(content: str, ids: Collection[str]) -> Mapping[str, SamePage]:
    """The verdicts in a reply by the ids of the candidates; of several on one candidate, the first.

    Raises:
        ReplyFormatError: the reply has another form, or no verdict on one of the candidates.
    """
    reply = read_model(content, _Reply)
    verdicts: dict[str, SamePage] = {}
    for item in reply.verdicts:
        if item.id in ids:
            reason = one_line(item.reason)[:_MOST_REASON]
            verdicts.setdefault(item.id, SamePage("same" if item.same_page else "different", reason))
    missing = sorted(set(ids) - verdicts.keys())
    if missing:
        raise ReplyFormatError(f"the reply has no verdict on {', '.join(missing)}", raw=content)
    return verdicts
