"""A server that goes away: who tries it when, and what the calls that wait for it come to."""

import asyncio
from collections.abc import Sequence
from random import Random

import pytest

from generator.errors import ModelUnavailable
from generator.model.failures import CallError, Failure
from generator.model.outages import Outages, Pause
from generator.model.retries import RetryPolicy, call_with_retries
from tests.support.virtual_time import run_virtually

REFUSED = Failure("transient", "connection-refused", "nothing answers at http://here")
NO_BACKEND = Failure("transient", "http-503", "no backend", status=503)
LIMITED = Failure("rate_limit", "rate-limit", "slow down", status=429, retry_after_seconds=1.0)
DROPPED = Failure("transient", "connection-dropped", "broke off", billed="maybe")
MINUTE = 60.0


class Server:
    """Fails with ``failure`` from ``gone`` to ``back``, in seconds; remembers when it was called."""

    def __init__(self, failure: Failure, gone: float, back: float) -> None:
        self._failure = failure
        self._gone, self._back = gone, back
        self.called_at: list[float] = []
        self.pauses: list[Pause] = []
        self.outages: list[float] = []

    async def call(self) -> str:
        now = asyncio.get_running_loop().time()
        self.called_at.append(now)
        await asyncio.sleep(0.1)
        if self._gone <= now < self._back:
            raise CallError(self._failure)
        return "reply"

    @property
    def called_while_gone(self) -> list[float]:
        return [at for at in self.called_at if self._gone <= at < self._back]


async def run(
    server: Server, *, workers: int, calls: int, attempts: int = 6, minutes: float = 120
) -> list[str | BaseException]:
    """What becomes of so many calls by each worker, one after the other, a second apart."""
    outages = Outages(
        longest_seconds=minutes * MINUTE,
        attempts=attempts,
        clock=asyncio.get_running_loop().time,
        rng=Random(1),
        sleep=asyncio.sleep,
        on_pause=server.pauses.append,
        on_end=server.outages.append,
    )

    async def work() -> list[str]:
        replies = []
        for _ in range(calls):
            replies.append(
                await call_with_retries(
                    RetryPolicy(attempts=attempts),
                    server.call,
                    rng=Random(1),
                    sleep=asyncio.sleep,
                    outages=outages,
                )
            )
            await asyncio.sleep(1.0)
        return replies

    results = await asyncio.gather(*(work() for _ in range(workers)), return_exceptions=True)
    return [one for result in results for one in (result if isinstance(result, list) else [result])]


@pytest.mark.parametrize("failure", [REFUSED, NO_BACKEND])
def test_an_outage_of_an_hour_costs_no_call_and_one_probe_at_a_time(failure: Failure) -> None:
    server = Server(failure, gone=2.0, back=2.0 + 60 * MINUTE)
    assert run_virtually(run(server, workers=32, calls=8)) == ["reply"] * 32 * 8
    probes = [at for at in server.called_while_gone if at > 20.0]
    gaps = [later - at for at, later in zip(probes, probes[1:], strict=False)]
    assert 12 < len(probes) < 24
    assert all(later > at for at, later in zip(gaps[:3], gaps[1:4], strict=True))
    assert max(gaps) <= 300 * 1.1 + 1
    assert len(server.outages) == 1
    assert 60 * MINUTE - 10 <= server.outages[0] <= 66 * MINUTE


def test_a_server_that_stays_away_ends_the_run_after_the_longest_outage() -> None:
    server = Server(REFUSED, gone=2.0, back=float("inf"))
    results = run_virtually(run(server, workers=4, calls=8, minutes=30))
    assert all(isinstance(result, ModelUnavailable) for result in results)
    assert "nothing answers at http://here; no answer for 30 minutes" in str(results[0])
    assert 29 * MINUTE < server.called_at[-1] <= 2 + 31 * MINUTE


def test_a_server_that_was_never_there_fails_at_once() -> None:
    server = Server(REFUSED, gone=0.0, back=float("inf"))
    results = run_virtually(run(server, workers=2, calls=1))
    assert [str(result) for result in results] == ["nothing answers at http://here"] * 2
    assert (len(server.called_at), server.pauses) == (12, [])


def test_errors_of_one_call_beside_answers_to_others_are_no_outage() -> None:
    class Poisoned(Server):
        async def call(self) -> str:
            if asyncio.current_task() is first:
                self.called_at.append(0.0)
                raise CallError(NO_BACKEND)
            return await super().call()

    server = Poisoned(NO_BACKEND, gone=-1.0, back=-1.0)
    first: asyncio.Task[object] | None = None

    async def both() -> Sequence[object]:
        nonlocal first
        outages = Outages(
            longest_seconds=7200,
            attempts=6,
            clock=asyncio.get_running_loop().time,
            rng=Random(1),
            sleep=asyncio.sleep,
        )

        async def ask() -> str:
            return await call_with_retries(
                RetryPolicy(), server.call, rng=Random(1), sleep=asyncio.sleep, outages=outages
            )

        async def others() -> None:
            for _ in range(40):
                await ask()
                await asyncio.sleep(0.5)

        await ask()
        first = asyncio.create_task(ask())
        return await asyncio.gather(first, others(), return_exceptions=True)

    poisoned, _ = run_virtually(both())
    assert isinstance(poisoned, CallError)


def test_the_last_call_of_a_run_that_always_fails_is_no_outage() -> None:
    server = Server(NO_BACKEND, gone=1.0, back=float("inf"))
    results = run_virtually(run(server, workers=1, calls=2))
    assert isinstance(results[0], CallError)
    assert server.pauses == []


def test_any_answer_of_the_server_ends_the_outage() -> None:
    class Recovering(Server):
        async def call(self) -> str:
            if self.called_while_gone and not self.limited:
                now = asyncio.get_running_loop().time()
                if now >= self._back:
                    self.limited = True
                    raise CallError(LIMITED)
            return await super().call()

        limited = False

    server = Recovering(REFUSED, gone=2.0, back=100.0)
    assert run_virtually(run(server, workers=4, calls=4)) == ["reply"] * 16
    assert server.limited
    assert len(server.outages) == 1


def test_a_connection_that_breaks_off_does_not_end_an_outage() -> None:
    class Proxied(Server):
        async def call(self) -> str:
            if self.called_while_gone and asyncio.get_running_loop().time() < self._back:
                self.called_at.append(asyncio.get_running_loop().time())
                raise CallError(DROPPED)
            return await super().call()

    server = Proxied(REFUSED, gone=2.0, back=600.0)
    assert run_virtually(run(server, workers=1, calls=4)) == ["reply"] * 4
    assert len(server.outages) == 1


def test_the_answer_to_a_call_in_flight_ends_the_pause() -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        outages = Outages(
            longest_seconds=7200, attempts=6, clock=loop.time, rng=Random(1), sleep=asyncio.sleep
        )
        down = False

        async def slow() -> str:
            await asyncio.sleep(40.0)
            return "reply"

        async def refused() -> str:
            await asyncio.sleep(0.1)
            if down:
                raise CallError(REFUSED)
            return "reply"

        await outages.attempt(refused, 1)
        in_flight = asyncio.create_task(outages.attempt(slow, 2))
        down = True
        waiting = asyncio.create_task(
            call_with_retries(RetryPolicy(), refused, rng=Random(1), sleep=asyncio.sleep, outages=outages)
        )
        await in_flight
        down = False
        await waiting
        return loop.time()

    assert run_virtually(main()) < 43
