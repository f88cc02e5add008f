"""Reads a golden set: a question list whose further columns say what a good answer is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generator.content.facts import Fact, parse_facts
from generator.errors import QuestionListError, UsageError
from generator.questions.rows import Question
from generator.workflows.drafting.list_reading import ListServices, read_list
from generator.workflows.drafting.requests import QuestionSource

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from generator.workflows.engine.progress import Progress

_MOST_SHOWN = 5
EXPECTATIONS = ("answer", "decline")


@dataclass(frozen=True)
class GoldenCase:
    """One question of a golden set.

    Args:
        kind, trap, reason: as in the columns of the set; empty without one.
        declines: whether a good reply declines to answer; None where the set does not say.
        facts: what a good answer contains.
    """

    question: Question
    kind: str = ""
    trap: str = ""
    reason: str = ""
    declines: bool | None = None
    facts: tuple[Fact, ...] = ()


def sources_of(golden: Path) -> Path | None:
    """The folder of the documents that a golden set names: ``sources`` beside its file; None without one."""
    folder = golden.parent / "sources"
    return folder if folder.is_dir() else None


def read_golden_set(services: ListServices, golden: Path, progress: Progress) -> list[GoldenCase]:
    """The cases of a golden set, in its order; a question that stands in it twice counts once.

    Raises:
        UsageError: the file cannot be read, has no question, or has a row that cannot be used.
    """
    cases: dict[tuple[str, str | None], GoldenCase] = {}
    problems = []
    for row in read_list(services, QuestionSource(golden, str(golden), str(golden)), progress):
        try:
            case = _case(row)
        except QuestionListError as error:
            problems.append(str(error))
        else:
            cases.setdefault((case.question.text, case.question.subject), case)
    if problems:
        more = f" (and {len(problems) - _MOST_SHOWN} more)" if len(problems) > _MOST_SHOWN else ""
        raise UsageError(
            f"the golden set has rows that cannot be used{more}: {'; '.join(problems[:_MOST_SHOWN])}"
        )
    if not cases:
        raise UsageError(f"{golden} has no question")
    return list(cases.values())


def _case(row: Question | QuestionListError) -> GoldenCase:
    if isinstance(row, QuestionListError):
        raise row
    cells = _cells(row.details.kept if row.details else {})
    expect = cells.get("expect", "")
    if expect and expect not in EXPECTATIONS:
        raise QuestionListError(row.path, row.line, f"expect is {expect!r}, not answer or decline")
    try:
        facts = parse_facts(cells.get("facts", ""))
    except ValueError as error:
        raise QuestionListError(row.path, row.line, str(error)) from error
    return GoldenCase(
        question=row,
        kind=cells.get("kind", ""),
        trap=cells.get("trap", ""),
        reason=cells.get("reason", ""),
        declines=None if not expect else expect == "decline",
        facts=facts,
    )


def _cells(kept: Mapping[str, Any]) -> dict[str, str]:
    return {name.strip().casefold(): str(cell).strip() for name, cell in kept.items() if cell is not None}
