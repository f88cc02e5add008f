"""The Python API: a project from questions to the published article, in a script, a notebook, and several threads."""

import asyncio
import gc
import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from generator import NewQuestion, Project
from generator.errors import BudgetExceeded, ConfigError, StorageError, UsageError
from generator.events import LOGGER
from generator.services import Services
from generator.store.ledger.ledger import LEDGER_NAME
from generator.store.ledger.runs.runs import RunLock
from generator.store.output_folder import LOCKS
from generator.workflows.engine.progress import NoProgress, Progress
from tests.support.replies import GOOD, QUESTION, Endpoint, completion
from tests.support.servers import ROOT
from tests.support.services import no_sleep

CONFIG = """content_dir: content
subjects: [Biology, Physics]
model: {name: test-model, concurrency: 1}
prices: {test-model: {input: 1, cached_input: 1, output: 10}}
duplicates: {compare_answers: false}
"""
KEY = "biology/how-do-enzymes-speed-up-chemical-reactions"
QUESTIONS = ("How do bees find their way?", "How do birds sing?", "Why do bats hang down?")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


@contextmanager
def project_of(
    site: Path,
    by: Callable[[dict[str, Any]], httpx2.Response] | None = None,
    progress: Progress | None = None,
) -> Iterator[Project]:
    """The project with a scripted endpoint, which answers well unless ``by`` answers."""
    endpoint = Endpoint(by=by or (lambda _: completion(GOOD)))
    made = partial(Services, transport=endpoint.transport, sleep=no_sleep)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("generator.api.open_project.Services", made)
        with Project.open(site, environment={"OPENAI_API_KEY": "test-key"}, progress=progress) as project:
            yield project


def test_a_question_becomes_a_published_article(site, capsys, caplog) -> None:
    with project_of(site) as project, caplog.at_level(logging.INFO, LOGGER.name):
        assert project.status() is None
        planned = project.plan([QUESTION], subject="Biology")
        assert (planned.plan.to_ask, planned.estimate.calls, project.drafts().total) == (1, 1, 0)
        outcome = project.draft([NewQuestion(QUESTION, "Biology", notes="short")], max_cost=1.0)
        assert (outcome.error, outcome.needs_person, outcome.spend.calls) == (None, False, 1)
        listed = project.drafts("drafted", subject="Biology")
        assert [item.row.key for item in listed.drafts] == [KEY] and listed.total == 1
        shown = project.draft_named(QUESTION)
        assert (shown.view.get("question"), shown.view.decisions[-1].who) == (QUESTION, "generator")
        assert project.approve(KEY, reviewer="Ada").decided[0].state == "approved"
        trial = project.publish(approved=True, dry_run=True)
        assert [item.row.key for item in trial.report.planned] == [KEY]
        assert not list((site / "content").rglob("*.md"))
        done = project.publish(KEY, reviewer="Ada")
        assert [item.path for item in done.report.published] == [f"{KEY}.md"]
        assert project.article_named(KEY).get("question") == QUESTION
        audited = project.audit()
        assert audited.examined == 1
        status, report = project.status(), project.report()
        assert status is not None and status.states == {"published": 1} and report.calls == 1
    assert capsys.readouterr() == ("", "")
    (published,) = [record.fields for record in caplog.records if record.event == "article.published"]
    assert (published["path"], published["who"]) == (f"{KEY}.md", "Ada")


def test_search_fields_are_proposed_for_what_is_published(site) -> None:
    with project_of(site) as project:
        project.draft([QUESTION], subject="Biology")
        project.approve(KEY, reviewer="Ada")
        project.publish(KEY, reviewer="Ada")
        proposed = project.propose_seo(KEY, limit=1, offline=True)
    assert (proposed.error, proposed.plan.to_ask) == (None, 0)


def test_errors_are_those_of_the_project(site) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.yaml"):
        Project.open(site / "nowhere.yaml")
    with project_of(site) as project:
        with pytest.raises(UsageError, match="nothing drafted yet"):
            project.report()
        with pytest.raises(UsageError, match="cannot be read|no such file|No such file"):
            project.draft("no-list.csv")
        with pytest.raises(UsageError, match="there is no question"):
            project.draft([])
        outcome = project.draft([QUESTION], subject="Biology", max_cost=0.0)
        assert isinstance(outcome.error, BudgetExceeded)
        project.draft([QUESTION], subject="Biology")
        with pytest.raises(UsageError, match="no draft is named 'nothing'"):
            project.draft_named("nothing")
        with pytest.raises(UsageError, match="no published article is named"):
            project.article_named("nothing")
        for call in (project.publish, partial(project.publish, KEY, approved=True), project.approve):
            with pytest.raises(UsageError):
                call()
    assert repr(project).endswith("output, closed>")
    with pytest.raises(UsageError, match="the project is closed"):
        project.status()
    project.close()


