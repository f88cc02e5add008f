"""A long list planned by several processes gives the ledger that one process gives."""

import pickle
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from generator.errors import QuestionListError
from generator.questions.rows import Question
from generator.services import Services
from generator.workflows.drafting import parallel_planning
from generator.workflows.drafting.candidate import Candidate, NearDuplicatePolicy, Thresholds
from generator.workflows.drafting.job_maker import JobMaker
from generator.workflows.drafting.parallel_planning import Preparer, Rows, candidates_of, preparer_factory
from generator.workflows.drafting.plan_report import PlanReport
from generator.workflows.drafting.planner import ListPlanner
from tests.support.drafts import QUOTED
from tests.support.marked_lines import mark_lines
from tests.support.processes import no_process, recorded, set_cores
from tests.support.services import DATE, SUBJECTS, publish, scripted_services

pytestmark = pytest.mark.slow

NOW = "2026-01-31T12:00:00.000+00:00"
PUBLISHED = {
    "What is the role of enzymes in digestion?": ("enzymes", "stomach", "digestion"),
    "How does a glacier carve a valley?": ("glacier", "valley", "ice"),
    "What decides how fast a pendulum swings?": ("pendulum", "swing", "period"),
    "How does memory fade over time?": ("memory", "recall", "time"),
}
COUNTS = {
    "hold": Counter(new=534, near_duplicate=5, resume=2, published=1, duplicate=4, unreadable=4),
    "allow": Counter(new=538, resume=3, published=1, duplicate=4, unreadable=4),
}
_THINGS = ("harbour", "market", "bridge", "well", "tower", "mill", "garden", "wall", "school", "gate", "fair")
_MAKERS = ("weavers", "potters", "smiths", "bakers", "masons", "tanners", "coopers")


def answer(*words: str) -> str:
    """An answer fit to be quoted, in its stored form, that uses the words."""
    point = " ".join(f"Much of what is known about {word} comes from patient measurement." for word in words)
    points = "\\n\\n".join(f"{number}. **Part {number}**: {point}" for number in range(1, 9))
    return f"{point}\\n\\n{points}\\n\\nSo {words[0]} can be understood by degrees."


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few published articles, and a source."""
    folder = tmp_path_factory.mktemp("site")
    for id_, (question, words) in enumerate(PUBLISHED.items(), start=1):
        publish(folder, question, SUBJECTS[id_ % len(SUBJECTS)], id=id_, answer=answer(*words))
    (folder / "sources").mkdir()
    text = "".join(
        f"# The {maker}\n\nThe {maker} of a town build their {thing} in a year.\n\n"
        for maker, thing in zip(_MAKERS, _THINGS, strict=False)
    )
    (folder / "sources" / "towns.md").write_text(text, encoding="utf-8")
    return folder


def row(question: str, line: int = 0, **changes: Any) -> Question:
    values: dict[str, Any] = {"subject": "Biology", "notes": None, "sources": ()}
    return Question(text=question, path="q.csv", line=line, **{**values, **changes})


KNOWN = [
    row("How did the weavers of town 3 build their mill?"),
    row("How is a question planned before met again?"),
    row("How do enzymes contribute to digestion?"),  # held: a near duplicate
    row("How is one that has no subject met again?", subject=None),
]


def questions() -> list[Question | QuestionListError]:
    """Some hundred questions, most of them new, with every kind of trouble among them."""
    asked: list[Question | QuestionListError] = []
    for number in range(530):
        thing, maker = _THINGS[number % len(_THINGS)], _MAKERS[number % len(_MAKERS)]
        asked.append(
            row(
                f"How did the {maker} of town {number} build their {thing}?",
                subject=None if number % 10 == 0 else SUBJECTS[number % len(SUBJECTS)],
                notes="Keep it short." if number % 9 == 0 else None,
                sources=("towns.md",) if number % 50 == 1 else ("no such file",) if number % 50 == 2 else (),
            )
        )
    for place, item in {
        5: row("How do enzymes split starch in the stomach?"),
        6: row("Does a glacier carve a valley of granite faster than one of chalk?", subject=None),
        20: row("How do enzymes split starch in the stomach?"),  # twice in a chunk
        21: row("Explain how enzymes split starch in the stomach."),
        30: row("What is the role of enzymes in digestion?"),  # published, under another subject
        31: row("How does a glacier carve a valley?", subject=None),
        32: row("How do enzymes contribute to the digestion?"),
        33: QuestionListError("q.csv", 33, "has no question"),
        34: row("???"),
        35: row("How do enzymes split starch in the stomach?", subject="Physics"),
        36: row("How do enzymes, split starch in the stomach"),
        37: row("How do long-lived cells age?"),
        38: row("How do longlived cells age?"),  # the same address
        40: KNOWN[1],
        41: KNOWN[2],
        42: KNOWN[3],
        520: row("How did the bakers of town 3 build their mill?"),
        530: row("How do enzymes split starch in the stomach?"),  # again in a later chunk
        531: row("How did the smiths of town 2 build their bridge?", subject="Psychology"),
        525: QuestionListError("q.csv", 525, "is too long"),
    }.items():
        asked.insert(place, item)
    return [
        item if isinstance(item, QuestionListError) else replace(item, line=line)
        for line, item in enumerate(asked, start=2)
    ]


@pytest.fixture
def new_services(site: Path, tmp_path: Path) -> Iterator[Callable[[str], Services]]:
    """Opens services over the one site, each with a ledger of the name it is given."""
    made = []

    def opened(name: str) -> Services:
        folders = {"content_dir": site / "content", "sources_dir": site / "sources"}
        subjects = [{"name": subject, "listed": subject != "Physics"} for subject in SUBJECTS]
        made.append(scripted_services(tmp_path / name, subjects=subjects, context=QUOTED, **folders))
        made[-1].now = lambda: NOW
        made[-1].index.refresh()
        return made[-1]

    yield opened
    for each in made:
        each.close()


@pytest.fixture
def made_here(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions whose jobs were made in this process; two others stand ready."""
    made: list[str] = []
    make = JobMaker.make

    def counted(self, candidate):
        made.append(candidate.question.text)
        return make(self, candidate)

    monkeypatch.setattr(JobMaker, "make", counted)
    set_cores(monkeypatch, 2)
    return made


