"""A golden set, two sides and an endpoint that answers for both, for tests of comparing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from generator.model.prompts import default_directory
from generator.services import Services
from generator.workflows.compare.compare import compare_sides
from generator.workflows.compare.requests import CompareOutcome, CompareRequest, SideRequest
from generator.workflows.engine.progress import NoProgress
from tests.support.replies import GOOD, Endpoint, completion
from tests.support.services import scripted_services

HEADER = "subject,question,kind,trap,expect,facts,notes,sources"
MARK = "Write as side B does."
"""What the prompts of side B have and those of side A have not."""
Reply = Callable[[dict[str, Any]], Any]


def golden_set(folder: Path, *rows: str) -> Path:
    """A golden set of these rows; ten questions with one fact without any."""
    lines = rows or [
        f"Biology,How does enzyme number {n} work?,mechanism,,answer,catalase,," for n in range(10)
    ]
    file = folder / "golden" / "questions.csv"
    file.parent.mkdir(exist_ok=True)
    file.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    return file


def prompts_b(folder: Path) -> Path:
    """The prompts of side B."""
    target = folder / "prompts-b"
    if not target.exists():
        shutil.copytree(default_directory(), target)
        with (target / "house_style.j2").open("a", encoding="utf-8") as file:
            file.write(f"\n{MARK}\n")
    return target


def two_sides(
    a: Reply | None = None, b: Reply | None = None, *, judged: Callable[[str, str], str] | None = None
) -> Endpoint:
    """An endpoint that drafts for both sides and judges pairs.

    Args:
        a, b: the reply to a request of a side; the good draft by default.
        judged: which of two answers is better.
    """

    def reply(body: dict[str, Any]) -> Any:
        name = body["response_format"]["json_schema"]["name"]
        if name == "preference":
            first, second = (
                part.split("</answer>")[0] for part in body["messages"][1]["content"].split("<answer ")[1:]
            )
            better = judged(first, second) if judged else "neither"
            return completion({"reason": "It decides.", "better": better})
        own = b if MARK in body["messages"][0]["content"] else a
        return own(body) if own else completion(GOOD)

    return Endpoint(by=reply)


def compare(
    folder: Path, endpoint: Endpoint, *, services: Services | None = None, **options: Any
) -> CompareOutcome:
    """Compare the prompts in use with those of side B."""
    used = services or scripted_services(folder, endpoint)
    try:
        request = CompareRequest(
            **{"golden": folder / "golden" / "questions.csv", "b": SideRequest(prompts_b(folder)), **options}
        )
        return compare_sides(used, request, NoProgress())
    finally:
        if services is None:
            used.close()


def measures(outcome: CompareOutcome, group: str = "criteria") -> dict[str, tuple[float, float, str]]:
    """The means of A and B with the verdict, by the name of the measure."""
    return {
        each.name: (round(each.difference.a, 3), round(each.difference.b, 3), each.verdict)
        for each in outcome.report.differences
        if each.group == group
    }


def questions_of(requests: Sequence[dict[str, Any]]) -> list[str]:
    """The question of each request, in the order of sending."""
    return [
        request["messages"][1]["content"].split("<question>")[1].split("</question>")[0]
        for request in requests
    ]
