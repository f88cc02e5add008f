"""Output files as providers really write them: every answer in them is used once, and what is no answer is named."""

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from generator.fake_openai.batch_oddities import ODDITIES
from generator.fake_openai.canned import CANNED_CONTENT
from tests.support.batch_answers import answer, completion
from tests.support.batch_runs import BatchRuns, Provider
from tests.support.services import rows

pytestmark = pytest.mark.slow

QUESTIONS = rows(*(f"What does enzyme {number} of the liver cell do?" for number in range(4)))

# What one collect does: drafts, requests sent again, batches left for a person, lines named, and duplicates.
READ: dict[str, tuple[int, int, int, int, int]] = {
    "error-first": (4, 0, 0, 0, 4),
    "error-last": (4, 0, 0, 0, 4),
    "cut-first": (4, 0, 0, 0, 4),
    "repeated": (4, 0, 0, 0, 4),
    "responses": (4, 0, 0, 0, 0),
    "rate-limited": (3, 1, 0, 0, 0),
    "no-response": (3, 1, 0, 0, 0),
    "short": (3, 0, 1, 0, 0),
    "not-json": (4, 0, 0, 2, 0),
    "blank-lines": (4, 0, 0, 0, 0),
    "empty": (0, 0, 1, 0, 0),
    "crlf": (4, 0, 0, 0, 0),
    "utf-16": (4, 0, 0, 0, 0),
    "bom": (4, 0, 0, 0, 0),
    "gzip": (4, 0, 0, 0, 0),
    "cut-gzip": (4, 0, 0, 1, 0),
    "gone": (0, 0, 1, 0, 0),
    "unnamed": (0, 0, 1, 0, 0),
    "responses,cut-first,error-first,repeated,not-json,blank-lines,crlf,bom,gzip": (4, 0, 0, 2, 28),
}


def test_every_oddity_of_the_test_server_is_tried() -> None:
    assert {name for names in READ for name in names.split(",")} == set(ODDITIES)


@pytest.mark.parametrize("names", READ)
def test_odd_output_files_are_read(names: str, tmp_path: Path) -> None:
    drafted, sent_again, left, named, duplicates = READ[names]
    provider = Provider(tmp_path / "provider", oddities=tuple(names.split(",")))
    runs = BatchRuns(tmp_path, provider)
    runs.send(QUESTIONS)
    report, states = runs.collect(wait=False)
    batches = runs.select("SELECT count(*) FROM batch")[0][0]
    assert (states["drafted"], len(report.sent), report.passed_over) == (drafted, min(sent_again, 1), left)
    assert (report.recording.malformed, report.recording.duplicate) == (named, duplicates)
    assert batches == 1 + len(report.sent)
    assert sum("output file:" in note for note in report.recording.notes) == named
    for paid, reserved in runs.select("SELECT cost, reserved FROM call WHERE outcome = 'ok'"):
        assert 0 < paid < reserved
    if left:
        assert "may have been charged" in report.notes[0]
        assert runs.collect(wait=False)[0].sent == []


def exported(tmp_path: Path) -> tuple[BatchRuns, list[str]]:
    """A folder in which the questions were exported, and the names of their requests."""
    runs = BatchRuns(tmp_path, None)
    runs.export(QUESTIONS, tmp_path / "requests.jsonl")
    lines = (tmp_path / "requests.jsonl").read_text(encoding="utf-8").splitlines()
    return runs, [json.loads(line)["custom_id"] for line in lines]


def test_damaged_lines_are_named_by_their_number_and_the_rest_is_read(tmp_path: Path) -> None:
    runs, names = exported(tmp_path)
    lines = [
        b"\n",
        answer(names[0]),
        b"no JSON\n",
        b"[1]\n",
        answer(names[1])[:-40] + b"\n",
        answer(names[2]),
    ]
    report, states = runs.read(b"".join(lines))
    assert states == {"drafted": 2}
    assert [note.partition(" ")[0] for note in report.recording.notes] == [
        f"responses.jsonl:{n}:" for n in (3, 4, 5)
    ]