def plan(
    services: Services, rows: Rows, *, near: NearDuplicatePolicy = "hold", limit: int | None = None
) -> PlanReport:
    with services.run("draft", ["q.csv"]) as run:
        planner = ListPlanner(services, services.endpoint(), date=DATE, near=near)
        return planner.plan(rows, run=run.id, limit=limit)


def preparer(services: Services) -> Preparer:
    """What prepares candidates as the planner of these services would."""
    return preparer_factory(
        services.settings, Thresholds.of(services.settings, "model"), services.endpoint(), DATE
    )()


def planned(services: Services) -> list[dict[str, Any]]:
    """The jobs as they stand in the ledger, whole."""
    jobs = []
    for columns in services.database.execute("SELECT * FROM job ORDER BY id").fetchall():
        job = {name: columns[name] for name in columns.keys() if name not in ("id", "created_at")}  # noqa: SIM118
        for part in ("request", "system", "user"):
            job[part] = services.ledger.blobs.get(columns[f"{part}_blob"]).decode()
        job["context"] = services.ledger.jobs.get(columns["id"]).context
        jobs.append(job)
    return jobs


def held(services: Services) -> list[tuple[Any, ...]]:
    """The drafts without an article that stand for held questions."""
    return [tuple(each) for each in services.database.execute("SELECT * FROM draft ORDER BY id")]


@pytest.mark.parametrize("near", ["hold", "allow"])
def test_several_processes_plan_what_one_plans(new_services, made_here, near, monkeypatch):
    reports, ledgers = [], []
    for name in ("alone", "several"):
        services = new_services(name)
        plan(services, KNOWN, near="hold")
        made_here.clear()
        monkeypatch.setattr(parallel_planning, "PARALLEL_FROM", 10_000 if name == "alone" else 500)
        reports.append(plan(services, questions(), near=near))
        ledgers.append((planned(services), held(services), list(services.ledger.verify())))
        asked = len(planned(services)) - len(KNOWN)
        assert (
            len(made_here) == asked if name == "alone" else len(made_here) <= COUNTS[near]["near_duplicate"]
        )
    assert ledgers[0] == ledgers[1]
    assert reports[0] == reports[1]

    jobs, drafts, damages = ledgers[0]
    counts = reports[0].counts
    assert damages == []
    assert counts == COUNTS[near]
    assert {job["state"] for job in jobs} == {"planned"} | ({"held"} if near == "hold" else set())
    assert len(drafts) == max(1, counts["near_duplicate"])
    kinds = {part["kind"] for job in jobs for part in job["context"]["passages"]}
    assert kinds == {"source", "article"}


def test_a_list_with_a_limit_starts_no_process(new_services, monkeypatch):
    set_cores(monkeypatch, 2)
    monkeypatch.setattr(subprocess, "Popen", no_process)
    services = new_services("limited")
    report = plan(services, questions(), limit=10)
    assert report.limited and report.to_ask == 10
    assert len(planned(services)) == 10 + report.counts["near_duplicate"]


