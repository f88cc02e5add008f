"""Results of several processes are complete and in order, even when processes die or cannot start."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count, islice
from pathlib import Path

import pytest

from generator.processes.ordered_map import PARALLEL_FROM, ordered_map
from generator.processes.pool import default_workers
from tests.support.processes import all_ended, no_process, recorded, set_cores

Work = Callable[[Sequence[int]], list[tuple[int, int]]]

_AHEAD = 2_600
_PATIENCE = 60.0


def square_of(chunk: Sequence[int]) -> list[tuple[int, int]]:
    """The squares, each with the id of the process that computed it."""
    return [(item * item, os.getpid()) for item in chunk]


def squares() -> Work:
    return square_of


def squares_of_two(begun: Path) -> Work:
    """As ``squares``; the first chunk in each of two processes waits for the other process."""
    deadline = time.monotonic() + _PATIENCE

    def work(chunk: Sequence[int]) -> list[tuple[int, int]]:
        (begun / str(os.getpid())).touch()
        while len(list(begun.iterdir())) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return square_of(chunk)

    return work


def squares_but(parent: int, deadly: int) -> Work:
    """As ``squares``, but one item kills every process except the parent."""

    def work(chunk: Sequence[int]) -> list[tuple[int, int]]:
        if deadly in chunk and os.getpid() != parent:
            os._exit(3)
        return square_of(chunk)

    return work


def no_squares_but_in(parent: int) -> Work:
    """Raises in every process except the parent."""
    if os.getpid() != parent:
        raise OSError("no room for another one")
    return square_of


def no_squares_of(odd: int) -> Work:
    """As ``squares``, but one item raises."""

    def work(chunk: Sequence[int]) -> list[tuple[int, int]]:
        if odd in chunk:
            raise ArithmeticError(f"{odd} is odd")
        return square_of(chunk)

    return work


def counted(most: int | None, read: list[int]) -> Iterator[int]:
    """Numbers; ``read`` collects those that were read."""
    for number in count() if most is None else range(most):
        read.append(number)
        yield number


@pytest.mark.parametrize("items", [0, 1, 63, 64, 65, PARALLEL_FROM - 1])
def test_few_items_are_processed_in_this_process(items):
    done = list(ordered_map(squares, range(items), processes=2))
    assert done == [(item * item, os.getpid()) for item in range(items)]


def test_with_one_worker_this_process_does_the_work():
    done = list(ordered_map(squares, range(700), processes=1))
    assert done == [(item * item, os.getpid()) for item in range(700)]


def test_on_one_core_this_process_does_the_work(monkeypatch):
    set_cores(monkeypatch, 1)
    assert {pid for _, pid in ordered_map(squares, range(700))} == {os.getpid()}


def test_many_items_are_processed_by_several_processes_in_order(tmp_path, monkeypatch):
    started = recorded(monkeypatch)
    done = list(ordered_map(partial(squares_of_two, tmp_path), range(1_301), processes=2))
    assert [square for square, _ in done] == [item * item for item in range(1_301)]
    assert {pid for _, pid in done} == {process.pid for process in started}
    assert len(started) == 2
    assert all_ended(started)


def test_parallel_from_sets_from_how_many_items_workers_start():
    pids = {pid for _, pid in ordered_map(squares, range(10), processes=2, parallel_from=10)}
    assert os.getpid() not in pids
    pids = {pid for _, pid in ordered_map(squares, range(9), processes=2, parallel_from=10)}
    assert pids == {os.getpid()}


async def test_it_works_in_a_thread_that_runs_an_event_loop():
    done = list(ordered_map(squares, range(600), processes=2))
    await asyncio.sleep(0)
    assert [square for square, _ in done] == [item * item for item in range(600)]
    assert os.getpid() not in {pid for _, pid in done}


def test_items_are_read_as_results_are_consumed_and_no_more_when_the_consumer_stops(monkeypatch):
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
def test_this_process_does_the_unfinished_work_of_a_process_that_died(item, monkeypatch):
    started = recorded(monkeypatch)
    done = list(ordered_map(partial(squares_but, os.getpid(), item), range(1_100), processes=2))
    assert [square for square, _ in done] == [item * item for item in range(1_100)]
    assert done[item] == (item * item, os.getpid())
    assert all_ended(started)


def test_without_usable_workers_this_process_does_the_work():
    done = list(ordered_map(partial(no_squares_but_in, os.getpid()), range(600), processes=2))
    assert done == [(item * item, os.getpid()) for item in range(600)]


@pytest.mark.parametrize("victims", [1, 2])
def test_nothing_is_lost_when_processes_are_killed_while_items_are_sent(monkeypatch, victims):
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
def test_when_no_further_process_can_start_the_others_do_the_work(monkeypatch, start):
    started = recorded(monkeypatch, refused=start)
    done = list(ordered_map(squares, range(700), processes=2))
    assert [square for square, _ in done] == [item * item for item in range(700)]
    assert {pid for _, pid in done} == ({os.getpid()} if start == 1 else {started[0].pid})
    assert all_ended(started)


def test_when_no_thread_can_start_this_process_does_the_work(monkeypatch):
    def refuse(_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading.Thread.start", refuse)
    monkeypatch.setattr(subprocess, "Popen", no_process)
    done = list(ordered_map(squares, range(700), processes=2))
    assert done == [(item * item, os.getpid()) for item in range(700)]


_INTERRUPTED = """
from generator.processes.ordered_map import ordered_map
from tests.processes.test_ordered_map import squares_that_interrupt

try:
    for _ in ordered_map(squares_that_interrupt, range(6_000), processes=2):
        pass
except KeyboardInterrupt:
    print("interrupted")
"""


def squares_that_interrupt() -> Work:
    """As ``squares``, and sends Ctrl-C to the process group of the parent."""

    def work(chunk: Sequence[int]) -> list[tuple[int, int]]:
        if 3_000 in chunk:
            os.killpg(os.getppid(), signal.SIGINT)
        return square_of(chunk)

    return work


def test_ctrl_c_ends_the_work_without_output_of_the_processes():
    run = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED],
        capture_output=True,
        text=True,
        start_new_session=True,
        timeout=_PATIENCE,
        check=False,
    )
    assert (run.returncode, run.stdout.split(), run.stderr) == (0, ["interrupted"], "")


def test_an_exception_of_the_work_is_raised_in_this_process(monkeypatch):
    started = recorded(monkeypatch)
    for items in (200, 600):
        with pytest.raises(ArithmeticError, match="131 is odd"):
            list(ordered_map(partial(no_squares_of, 131), range(items), processes=2))
    assert all_ended(started)


def test_there_are_at_most_four_workers_by_default(monkeypatch):
    assert 1 <= default_workers() <= 4
    set_cores(monkeypatch, 32)
    assert default_workers() == 4
