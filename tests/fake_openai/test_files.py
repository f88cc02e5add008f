from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import openai
import pytest

from generator.fake_openai import files
from generator.fake_openai.service import build
from generator.fake_openai.settings import BatchSettings, ServerSettings


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    app = build(ServerSettings(batches=BatchSettings(tmp_path)))
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://offline") as client:
        yield client


@pytest.fixture
def api(served: httpx2.AsyncClient) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(api_key="k", base_url="http://offline/v1", http_client=served, max_retries=0)


async def test_files_can_be_looked_up_and_deleted(api: openai.AsyncOpenAI) -> None:
    upload = await api.files.create(file=("r.jsonl", b"\r\n--x\r\n\r\n" * 9000), purpose="batch")
    assert (await api.files.retrieve(upload.id)).filename == "r.jsonl"
    assert (await api.files.content(upload.id)).content == b"\r\n--x\r\n\r\n" * 9000
    await api.files.delete(upload.id)
    with pytest.raises(openai.NotFoundError):
        await api.files.retrieve(upload.id)


async def test_a_large_file_is_stored_unchanged(api: openai.AsyncOpenAI, tmp_path: Path) -> None:
    content = bytes(range(256)) * 12_000
    upload = await api.files.create(file=("r.jsonl", content), purpose="batch")
    assert upload.bytes == len(content)
    assert (await api.files.content(upload.id)).content == content
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [content]


FORM = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n'
PURPOSE = FORM % (b"purpose", b"") + b"batch\r\n"
FILE = FORM % (b"file", b'; filename="r.jsonl"') + b"{}\r\n"
# Starlette does not close the file of a form that is cut off; the garbage collector does.
LEFT_OPEN = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.mark.parametrize(
    "body",
    [
        b"no form",
        PURPOSE + b"--x--\r\n",
        FILE + b"--x--\r\n",
        pytest.param(PURPOSE + FILE, marks=LEFT_OPEN),
        PURPOSE + FILE + FILE + b"--x--\r\n",
        FILE + FORM % (b"purpose", b"") + b"b" * 5000 + b"\r\n--x--\r\n",
    ],
    ids=["no form", "no file", "no purpose", "cut off", "two files", "a long field"],
)
async def test_an_invalid_form_is_refused_and_stores_no_file(
    served: httpx2.AsyncClient, tmp_path: Path, body: bytes
) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    assert (await served.post("/v1/files", content=body, headers=headers)).status_code == 400
    assert (await served.post("/v1/files", content=body)).status_code == 400
    assert list(tmp_path.iterdir()) == []
    assert (await served.get("/v1/files")).json()["data"] == []


async def test_a_file_that_is_too_large_is_refused_and_not_stored(
    api: openai.AsyncOpenAI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 100)
    with pytest.raises(openai.BadRequestError, match="larger than 100 bytes"):
        await api.files.create(file=("r.jsonl", b"x" * 101), purpose="batch")
    assert list(tmp_path.iterdir()) == []
