"""The client of the Batch API through the SDK: its requests and its failures."""

import errno
import json
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from generator.errors import StorageError
from generator.model.batch.api import BatchClient
from generator.model.failures import CallError

BATCH = {
    "id": "batch_1",
    "object": "batch",
    "endpoint": "/v1/chat/completions",
    "input_file_id": "file-1",
    "completion_window": "24h",
    "status": "completed",
    "created_at": 5,
    "output_file_id": "file-2",
    "request_counts": {"total": 3, "completed": 2, "failed": 1},
    "metadata": {"ledger": "t"},
}


def client(answer: Callable[[httpx2.Request], httpx2.Response]) -> BatchClient:
    return BatchClient(
        base_url="http://b.test/v1",
        api_key="sk-secret-key",
        timeout_seconds=5,
        transport=httpx2.MockTransport(answer),
    )


async def test_a_batch_is_read_leniently() -> None:
    async with client(lambda _: httpx2.Response(200, json={"id": "batch_9", "status": "queued"})) as batches:
        batch = await batches.retrieve("batch_9")
    assert (batch.id, batch.status, batch.completed, batch.output_file) == ("batch_9", "queued", None, None)


async def test_a_refused_batch_says_why() -> None:
    errors = {
        "object": "list",
        "data": [{"code": "bad", "message": "no such model", "line": 3, "param": None}],
    }
    async with client(
        lambda _: httpx2.Response(200, json={**BATCH, "status": "failed", "errors": errors})
    ) as batches:
        batch = await batches.retrieve("batch_1")
    assert batch.problem == "bad: no such model (line 3)"


async def test_a_lost_batch_is_found_by_its_input_file_and_its_ledger() -> None:
    asked = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        first = "after=" not in asked[-1]
        page = [{**BATCH, "id": "other", "metadata": {"ledger": "another"}}] if first else [BATCH]
        return httpx2.Response(200, json={"object": "list", "data": page, "has_more": first})

    async with client(answer) as batches:
        found = await batches.find("file-1", {"ledger": "t"})
        assert found is not None and found.id == "batch_1"
        assert len(asked) == 2


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "invalid_api_key", "fatal"),
        (429, "rate", "rate_limit"),
        (404, None, "request"),
        (503, None, "transient"),
    ],
)
async def test_failures_are_classified_like_those_of_chat_completions(
    status: int, code: str | None, kind: str
) -> None:
    body = {"error": {"message": "no, sk-secret-key", "code": code}}
    async with client(lambda _: httpx2.Response(status, json=body)) as batches:
        with pytest.raises(CallError) as caught:
            await batches.retrieve("batch_1")
    assert caught.value.failure.kind == kind
    assert "secret" not in str(caught.value)


async def test_a_failed_download_leaves_no_file(tmp_path: Path) -> None:
    async with client(lambda _: httpx2.Response(404, json={"error": {"message": "gone"}})) as batches:
        with pytest.raises(CallError):
            await batches.download("file-2", tmp_path / "out.jsonl")
    assert not (tmp_path / "out.jsonl").exists()


async def test_a_request_file_is_uploaded_with_its_name_and_purpose(tmp_path: Path) -> None:
    sent = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent.append(request.read())
        return httpx2.Response(200, json={"id": "file-1", "object": "file"})

    (tmp_path / "r.jsonl").write_text(json.dumps({"a": 1}) + "\n", encoding="utf-8")
    async with client(answer) as batches:
        assert await batches.upload(tmp_path / "r.jsonl", "generator-1.jsonl") == "file-1"
    assert b'filename="generator-1.jsonl"' in sent[0]
    assert b'{"a": 1}' in sent[0]


class FullDisk:
    """A file that cannot be written."""

    def __enter__(self) -> "FullDisk":
        return self

    def __exit__(self, *_: object) -> None: ...

    def write(self, _: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    def flush(self) -> None: ...


async def test_a_full_disk_is_not_an_error_of_the_endpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "open", lambda *_: FullDisk())
    async with client(lambda _: httpx2.Response(200, content=b"{}\n")) as batches:
        with pytest.raises(StorageError, match="No space left"):
            await batches.download("file-2", tmp_path / "out.jsonl")


async def test_a_download_that_cannot_be_renamed_leaves_no_file(tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").mkdir()
    async with client(lambda _: httpx2.Response(200, content=b"{}\n")) as batches:
        with pytest.raises(StorageError):
            await batches.download("file-2", tmp_path / "out.jsonl")
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]
