"""A pool answers every call with a result or an error, even when calls, workers or the block end early."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from generator.processes.pool import NoWorker, WorkerFailed, WorkerLost, WorkerPool, running_in_thread
from generator.processes.protocol import Tasks
from generator.processes.worker import limit_memory
from tests.support.processes import all_ended, is_there, recorded

CALLS = 300
MEETING = 5
MEGABYTES = 6
PATIENCE = 30.0


def tasks() -> Tasks:
    """The tasks of the workers in these tests. Each worker has its own gate and meeting point."""
    gate, meeting = asyncio.Event(), asyncio.Barrier(MEETING)

    async def meet() -> int:
        await meeting.wait()
        return os.getpid()

    async def hold() -> int:
        await gate.wait()
        return os.getpid()

    async def fail_later(reason: str) -> None:
        await asyncio.sleep(0)
        raise LookupError(reason)

    return {
        "pid": os.getpid,
        "square": lambda number: (number * number, os.getpid()),
        "echo": lambda value: value,
        "meet": meet,
        "hold": hold,
        "release": gate.set,
        "fail": lambda reason: int(reason),
        "fail_later": fail_later,
        "give_what_cannot_be_sent": lambda: lambda: None,
        "die": lambda: os._exit(3),
        "hang": lambda: threading.Event().wait(),
    }


def no_tasks() -> Tasks:
    """Raises, so the worker dies before its first call."""
    os._exit(4)


async def soon(calls: Any) -> Any:
    """The result; fails the test instead of waiting for ever."""
    return await asyncio.wait_for(calls, PATIENCE)


async def pids_of(pool: WorkerPool, size: int) -> set[int]:
    """The process ids of the workers: calls made together go to different workers."""
    return set(await soon(asyncio.gather(*(pool.call("pid") for _ in range(size)))))


async def test_results_of_many_calls_reach_their_callers_from_several_processes():
    async with WorkerPool(tasks, 2) as pool:
        results = await soon(asyncio.gather(*(pool.call("square", number) for number in range(CALLS))))
    pids = {pid for _, pid in results}
    assert [square for square, _ in results] == [number * number for number in range(CALLS)]
    assert len(pids) == 2
    assert os.getpid() not in pids


async def test_coroutines_run_concurrently_in_one_worker():
    async with WorkerPool(tasks, 1) as pool:
        pids = await soon(asyncio.gather(*(pool.call("meet") for _ in range(MEETING))))
    assert len(set(pids)) == 1


async def test_a_task_that_raises_fails_only_its_call_with_type_and_message():
    async with WorkerPool(tasks, 1) as pool:
        (before,) = await pids_of(pool, 1)
        held = asyncio.create_task(pool.call("hold"))
        with pytest.raises(WorkerFailed, match=r"^ValueError: invalid literal .*'seven'$"):
            await soon(pool.call("fail", "seven"))
        with pytest.raises(WorkerFailed, match=r"^LookupError: not here$"):
            await soon(pool.call("fail_later", "not here"))
        with pytest.raises(WorkerFailed, match="TypeError"):
            await soon(pool.call("square"))
        await soon(pool.call("release"))
        assert await soon(held) == before
        assert await soon(pool.call("pid")) == before


async def test_an_unknown_name_fails_its_call():
    async with WorkerPool(tasks, 1) as pool:
        with pytest.raises(WorkerFailed, match="KeyError: 'sing'"):
            await soon(pool.call("sing"))
        assert pool.has_workers


async def test_a_result_that_cannot_be_pickled_fails_only_its_call():
    async with WorkerPool(tasks, 1) as pool:
        (before,) = await pids_of(pool, 1)
        with pytest.raises(WorkerFailed, match="pickle"):
            await asyncio.wait_for(pool.call("give_what_cannot_be_sent"), 1.0)
        assert await soon(pool.call("pid")) == before


async def test_arguments_that_cannot_be_pickled_leave_no_unfinished_call():
    async with WorkerPool(tasks, 2) as pool:
        first = await soon(pool.call("pid"))
        with pytest.raises((AttributeError, TypeError, ValueError, WorkerFailed)):
            await asyncio.wait_for(pool.call("echo", lambda: None), 2.0)
        assert await soon(pool.call("pid")) == first


async def test_a_cancelled_call_does_not_affect_the_others():
    async with WorkerPool(tasks, 1) as pool:
        given_up, held = (asyncio.create_task(pool.call("hold")) for _ in range(2))
        (pid,) = await pids_of(pool, 1)
        given_up.cancel()
        await soon(pool.call("release"))
        assert await soon(held) == pid
        assert given_up.cancelled()


async def test_a_worker_that_dies_fails_only_its_calls():
    async with WorkerPool(tasks, 2) as pool:
        both = await pids_of(pool, 2)
        held = [asyncio.create_task(pool.call("hold")) for _ in range(2)]
        await asyncio.sleep(0)  # until both are sent
        with pytest.raises(WorkerLost, match="died"):
            await soon(pool.call("die"))
        await soon(pool.call("release"))
        lost, kept = await soon(asyncio.gather(*held, return_exceptions=True))
        assert isinstance(lost, WorkerLost)
        assert pool.has_workers
        assert kept in both
        assert await pids_of(pool, 3) == {kept}


async def test_when_all_workers_are_dead_calls_fail_at_once():
    async with WorkerPool(tasks, 2) as pool:
        ends = await soon(asyncio.gather(*(pool.call("die") for _ in range(2)), return_exceptions=True))
        assert [type(end) for end in ends] == [WorkerLost, WorkerLost]
        assert not pool.has_workers
        with pytest.raises(WorkerLost, match="no worker process is left"):
            await pool.call("pid")


async def test_calls_fail_at_once_when_workers_cannot_create_their_tasks():
    async with WorkerPool(no_tasks, 1) as pool:
        with pytest.raises(WorkerLost):
            await soon(pool.call("pid"))
        assert not pool.has_workers


async def test_leaving_the_block_ends_all_processes_and_unfinished_calls(monkeypatch):
    started = recorded(monkeypatch)
    with pytest.raises(RuntimeError, match="the run fails"):
        async with WorkerPool(tasks, 2) as pool:
            pids = await pids_of(pool, 2)
            held = [asyncio.create_task(pool.call("hold")) for _ in range(4)]
            await asyncio.sleep(0)  # until all are sent
            raise RuntimeError("the run fails")
    ends = await soon(asyncio.gather(*held, return_exceptions=True))
    assert {type(end) for end in ends} == {WorkerLost}
    assert len(pids) == 2
    assert not any(map(is_there, pids))
    assert all_ended(started)
    assert not pool.has_workers


async def test_a_worker_that_hangs_is_killed():
    async with WorkerPool(tasks, 1) as pool:
        pids = await pids_of(pool, 1)
        hanging = asyncio.create_task(pool.call("hang"))
        await asyncio.sleep(0)  # until it is sent
    with pytest.raises(WorkerLost):
        await soon(hanging)
    assert not any(map(is_there, pids))


@pytest.mark.parametrize("make", [bytes, str], ids=["bytes", "text"])
async def test_messages_of_several_megabytes_arrive_in_both_directions(make: Callable[..., Any]):
    small = bytes(range(256)) * 4096 * MEGABYTES
    message = small if make is bytes else small.decode("latin-1")
    async with WorkerPool(tasks, 1) as pool:
        calls = [pool.call("echo", value) for value in (message, "small", message[1:], "")]
        assert await soon(asyncio.gather(*calls)) == [message, "small", message[1:], ""]


@pytest.mark.parametrize("start", [1, 2])
async def test_when_no_further_worker_can_start_the_others_answer_calls(monkeypatch, start):
    started = recorded(monkeypatch, refused=start)
    async with WorkerPool(tasks, 2) as pool:
        assert pool.has_workers == (start == 2)
        if pool.has_workers:
            assert await pool.call("pid") == started[0].pid
        else:
            with pytest.raises(NoWorker, match="Resource temporarily unavailable"):
                await pool.call("pid")
    assert len(started) == start - 1
    assert all_ended(started)


async def test_ctrl_c_does_not_affect_a_worker():
    async with WorkerPool(tasks, 1) as pool:
        (pid,) = await pids_of(pool, 1)
        held = asyncio.create_task(pool.call("hold"))
        await asyncio.sleep(0)  # until it is sent
        os.kill(pid, signal.SIGINT)
        await soon(pool.call("release"))
        assert await soon(held) == pid
        assert await soon(pool.call("pid")) == pid


_INTERRUPTED = """
import asyncio, os, signal
from generator.processes.pool import WorkerPool
from tests.processes.test_pool import pids_of, tasks

