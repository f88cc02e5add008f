import asyncio
import io
import json
from collections.abc import Iterator
from pathlib import Path

import httpx2
import openai
import pytest

from generator.fake_openai import batches as batches_module
from generator.fake_openai.service import build
from generator.fake_openai.settings import BatchSettings, ServerSettings
from tests.support.volcano_prompts import body, draft_messages


class Clock:
    """Seconds that pass on request."""

    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def client(clock: Clock, batches: BatchSettings) -> openai.AsyncOpenAI:
    served = build(ServerSettings(batches=batches), now=clock)
    transport = httpx2.AsyncClient(transport=httpx2.ASGITransport(served))
    return openai.AsyncOpenAI(api_key="k", base_url="http://offline/v1", http_client=transport, max_retries=0)


def request_lines(count: int) -> Iterator[str]:
    for number in range(count):
        request = body(draft_messages(f"How do volcanoes of kind {number} form at plate boundaries?"))
        line = {
            "custom_id": f"job-{number}",
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": request,
        }
        yield json.dumps(line)


async def started(api: openai.AsyncOpenAI, content: str) -> openai.types.Batch:
    upload = await api.files.create(file=("r.jsonl", io.BytesIO(content.encode())), purpose="batch")
    assert upload.bytes == len(content.encode())
    return await api.batches.create(
        input_file_id=upload.id,
        endpoint="/v1/chat/completions",
        completion_window="24h",
        metadata={"run": "7"},
    )


async def lines(api: openai.AsyncOpenAI, file_id: str | None) -> dict[str, dict]:
    if file_id is None:
        return {}
    content = (await api.files.content(file_id)).text
    return {line["custom_id"]: line for line in map(json.loads, content.splitlines())}


def test_a_batch_whose_step_outlives_an_event_loop_goes_on_in_the_next(
    clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches_module, "_MAX_WAIT_SECONDS", 0.0)
    served = build(ServerSettings(batches=BatchSettings(tmp_path, 0, 0, 0)), now=clock)

    async def in_a_loop_of_its_own(batch_id: str | None) -> openai.types.Batch:
        transport = httpx2.AsyncClient(transport=httpx2.ASGITransport(served))
        async with openai.AsyncOpenAI(
            api_key="k", base_url="http://offline/v1", http_client=transport, max_retries=0
        ) as api:
            if batch_id is None:
                return await started(api, "\n".join(request_lines(1)) + "\n")
            return await api.batches.retrieve(batch_id)

    batch = asyncio.run(in_a_loop_of_its_own(None))
    for _ in range(1_000):
        batch = asyncio.run(in_a_loop_of_its_own(batch.id))
        if batch.status == "completed":
            break
    assert (batch.status, batch.request_counts.completed) == ("completed", 1)


async def test_a_batch_has_all_states_and_answers_every_request(clock: Clock, tmp_path: Path) -> None:
    async with client(clock, BatchSettings(tmp_path, 10, 100, 5)) as api:
        batch = await started(api, "\n".join(request_lines(3)) + "\n")
        states = [batch.status]
        for step in (10, 100, 5):
            clock.seconds += step
            batch = await api.batches.retrieve(batch.id)
            states.append(batch.status)
        assert states == ["validating", "in_progress", "finalizing", "completed"]
        assert (batch.request_counts.total, batch.request_counts.completed) == (3, 3)
        assert batch.metadata == {"run": "7"} and batch.error_file_id is None
        answered = await lines(api, batch.output_file_id)
    assert set(answered) == {"job-0", "job-1", "job-2"}
    assert answered["job-1"]["response"]["body"]["choices"][0]["finish_reason"] == "stop"


async def test_failed_requests_are_in_the_error_file(clock: Clock, tmp_path: Path) -> None:
    async with client(clock, BatchSettings(tmp_path, failing_share=0.5)) as api:
        batch = await api.batches.retrieve((await started(api, "\n".join(request_lines(12)))).id)
        good, bad = await lines(api, batch.output_file_id), await lines(api, batch.error_file_id)
    assert batch.status == "completed"
    assert good and bad and len(good) + len(bad) == 12 and not set(good) & set(bad)
    assert {line["response"]["status_code"] for line in bad.values()} == {500}