def test_a_compressed_file_that_is_cut_off_is_read_up_to_the_cut(tmp_path: Path) -> None:
    runs, names = exported(tmp_path)
    whole = gzip.compress(b"".join(map(answer, names)), mtime=0)
    report, _ = runs.read(whole[: len(whole) * 3 // 4])
    assert report.recording.malformed == 1
    assert "cannot be decompressed" in report.recording.notes[0]
    assert runs.read(whole)[0].recording.malformed == 0
    assert runs.select("SELECT count(*) FROM draft WHERE state = 'drafted'") == [(4,)]


def responses_answer(custom_id: str, **changes: Any) -> bytes:
    body = {
        "object": "response",
        "status": "completed",
        "model": "m",
        "output": [
            {"type": "reasoning", "content": [{"type": "reasoning_text", "text": "{no}"}]},
            {
                "type": "message",
                "content": [{"type": "output_text", "text": CANNED_CONTENT, "annotations": []}],
            },
        ],
        "usage": {
            "input_tokens": 2000,
            "input_tokens_details": {"cached_tokens": 1000},
            "output_tokens": 700,
            "output_tokens_details": {"reasoning_tokens": 100},
        },
    }
    line = {"custom_id": custom_id, "response": {"status_code": 200, "body": body | changes}, "error": None}
    return json.dumps(line).encode() + b"\n"


def test_answers_of_the_responses_api_are_read_with_their_usage(tmp_path: Path) -> None:
    runs, names = exported(tmp_path)
    bare = json.loads(responses_answer(names[1]))
    bare["response"] = bare["response"]["body"]
    _, states = runs.read(responses_answer(names[0]) + json.dumps(bare).encode() + b"\n" + answer(names[2]))
    assert states == {"drafted": 3}
    columns = "prompt_tokens, cached_tokens, completion_tokens, reasoning_tokens"
    assert runs.select(f"SELECT DISTINCT {columns} FROM call WHERE outcome = 'ok' ORDER BY 2") == [
        (2000, 0, 700, 0),
        (2000, 1000, 700, 100),
    ]


@pytest.mark.parametrize(
    ("changes", "state", "outcome"),
    [
        (
            {"output": [{"type": "message", "content": [{"type": "refusal", "refusal": "I cannot help."}]}]},
            "refused",
            "ok",
        ),
        (
            {"status": "incomplete", "incomplete_details": {"reason": "content_filter"}, "output": []},
            "refused",
            "ok",
        ),
        (
            {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}, "output": []},
            None,
            "ok",
        ),
        (
            {"status": "failed", "error": {"code": "server_error", "message": "no"}, "output": []},
            None,
            "bad-reply",
        ),
    ],
)
def test_answers_of_the_responses_api_that_are_not_whole(
    changes: dict[str, Any], state: str | None, outcome: str, tmp_path: Path
) -> None:
    runs, names = exported(tmp_path)
    _, states = runs.read(responses_answer(names[0], **changes))
    assert states == ({} if state is None else {state: 1})
    assert runs.select("SELECT outcome FROM call WHERE outcome IS NOT NULL") == [(outcome,)]


def cut(custom_id: str) -> bytes:
    body = completion(CANNED_CONTENT[:100])
    body["choices"][0]["finish_reason"] = "length"
    line = {"custom_id": custom_id, "response": {"status_code": 200, "body": body}}
    return json.dumps(line).encode() + b"\n"


@pytest.mark.parametrize("split", ["one file", "one import", "two imports"])
@pytest.mark.parametrize("order", ["cut first", "whole first"])
def test_of_a_cut_answer_and_a_whole_one_the_whole_one_counts(split: str, order: str, tmp_path: Path) -> None:
    runs, names = exported(tmp_path)
    lines = [cut(names[0]), answer(names[0])]
    if order == "whole first":
        lines.reverse()
    states: Counter[str] = Counter()
    imports = {
        "one file": [[b"".join(lines)]],
        "one import": [lines],
        "two imports": [[line] for line in lines],
    }
    for files in imports[split]:
        states += runs.read(*files)[1]
    assert states == {"drafted": 1}
    assert runs.select("SELECT finish_reason FROM call WHERE outcome = 'ok'") == [("stop",)]
    assert runs.select("SELECT count(*) FROM call") == [(4,)]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (429, "rate_limit_exceeded"),
        (429, "insufficient_quota"),
        (401, "invalid_api_key"),
        (503, "overloaded"),
    ],
)
def test_an_error_that_says_nothing_against_the_request_costs_nothing_and_is_asked_again(
    status: int, code: str, tmp_path: Path
) -> None:
    runs, names = exported(tmp_path)
    body = {"error": {"message": "not now", "code": code}}
    line = {"custom_id": names[0], "response": {"status_code": status, "body": body}}
    report, states = runs.read(json.dumps(line).encode())
    assert (report.recording.failed, report.left, states) == (1, 1, {})
    assert runs.select("SELECT cost FROM call WHERE outcome IS NOT NULL") == [(0,)]
