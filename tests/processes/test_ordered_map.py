"""Work spread over several processes comes back whole and in order, whatever becomes of the processes."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from functools import partial
from itertools import count, islice

import pytest

from generator.processes.ordered_map import SEVERAL_FROM, ordered_map
from generator.processes.pool import cores
from tests.support.processes import all_ended, in_its_own_session, no_process, recorded, set_cores
from tests.support.squares import (
    PATIENCE,
    no_squares_but_in,
    no_squares_of,
    squares,
    squares_but,
    squares_of_two,
)

_AHEAD = 2_600


def counted(most: int | None, read: list[int]) -> Iterator[int]:
    """Numbers, and how many of them were read."""
    for number in count() if most is None else range(most):
        read.append(number)
        yield number


@pytest.mark.parametrize("items", [0, 1, 63, 64, 65, SEVERAL_FROM - 1])
def test_few_items_are_done_in_this_process(items):
    done = list(ordered_map(squares, range(items), processes=2))
    assert done == [(item * item, os.getpid()) for item in range(items)]


def test_with_one_process_to_start_all_is_done_in_this_one():
    done = list(ordered_map(squares, range(700), processes=1))
    assert done == [(item * item, os.getpid()) for item in range(700)]


def test_with_one_core_all_is_done_in_this_process(monkeypatch):
    set_cores(monkeypatch, 1)
    assert {pid for _, pid in ordered_map(squares, range(700))} == {os.getpid()}


def test_many_items_are_done_by_several_processes_in_order(tmp_path, monkeypatch):
    started = recorded(monkeypatch)
    done = list(ordered_map(partial(squares_of_two, tmp_path), range(1_301), processes=2))
    assert [square for square, _ in done] == [item * item for item in range(1_301)]
    assert {pid for _, pid in done} == {process.pid for process in started}
    assert len(started) == 2
    assert all_ended(started)


def test_whoever_finds_few_items_worth_processes_says_from_how_many_on():
    pids = {pid for _, pid in ordered_map(squares, range(10), processes=2, several_from=10)}
    assert os.getpid() not in pids
    pids = {pid for _, pid in ordered_map(squares, range(9), processes=2, several_from=10)}
    assert pids == {os.getpid()}


async def test_it_may_be_used_in_a_thread_that_runs_an_event_loop():
    done = list(ordered_map(squares, range(600), processes=2))
    await asyncio.sleep(0)
    assert [square for square, _ in done] == [item * item for item in range(600)]
    assert os.getpid() not in {pid for _, pid in done}


def test_items_are_read_as_results_are_taken_and_no_more_when_the_consumer_stops(monkeypatch):
    started = recorded(monkeypatch)
    read: list[int] = []
    results = ordered_map(squares, counted(None, read), processes=2)
    assert read == []
    for taken, (square, _) in enumerate(islice(results, 4_000), start=1):
        assert square == (taken - 1) ** 2
        assert len(read) <= taken + _AHEAD
    results.close()
    assert len(read) <= 4_000 + _AHEAD
    assert all_ended(started)
    assert next(results, None) is None


@pytest.mark.parametrize("item", [17, 700])
def test_what_a_process_had_in_hand_when_it_died_is_done_here(item, monkeypatch):
    started = recorded(monkeypatch)
    done = list(ordered_map(partial(squares_but, os.getpid(), item), range(1_100), processes=2))
    assert [square for square, _ in done] == [item * item for item in range(1_100)]
    assert done[item] == (item * item, os.getpid())
    assert all_ended(started)


def test_when_no_process_can_begin_this_one_goes_on_alone():
    done = list(ordered_map(partial(no_squares_but_in, os.getpid()), range(600), processes=2))
    assert done == [(item * item, os.getpid()) for item in range(600)]


@pytest.mark.parametrize("victims", [1, 2])
def test_nothing_is_lost_when_processes_are_killed_while_more_is_handed_in(monkeypatch, victims):
    started = recorded(monkeypatch)
    results = ordered_map(squares, range(6_000), processes=2)
    done = list(islice(results, 1_000))
    for process in started[:victims]:
        process.kill()
    done += results
    assert [square for square, _ in done] == [item * item for item in range(6_000)]
    last = {pid for _, pid in done[-1_000:]}
    assert not last & {process.pid for process in started[:victims]}
    assert (started[1].pid in {pid for _, pid in done[1_000:]}) or victims == 2
    assert all_ended(started)


@pytest.mark.parametrize("start", [1, 2])
def test_with_no_room_for_another_process_it_goes_on_with_those_that_there_are(monkeypatch, start):
    started = recorded(monkeypatch, refused=start)
    done = list(ordered_map(squares, range(700), processes=2))
    assert [square for square, _ in done] == [item * item for item in range(700)]
    assert {pid for _, pid in done} == ({os.getpid()} if start == 1 else {started[0].pid})
    assert all_ended(started)


def test_with_no_room_for_a_thread_all_is_done_in_this_process(monkeypatch):
    def refuse(_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading.Thread.start", refuse)
    monkeypatch.setattr(subprocess, "Popen", no_process)
    done = list(ordered_map(squares, range(700), processes=2))
    assert done == [(item * item, os.getpid()) for item in range(700)]


_INTERRUPTED = """
from generator.processes.ordered_map import ordered_map
from tests.support.squares import squares_that_interrupt

try:
    for _ in ordered_map(squares_that_interrupt, range(6_000), processes=2):
        pass
except KeyboardInterrupt:
    print("interrupted")
"""


def test_ctrl_c_ends_the_work_without_a_word_of_the_processes():
    run = in_its_own_session(_INTERRUPTED, PATIENCE)
    assert (run.returncode, run.stdout.split(), run.stderr) == (0, ["interrupted"], "")


def test_what_the_work_raises_is_raised_here(monkeypatch):
    started = recorded(monkeypatch)
    for items in (200, 600):
        with pytest.raises(ArithmeticError, match="131 is odd"):
            list(ordered_map(partial(no_squares_of, 131), range(items), processes=2))
    assert all_ended(started)


def test_it_takes_at_most_four_processes(monkeypatch):
    assert 1 <= cores() <= 4
    set_cores(monkeypatch, 32)
    assert cores() == 4