async def main():
    async with WorkerPool(tasks, 2) as pool:
        os.killpg(0, signal.SIGINT)
        print(len(await pids_of(pool, 2)))

signal.signal(signal.SIGINT, lambda *_: print("interrupted"))
asyncio.run(main())
"""


def test_ctrl_c_while_the_workers_start_does_not_affect_them():
    # In its own session, whose processes all receive Ctrl-C like those of a terminal.
    run = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED],
        capture_output=True,
        text=True,
        start_new_session=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (run.stdout.split(), run.stderr) == (["interrupted", "2"], "")


def plain_tasks() -> Tasks:
    """Tasks that are no coroutines, with a memory limit."""
    limit_memory(1_000_000_000)
    return {"pid": os.getpid, "fill": lambda size: len(bytes(size)), "die": lambda: os._exit(3)}


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit")
def test_a_task_that_exceeds_the_memory_limit_fails_only_its_call():
    with running_in_thread(WorkerPool(plain_tasks, 1)) as submit:
        assert submit("fill", 1_000).result(PATIENCE) == 1_000
        with pytest.raises(WorkerFailed, match="MemoryError"):
            submit("fill", 2_000_000_000).result(PATIENCE)
        assert submit("pid").result(PATIENCE) != os.getpid()


async def test_synchronous_code_can_use_a_pool_even_in_a_thread_with_a_loop(monkeypatch):
    started = recorded(monkeypatch)
    with running_in_thread(WorkerPool(plain_tasks, 1)) as submit:
        assert submit("pid").result(PATIENCE) == started[0].pid
        with pytest.raises(WorkerLost):
            submit("die").result(PATIENCE)
        with pytest.raises(NoWorker):
            submit("pid").result(PATIENCE)
    assert all_ended(started)


def test_running_tasks_are_killed_at_the_end_of_the_block(monkeypatch):
    started = recorded(monkeypatch)
    with running_in_thread(WorkerPool(tasks, 1)) as submit:
        hanging = submit("hang")
        with pytest.raises(TimeoutError):
            hanging.result(0.1)
    with pytest.raises(WorkerLost):
        hanging.result(PATIENCE)
    assert all_ended(started)


def test_tasks_that_cannot_be_pickled_are_refused_before_any_process_starts(monkeypatch):
    started = recorded(monkeypatch)
    with pytest.raises((AttributeError, TypeError), match="pickle"):
        WorkerPool(lambda: {"pid": os.getpid}, 1)
    assert started == []
