"""Answers the judge's task from what can be measured in the text; a reason says what was measured, and judges nothing."""

from typing import Any

from pydantic import ValidationError

from generator.content.checks import CheckContext, check_draft
from generator.content.checks.view import view_of_draft
from generator.content.drafts.draft import Draft
from generator.content.judging.checks_score import ChecksScore, checks_score
from generator.content.judging.rubric import HIGHEST, LOWEST
from generator.content.limits import Limits
from generator.extractive.prompt_reader import Prompt

_FEATURES = {
    "answers": "first_sentence",
    "correct": "findings",
    "complete": "length",
    "clear": "sentences",
    "specific": "concreteness",
    "fields": "description",
}
"""The feature that stands in for each criterion."""


def answer_as_judge(prompt: Prompt, limits: Limits) -> dict[str, Any]:
    """The reply to the judge's task; the lowest ratings for a draft that cannot be read."""
    score = _score(prompt, limits)
    return {name: _rating(score, feature) for name, feature in _FEATURES.items()}


def _score(prompt: Prompt, limits: Limits) -> ChecksScore | None:
    try:
        draft = Draft.model_validate(prompt.draft)
    except ValidationError:
        return None
    findings = check_draft(draft, CheckContext(question=prompt.question, limits=limits, offline=True))
    return checks_score(view_of_draft(draft, prompt.question), findings, limits)


def _rating(score: ChecksScore | None, name: str) -> dict[str, Any]:
    if score is None:
        return {"reason": "Checks: there is no draft that can be read.", "score": LOWEST}
    feature = score.feature(name)
    rating = LOWEST + round((HIGHEST - LOWEST) * feature.value)
    return {"reason": f"Checks: {feature.text}.", "score": rating}
