"""What the judge returns: the JSON schema, and the parser of a reply."""

from typing import Any

from generator.content.judging.rubric import CRITERIA, HIGHEST, LOWEST, Judgement, Rating
from generator.content.reply_json.reader import ReplyShape, read_as
from generator.content.reply_json.spelling import with_known_keys
from generator.content.text import one_line
from generator.errors import ReplyFormatError

JUDGE_SCHEMA = "judgement"
_LONGEST_REASON = 300


def judge_schema() -> dict[str, Any]:
    """The strict JSON schema of a judgement. The reason comes before the score, so that the score follows from it."""
    rating = {
        "reason": {"type": "string", "description": "Why, in one sentence that names the place."},
        "score": {"type": "integer", "enum": list(range(LOWEST, HIGHEST + 1)), "description": "1 worst, 5 best."},
    }  # fmt: skip
    ratings = {
        criterion.name: {"description": criterion.description, **_object(rating)} for criterion in CRITERIA
    }
    return _object(ratings)


def parse_judgement(content: str) -> Judgement:
    """The judgement in a reply.

    Raises:
        ReplyFormatError: a criterion is missing, or its score is none.
    """
    value = read_as(content, _RATINGS)
    return Judgement({criterion.name: _rating(value, criterion.name, content) for criterion in CRITERIA})


_NAMES = frozenset(criterion.name for criterion in CRITERIA)
_RATINGS: ReplyShape[dict[str, Any]] = ReplyShape(
    fields=_NAMES,
    item_fields=frozenset(),
    validate=lambda found: found,
    respell=lambda found: with_known_keys(found, _NAMES),
    filled=lambda found: len(_NAMES & found.keys()),
    is_whole=lambda found: found.keys() >= _NAMES,
)


def _rating(value: dict[str, Any], name: str, content: str) -> Rating:
    item = value.get(name)
    if not isinstance(item, dict):
        raise ReplyFormatError(f"the reply has no rating {name!r}", raw=content)
    score = _score(item.get("score"))
    if score is None:
        raise ReplyFormatError(
            f"the reply's {name}.score is no whole number from {LOWEST} to {HIGHEST}", raw=content
        )
    return Rating(score, one_line(str(item.get("reason") or ""))[:_LONGEST_REASON])


def _score(value: object) -> int | None:
    """The score, also where a model writes ``"4"`` or ``4.0``; None for anything else."""
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value.strip()[:3])
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or value not in range(LOWEST, HIGHEST + 1)
    ):
        return None
    return int(value)


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
