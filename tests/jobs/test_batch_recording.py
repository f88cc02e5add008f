"""What came back from a batch: no text from outside passes for a word of the ledger's own."""

import json
from pathlib import Path

import pytest

from generator.jobs.batch_recording import CANCELLED, EXPIRED, MISSING, REFUSED
from tests.batch_workshops import Desk
from tests.jobs.test_batching import answer
from tests.workshops import rows


@pytest.mark.parametrize(
    "code", ["ok", "unused", "content-filter", "batch-error", MISSING, EXPIRED, CANCELLED, REFUSED]
)
def test_a_code_from_outside_is_no_outcome_of_ours(code: str, tmp_path: Path) -> None:
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
