"""Work for several processes: squares, with ways to go wrong. Workers import it: it imports little."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

Work = Callable[[Sequence[int]], list[tuple[int, int]]]

PATIENCE = 60.0


def square_of(chunk: Sequence[int]) -> list[tuple[int, int]]:
    """The squares, each with the process that made it."""
    return [(item * item, os.getpid()) for item in chunk]


def squares() -> Work:
    return square_of


def squares_of_two(begun: Path) -> Work:
    """Squares, whose first chunk in each of two processes waits for the other process."""
    deadline = time.monotonic() + PATIENCE

    def work(chunk: Sequence[int]) -> list[tuple[int, int]]:
        (begun / str(os.getpid())).touch()
        while len(list(begun.iterdir())) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.01)
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


def squares_that_interrupt() -> Work:
    """Squares, and Ctrl-C for the whole group of the process that they are for."""

    def work(chunk: Sequence[int]) -> list[tuple[int, int]]:
        if 3_000 in chunk:
            os.killpg(os.getppid(), signal.SIGINT)
        return square_of(chunk)

    return work
