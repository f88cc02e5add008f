"""The redraft command, and that it goes on after a kill without paying twice."""

import io
import json
import signal

import pytest

from generator.store.ledger.ledger import LEDGER_NAME
from generator.store.ledger.storage.database import Database
from generator.workflows.drafting.draft import draft_list
from generator.workflows.drafting.requests import DraftRequest, PlanRequest, QuestionSource
from generator.workflows.engine.progress import NoProgress
from tests.support.commands import Commands
from tests.support.list_folders import wait_for
from tests.support.replies import Endpoint, completion, declined
from tests.support.servers import RunningServer
from tests.support.services import scripted_services

pytestmark = pytest.mark.port

CONFIG = "content_dir: content\noutput_dir: output\nprompts_dir: prompts\nreview: {reviewer: Ada}\nsubjects: [Biology]\n"
CONFIG += "duplicates: {compare_answers: false}\n"
TOPICS = [
    "figure",
    "graph",
    "text",
    "table",
    "diagram",
    "photograph",
    "map",
    "poem",
    "film",
    "speech",
    "drawing",
    "chart",
    "letter",
    "painting",
    "recording",
    "statue",
]
QUESTIONS = [f"What does the {topic} show about life?" for topic in TOPICS]


@pytest.fixture
def site(tmp_path):
    """A folder with refused drafts of all questions."""
    reply = completion(declined("It is not given."))
    services = scripted_services(tmp_path, Endpoint(by=lambda _: reply))
    plan = PlanRequest(
        QuestionSource(io.BytesIO("\n".join(QUESTIONS).encode()), "q.txt", "q.txt", "Biology"), near="allow"
    )
    draft_list(services, DraftRequest(plan, canary=False), NoProgress())
    assert [row.state for row in services.drafts.all()] == ["refused"] * len(QUESTIONS)
    services.close()
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


def test_named_questions_are_drafted_again_with_a_note(site):
    with RunningServer("--canned") as server:
        commands = Commands(site, server.base_url)
        code, said = commands.show("redraft", QUESTIONS[0], "--note", "It shows a cell.")
        assert code == 0 and "1 drafted" in said, said
        code, said = commands.show("redraft", QUESTIONS[0], "--note", "It shows a cell.")
        assert code == 1 and "cannot be drafted again" not in said and "with this note already" in said
        assert server.stats()["completed"] == 1
    assert commands.show("redraft")[1].startswith("nothing to draft again")
    assert commands.show("redraft", "--note", "x")[0] == 2


@pytest.mark.slow
def test_a_killed_redraft_goes_on_without_paying_twice(site):
    arguments = ("redraft", *QUESTIONS, "--note", "It shows a cell.", "--concurrency", "2", "--no-canary")
    with RunningServer("--latency-ms", "100", "--canned") as server:
        commands = Commands(site, server.base_url)
        process = commands.start(*arguments)
        wait_for(process, server, len(QUESTIONS) // 3)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        code, said = commands.show("redraft")
        assert code == 0, said
        completed = server.stats()["completed"]
    assert completed - len(QUESTIONS) <= 2
    database = Database(site / "output" / LEDGER_NAME)
    try:
        paid = database.execute("SELECT count(*) FROM call WHERE outcome = 'ok'").fetchone()[0]
        states = database.execute("SELECT DISTINCT state FROM draft").fetchall()
    finally:
        database.close()
    assert paid == 2 * len(QUESTIONS) and [tuple(row) for row in states] == [("drafted",)]


def test_the_result_as_json(site):
    with RunningServer("--canned") as server:
        code, result = Commands(site, server.base_url).run(
            "redraft", QUESTIONS[1], "--facts", "A cell divides."
        )
    assert code == 0 and json.dumps(result) and result["states"] == {"drafted": 1}
