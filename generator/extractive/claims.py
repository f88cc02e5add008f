"""Answers the tasks about claims by rules alone: what they find, what a passage decides, and no value for any blank."""

from typing import Any

from generator.content.claims.claim import place_claim
from generator.content.claims.compare import SourcePassage, verdict_by_rules
from generator.content.claims.find import find_claims
from generator.content.claims.replies import ASK_SCHEMA, CHECK_SCHEMA, FIND_SCHEMA
from generator.extractive.prompt_reader import Prompt

CLAIM_TASKS = frozenset({FIND_SCHEMA, CHECK_SCHEMA, ASK_SCHEMA})


def answer_about_claims(prompt: Prompt) -> dict[str, Any]:
    """The reply to one of ``CLAIM_TASKS``."""
    if prompt.task == FIND_SCHEMA:
        return {"claims": _found(prompt)}
    if prompt.task == CHECK_SCHEMA:
        return {"verdicts": _verdicts(prompt)}
    return {"answers": [{"blank": str(blank.get("id", "")), "value": None} for blank in prompt.blanks]}


def _found(prompt: Prompt) -> list[dict[str, str]]:
    texts = {name: text for name, text in prompt.draft.items() if isinstance(text, str)}
    return [{"kind": claim.kind, "field": claim.field, "words": claim.words} for claim in find_claims(texts)]


def _verdicts(prompt: Prompt) -> list[dict[str, Any]]:
    passages = [SourcePassage(each.id, each.title, each.text) for each in prompt.passages]
    verdicts = []
    for item in prompt.claims:
        words, sentence = str(item.get("words", "")), str(item.get("sentence", ""))
        claim = place_claim({"": sentence}, "figure", words)
        verdict = verdict_by_rules(claim, passages) if claim else None
        verdicts.append(
            {
                "claim": str(item.get("id", "")),
                "verdict": verdict.name if verdict else "unsupported",
                "passage": verdict.passage if verdict else None,
                "quote": verdict.quote if verdict else None,
                "right": verdict.right if verdict else None,
                "reason": (verdict and verdict.reason) or "no passage decides",
            }
        )
    return verdicts
