"""Workers post and read as the run itself would, and no question is lost with a worker."""

import dataclasses
import errno
import json
import socket
from functools import partial
from typing import Any

import pytest

from generator.content.site.subjects import SubjectList
from generator.errors import ReplyFormatError
from generator.model.failures import CallError, Failure
from generator.model.transport import HttpAnswer, SdkSender
from generator.processes.pool import WorkerFailed, WorkerLost, WorkerPool
from generator.services import Endpoint, Services
from generator.workflows.drafting.reply_reader import CheckedDraft, ReplyReader
from generator.workflows.drafting.worker_tasks import (
    PooledReader,
    PooledSender,
    make_worker_pool,
    worker_tasks,
)
from tests.support.jobs import planned_job
from tests.support.processes import set_cores
from tests.support.replies import GOOD, spoilt
from tests.support.servers import RunningServer
from tests.support.services import settings

pytestmark = pytest.mark.slow

KEY = "test-key"
BODY: dict[str, Any] = {"model": "small", "messages": [{"role": "user", "content": "Why?"}]}
ANSWER = HttpAnswer(200, {"x-request-id": "r-1"}, b"{}")
OVERLOADED = Failure(kind="transient", cause="http-503", message="overloaded", status=503)
# The draft copies from the passage; that is a finding only where the worker has the passage.
JOB = planned_job(
    passages=[{"id": "a1", "kind": "article", "title": "Enzymes", "text": GOOD["points"][0]["body"]}]
)


class FakePool:
    """Gives each call the same outcome; an exception is raised."""

    def __init__(self, outcome: Any, *, has_workers: bool = True) -> None:
        self.outcome = outcome
        self.has_workers = has_workers
        self.calls: list[tuple[Any, ...]] = []

    async def call(self, name: str, *arguments: Any) -> Any:
        self.calls.append((name, *arguments))
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


