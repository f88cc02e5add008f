"""A crew does what it is called for, whatever becomes of a call, of a worker, or of the block it lives in."""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Mapping
from multiprocessing import util
from typing import Any

import pytest

from generator.workflows.engine import worker_pool as crews
from generator.workflows.engine.worker_pool import Action, Crew, WorkerFailed, WorkerLost
from tests.support.no_room import refusing

CALLS = 300
MEETING = 5
MEGABYTES = 6
PATIENCE = 30.0


def actions() -> Mapping[str, Action]:
    """What the workers of these tests can do; each has a gate and a meeting point of its own."""
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


def no_actions() -> Mapping[str, Action]:
    """Cannot be made: such a worker dies before its first call."""
    os._exit(4)


async def soon(calls: Any) -> Any:
    """The result, or a failed test instead of one that waits for ever."""
    return await asyncio.wait_for(calls, PATIENCE)


async def pids_of(crew: Crew, size: int) -> set[int]:
    """The processes: calls made together go to one worker each."""
    return set(await soon(asyncio.gather(*(crew.call("pid") for _ in range(size)))))


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_results_of_many_calls_come_back_to_their_callers_from_several_processes():
    async with Crew(actions, 2) as crew:
        results = await soon(asyncio.gather(*(crew.call("square", number) for number in range(CALLS))))
    pids = {pid for _, pid in results}
    assert [square for square, _ in results] == [number * number for number in range(CALLS)]
    assert len(pids) == 2
    assert os.getpid() not in pids


async def test_coroutines_run_concurrently_in_one_worker():
    async with Crew(actions, 1) as crew:
        pids = await soon(asyncio.gather(*(crew.call("meet") for _ in range(MEETING))))
    assert len(set(pids)) == 1


async def test_an_action_that_raises_fails_its_call_alone_and_tells_type_and_message():
    async with Crew(actions, 1) as crew:
        (before,) = await pids_of(crew, 1)
        held = asyncio.create_task(crew.call("hold"))
        with pytest.raises(WorkerFailed, match=r"^ValueError: invalid literal .*'seven'$"):
            await soon(crew.call("fail", "seven"))
        with pytest.raises(WorkerFailed, match=r"^LookupError: not here$"):
            await soon(crew.call("fail_later", "not here"))
        with pytest.raises(WorkerFailed, match="TypeError"):
            await soon(crew.call("square"))
        await soon(crew.call("release"))
        assert await soon(held) == before
        assert await soon(crew.call("pid")) == before


async def test_an_unknown_name_fails_its_call():
    async with Crew(actions, 1) as crew:
        with pytest.raises(WorkerFailed, match="KeyError: 'sing'"):
            await soon(crew.call("sing"))
        assert crew.present


async def test_a_result_that_cannot_be_pickled_fails_its_call_and_the_worker_goes_on():
    async with Crew(actions, 1) as crew:
        (before,) = await pids_of(crew, 1)
        with pytest.raises(WorkerFailed, match="pickle"):
            await asyncio.wait_for(crew.call("give_what_cannot_be_sent"), 1.0)
        assert await soon(crew.call("pid")) == before


async def test_arguments_that_cannot_be_pickled_leave_no_call_behind():
    async with Crew(actions, 1) as crew:
        with pytest.raises((AttributeError, TypeError, ValueError, WorkerFailed)):
            await asyncio.wait_for(crew.call("echo", lambda: None), 2.0)
        assert await soon(crew.call("echo", 7)) == 7
        assert [worker.busy for worker in crew._workers] == [0]


async def test_a_call_given_up_by_its_caller_harms_no_other():
    async with Crew(actions, 1) as crew:
        given_up, held = (asyncio.create_task(crew.call("hold")) for _ in range(2))
        (pid,) = await pids_of(crew, 1)
        given_up.cancel()
        await soon(crew.call("release"))
        assert await soon(held) == pid
        assert given_up.cancelled()


