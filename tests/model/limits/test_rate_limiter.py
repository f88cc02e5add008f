"""The rate limiter against simulated endpoints, in virtual time."""

import asyncio
import logging
import time
from random import Random

import pytest

from generator.events import LOGGER
from generator.model.limits.rate_limiter import RateLimiter
from tests.support.limited_servers import (
    BucketServer,
    LimitedServer,
    RoundingBucketServer,
    SilentServer,
    SlidingServer,
    WindowServer,
)
from tests.support.virtual_time import run_virtually


async def drive(server_type: type[LimitedServer], *, calls: int, workers: int = 64, **server_options):
    """Send ``calls`` calls, each until it is answered. Returns the server and the seconds that it took."""
    clock = asyncio.get_running_loop().time
    server = server_type(clock=clock, **server_options)
    rate_limiter = RateLimiter(clock=clock, rng=Random(1))
    todo = iter(range(calls))

    async def worker() -> None:
        for _ in todo:
            status = 429
            while status == 429:
                async with rate_limiter.slot(100):
                    status, headers = await server.call()
                    rate_limiter.observe(headers)
                    if status == 429:
                        rate_limiter.throttled(1.0)

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(worker())
    return server, clock()


@pytest.mark.parametrize("server_type", [BucketServer, RoundingBucketServer, WindowServer, SlidingServer])
@pytest.mark.parametrize("latency", [0.0, 0.01])
def test_an_announced_limit_of_25_a_second_is_met_without_one_429(server_type, latency):
    server, seconds = run_virtually(drive(server_type, calls=500, latency=latency))
    assert len(server.answered_at) == 500
    assert server.refused_at == []
    assert seconds <= 1.1 * 500 / 25


@pytest.mark.parametrize("latency", [0.2, 1.5])
def test_an_announced_limit_is_met_with_slow_answers(latency):
    server, seconds = run_virtually(drive(BucketServer, calls=500, latency=latency))
    assert server.refused_at == []
    assert seconds <= 1.1 * 500 / 25 + 2 * latency


def test_a_limit_per_minute_is_used_with_slow_answers(caplog):
    options = {"limit": 300, "period": 60.0, "latency": 6.0}
    with caplog.at_level(logging.INFO, LOGGER.name):
        server, seconds = run_virtually(drive(BucketServer, calls=900, **options))
    reported = [record.fields for record in caplog.records if record.event == "rate_limit.reported"]
    assert [(fields["of"], fields["limit"]) for fields in reported] == [("requests", 300.0)]
    assert server.refused_at == []
    assert seconds <= 1.1 * (900 - 300) / 5 + 2 * 6


def test_an_unreported_limit_is_found_by_429s_and_no_call_is_lost(caplog):
    with caplog.at_level(logging.INFO, LOGGER.name):
        server, seconds = run_virtually(drive(SilentServer, calls=500))
    assert "rate_limit.reduced" in {record.event for record in caplog.records}
    assert len(server.answered_at) == 500
    assert len([at for at in server.refused_at if at > 1]) < 20
    assert seconds <= 1.5 * 500 / 25


def test_the_first_call_is_alone_and_without_limits_all_others_follow_at_once():
    async def main():
        loop = asyncio.get_running_loop()
        rate_limiter = RateLimiter(clock=loop.time, rng=Random(1))
        started = []

        async def call():
            async with rate_limiter.slot(100):
                started.append(loop.time())
                await asyncio.sleep(2.0)
                rate_limiter.observe({})

        async with asyncio.TaskGroup() as group:
            for _ in range(64):
                group.create_task(call())
        return started

    started = run_virtually(main())
    assert started[0] == 0
    assert max(started[1:]) - min(started[1:]) < 1e-3
    assert started[1] == pytest.approx(2.0)


def test_a_call_that_ends_without_an_answer_lets_the_next_start():
    async def main():
        loop = asyncio.get_running_loop()
        rate_limiter = RateLimiter(clock=loop.time, rng=Random(1))
        with pytest.raises(ConnectionError):
            async with rate_limiter.slot(100):
                raise ConnectionError
        async with asyncio.timeout(1):
            async with rate_limiter.slot(100):
                pass

    run_virtually(main())


def test_the_retry_after_of_one_call_delays_all():
    async def main():
        loop = asyncio.get_running_loop()
        rate_limiter = RateLimiter(clock=loop.time, rng=Random(1))
        rate_limiter.observe({})
        rate_limiter.throttled(7.0)
        async with rate_limiter.slot(1):
            return loop.time()

    assert run_virtually(main()) == pytest.approx(7.35, abs=0.4)


def test_a_local_limit_per_minute_is_not_exceeded():
    async def main():
        loop = asyncio.get_running_loop()
        rate_limiter = RateLimiter(clock=loop.time, rng=Random(1), requests_per_minute=120)
        for _ in range(61):
            async with rate_limiter.slot(1):
                rate_limiter.observe({})
        return loop.time()

    assert run_virtually(main()) == pytest.approx((61 - 2) / 2, rel=0.01)


def test_a_local_token_limit_counts_the_tokens_of_calls():
    async def main():
        loop = asyncio.get_running_loop()
        rate_limiter = RateLimiter(clock=loop.time, rng=Random(1), tokens_per_minute=60_000)
        for _ in range(11):
            async with rate_limiter.slot(5_000):
                rate_limiter.observe({})
        return loop.time()

    # Each call needs five times the tokens of a second: it starts with a full bucket, and the next call waits longer.
    assert run_virtually(main()) == pytest.approx(10 * 5.0, rel=0.01)


def test_a_token_quota_announced_in_headers_is_followed():
    async def main():
        loop = asyncio.get_running_loop()
        rate_limiter = RateLimiter(clock=loop.time, rng=Random(1))
        used, at, lowest = 0.0, 0.0, 10_000.0
        for _ in range(60):
            async with rate_limiter.slot(1_000):
                used = max(0.0, used - (loop.time() - at) * 1_000) + 1_000
                at = loop.time()
                lowest = min(lowest, 10_000 - used)
                headers = {"limit": "10000", "remaining": str(int(10_000 - used)), "reset": f"{used / 1000}s"}
                rate_limiter.observe({f"x-ratelimit-{name}-tokens": value for name, value in headers.items()})
        return loop.time(), lowest

    seconds, lowest = run_virtually(main())
    assert lowest >= 0
    assert seconds <= 1.1 * (60 - 10) + 1


async def test_a_slot_is_cheap_without_limits():
    rate_limiter = RateLimiter(clock=time.monotonic, rng=Random(1))
    rate_limiter.observe({})
    started = time.perf_counter()
    for _ in range(5_000):
        async with rate_limiter.slot(100):
            pass
    assert (time.perf_counter() - started) / 5_000 < 100e-6  # about 3 µs on an idle machine