def test_a_row_that_cannot_be_used_is_reported_and_not_asked(site) -> None:
    with project_of(site) as project:
        outcome = project.draft([QUESTION, "", "x" * 400], subject="Biology")
    assert (outcome.spend.calls, outcome.plan.counts["unreadable"], outcome.needs_person) == (1, 2, True)


def test_publishing_takes_the_lock_of_the_command_line(site) -> None:
    with project_of(site) as project:
        project.draft([QUESTION], subject="Biology")
        project.approve(KEY, reviewer="Ada")
        lock = RunLock(site / "output" / LOCKS, "publish")
        assert lock.acquire()
        with pytest.raises(StorageError, match="another publish is running"):
            project.publish(KEY, reviewer="Ada")
        lock.release()
        assert len(project.publish(KEY, reviewer="Ada").report.published) == 1


def test_a_damaged_ledger_is_named(site) -> None:
    with project_of(site) as project:
        project.draft([QUESTION], subject="Biology")
    ledger = site / "output" / LEDGER_NAME
    ledger.write_bytes(ledger.read_bytes()[:5000] + b"\xff" * 8000)
    with project_of(site) as project, pytest.raises(StorageError, match=str(ledger)):
        project.status()


async def test_calls_work_where_an_event_loop_runs(site) -> None:
    with project_of(site) as project:
        assert project.draft([QUESTIONS[0]], subject="Biology").spend.calls == 1
        outcomes = await asyncio.gather(
            asyncio.to_thread(project.draft, [QUESTIONS[1]], subject="Biology"),
            asyncio.to_thread(project.drafts),
        )
        assert outcomes[0].spend.calls == 1
        assert project.drafts().total == 2


def test_the_progress_of_a_run_may_use_the_project(site) -> None:
    seen: list[int] = []

    class Watching(NoProgress):
        def info(self, text: str) -> None:
            seen.append(project.drafts().total)

    with project_of(site, progress=Watching()) as project:
        project.draft([QUESTION], subject="Biology")
    assert seen and set(seen) == {0}


@pytest.mark.skipif(sys.platform == "win32", reason="a signal cannot be sent to one thread")
def test_ctrl_c_waits_for_the_call_in_flight_and_the_same_call_continues(site) -> None:
    asked: list[int] = []

    def interrupting(_: dict[str, Any]) -> httpx2.Response:
        asked.append(1)
        if len(asked) == 1:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        return completion(GOOD)

    with project_of(site, interrupting) as project:
        with pytest.raises(KeyboardInterrupt):
            project.draft(QUESTIONS, subject="Biology", near="allow")
        first = project.report()
        assert 1 <= first.calls < 3 and first.outcomes == {"ok": first.calls}
        assert project.draft(QUESTIONS, subject="Biology", near="allow").left == 0
        assert project.report().calls == len(asked) == 3


def test_a_run_leaves_the_garbage_collector_of_the_caller_as_it_was(site) -> None:
    gc.unfreeze()  # what an earlier test in this process left
    before = gc.get_threshold(), gc.get_freeze_count()
    with project_of(site) as project:
        project.draft([QUESTION], subject="Biology")
    assert (gc.get_threshold(), gc.get_freeze_count()) == before


def test_importing_the_package_imports_nothing_else() -> None:
    code = (
        "import sys; import generator; early = set(sys.modules); generator.Project; later = set(sys.modules);"
        "print([n for n in early if n.startswith('generator')], 'pydantic' in early, 'openai' in later)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['generator'] False False"


def test_the_documentation_names_every_method() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    methods = {name for name in dir(Project) if not name.startswith("_")} - {"open", "close"}
    assert [name for name in sorted(methods) if f"`{name}(" not in page] == []


def test_the_example_script_runs_offline(tmp_path) -> None:
    script = ROOT / "examples" / "publish_drafts.py"
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("12 drafted in ") and "12 approved\n" in done.stdout
    assert len(list((tmp_path / "out" / "drafts").rglob("*.md"))) == 12