async def test_a_worker_that_dies_fails_its_calls_and_the_others_go_on():
    async with Crew(actions, 2) as crew:
        both = await pids_of(crew, 2)
        held = [asyncio.create_task(crew.call("hold")) for _ in range(2)]
        await asyncio.sleep(0)  # until both are sent
        with pytest.raises(WorkerLost, match="died"):
            await soon(crew.call("die"))
        await soon(crew.call("release"))
        lost, kept = await soon(asyncio.gather(*held, return_exceptions=True))
        assert isinstance(lost, WorkerLost)
        assert crew.present
        assert kept in both
        assert await pids_of(crew, 3) == {kept}


async def test_with_all_workers_dead_none_is_present_and_calls_fail_at_once():
    async with Crew(actions, 2) as crew:
        ends = await soon(asyncio.gather(*(crew.call("die") for _ in range(2)), return_exceptions=True))
        assert [type(end) for end in ends] == [WorkerLost, WorkerLost]
        assert not crew.present
        with pytest.raises(WorkerLost, match="no worker process is left"):
            await crew.call("pid")


async def test_workers_that_cannot_start_are_lost_and_keep_no_caller_waiting():
    async with Crew(no_actions, 1) as crew:
        with pytest.raises(WorkerLost):
            await soon(crew.call("pid"))
        assert not crew.present


async def test_leaving_the_block_ends_all_processes_and_the_calls_under_way():
    with pytest.raises(RuntimeError, match="the run fails"):
        async with Crew(actions, 2) as crew:
            pids = await pids_of(crew, 2)
            held = [asyncio.create_task(crew.call("hold")) for _ in range(4)]
            await asyncio.sleep(0)  # until all are sent
            raise RuntimeError("the run fails")
    ends = await soon(asyncio.gather(*held, return_exceptions=True))
    assert {type(end) for end in ends} == {WorkerLost}
    assert len(pids) == 2
    assert not any(map(is_there, pids))
    assert multiprocessing.active_children() == []
    assert not crew.present


async def test_a_worker_that_does_not_leave_is_killed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(crews, "_LEAVE_SECONDS", 0.1)
    async with Crew(actions, 1) as crew:
        pids = await pids_of(crew, 1)
        hanging = asyncio.create_task(crew.call("hang"))
        await asyncio.sleep(0)  # until it is sent
    with pytest.raises(WorkerLost):
        await soon(hanging)
    assert not any(map(is_there, pids))


@pytest.mark.parametrize("make", [bytes, str], ids=["bytes", "text"])
async def test_messages_of_several_megabytes_go_both_ways(make: Callable[..., Any]):
    small = bytes(range(256)) * 4096 * MEGABYTES
    message = small if make is bytes else small.decode("latin-1")
    async with Crew(actions, 1) as crew:
        calls = [crew.call("echo", value) for value in (message, "small", message[1:], "")]
        assert await soon(asyncio.gather(*calls)) == [message, "small", message[1:], ""]


@pytest.mark.parametrize("start", [1, 2])
async def test_with_no_room_for_another_worker_it_goes_on_with_those_that_there_are(monkeypatch, start):
    monkeypatch.setattr(util, "spawnv_passfds", refusing(start))
    async with Crew(actions, 2) as crew:
        assert crew.present == (start == 2)
        if crew.present:
            assert await crew.call("pid") != os.getpid()
    assert multiprocessing.active_children() == []


async def test_ctrl_c_means_nothing_to_a_worker():
    async with Crew(actions, 1) as crew:
        (pid,) = await pids_of(crew, 1)
        held = asyncio.create_task(crew.call("hold"))
        await asyncio.sleep(0)  # until it is sent
        os.kill(pid, signal.SIGINT)
        await soon(crew.call("release"))
        assert await soon(held) == pid
        assert await soon(crew.call("pid")) == pid


async def test_ctrl_c_while_the_workers_start_does_them_no_harm():
    async with Crew(actions, 2) as crew:
        for worker in crew._workers:
            os.kill(worker._process.pid, signal.SIGINT)
        assert await soon(crew.call("echo", 7)) == 7
        assert all(worker.present for worker in crew._workers)
