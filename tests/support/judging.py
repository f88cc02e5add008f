"""Replies of a judge, for tests of judging pages."""

from typing import Any

from generator.content.judging.rubric import CRITERION_NAMES
from generator.services import Services
from generator.workflows.engine.progress import NoProgress
from generator.workflows.judge.judge import judge_pages
from generator.workflows.judge.requests import JudgeOutcome, JudgeRequest


def rated(score: int = 4, **others: int) -> dict[str, Any]:
    """A reply with this score for each criterion, apart from those that are named."""
    return {
        name: {"reason": f"Point 3 shows it for {name}.", "score": others.get(name, score)}
        for name in CRITERION_NAMES
    }


def judge(services: Services, *names: str, **options: Any) -> JudgeOutcome:
    """Judge drafts by name, all drafted ones without names; what ended the run early is raised."""
    states = options.pop("states", () if names or options.get("published") else ("drafted", "needs_fix"))
    outcome = judge_pages(services, JudgeRequest(names=names, states=states, **options), NoProgress())
    if outcome.error is not None:
        raise outcome.error
    return outcome
