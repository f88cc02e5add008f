"""The log of a command: what ``--log-file``, ``--log-prompts`` and ``--verbose`` show, and what nothing ever shows."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from generator.events import LOGGER
from generator.store.ledger.runs.runs import RunLock
from generator.store.output_folder import LOCKS
from tests.support.event_logs import CONFIG, commands_with, events_of, named
from tests.support.replies import GOOD, completion, failure

pytestmark = pytest.mark.slow

KEY = "plain-key-0123456789"  # without the form of a key, which would be removed anyway
URL_KEY = "url-key-9876543210"
QUESTIONS = "How do enzymes speed up chemical reactions?\nWhat does the liver do?\nWhat are bees?\n"
LOG = Path("log.jsonl")


class EchoingServer(httpx2.AsyncBaseTransport):
    """Puts the request's headers and address into errors and into its first reply; answers well in between."""

    def __init__(self, statuses: list[int]) -> None:
        self._statuses = statuses
        self.seen = 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.seen += 1
        echo = f"{request.headers['authorization']} {KEY} at {request.url} ?api_key={URL_KEY}"
        status = self._statuses.pop(0) if self._statuses else 200
        if status != 200:
            return failure(status, message=echo, **{"retry-after": "1"})
        return completion({**GOOD, "conclusion": f"{GOOD['conclusion']} {echo}"})


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "list.txt").write_text(QUESTIONS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", f"https://models.example/v1?api_key={URL_KEY}")
    return tmp_path


@pytest.fixture(autouse=True)
def nothing_stays_attached() -> Iterator[None]:
    before = list(LOGGER.handlers), LOGGER.level
    yield
    assert (LOGGER.handlers, LOGGER.level) == before


def draft(run: Any, *options: str, statuses: list[int], more: tuple[str, ...] = ()) -> tuple[int, str, str]:
    with commands_with(EchoingServer(statuses)):
        found: tuple[int, str, str] = run(
            *options, "draft", "list.txt", "--subject", "Biology", "--near", "allow", *more
        )
    return found


def test_the_log_of_a_run_has_its_calls_retries_files_and_end(site, run) -> None:
    draft(run, "--log-file", str(LOG), statuses=[200, 500, 429], more=("--concurrency", "1"))
    events = events_of(LOG)
    names = [event["event"] for event in events]
    assert names[:3] == ["command.started", "project.opened", "run.started"]
    assert names[-2:] == ["run.ended", "command.ended"]
    assert events[0]["command"] == "draft"
    assert events[1]["output_dir"] == str(site / "output")
    calls = named(events, "call.ended")
    assert [(call["outcome"], call["status"]) for call in calls[:3]] == [
        ("ok", 200),
        ("http-500", 500),
        ("rate-limit", 429),
    ]
    first = calls[0]
    figures = ("tokens_in", "tokens_cached", "tokens_out", "attempt", "model", "request_id", "level")
    assert [first[name] for name in figures] == [2000, 1024, 700, 1, "gpt-6-luna", "req_1", "info"]
    assert first["cost_usd"] == pytest.approx(0.0080784)
    assert [(retry["kind"], retry["wait_seconds"] > 0) for retry in named(events, "call.retried")] == [
        ("transient", True),
        ("rate_limit", True),
    ]
    assert any(event["path"].endswith(".md") for event in named(events, "file.written"))
    assert events[-1]["exit_code"] in (0, 1)


@pytest.mark.parametrize("options", [("--log-file", str(LOG)), ("--log-file", str(LOG), "--log-prompts")])
@pytest.mark.parametrize("statuses", [[200, 500, 429], [401], [400, 400, 400]])
def test_no_key_is_in_the_log_even_if_the_server_repeats_it(site, run, options, statuses) -> None:
    server = EchoingServer(list(statuses))
    with commands_with(server):
        shown = [
            run(*options, "--verbose", "draft", "list.txt", "--subject", "Biology"),
            run(*options, "--verbose", "doctor", "--json"),
        ]
    assert server.seen > 1
    text = LOG.read_text(encoding="utf-8") + "".join(out + err for _, out, err in shown)
    assert "[key]" in text
    assert KEY not in text and URL_KEY not in text
    assert "authorization" not in text.lower().replace("authorization: bearer [key]", "")


def test_a_password_in_the_address_is_refused_and_not_logged(site, run, monkeypatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "https://ada:hunter2-hunter2@models.example/v1")
    code, _, _ = draft(run, "--log-file", str(LOG), statuses=[])
    failed = named(events_of(LOG), "command.failed")
    assert (code, failed[0]["kind"]) == (2, "usage")
    assert "hunter2" not in LOG.read_text(encoding="utf-8")


def test_prompts_and_replies_are_in_the_log_only_on_request(site, run) -> None:
    draft(run, "--log-file", str(LOG), statuses=[])
    assert "activation energy" not in LOG.read_text(encoding="utf-8")
    run("--log-file", str(LOG), "--log-prompts", "status")
    assert named(events_of(LOG), "call.texts") == []
    (site / "list.txt").write_text("What do bees eat?\n", encoding="utf-8")
    _, _, err = draft(run, "--log-file", str(LOG), "--log-prompts", "--verbose", statuses=[])
    texts = named(events_of(LOG), "call.texts")
    assert "What do bees eat?" in texts[0]["messages"][-1]["content"]
    assert "activation energy" in texts[0]["reply"] and "prompt and reply" not in err


def test_a_log_file_that_cannot_be_opened_ends_the_command_before_any_call(site, run) -> None:
    server = EchoingServer([])
    with commands_with(server):
        code, out, err = run("--log-file", "missing/log", "draft", "list.txt", "--subject", "Biology")
    assert (code, out, server.seen) == (2, "", 0)
    assert "the log file missing/log cannot be opened: No such file or directory" in err
    assert run("--log-prompts", "status")[0] == 2


def test_verbose_lines_are_on_stderr_and_stdout_stays_json(site, run) -> None:
    code, out, err = draft(run, "--verbose", statuses=[], more=("--json",))
    assert sum(json.loads(out)["states"].values()) == 3 and code in (0, 1)
    calls = [line for line in err.splitlines() if "call to gpt-6-luna: ok, " in line]
    assert len(calls) >= 3 and "2,000 tokens in (1,024 cached), 700 out, $0.0081" in calls[0]


def test_the_budget_that_ends_a_run_is_in_the_log(site, run) -> None:
    code, _, _ = draft(run, "--log-file", str(LOG), statuses=[], more=("--max-cost", "0", "--json"))
    events = events_of(LOG)
    assert code == 1
    assert named(events, "budget.exceeded")[0]["limit_usd"] == 0.0
    assert [event["kind"] for event in named(events, "command.failed")] == ["budget-exceeded"]
    assert events[-1]["exit_code"] == 1


def test_an_unexpected_error_is_in_the_log_with_its_traceback(site, run, monkeypatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError(f"while {KEY} was used")

    monkeypatch.setattr("generator.cli.ledger.ledger.ledger_status", broken)
    with pytest.raises(ZeroDivisionError):
        run("--log-file", str(LOG), "status")
    *_, failed, ended = events_of(LOG)
    assert (failed["kind"], "in broken" in failed["traceback"], ended["exit_code"]) == ("unexpected", True, 1)
    assert KEY not in LOG.read_text(encoding="utf-8")


def test_a_lock_that_is_taken_over_and_decisions_are_in_the_log(site, run) -> None:
    draft(run, statuses=[])
    output = site / "output"
    lock = RunLock(output / LOCKS, "1-dead")
    lock.acquire()
    _claim_as(output, "1-dead")
    lock.release()
    draft(run, "--log-file", str(LOG), statuses=[])
    assert len(named(events_of(LOG), "lock.taken_over")) == 1
    names = [row["key"] for row in json.loads(run("list", "--json")[1])["drafts"]]
    run("--log-file", str(LOG), "reject", names[0], "--reason", "private words", "--reviewer", "Ada")
    decided = named(events_of(LOG), "decision.recorded")[-1]
    assert (decided["name"], decided["decision"], decided["who"]) == (names[0], "rejected", "Ada")
    assert "private words" not in LOG.read_text(encoding="utf-8")


def _claim_as(output: Path, token: str) -> None:
    """Leave the ledger as a run that died does: with a claimed job."""
    import sqlite3

    from generator.store.ledger.ledger import LEDGER_NAME

    with sqlite3.connect(output / LEDGER_NAME) as ledger:
        run = ledger.execute(
            "INSERT INTO run (command, argv, config_hash, lock, started_at) VALUES ('draft', '[]', '', ?, '')",
            (token,),
        ).lastrowid
        ledger.execute(
            "UPDATE job SET state = 'claimed', claimed_by = ? WHERE id = (SELECT min(id) FROM job)", (run,)
        )
    ledger.close()


def test_logging_of_the_application_gets_the_events_too(site, run, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "generator"):
        draft(run, statuses=[])
    assert "call.ended" in {getattr(record, "event", None) for record in caplog.records}