def test_a_short_list_starts_no_process(new_services, monkeypatch):
    set_cores(monkeypatch, 2)
    monkeypatch.setattr(subprocess, "Popen", no_process)
    services = new_services("short")
    report = plan(services, questions()[:100])
    assert report.counts.total() == 100


def test_a_row_that_cannot_be_prepared_is_left_to_the_planner(new_services):
    services = new_services("direct")
    asked = row("How do enzymes contribute to digestion?", 2)
    nameless = Candidate(row("???", 3, subject=None), "1", "2", None)
    published = Candidate(row("How does a glacier carve a valley?", 4, subject=None), "3", "4", None)
    prepare = preparer(services)
    prepared, nothing, unnamed, found = prepare([Candidate.of(asked), None, nameless, published])
    assert nothing is None and unnamed is None
    assert (found.published, found.job) == ("psychology/how-does-a-glacier-carve-a-valley", None)
    assert found.is_looked_up
    assert (prepared.job.job.question, prepared.job.job.date) == (asked.text, DATE)
    assert prepared.nearest.question == "What is the role of enzymes in digestion?"
    assert prepared.hits == ()
    assert prepared.is_looked_up


def test_while_the_index_is_rebuilt_all_is_left_to_the_planner(new_services):
    services = new_services("rebuilt")
    asked = row("How do enzymes contribute to digestion?", 2)
    prepare = preparer(services)
    services.index.path.unlink()
    assert prepare([Candidate.of(asked)]) == [None]


def test_no_key_is_handed_to_another_process(new_services, made_here, monkeypatch):
    services = new_services("keyless")
    assert services.endpoint().api_key == "test-key"
    handed: list[bytes] = []
    dumps = pickle.dumps

    def recorded_dumps(*arguments: Any, **options: Any) -> bytes:
        handed.append(dumps(*arguments, **options))
        return handed[-1]

    monkeypatch.setattr(pickle, "dumps", recorded_dumps)
    plan(services, questions())
    assert len(handed) > 500 / 64
    assert all(b"test-key" not in each for each in handed)


class TriageOfThirds:
    """A triage that knows every third row."""

    def needs_lookup(self, candidate: Candidate) -> bool:
        assert candidate.key is not None
        return int(candidate.key.rpartition("-")[2]) % 3 != 0


@pytest.mark.parametrize("victims", [0, 1, 2])
def test_each_row_gets_what_was_prepared_for_it(monkeypatch, victims):
    set_cores(monkeypatch, 2)
    started = recorded(monkeypatch)
    asked = [row(f"What is {line}?", line) for line in range(700)]
    asked[40] = QuestionListError("q.csv", 40, "is too long")
    asked[41] = row("What is 41?", 41, subject="物理")
    triage: Any = TriageOfThirds()
    found: list[Any] = []
    rows = candidates_of(iter(asked), triage, mark_lines, limit=None)
    found += islice(rows, 100)
    for process in started[:victims]:
        process.kill()
    found += rows
    assert len(started) == 2
    assert found[40] is asked[40]
    assert isinstance(found[41], QuestionListError)
    assert str(found[41]).startswith("q.csv:41: '物理': no letter a-z")
    rest = [line for line in range(700) if line not in (40, 41)]
    assert [replace(found[line], reason="") for line in rest] == [Candidate.of(asked[line]) for line in rest]
    assert [found[line].reason for line in rest] == [str(line) if line % 3 else "" for line in rest]


@pytest.mark.parametrize("near", ["hold", "allow"])
def test_several_processes_estimate_what_one_estimates(new_services, near, monkeypatch):
    set_cores(monkeypatch, 2)
    started = recorded(monkeypatch)
    outcomes = []
    for name in ("alone", "several"):
        services = new_services(name)
        plan(services, KNOWN, near="hold")
        monkeypatch.setattr(parallel_planning, "PARALLEL_FROM", 10_000 if name == "alone" else 500)
        before = services.database.connection.total_changes
        planner = ListPlanner(services, services.endpoint(), date=DATE, near=near)
        outcomes.append(planner.estimate(questions()))
        assert services.database.connection.total_changes == before
        assert len(started) == (0 if name == "alone" else 2)
    alone, several = outcomes
    assert (alone.plan, alone.estimate) == (several.plan, several.estimate)
    assert several.plan.counts == COUNTS[near]


def test_an_estimate_with_a_limit_starts_no_process(new_services, monkeypatch):
    set_cores(monkeypatch, 2)
    monkeypatch.setattr(subprocess, "Popen", no_process)
    services = new_services("limited")
    outcome = ListPlanner(services, services.endpoint(), date=DATE).estimate(questions(), limit=10)
    assert outcome.plan.limited and outcome.plan.to_ask == 10
