"""Recording the answers of batches: outcomes, costs, and files with several lines for one request."""

import asyncio
import json
import logging
import shutil
from pathlib import Path
from random import Random

import httpx2
import pytest

from generator.events import LOGGER
from generator.fake_openai.canned import CANNED_CONTENT
from generator.model.batch.answers import LineAnswerer
from generator.workflows.batch.answer_recorder import CANCELLED, EXPIRED, MISSING, REFUSED
from tests.support.batch_answers import answer
from tests.support.batch_runs import BatchRuns
from tests.support.replies import Endpoint
from tests.support.replies import failure as live_failure
from tests.support.services import no_sleep, rows

pytestmark = pytest.mark.slow

QUESTIONS = rows("How does the heart of the frog work?")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the question was exported."""
    folder = tmp_path_factory.mktemp("exported")
    BatchRuns(folder, None).export(QUESTIONS, folder / "requests.jsonl")
    return folder


@pytest.fixture
def runs(exported: Path, tmp_path: Path) -> BatchRuns:
    """A copy of that folder."""
    shutil.copytree(exported, tmp_path, dirs_exist_ok=True)
    return BatchRuns(tmp_path, None)


def name_of_request(runs: BatchRuns) -> str:
    """The ``custom_id`` of the one request."""
    name: str = json.loads((runs.folder / "requests.jsonl").read_text(encoding="utf-8"))["custom_id"]
    return name


@pytest.mark.parametrize(
    "code", ["ok", "unused", "content-filter", "batch-error", MISSING, EXPIRED, CANCELLED, REFUSED]
)
def test_a_code_from_outside_is_no_outcome_of_ours(code: str, runs: BatchRuns) -> None:
    custom_id = name_of_request(runs)
    error = {"custom_id": custom_id, "response": None, "error": {"code": code, "message": "no"}}
    report, _ = runs.read(json.dumps(error).encode() + b"\n")
    assert (report.recording.failed, report.left) == (1, 1)
    ((outcome,),) = runs.select("SELECT outcome FROM call")
    assert outcome != code and code in outcome
    runs.export((), runs.folder / "again.jsonl")
    report, states = runs.read(answer(custom_id))
    assert (report.recording.answered, states) == (1, {"drafted": 1})


def failure(custom_id: str, status: int | None = 500) -> bytes:
    """A response line with an error; without a status it has no response."""
    error = {"code": "server_error", "message": "The server had an error."}
    response = None if status is None else {"status_code": status, "body": {"error": error}}
    line = {"custom_id": custom_id, "response": response, "error": error if status is None else None}
    return json.dumps(line).encode() + b"\n"


OTHER = json.dumps(json.loads(CANNED_CONTENT) | {"introduction": "Another introduction of the heart."})


@pytest.mark.parametrize("status", [None, 400, 500, 200])
@pytest.mark.parametrize("order", ["error first", "answer first", "between two errors", "two answers"])
@pytest.mark.parametrize("split", ["one file", "one import", "two imports"])
def test_an_answer_counts_whatever_errors_stand_beside_it(
    split: str, order: str, status: int | None, runs: BatchRuns
) -> None:
    name = name_of_request(runs)
    good, bad = answer(name), failure(name, status)
    lines = {
        "error first": [bad, good],
        "answer first": [good, bad],
        "between two errors": [bad, good, bad],
        "two answers": [bad, good, answer(name, OTHER)],
    }[order]
    if split == "one file":
        report, _ = runs.read(b"".join(lines))
        assert (report.recording.answered, report.recording.failed) == (1, 0)
        assert report.recording.duplicate == len(lines) - 1
    elif split == "one import":
        runs.read(*lines)
    else:
        for line in lines:
            runs.read(line)
    assert runs.select("SELECT outcome, cost > 0 FROM call") == [("ok", 1)]
    runs.send(QUESTIONS)
    runs.read()
    assert runs.select("SELECT count(*) FROM call") == [(1,)]
    (drafted,) = (runs.output / "drafts").rglob("*.md")
    assert "Another introduction" not in drafted.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("body", "outcome", "charged"),
    [
        ({"error": {"code": 429, "message": "slow down"}}, "rate-limit", False),
        ({"error": {"code": 503, "message": "overloaded"}}, "http-503", True),
        ({"choices": []}, "bad-reply", True),
    ],
)
def test_an_error_that_came_as_a_success_is_read_as_in_a_live_run(
    body: dict[str, object], outcome: str, charged: bool, runs: BatchRuns, caplog: pytest.LogCaptureFixture
) -> None:
    line = {"custom_id": name_of_request(runs), "response": {"status_code": 200, "body": body}}
    with caplog.at_level(logging.INFO, LOGGER.name):
        runs.read(json.dumps(line).encode() + b"\n")
    (ended,) = [record for record in caplog.records if getattr(record, "event", "") == "call.ended"]
    logged = ended.fields  # type: ignore[attr-defined]
    assert (logged["outcome"], logged["batch"], logged["cost_usd"] > 0) == (outcome, 1, charged)
    assert runs.select("SELECT outcome, cost > 0 FROM call") == [(outcome, charged)]


@pytest.mark.parametrize(
    ("body", "charged"), [(b"<html>login</html>", False), (b"OK", False), (b'{"choices": []}', True)]
)
def test_what_a_cluster_got_in_place_of_an_answer_costs_what_it_costs_in_a_live_run(
    body: bytes, charged: bool, runs: BatchRuns
) -> None:
    transport = Endpoint(httpx2.Response(200, content=body)).transport
    report, _ = runs.read(answered_by(runs, transport))
    assert (report.recording.failed, report.left) == (1, 1)
    ((outcome, paid),) = runs.select("SELECT outcome, cost > 0 FROM call")
    assert ("bad-reply" in outcome, paid) == (True, charged)


def answered_by(runs: BatchRuns, transport: httpx2.AsyncBaseTransport) -> bytes:
    """What a worker of a cluster writes about the request, where an endpoint answers as ``transport``."""

    async def answered() -> bytes:
        answerer = LineAnswerer(
            base_url="http://model.test/v1",
            api_key=None,
            timeout_seconds=5,
            attempts=1,
            concurrency=1,
            rng=Random(1),
            sleep=no_sleep,
            transport=transport,
        )
        try:
            return b"".join(await answerer.answers([(runs.folder / "requests.jsonl").read_bytes()]))
        finally:
            await answerer.aclose()

    return asyncio.run(answered())


@pytest.mark.parametrize(
    ("status", "code", "message", "outcome", "charged"),
    [
        (400, "content_filter", "filtered", "content-filter", False),
        (400, "context_length_exceeded", "too long", "too-long", False),
        (429, "rate_limit_exceeded", "slow down", "rate-limit", False),
        (429, "insufficient_quota", "no credit is left", "quota-exhausted", False),
        (502, None, "bad gateway", "http-502", True),
        (500, None, "oops", "http-500", False),
    ],
)
def test_the_errors_of_a_cluster_are_recorded_as_those_of_a_live_run(
    status: int, code: str | None, message: str, outcome: str, charged: bool, runs: BatchRuns
) -> None:
    response = live_failure(status, code, message, **{"x-request-id": "req_7"})
    runs.read(answered_by(runs, Endpoint(response).transport))
    ((recorded, paid, request_id, said),) = runs.select(
        "SELECT outcome, cost > 0, request_id, message FROM call"
    )
    assert (recorded, paid, request_id) == (outcome, charged, "req_7")
    assert message in said


def test_a_call_of_a_cluster_without_an_answer_counts_at_its_reservation(runs: BatchRuns) -> None:
    async def no_answer(_: httpx2.Request) -> httpx2.Response:
        raise httpx2.ReadTimeout("slow")

    runs.read(answered_by(runs, httpx2.MockTransport(no_answer)))
    ((outcome, paid),) = runs.select("SELECT outcome, cost = reserved FROM call")
    assert ("timeout" in outcome, paid) == (True, 1)
