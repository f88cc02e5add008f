"""Stops that a program asks for: the first ends work in another thread after its calls, the second cancels it."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from generator.workflows.engine.stopping.interrupts import Interruption, run_async
from generator.workflows.engine.stopping.signals import StopRequests, stopped_by

SECONDS = 30


class Work:
    """One call that never ends by itself."""

    in_flight = 1

    def __init__(self) -> None:
        self.began, self.stopped = threading.Event(), threading.Event()

    def stop(self) -> None:
        self.stopped.set()

    async def run(self, interruption: Interruption) -> None:
        interruption.watch(self)
        self.began.set()
        await asyncio.Event().wait()


def start(work: Work, requests: StopRequests) -> None:
    with stopped_by(requests):
        interruption = Interruption()
        run_async(work.run(interruption), interruption)


@pytest.mark.parametrize("early", [0, 1, 2])
def test_the_first_request_stops_the_work_and_the_second_cancels_it(early: int) -> None:
    work, requests = Work(), StopRequests()
    for _ in range(early):  # before the work begins
        requests.ask()
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(start, work, requests)
        assert work.began.wait(SECONDS)
        if early == 0:
            requests.ask()
        assert work.stopped.wait(SECONDS)
        if early < 2:
            assert not done.done()
            requests.ask()
        with pytest.raises(KeyboardInterrupt):
            done.result(SECONDS)