async def test_an_expired_batch_delivers_the_finished_answers(clock: Clock, tmp_path: Path) -> None:
    async with client(clock, BatchSettings(tmp_path, expire_after=2)) as api:
        batch = await api.batches.retrieve((await started(api, "\n".join(request_lines(5)))).id)
        good, bad = await lines(api, batch.output_file_id), await lines(api, batch.error_file_id)
    assert batch.status == "expired"
    assert set(good) == {"job-0", "job-1"}
    assert {line["error"]["code"] for line in bad.values()} == {"batch_expired"}


async def test_a_cancelled_batch_delivers_the_finished_answers(clock: Clock, tmp_path: Path) -> None:
    async with client(clock, BatchSettings(tmp_path, running_seconds=100)) as api:
        batch = await started(api, "\n".join(request_lines(4)))
        await api.batches.retrieve(batch.id)
        clock.seconds += 50
        assert (await api.batches.cancel(batch.id)).status == "cancelling"
        batch = await api.batches.retrieve(batch.id)
        good = await lines(api, batch.output_file_id)
        with pytest.raises(openai.ConflictError):
            await api.batches.cancel(batch.id)
    assert batch.status == "cancelled"
    assert set(good) == {"job-0", "job-1"}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "not json\n",
        '{"custom_id": 1}\n',
        "\n".join([*request_lines(1)] * 2),
        next(request_lines(1)).replace("POST", "GET"),
        next(request_lines(1)).replace('"messages"', '"prompts"'),
    ],
)
async def test_an_invalid_request_file_fails_the_batch(clock: Clock, tmp_path: Path, content: str) -> None:
    async with client(clock, BatchSettings(tmp_path)) as api:
        batch = await api.batches.retrieve((await started(api, content)).id)
    assert batch.status == "failed"
    assert batch.errors and batch.errors.data
    assert batch.output_file_id is None


async def test_batches_are_listed_newest_first_in_pages(clock: Clock, tmp_path: Path) -> None:
    async with client(clock, BatchSettings(tmp_path)) as api:
        made = [(await started(api, next(request_lines(1)))).id for _ in range(5)]
        listed = [batch.id async for batch in api.batches.list(limit=2)]
    assert listed == made[::-1]


async def test_what_does_not_exist_is_refused(clock: Clock, tmp_path: Path) -> None:
    async with client(clock, BatchSettings(tmp_path)) as api:
        for call in (api.batches.retrieve, api.batches.cancel, api.files.content):
            with pytest.raises(openai.NotFoundError):
                await call("no-such-id")
        wanted = {"endpoint": "/v1/chat/completions", "completion_window": "24h"}
        with pytest.raises(openai.BadRequestError, match="input_file_id"):
            await api.batches.create(input_file_id="no-such-file", **wanted)
        file = await api.files.create(file=("r.jsonl", io.BytesIO(b"{}")), purpose="batch")
        with pytest.raises(openai.BadRequestError, match="endpoint"):
            await api.batches.create(input_file_id=file.id, **{**wanted, "endpoint": "/v1/embeddings"})


async def test_an_unknown_task_is_an_error_of_its_request_alone(clock: Clock, tmp_path: Path) -> None:
    good, odd = request_lines(2)
    line = json.loads(odd)
    line["body"]["response_format"] = {"type": "json_schema", "json_schema": {"name": "poem", "schema": {}}}
    async with client(clock, BatchSettings(tmp_path)) as api:
        batch = await api.batches.retrieve((await started(api, f"{good}\n{json.dumps(line)}")).id)
        answered, failed = await lines(api, batch.output_file_id), await lines(api, batch.error_file_id)
    assert (set(answered), set(failed)) == ({"job-0"}, {"job-1"})
    assert failed["job-1"]["response"]["status_code"] == 400