class OwnPoster:
    """A connection of the run itself; records what was posted and how often it was closed."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.closed = 0

    async def post(self, body: dict[str, Any]) -> HttpAnswer:
        self.bodies.append(body)
        return ANSWER

    async def aclose(self) -> None:
        self.closed += 1


def no_poster() -> Any:
    raise AssertionError("no connection is needed")


class NoReader:
    """In place of a reader in this process where only workers may read."""

    def read(self, *_: object) -> CheckedDraft:
        raise AssertionError("read in this process")


@pytest.fixture
def reader(tmp_path):
    made = settings(tmp_path)
    return ReplyReader(made, SubjectList(made.subjects))


async def test_the_answer_of_a_worker_is_returned():
    pool = FakePool(ANSWER)
    sender = PooledSender(pool, no_poster)
    assert await sender.post(BODY) is ANSWER
    assert pool.calls == [("post", BODY)]
    await sender.aclose()


async def test_a_failure_in_a_worker_is_raised_as_it_is():
    with pytest.raises(CallError) as caught:
        await PooledSender(FakePool(OVERLOADED), no_poster).post(BODY)
    assert caught.value.failure is OVERLOADED


@pytest.mark.parametrize("error", [WorkerLost("a worker process died"), WorkerFailed("KeyError: 'post'")])
async def test_a_call_lost_with_its_worker_may_be_tried_again_and_may_be_billed(error):
    with pytest.raises(CallError) as caught:
        await PooledSender(FakePool(error), no_poster).post(BODY)
    failure = caught.value.failure
    assert (failure.retryable, failure.billed, failure.message) == (True, "maybe", str(error))


async def test_with_no_worker_left_the_run_posts_over_one_connection_of_its_own_and_closes_it():
    made: list[OwnPoster] = []

    def make() -> OwnPoster:
        made.append(OwnPoster())
        return made[-1]

    pool = FakePool(ANSWER)
    sender = PooledSender(pool, make)
    await sender.post(BODY)
    assert made == []
    pool.has_workers = False
    assert [await sender.post(BODY) for _ in range(2)] == [ANSWER, ANSWER]
    (own,) = made
    assert (own.bodies, own.closed, len(pool.calls)) == ([BODY, BODY], 0, 1)
    await sender.aclose()
    assert own.closed == 1


@pytest.mark.parametrize("outcome", [WorkerLost("a worker process died"), WorkerFailed("no"), None])
async def test_a_reply_that_no_worker_can_read_is_read_in_this_process(reader, outcome):
    text = json.dumps(GOOD)
    checked = await PooledReader(reader, FakePool(outcome)).read(text, "stop", JOB)
    assert checked == reader.read(text, "stop", JOB)
    with pytest.raises(ReplyFormatError):
        await PooledReader(reader, FakePool(outcome)).read("{", "stop", JOB)


async def test_a_reply_is_read_in_this_process_where_there_is_no_pool(reader):
    text = json.dumps(GOOD)
    assert await PooledReader(reader, None).read(text, "stop", JOB) == reader.read(text, "stop", JOB)


async def test_a_worker_gets_all_that_reading_a_reply_takes(reader):
    checked = reader.read(json.dumps(GOOD), "stop", JOB)
    pool = FakePool(checked)
    assert await PooledReader(reader, pool).read("{}", "stop", JOB) is checked
    assert pool.calls == [("read", "{}", "stop", JOB)]


@pytest.mark.parametrize("reply", [GOOD, spoilt(page_description="Too short."), spoilt(cannot_answer="No.")])
def test_a_worker_reads_what_the_reader_reads(reader, reply):
    text = json.dumps(reply)
    read = worker_tasks(reader, None)["read"]
    assert read(text, "stop", JOB) == reader.read(text, "stop", JOB)
    assert read(text, "length", JOB) == reader.read(text, "length", JOB)


@pytest.mark.parametrize("text", ["", "Sure!", "[]", json.dumps(GOOD)[:700], '{"points": 7}'])
def test_a_worker_reads_no_draft_from_broken_json(reader, text):
    assert worker_tasks(reader, None)["read"](text, "stop", JOB) is None


@pytest.mark.port
async def test_a_post_gives_status_headers_and_body_over_one_lasting_connection(reader):
    made: list[Any] = []

    def make(address: str) -> Any:
        made.append(SdkSender(base_url=address, api_key=KEY, timeout_seconds=30.0, connections=4))
        return made[-1]

    with RunningServer("--key", KEY, "--models", "small") as server:
        post = worker_tasks(reader, partial(make, server.base_url))["post"]
        refused = await post({**BODY, "model": "large"})
        answer = await post(BODY)
        (sender,) = made
        await sender.aclose()
        counted = server.stats()
    assert (refused.status, "large" in refused.body.decode()) == (404, True)
    assert isinstance(answer, HttpAnswer)
    assert answer.status == 200
    assert answer.headers["x-request-id"] != refused.headers["x-request-id"]
    assert json.loads(answer.body)["choices"][0]["message"]["content"]
    assert (counted["requests"], counted["completed"]) == (2, 1)


@pytest.mark.port
async def test_a_call_without_a_connection_is_not_billed(reader):
    def no_room() -> Any:
        raise OSError(errno.EMFILE, "Too many open files")

    failure = await worker_tasks(reader, no_room)["post"](BODY)
    assert (failure.kind, failure.billed) == ("transient", "no")


async def test_no_message_of_a_worker_shows_the_key():
    pool: Any = FakePool(WorkerFailed(f"ValueError: illegal header {KEY}"))
    with pytest.raises(CallError) as raised:
        await PooledSender(pool, no_poster, secret=KEY).post(BODY)
    assert KEY not in raised.value.failure.message


async def test_a_post_that_gets_no_answer_gives_a_failure_and_no_exception(reader):
    with socket.socket() as taken:  # bound and not listening: nobody else gets this port meanwhile
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        sender = SdkSender(base_url=address, api_key=KEY, timeout_seconds=5.0, connections=1)
        failure = await worker_tasks(reader, lambda: sender)["post"](BODY)
        await sender.aclose()
    assert isinstance(failure, Failure)
    assert (failure.cause, failure.retryable, failure.billed) == ("connection-refused", True, "no")


@pytest.mark.port
async def test_the_pool_of_the_services_posts_and_reads_as_the_run_itself_would(
    tmp_path, reader, monkeypatch
):
    set_cores(monkeypatch, 2)
    text = json.dumps(GOOD)
    services = Services(settings(tmp_path), environment={})
    with RunningServer("--key", KEY) as server:
        endpoint = Endpoint("model", "small", server.base_url, KEY, None)
        pool = make_worker_pool(services, endpoint, jobs=500, concurrency=4)
        assert isinstance(pool, WorkerPool)
        async with pool:
            answer = await PooledSender(pool, no_poster).post(BODY)
            checked = await PooledReader(NoReader(), pool).read(text, "stop", JOB)
            with pytest.raises(ReplyFormatError):
                await PooledReader(reader, pool).read("{", "stop", JOB)
        server.stop()
        async with make_worker_pool(services, endpoint, jobs=500, concurrency=4) as later:
            with pytest.raises(CallError) as caught:
                await PooledSender(later, no_poster).post(BODY)
    services.close()
    assert answer.status == 200
    assert isinstance(checked, CheckedDraft)
    assert checked == reader.read(text, "stop", JOB)
    assert [finding.code for finding in checked.findings] == ["verbatim"]
    assert (caught.value.failure.cause, caught.value.failure.billed) == ("connection-refused", "no")


def test_only_many_calls_over_the_network_get_a_pool(tmp_path, monkeypatch):
    set_cores(monkeypatch, 2)
    services = Services(settings(tmp_path), environment={})
    real = Endpoint("model", "small", "http://models.test/v1", KEY, None)
    offline = dataclasses.replace(real, backend="offline")
    assert make_worker_pool(services, real, jobs=499, concurrency=4) is None
    assert make_worker_pool(services, real, jobs=500, concurrency=4) is not None
    assert make_worker_pool(services, offline, jobs=500, concurrency=4) is None
    set_cores(monkeypatch, 1)
    assert make_worker_pool(services, real, jobs=500, concurrency=4) is None
