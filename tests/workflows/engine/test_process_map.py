"""Work spread over several processes comes back whole and in order, whatever becomes of the process_map."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count, islice
from multiprocessing import util
from multiprocessing.synchronize import Barrier

import pytest

from generator.workflows.engine import process_map
from generator.workflows.engine.process_map import SEVERAL_FROM, cores, in_order, undisturbed
from tests.support.no_room import Breaking, refusing

Work = Callable[[Sequence[int]], list[tuple[int, int]]]

_AHEAD = 2_600
_PATIENCE = 60.0


def square_of(chunk: Sequence[int]) -> list[tuple[int, int]]:
    """The squares, each with the process that made it."""
    return [(item * item, os.getpid()) for item in chunk]


def squares() -> Work:
    return square_of


def squares_of_two(both_begun: Barrier) -> Work:
    """Squares, whose first chunk in each of two processes waits for the other process."""
    waited = []

    def work(chunk: Sequence[int]) -> list[tuple[int, int]]:
        if not waited:
            waited.append(both_begun.wait(_PATIENCE))
        return square_of(chunk)

    return work


def squares_but(parent: int, deadly: int) -> Work:
    """Squares, but a process other than the parent dies of one item."""

    def work(chunk: Sequence[int]) -> list[tuple[int, int]]:
        if deadly in chunk and os.getpid() != parent:
            os._exit(3)
        return square_of(chunk)

    return work


def no_squares_but_in(parent: int) -> Work:
    """Cannot be made in another process."""
    if os.getpid() != parent:
        raise OSError("no room for another one")
    return square_of


def no_squares_of(odd: int) -> Work:
    """Squares, but one item is more than the work can take."""

    def work(chunk: Sequence[int]) -> list[tuple[int, int]]:
        if odd in chunk:
            raise ArithmeticError(f"{odd} is odd")
        return square_of(chunk)

    return work


def counted(most: int | None, read: list[int]) -> Iterator[int]:
    """Numbers, and how many of them were read."""
    for number in count() if most is None else range(most):
        read.append(number)
        yield number


@pytest.mark.parametrize("items", [0, 1, 63, 64, 65, SEVERAL_FROM - 1])
def test_few_items_are_done_in_this_process(items):
    done = list(in_order(squares, range(items), processes=2))
    assert done == [(item * item, os.getpid()) for item in range(items)]


def test_with_one_process_to_start_all_is_done_in_this_one():
    done = list(in_order(squares, range(700), processes=1))
    assert done == [(item * item, os.getpid()) for item in range(700)]


def test_with_one_core_all_is_done_in_this_process(monkeypatch):
    monkeypatch.setattr(process_map, "cores", lambda: 1)
    assert {pid for _, pid in in_order(squares, range(700))} == {os.getpid()}


def test_many_items_are_done_by_several_processes_in_order():
    both_begun = multiprocessing.get_context("spawn").Barrier(2)
    done = list(in_order(partial(squares_of_two, both_begun), range(1_301), processes=2))
    assert [square for square, _ in done] == [item * item for item in range(1_301)]
    assert len({pid for _, pid in done} - {os.getpid()}) == 2
    assert multiprocessing.active_children() == []


def test_items_are_read_as_results_are_taken_and_no_more_when_the_consumer_stops():
    read: list[int] = []
    results = in_order(squares, counted(None, read), processes=2)
    assert read == []
    for taken, (square, _) in enumerate(islice(results, 4_000), start=1):
        assert square == (taken - 1) ** 2
        assert len(read) <= taken + _AHEAD
    results.close()
    assert len(read) <= 4_000 + _AHEAD
    assert multiprocessing.active_children() == []
    assert next(results, None) is None


@pytest.mark.parametrize("item", [17, 700])
def test_when_a_process_dies_this_one_goes_on_alone(item):
    done = list(in_order(partial(squares_but, os.getpid(), item), range(1_100), processes=2))
    assert [square for square, _ in done] == [item * item for item in range(1_100)]
    assert done[item] == (item * item, os.getpid())
    assert multiprocessing.active_children() == []


def test_when_no_process_can_begin_this_one_goes_on_alone():
    done = list(in_order(partial(no_squares_but_in, os.getpid()), range(600), processes=2))
    assert done == [(item * item, os.getpid()) for item in range(600)]


def test_nothing_is_lost_when_the_processes_are_found_dead_as_more_is_handed_in(monkeypatch):
    monkeypatch.setattr(process_map, "ProcessPoolExecutor", Breaking)
    done = [square for square, _ in in_order(squares, range(1_100), processes=2)]
    assert done == [item * item for item in range(1_100)]


@pytest.mark.parametrize("start", [1, 2])
def test_with_no_room_for_another_process_this_one_goes_on_alone(monkeypatch, start):
    monkeypatch.setattr(util, "spawnv_passfds", refusing(start))
    assert [square for square, _ in in_order(squares, range(700), processes=2)] == [
        item * item for item in range(700)
    ]
    assert multiprocessing.active_children() == []


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="Ctrl-C cannot be held back here")
def test_ctrl_c_waits_for_the_end_of_the_block_also_beside_another_thread():
    done, over = [], threading.Event()
    other = threading.Thread(target=over.wait)
    other.start()
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), undisturbed():
            os.kill(os.getpid(), signal.SIGINT)
            done.extend(number for number in range(100_000))
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
        over.set()
        other.join()
    assert len(done) == 100_000


def test_what_the_work_raises_is_raised_here():
    for items in (200, 600):
        with pytest.raises(ArithmeticError, match="131 is odd"):
            list(in_order(partial(no_squares_of, 131), range(items), processes=2))
    assert multiprocessing.active_children() == []


def test_it_takes_at_most_four_processes(monkeypatch):
    assert 1 <= cores() <= 4
    if hasattr(os, "sched_getaffinity"):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(32)))
    else:
        monkeypatch.setattr(os, "cpu_count", lambda: 32)
    assert cores() == 4
