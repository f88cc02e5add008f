"""What a model returns about claims: the JSON schemas of the three tasks, and the parsers of their replies."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from generator.content.claims.claim import CLAIM_KINDS, Claim, ClaimKind, place_claim
from generator.content.claims.compare import SourcePassage
from generator.content.claims.text import contains, plain
from generator.content.claims.values import agrees
from generator.content.claims.verdict import UNSUPPORTED, Verdict
from generator.content.reply_json.reader import read_model

FIND_SCHEMA = "claims_found"
CHECK_SCHEMA = "claims_checked"
ASK_SCHEMA = "claims_answers"

_JUDGEMENTS = ("supported", "contradicted", "doubtful", "unsupported")


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _FoundClaim(_Reply):
    kind: str
    field: str = ""
    words: str


class _Found(_Reply):
    claims: tuple[_FoundClaim, ...]


class _Judgement(_Reply):
    claim: str
    verdict: Literal["supported", "contradicted", "doubtful", "unsupported"]
    passage: str | None = None
    quote: str | None = None
    right: str | None = None
    reason: str | None = None


class _Judged(_Reply):
    verdicts: tuple[_Judgement, ...]


class _Answer(_Reply):
    blank: str
    value: str | None = None


class _Answers(_Reply):
    answers: tuple[_Answer, ...]


class FoundClaims(NamedTuple):
    """The claims that a model found, and how many it named whose words are not in the text."""

    claims: tuple[Claim, ...]
    dropped: int


class Judgements(NamedTuple):
    """Verdicts by claim id, and how many were lowered because their quotation is not in the passage."""

    verdicts: Mapping[str, Verdict]
    lowered: int


def find_schema() -> dict[str, Any]:
    """The strict JSON schema of the claims in a text."""
    claim = {
        "kind": {"type": "string", "enum": list(CLAIM_KINDS), "description": "What can be wrong about it."},
        "field": _text("The field of the text that has the words."),
        "words": _text(
            "The words, copied from the field character by character; as few as can be right or wrong."
        ),
    }
    return _list("claims", claim, "Each claim once, in the order of the text.")


def check_schema() -> dict[str, Any]:
    """The strict JSON schema of the verdicts on all claims of a text."""
    verdict = {
        "claim": _text("The id of the claim."),
        "verdict": {
            "type": "string",
            "enum": list(_JUDGEMENTS),
            "description": "supported or contradicted only with a passage and a quotation from it.",
        },
        "passage": _nullable("The id of the passage that decides, or null."),
        "quote": _nullable("The words of that passage that decide, copied character by character, or null."),
        "right": _nullable("What should be there instead of the claim's words, or null."),
        "reason": _text("Why, in one short sentence."),
    }
    return _list("verdicts", verdict, "One verdict for each claim.")


def ask_schema() -> dict[str, Any]:
    """The strict JSON schema of the values for all blanks."""
    answer = {
        "blank": _text("The id of the blank."),
        "value": _nullable("The words for the blank and nothing else, or null if you are not sure."),
    }
    return _list("answers", answer, "One answer for each blank.")


def parse_found(content: str, texts: Mapping[str, str]) -> FoundClaims:
    """The claims in a reply, with their places. One whose words are not in the texts is dropped and counted.

    Raises:
        ReplyFormatError: the reply has another form.
    """
    found: dict[str, Claim] = {}
    dropped = 0
    for item in read_model(content, _Found).claims:
        claim = place_claim(texts, _kind(item.kind), item.words, item.field)
        if claim is None:
            dropped += 1
        else:
            found.setdefault(claim.identity, claim)
    return FoundClaims(tuple(found.values()), dropped)


def parse_judgements(
    content: str, claims: Mapping[str, Claim], passages: Sequence[SourcePassage]
) -> Judgements:
    """The verdicts in a reply.

    A verdict counts as supported or contradicted only if it quotes words that are in the passage that it names.
    Without such a quotation, support is worth nothing, and a contradiction is a doubt.

    Args:
        claims: by the ids that the prompt gave them.

    Raises:
        ReplyFormatError: the reply has another form.
    """
    by_id = {passage.id: passage for passage in passages}
    verdicts: dict[str, Verdict] = {}
    lowered = 0
    for item in read_model(content, _Judged).verdicts:
        if item.claim not in claims or item.claim in verdicts:
            continue
        verdict = _verdict(item, claims[item.claim], by_id)
        lowered += item.verdict in ("supported", "contradicted") and verdict.name != item.verdict
        verdicts[item.claim] = verdict
    return Judgements(verdicts, lowered)


def parse_answers(content: str) -> dict[str, str]:
    """The values by the ids of the blanks; without those that the model does not know.

    Raises:
        ReplyFormatError: the reply has another form.
    """
    return {
        item.blank: item.value.strip()
        for item in read_model(content, _Answers).answers
        if item.value and item.value.strip()
    }


def with_answer(claim: Claim, verdict: Verdict, value: str | None) -> Verdict:
    """The verdict on a claim after its value was asked for without showing it.

    A verdict that rests on a quotation, and a doubt, stay. Without an answer the verdict stays as well.
    """
    if value is None or verdict.name not in ("unsupported", "unchecked"):
        return verdict
    if agrees(claim, value):
        return Verdict("consistent", "answers", reason="asked without seeing it, the model gives the same")
    return Verdict(
        "doubtful", "answers", right=value, reason=f"asked without seeing it, the model says: {value}"
    )


def _verdict(item: _Judgement, claim: Claim, passages: Mapping[str, SourcePassage]) -> Verdict:
    passage = passages.get(item.passage or "")
    quoted = passage is not None and passage.proves and contains(passage.text, item.quote or "")
    right = item.right if item.right and plain(item.right) != plain(claim.words) else None
    if passage is not None and quoted and item.verdict in ("supported", "contradicted"):
        return Verdict(item.verdict, "model", passage.id, passage.title, item.quote, right, item.reason)
    if item.verdict in ("contradicted", "doubtful"):
        return Verdict("doubtful", "model", right=right, reason=item.reason)
    return UNSUPPORTED


def _kind(name: str) -> ClaimKind:
    return next((kind for kind in CLAIM_KINDS if kind == name), "figure")


def _text(description: str) -> dict[str, Any]:
    return {"type": "string", "description": description}


def _nullable(description: str) -> dict[str, Any]:
    return {"type": ["string", "null"], "description": description}


def _list(name: str, item: dict[str, Any], description: str) -> dict[str, Any]:
    """An object with one list of objects, each field required."""
    entry = {
        "type": "object",
        "properties": item,
        "required": list(item),
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {name: {"type": "array", "description": description, "items": entry}},
        "required": [name],
        "additionalProperties": False,
    }
