"""Recording the answers of batches: outcomes, costs, and files with several lines for one request."""

import asyncio
import json
from pathlib import Path
from random import Random

import httpx2
import pytest

from generator.fake_openai.canned import CANNED_CONTENT
from generator.model.batch_answers import LineAnswerer
from generator.workflows.batch.answer_recorder import CANCELLED, EXPIRED, MISSING, REFUSED
from tests.support.batch_answers import answer
from tests.support.batch_runs import Desk
from tests.support.replies import Endpoint
from tests.support.services import no_sleep, rows


@pytest.mark.parametrize(
    "code", ["ok", "unused", "content-filter", "batch-error", MISSING, EXPIRED, CANCELLED, REFUSED]
)
def test_an_error_code_of_a_file_is_never_recorded_as_one_of_our_outcomes(code: str, tmp_path: Path) -> None:
    desk = Desk(tmp_path, None)
    desk.export(rows("How does the heart of the frog work?"), tmp_path / "requests.jsonl")
    custom_id = json.loads((tmp_path / "requests.jsonl").read_text(encoding="utf-8"))["custom_id"]
    error = {"custom_id": custom_id, "response": None, "error": {"code": code, "message": "no"}}
    report, _ = desk.read(json.dumps(error).encode() + b"\n")
    assert (report.recording.failed, report.left) == (1, 1)
    ((outcome,),) = desk.select("SELECT outcome FROM call")
    assert outcome != code and code in outcome
    desk.export((), tmp_path / "again.jsonl")
    report, states = desk.read(answer(custom_id))
    assert (report.recording.answered, states) == (1, {"drafted": 1})


def failure(custom_id: str, status: int | None = 500) -> bytes:
    """A response line with an error; without a status it has no response."""
    error = {"code": "server_error", "message": "The server had an error."}
    response = None if status is None else {"status_code": status, "body": {"error": error}}
    line = {"custom_id": custom_id, "response": response, "error": error if status is None else None}
    return json.dumps(line).encode() + b"\n"


def exported(desk: Desk, tmp_path: Path) -> str:
    desk.export(rows("How does the heart of the frog work?"), tmp_path / "requests.jsonl")
    name: str = json.loads((tmp_path / "requests.jsonl").read_text(encoding="utf-8"))["custom_id"]
    return name


OTHER = json.dumps(json.loads(CANNED_CONTENT) | {"introduction": "Another introduction of the heart."})


@pytest.mark.parametrize("status", [None, 400, 500, 200])
@pytest.mark.parametrize("order", ["error first", "answer first", "between two errors", "two answers"])
@pytest.mark.parametrize("split", ["one file", "one import", "two imports"])
def test_an_answer_counts_whatever_errors_the_files_have_for_the_same_request(
    split: str, order: str, status: int | None, tmp_path: Path
) -> None:
    desk = Desk(tmp_path, None)
    name = exported(desk, tmp_path)
    good, bad = answer(name), failure(name, status)
    lines = {
        "error first": [bad, good],
        "answer first": [good, bad],
        "between two errors": [bad, good, bad],
        "two answers": [bad, good, answer(name, OTHER)],
    }[order]
    if split == "one file":
        report, _ = desk.read(b"".join(lines))
        assert (report.recording.answered, report.recording.failed) == (1, 0)
        assert report.recording.duplicate == len(lines) - 1
    elif split == "one import":
        desk.read(*lines)
    else:
        for line in lines:
            desk.read(line)
    assert desk.select("SELECT outcome, cost > 0 FROM call") == [("ok", 1)]
    desk.send(rows("How does the heart of the frog work?"))
    desk.read()
    assert desk.select("SELECT count(*) FROM call") == [(1,)]
    (drafted,) = (desk.output / "drafts").rglob("*.md")
    assert "Another introduction" not in drafted.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("body", "outcome", "charged"),
    [
        ({"error": {"code": 429, "message": "slow down"}}, "rate-limit", False),
        ({"error": {"code": 503, "message": "overloaded"}}, "http-503", True),
        ({"choices": []}, "bad-reply", True),
    ],
)
def test_an_error_with_status_200_is_read_as_in_a_live_run(
    body: dict[str, object], outcome: str, charged: bool, tmp_path: Path
) -> None:
    desk = Desk(tmp_path, None)
    line = {"custom_id": exported(desk, tmp_path), "response": {"status_code": 200, "body": body}}
    desk.read(json.dumps(line).encode() + b"\n")
    assert desk.select("SELECT outcome, cost > 0 FROM call") == [(outcome, charged)]


@pytest.mark.parametrize(
    ("body", "charged"), [(b"<html>login</html>", False), (b"OK", False), (b'{"choices": []}', True)]
)
def test_a_body_that_is_no_answer_costs_the_same_from_a_cluster_as_in_a_live_run(
    body: bytes, charged: bool, tmp_path: Path
) -> None:
    desk = Desk(tmp_path, None)
    exported(desk, tmp_path)
    line = (tmp_path / "requests.jsonl").read_bytes()

    async def answered() -> bytes:
        answerer = LineAnswerer(
            base_url="http://model.test/v1",
            api_key=None,
            timeout_seconds=5,
            attempts=1,
            concurrency=1,
            rng=Random(1),
            sleep=no_sleep,
            transport=Endpoint(httpx2.Response(200, content=body)).transport,
        )
        try:
            return b"".join(await answerer.answers([line]))
        finally:
            await answerer.aclose()

    report, _ = desk.read(asyncio.run(answered()))
    assert (report.recording.failed, report.left) == (1, 1)
    ((outcome, paid),) = desk.select("SELECT outcome, cost > 0 FROM call")
    assert ("bad-reply" in outcome, paid) == (True, charged)
