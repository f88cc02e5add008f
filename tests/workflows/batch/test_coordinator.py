"""Passes over the batches: what is sent, what becomes of the answers, what they cost, what is counted."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from generator.errors import BudgetExceeded, CallFailed
from generator.fake_openai.canned import CANNED_CONTENT
from generator.model.batch.api import BatchClient
from generator.model.batch.files import RequestFile, partial_path
from generator.model.endpoint_profile import EndpointProfiles
from generator.model.limits.output_overrun import Overrun
from generator.model.requests import EndpointProfile
from generator.store.ledger.batches.rows import BatchRow
from generator.store.ledger.runs.runs import Run
from generator.workflows.batch import coordinator
from generator.workflows.batch.session import open_batches
from generator.workflows.batch.uploader import BatchUploader
from tests.support.batch_answers import LONG, answer, completion
from tests.support.batch_runs import URL, BatchRuns, Killed, Provider
from tests.support.services import draft, rows, scripted_services

QUESTIONS = rows(*(f"What does enzyme {number} of the liver cell do?" for number in range(6)))


@pytest.fixture
def runs(tmp_path: Path) -> BatchRuns:
    return BatchRuns(tmp_path, Provider(tmp_path / "provider"))


def exported(runs: BatchRuns, path: Path, **options: Any) -> list[dict[str, Any]]:
    runs.export(QUESTIONS, path, **options)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_list_is_sent_in_one_batch_and_its_answers_become_drafts(runs: BatchRuns) -> None:
    sent = runs.send(QUESTIONS)
    report, states = runs.collect()
    assert (len(sent.sent), sent.requests, report.recording.answered) == (1, 6, 6)
    assert states == {"drafted": 6}
    assert len(list((runs.output / "drafts" / "biology").glob("*.md"))) == 6
    ((state, batch_id),) = runs.select("SELECT state, batch_id FROM batch")
    assert (state, batch_id[:6]) == ("collected", "batch_")


def test_the_same_list_again_sends_nothing(runs: BatchRuns) -> None:
    runs.send(QUESTIONS)
    assert runs.send(QUESTIONS).requests == 0
    runs.collect()
    assert runs.send(QUESTIONS).requests == 0


def test_files_are_split_at_the_limit_with_one_batch_each(
    runs: BatchRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coordinator, "MOST_REQUESTS", 4)
    assert len(runs.send(QUESTIONS).sent) == 2
    assert runs.select("SELECT requests FROM batch") == [(4,), (2,)]
    _, states = runs.collect()
    assert states == {"drafted": 6}


def test_answers_cost_half_the_price_and_are_reserved_until_they_arrive(runs: BatchRuns) -> None:
    runs.send(QUESTIONS)
    ((reserved,),) = runs.select("SELECT sum(reserved) FROM call WHERE outcome IS NULL")
    runs.collect()
    calls = runs.select("SELECT prompt_tokens, completion_tokens, cost FROM call")
    assert reserved > sum(cost for _, _, cost in calls) > 0
    assert all(cost == (prompt * 1000 + out * 10_000) / 2 for prompt, out, cost in calls)


def test_a_cap_holds_for_outstanding_reservations_and_frees_room_on_collection(runs: BatchRuns) -> None:
    runs.send(QUESTIONS[:1])
    ((each,),) = runs.select("SELECT reserved FROM call")
    cap = 3.5 * each / 1e9
    sent = runs.send(QUESTIONS[1:], max_cost=cap)
    assert isinstance(sent.over_budget, BudgetExceeded)
    assert sent.requests == 3
    ((outstanding,),) = runs.select("SELECT sum(reserved) FROM call WHERE batch = 2")
    assert outstanding <= cap * 1e9
    _, states = runs.collect()
    assert states == {"drafted": 6}


def test_a_reply_that_fails_its_checks_is_repaired_by_a_follow_up_batch(
    runs: BatchRuns, tmp_path: Path
) -> None:
    lines = exported(runs, tmp_path / "requests.jsonl")
    draft = json.loads(CANNED_CONTENT) | {"page_description": LONG}
    answers = [answer(line["custom_id"]) for line in lines[1:]]
    report, states = runs.read(answer(lines[0]["custom_id"], json.dumps(draft)), b"".join(answers))
    assert (states, report.left) == ({"drafted": 5}, 1)
    again = tmp_path / "again.jsonl"
    runs.export((), again)
    (line,) = [json.loads(text) for text in again.read_text(encoding="utf-8").splitlines()]
    assert line["custom_id"] == lines[0]["custom_id"][:-1] + "1"
    assert line["body"]["response_format"]["json_schema"]["name"] == "article_repair"
    repair = dict.fromkeys(("introduction", "points", "conclusion", "page_keywords"))
    repair["page_description"] = json.loads(CANNED_CONTENT)["page_description"]
    _, states = runs.read(answer(line["custom_id"], json.dumps(repair)))
    assert states == {"drafted": 1}
    assert runs.select("SELECT step, purpose FROM call WHERE job = 1") == [(0, "draft"), (1, "repair")]


def test_duplicate_unknown_and_malformed_lines_are_counted_and_change_nothing(
    runs: BatchRuns, tmp_path: Path
) -> None:
    ids = [line["custom_id"] for line in exported(runs, tmp_path / "requests.jsonl")]
    file = b"".join(
        [
            answer(ids[0]),
            answer(ids[0], "another answer"),
            answer("0123456789abcdef-1-0"),
            answer("job-7"),
            answer(ids[1][:-1] + "5"),
            b"not json\n",
            b"[]\n",
            b'{"custom_id": 3}\n',
            b"\n",
            b'{"custom_id": "%s", "response": null, "error": null}\n' % ids[1].encode(),
            *(answer(name) for name in ids[1:]),
        ]
    )
    report, states = runs.read(file)
    seen = report.recording
    assert states == {"drafted": 6}
    assert (seen.answered, seen.duplicate, seen.unknown, seen.malformed) == (6, 1, 3, 4)
    report, states = runs.read(file)
    assert not states
    assert (report.recording.answered, report.recording.known, report.recording.duplicate) == (0, 6, 1)
    assert runs.select("SELECT count(*) FROM call WHERE outcome = 'ok'") == [(6,)]


def test_an_answer_to_a_question_that_no_longer_waits_is_kept_as_unused(
    runs: BatchRuns, tmp_path: Path
) -> None:
    ids = [line["custom_id"] for line in exported(runs, tmp_path / "requests.jsonl")]
    runs.select("SELECT 1")
    services = runs.services()
    with services.database.transaction():
        services.database.execute("UPDATE job SET state = 'needs_fix' WHERE id = 1")
    services.close()
    report, _ = runs.read(answer(ids[0]))
    assert report.recording.unneeded == 1
    assert runs.select("SELECT outcome, reply IS NOT NULL FROM call WHERE job = 1") == [("unused", 1)]


def test_answers_of_vllm_are_read_whose_errors_have_an_empty_response(
    runs: BatchRuns, tmp_path: Path
) -> None:
    ids = [line["custom_id"] for line in exported(runs, tmp_path / "requests.jsonl")]
    good = {
        "id": "v",
        "custom_id": ids[0],
        "response": {"status_code": 200, "request_id": "r"},
        "error": None,
    }
    good["response"]["body"] = completion(CANNED_CONTENT)
    bad = {
        "id": "v",
        "custom_id": ids[1],
        "response": {"status_code": 400, "request_id": "r", "body": None},
        "error": {"error": {"message": "maximum context length is 4096 tokens", "code": 400}},
    }
    bare = {"id": "v", "custom_id": ids[2], "response": completion(CANNED_CONTENT), "error": None}
    text = {"id": "v", "custom_id": ids[3], "response": None, "error": "the engine died"}
    report, states = runs.read("".join(json.dumps(line) + "\n" for line in (good, bad, bare, text)).encode())
    assert (report.recording.answered, report.recording.failed) == (2, 2)
    assert states == {"drafted": 2, "failed": 1}
    assert runs.select("SELECT outcome FROM call WHERE job IN (2, 4) ORDER BY job") == [
        ("too-long",),
        ("batch-error",),
    ]


def test_only_requests_that_expired_are_asked_again(tmp_path: Path) -> None:
    provider = Provider(tmp_path / "provider", expire_after=2)
    runs = BatchRuns(tmp_path, provider)
    runs.send(QUESTIONS)
    _, states = runs.collect()
    assert states == {"drafted": 6}
    assert runs.select("SELECT requests FROM batch") == [(6,), (4,), (2,)]
    assert set(provider.paid().values()) == {1}


def test_a_cancelled_batch_returns_its_unanswered_questions_to_the_queue(tmp_path: Path) -> None:
    provider = Provider(tmp_path / "provider", validating_seconds=1, running_seconds=100)
    runs = BatchRuns(tmp_path, provider)
    runs.send(QUESTIONS)
    runs.cancel_after(50)
    report, states = runs.collect()
    assert (states, report.returned_to_queue) == ({"drafted": 3}, 3)
    assert runs.select("SELECT count(*) FROM job WHERE state = 'planned'") == [(3,)]


def test_a_batch_refused_as_a_whole_is_reported_and_its_questions_return_to_the_queue(
    runs: BatchRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "generator.workflows.batch.files.request_files.request_line", lambda custom_id, body: b"no request\n"
    )
    runs.send(QUESTIONS)
    report, states = runs.collect()
    assert (report.refused, report.returned_to_queue, states) == (1, 6, {})
    assert "not parseable" in report.notes[0]


def test_a_live_run_does_not_ask_questions_that_are_in_a_batch(runs: BatchRuns, tmp_path: Path) -> None:
    runs.send(QUESTIONS)
    services = scripted_services(tmp_path)
    try:
        plan, done = draft(services, QUESTIONS)
        assert plan.counts["batched"] == 6
        assert not done.states
        assert services.ledger.jobs.count_open() == {"batched": 6}
    finally:
        services.close()


def test_a_step_that_fails_in_every_batch_fails_its_job(tmp_path: Path) -> None:
    provider = Provider(tmp_path / "provider", failing_share=1.0)
    runs = BatchRuns(
        tmp_path, provider, model={"name": "test-model", "base_url": "http://b.test/v1", "attempts": 3}
    )
    runs.send(QUESTIONS[:2])
    _, states = runs.collect()
    assert states == {"failed": 2}
    assert runs.select("SELECT count(*) FROM batch") == [(3,)]
    assert runs.select("SELECT sum(cost) FROM call") == [(0,)]


def test_a_batch_that_another_process_has_claimed_is_not_collected(runs: BatchRuns) -> None:
    runs.send(QUESTIONS)
    services = runs.services()
    try:
        with services.run("other", []) as run:
            with services.database.transaction():
                assert services.batches.claim(1, run=run.id)
            report, states = runs.collect(wait=False)
    finally:
        services.close()
    assert not states and "another process" in report.notes[0]
    assert runs.collect()[1] == {"drafted": 6}


def test_an_exported_file_is_in_the_batch_format_and_split_on_request(
    runs: BatchRuns, tmp_path: Path
) -> None:
    lines = exported(runs, tmp_path / "requests.jsonl")
    assert {(line["method"], line["url"]) for line in lines} == {("POST", "/v1/chat/completions")}
    assert all(set(line) == {"custom_id", "method", "url", "body"} for line in lines)
    assert lines[0]["body"]["max_completion_tokens"] == 4000
    assert len({line["custom_id"] for line in lines}) == 6
    assert runs.select("SELECT state, requests FROM batch") == [("exported", 6)]


@pytest.mark.parametrize("next_command", ["import", "cancel"])
def test_a_file_of_the_user_is_not_removed_after_a_killed_export(
    next_command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = BatchRuns(tmp_path, None)
    path = tmp_path / "requests.jsonl"
    with monkeypatch.context() as patch:
        patch.setattr(RequestFile, "finish", lambda _: runs.kill())
        with pytest.raises(Killed):
            runs.export(QUESTIONS, path)
    runs.reopen()
    partial_path(path).write_text("{", encoding="utf-8")
    path.write_text("the user's file", encoding="utf-8")
    if next_command == "import":
        runs.read(b"")
    else:
        runs.cancel(("writing",))
    assert path.read_text(encoding="utf-8") == "the user's file"
    assert not partial_path(path).exists()


def test_a_file_that_was_complete_when_its_export_was_killed_is_exported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = BatchRuns(tmp_path, None)
    path = tmp_path / "requests.jsonl"
    with monkeypatch.context() as patch:
        killed_after(runs, patch)
        with pytest.raises(Killed):
            runs.export(QUESTIONS, path)
    runs.reopen()
    asked = [json.loads(line)["custom_id"] for line in path.read_text(encoding="utf-8").splitlines()]
    _, states = runs.read(b"".join(map(answer, asked[:4])))
    assert states == {"drafted": 4}
    assert runs.select("SELECT state, requests FROM batch") == [("exported", 6)]
    assert path.exists()


def test_a_file_that_was_complete_when_its_run_was_killed_is_sent(
    runs: BatchRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        killed_after(runs, patch)
        with pytest.raises(Killed):
            runs.send(QUESTIONS)
    runs.reopen()
    assert len(runs.send(QUESTIONS).sent) == 1
    assert runs.select("SELECT state, requests FROM batch") == [("created", 6)]


def killed_after(runs: BatchRuns, patch: pytest.MonkeyPatch) -> None:
    """Kill the run after a file got its name and before the ledger recorded it."""
    finish = RequestFile.finish

    def finished(self: RequestFile) -> None:
        finish(self)
        runs.kill()

    patch.setattr(RequestFile, "finish", finished)


def test_unsent_requests_are_sent_when_the_list_is_sent_again(
    runs: BatchRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(RequestFile, "finish", lambda _: runs.kill())
        with pytest.raises(Killed):
            runs.send(QUESTIONS)
    runs.reopen()
    runs.send([])
    assert runs.select("SELECT count(*) FROM batch") == [(0,)]
    runs.send(QUESTIONS)
    assert runs.select("SELECT state, requests FROM batch") == [("created", 6)]


def test_requests_without_room_are_sent_under_the_cap_of_the_next_run(runs: BatchRuns) -> None:
    assert runs.send(QUESTIONS, max_cost=0.000001).over_budget is not None
    runs.send(QUESTIONS, max_cost=5)
    assert runs.select("SELECT state, requests FROM batch") == [("created", 6)]


@pytest.mark.parametrize("lost", ["retrieve", "download"])
def test_a_batch_that_the_provider_does_not_know_does_not_block_the_others(
    lost: str, runs: BatchRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs.send(QUESTIONS[:2])
    runs.send(QUESTIONS)
    gone = CallFailed("no-such-address", "there is no such batch or file")
    (first,) = runs.select("SELECT batch_id FROM batch WHERE id = 1")[0]
    refresh, download = BatchUploader.refresh, BatchUploader.download

    async def lost_refresh(self: BatchUploader, batch: BatchRow) -> BatchRow:
        if batch.batch_id == first:
            raise gone
        return await refresh(self, batch)

    async def lost_download(self: BatchUploader, file_id: str, target: Path) -> None:
        if "000001" in target.name:
            raise gone
        await download(self, file_id, target)

    with monkeypatch.context() as patch:
        if lost == "retrieve":
            patch.setattr(BatchUploader, "refresh", lost_refresh)
        else:
            patch.setattr(BatchUploader, "download", lost_download)
        report, states = runs.collect()
        assert states == {"drafted": 4}
        assert "batch 1" in report.notes[0] and "cancel 1" in report.notes[0]
        assert report.passed_over == 1
    if lost == "retrieve":
        with monkeypatch.context() as patch:
            patch.setattr(BatchUploader, "refresh", lost_refresh)
            runs.cancel()
        assert runs.select("SELECT count(*) FROM job WHERE state = 'planned'") == [(2,)]
        assert runs.select("SELECT count(*) FROM call WHERE batch = 1 AND cost = reserved") == [(2,)]


@pytest.mark.parametrize("work", ["refresh", "collect"])
def test_a_status_call_that_takes_long_is_dropped_on_a_stop(
    work: str, runs: BatchRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs.send(QUESTIONS)
    looking = asyncio.Event()

    async def hangs(*_: object) -> None:
        looking.set()
        await asyncio.Event().wait()

    services = runs.services()

    async def stopped(run: Run) -> None:
        async with open_batches(services, services.endpoint(), run, on_progress=lambda *_: None) as made:
            task = asyncio.ensure_future(getattr(made.coordinator, work)())
            await looking.wait()
            made.coordinator.stop()
            await asyncio.wait_for(task, 5)

    try:
        with services.run("batch status", []) as run, monkeypatch.context() as patch:
            patch.setattr(BatchClient, "retrieve", hangs)
            asyncio.run(stopped(run))
    finally:
        services.close()
    assert runs.collect()[1] == {"drafted": 6}


def test_a_complete_answer_over_its_output_cap_is_drafted_without_a_follow_up(
    runs: BatchRuns, tmp_path: Path
) -> None:
    requests = exported(runs, tmp_path / "requests.jsonl")
    lines = []
    for request in requests:
        line = json.loads(answer(request["custom_id"]))
        line["response"]["body"]["choices"][0]["finish_reason"] = "length"
        line["response"]["body"]["usage"]["completion_tokens"] = 90_000
        lines.append(json.dumps(line))
    report, states = runs.read("\n".join(lines).encode())
    assert (states, report.requests) == ({"drafted": 6}, 0)


def test_requests_are_reserved_at_the_longest_reply_known_of_the_endpoint(runs: BatchRuns) -> None:
    runs.send(QUESTIONS[:1])
    services = runs.services()
    services.ledger.endpoints.put(
        URL, services.endpoint().model, EndpointProfile(overrun=Overrun(50_000)).dump()
    )
    services.close()
    runs.send(QUESTIONS[1:2])
    first, second = (amount for (amount,) in runs.select("SELECT reserved FROM call ORDER BY id"))
    assert second - first > 40_000 * 5_000


def test_answers_over_their_output_cap_change_the_next_requests_until_the_cap_holds_again(
    runs: BatchRuns, tmp_path: Path
) -> None:
    def export(name: str, number: int) -> tuple[list[dict[str, Any]], int]:
        runs.export(QUESTIONS[number : number + 2], tmp_path / name)
        lines = (tmp_path / name).read_text(encoding="utf-8").splitlines()
        ((reserved,),) = runs.select("SELECT max(reserved) FROM call WHERE outcome IS NULL")
        return [json.loads(line) for line in lines], reserved

    def read(requests: list[dict[str, Any]], *tokens: int) -> None:
        lines = []
        for request, count in zip(requests, tokens, strict=True):
            line = json.loads(answer(request["custom_id"]))
            line["response"]["body"] = completion(CANNED_CONTENT + " " * count, (2000, count))
            lines.append(json.dumps(line))
        runs.read("\n".join(lines).encode())

    first, plain = export("first.jsonl", 0)
    read(first, 50_000, 700)
    second, raised = export("second.jsonl", 2)
    read(second, 700, 700)
    third, fallen = export("third.jsonl", 4)
    names = [
        {"max_tokens", "max_completion_tokens"} & file[0]["body"].keys() for file in (first, second, third)
    ]
    assert names == [{"max_completion_tokens"}, {"max_tokens"}, {"max_tokens"}]
    assert raised - plain > 40_000 * 5_000
    assert abs(fallen - plain) < 1_000_000


def test_the_error_names_the_long_reply_that_leaves_no_room_under_the_cap(runs: BatchRuns) -> None:
    runs.send(QUESTIONS[:1])
    services = runs.services()
    services.ledger.endpoints.put(
        URL, services.endpoint().model, EndpointProfile(overrun=Overrun(50_000)).dump()
    )
    services.close()
    report = runs.send(QUESTIONS[1:2], max_cost=0.1)
    assert report.requests == 0
    assert "a reply of this endpoint had 50,000 tokens" in str(report.over_budget)


def test_answers_to_requests_without_a_recorded_output_cap_are_drafted(
    runs: BatchRuns, tmp_path: Path
) -> None:
    requests = exported(runs, tmp_path / "requests.jsonl")
    services = runs.services()
    services.database.execute("UPDATE call SET output_cap = NULL, cap_parameter = NULL")
    services.close()
    _, states = runs.read(b"".join(answer(request["custom_id"]) for request in requests))
    assert states == {"drafted": 6}


class ProseAtFirst(httpx2.AsyncBaseTransport):
    """The provider, whose first file of answers holds prose."""

    def __init__(self, provider: Provider) -> None:
        self.inner = provider.transport
        self.first = ""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await self.inner.handle_async_request(request)
        path = request.url.path
        self.first = self.first or (path if path.endswith("/content") else "")
        if path != self.first:
            return response
        lines = [json.loads(line) for line in (await response.aread()).splitlines()]
        for line in lines:
            line["response"]["body"] = completion("Enzymes speed up reactions.")
        return httpx2.Response(200, content="\n".join(map(json.dumps, lines)))


def test_an_endpoint_that_ignores_the_format_is_asked_again_in_a_simpler_mode(runs: BatchRuns) -> None:
    assert runs.provider is not None
    runs.provider.transport = ProseAtFirst(runs.provider)  # type: ignore[assignment]
    runs.send(QUESTIONS)
    _, states = runs.collect()
    assert states == {"drafted": 6}
    calls = "SELECT step, mode, count(*) FROM call GROUP BY step, mode ORDER BY step"
    assert runs.select(calls) == [(0, "json_schema", 6), (1, "json_object", 6)]


@pytest.mark.parametrize(
    ("model", "taken"),
    [("test-model", {"prompt_cache_key"}), ("gpt-6-luna", {"prompt_cache_key", "prompt_cache_options"})],
)
def test_lines_carry_the_parameters_of_caching_that_the_provider_takes(
    tmp_path: Path, model: str, taken: set[str]
) -> None:
    settings = {"name": model, "base_url": URL, "parameters": {"max_completion_tokens": 4000}}
    runs = BatchRuns(tmp_path, Provider(tmp_path / "provider"), model=settings)
    with runs.opened() as services:
        store = services.profile_store()
        EndpointProfiles(URL, store).put(model, EndpointProfile().with_taken(taken))
        store.flush()
    assert runs.send(QUESTIONS[:2]).requests == 2
    assert runs.provider is not None
    bodies = [line["body"] for line in runs.provider.lines() if "body" in line]
    assert [{name for name in body if "cache" in name} for body in bodies] == [taken, taken]
    assert len({body["prompt_cache_key"] for body in bodies}) == 1
    assert runs.collect()[1] == {"drafted": 2}
