"""Drafts with sources, and replies about their claims, for tests of checking claims."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from generator.services import Services
from generator.workflows.claims.check import check_claims
from generator.workflows.claims.requests import CheckOutcome, CheckRequest
from generator.workflows.engine.progress import NoProgress
from tests.support.drafts import QUESTIONS, with_drafts
from tests.support.replies import Endpoint, completion

SENTENCE = "Human enzymes peak near 37 degrees Celsius and unfold above roughly 45"
SUPPORTING = "Catalase lowers the barrier of hydrogen peroxide breakdown from about 75 to 23 kilojoules per mole, which makes the reaction more than a million times faster."
CONTRADICTING = SUPPORTING.replace("75", "95")


def with_sources(folder: Path, *documents: str, endpoint: Endpoint | None = None, **changes: Any) -> Services:
    """Services over one draft, made without sources, and over these documents, which came later."""
    sources = folder / "sources"
    sources.mkdir()
    for number, text in enumerate(documents, start=1):
        (sources / f"handbook-{number}.md").write_text(f"# Enzymes\n\n{text}\n", encoding="utf-8")
    with_drafts(folder, QUESTIONS[:1], sources_dir=None).close()
    return with_drafts(folder, (), endpoint=endpoint, sources_dir=sources, **changes)


def check(services: Services, *names: str, **options: Any) -> CheckOutcome:
    """Check drafts by name, all drafted ones without names; what ended the run early is raised."""
    states = options.pop(
        "states", () if names or options.get("published") else ("drafted", "needs_fix", "approved")
    )
    outcome = check_claims(services, CheckRequest(names=names, states=states, **options), NoProgress())
    if outcome.error is not None:
        raise outcome.error
    return outcome


def verifier(
    *,
    found: Callable[[dict[str, Any]], list[dict[str, Any]]] = lambda texts: [],
    judged: Callable[[dict[str, Any]], dict[str, Any] | None] = lambda claim: None,
    answered: Callable[[dict[str, Any]], str | None] = lambda blank: None,
    otherwise: Callable[[dict[str, Any]], Any] = lambda _: completion("no task of claims"),
) -> Endpoint:
    """An endpoint that answers the three tasks about claims.

    Args:
        found: the claims for the texts of a page.
        judged: the fields of the verdict on a claim that differ from unsupported.
        answered: the value for a blank.
        otherwise: the reply to any other task.
    """

    def reply(body: dict[str, Any]) -> Any:
        task = body["response_format"]["json_schema"]["name"]
        user = body["messages"][-1]["content"]
        if task == "claims_found":
            return completion({"claims": found(_between(user, "draft"))})
        if task == "claims_checked":
            verdicts = [
                {
                    "claim": claim["id"],
                    "verdict": "unsupported",
                    "passage": None,
                    "quote": None,
                    "right": None,
                    "reason": "r",
                }
                | (judged(claim) or {})
                for claim in _between(user, "claims")
            ]
            return completion({"verdicts": verdicts})
        if task == "claims_answers":
            answers = [{"blank": blank["id"], "value": answered(blank)} for blank in _between(user, "blanks")]
            return completion({"answers": answers})
        return otherwise(body)

    return Endpoint(by=reply)


def _between(user: str, tag: str) -> Any:
    return json.loads(user.split(f"<{tag}>")[1].split(f"</{tag}>")[0])
