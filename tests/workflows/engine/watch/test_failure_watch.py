"""A run is stopped where nearly all jobs end with the same failure, with few calls, and never where half of them do."""

import asyncio
import random

import pytest

from generator.errors import ModelUnavailable
from generator.workflows.engine.job_outcome import JobOutcome, causes_of
from generator.workflows.engine.job_pool import JobPool
from generator.workflows.engine.watch.failure_watch import FEWEST, WINDOW, FailureWatch, canary_size
from tests.support.pools import ListSource

GOOD = JobOutcome()
UNASKED = JobOutcome(asked=False, causes=frozenset({"failed: http-400"}))


def bad(*causes):
    return JobOutcome(causes=frozenset(causes or {"failed: http-400"}), reason="http-400: no")


async def ended(outcomes, concurrency=1, **options):
    """Handle one job for each outcome; returns the jobs begun, and the error that ended the run."""
    source, begun = ListSource(len(outcomes)), []

    async def handle(item):
        begun.append(item)
        for _ in range(item % 5):
            await asyncio.sleep(0)
        return outcomes[item]

    watch = FailureWatch("questions", len(outcomes), **options)
    try:
        await asyncio.wait_for(JobPool(source.take, handle, source.release, watch=watch).run(concurrency), 10)
    except ModelUnavailable as error:
        return begun, str(error)
    return begun, None


@pytest.mark.parametrize(
    ("total", "size"),
    [(None, 20), (0, 0), (1, 1), (19, 19), (20, 20), (600, 20), (1500, 30), (5000, 100), (10**6, 100)],
)
def test_a_canary_has_2_percent_of_the_run_at_least_20_and_at_most_100_jobs(total, size):
    assert canary_size(total) == size


@pytest.mark.parametrize("concurrency", [1, 7, 20, 32, 300])
@pytest.mark.parametrize("count", [FEWEST + 1, 30, 400, 10_000])
async def test_a_run_ends_when_its_first_jobs_all_end_alike(concurrency, count):
    begun, error = await ended([bad()] * count, concurrency)
    assert sorted(begun) == list(range(FEWEST))
    assert "the first 10 questions all ended with the same failure" in error
    assert "http-400: no (failed: http-400)" in error


@pytest.mark.parametrize(
    ("outcomes", "most"),
    [
        ([bad()] * 9 + [GOOD] + [bad()] * 390, 20),
        ([GOOD] * 2 + [bad()] * 398, 20),
        ([bad()] * 300 + [GOOD] * 100, FEWEST),
        ([bad(f"needs_fix: {code}", "needs_fix: too-short") for code in "abcdefgh" * 5], FEWEST),
    ],
)
async def test_a_canary_of_which_nearly_all_end_alike_ends_the_run(outcomes, most):
    begun, error = await ended(outcomes)
    assert len(begun) <= most
    assert error is not None


@pytest.mark.parametrize("concurrency", [1, 32])
async def test_a_run_that_turns_bad_ends_within_the_window(concurrency):
    begun, error = await ended([GOOD] * 300 + [bad()] * 700, concurrency)
    assert len(begun) <= 300 + WINDOW + 2 * concurrency
    assert "45 of the last 50 questions ended with the same failure" in error


@pytest.mark.parametrize(
    "outcomes",
    [
        [bad()] * FEWEST,  # nothing is left to save
        [bad()] * 9 + [GOOD] * 3 + [bad(), GOOD] * 90,
        [bad(), bad("failed: timeout")] * 50,
        [GOOD, *[bad()] * 4] * 60,
        [UNASKED] * 60,
        [bad(f"failed: {number}") for number in range(60)],
        [bad(f"needs_fix: {number % 3}", f"needs_fix: {3 + number % 2}") for number in range(300)],
    ],
)
@pytest.mark.parametrize("concurrency", [1, 32, 300])
async def test_a_run_goes_on_where_its_jobs_end_in_different_ways(outcomes, concurrency):
    begun, error = await ended(outcomes, concurrency)
    assert (sorted(begun), error) == (list(range(len(outcomes))), None)


async def test_jobs_without_a_call_are_not_counted():
    begun, error = await ended([UNASKED] * 50 + [bad()] * 100, 32)
    assert len(begun) == 50 + FEWEST
    assert error is not None
    assert await ended([UNASKED] * 50 + [bad()] * FEWEST, 32) == (list(range(60)), None)


async def test_a_watch_that_stops_nothing_delays_nothing():
    begun, error = await ended([bad()] * 400, 400, stops=False)
    assert (begun, error) == (list(range(400)), None)


@pytest.mark.parametrize("concurrency", [1, 32])
async def test_a_run_without_a_canary_ends_too_but_does_not_wait(concurrency):
    begun, error = await ended([bad()] * 400, concurrency, canary=False)
    assert FEWEST <= len(begun) <= FEWEST + 2 * concurrency
    assert error is not None


async def test_a_canary_that_goes_well_holds_up_no_more_than_its_first_jobs():
    watch = FailureWatch("questions", 10_000)
    for _ in range(FEWEST):
        watch.begin()
    assert watch.is_full
    watch.end(GOOD)
    for _ in range(90):
        assert not watch.is_full
        watch.begin()
    assert watch.is_full
    for _ in range(10):
        watch.end(GOOD)
    assert not watch.is_full


def test_chance_stops_no_run_in_which_a_fifth_fails_and_hardly_one_in_which_half_fails():
    rng = random.Random(1)

    def is_stopped(rate):
        watch = FailureWatch("questions", 10**6)
        try:
            for _ in range(100):
                watch.begin()
                watch.end(bad() if rng.random() < rate else GOOD)
        except ModelUnavailable:
            return True
        return False

    assert sum(is_stopped(0.2) for _ in range(100)) == 0
    assert sum(is_stopped(0.5) for _ in range(100)) <= 1
    assert sum(is_stopped(0.97) for _ in range(50)) >= 45


def test_the_message_says_what_was_paid_what_to_try_and_how_to_go_on():
    watch = FailureWatch("questions", 100, paid=lambda: "$0.02", override="--no-canary")
    outcome = JobOutcome(
        causes=causes_of("needs_fix", "no JSON"), reason="the reply is empty", redo_option="--redo-state x"
    )
    with pytest.raises(ModelUnavailable) as ended:
        for _ in range(FEWEST):
            watch.begin()
            watch.end(outcome)
    assert str(ended.value) == (
        "the first 10 questions all ended with the same failure, so the rest is not asked: the reply is empty"
        " (needs_fix: unreadable); paid so far: $0.02; look at a reply (generator why QUESTION), try"
        " another model, then run the same command again with --redo-state x, which asks for those that ended so again"
        " too; --no-canary goes on regardless"
    )


@pytest.mark.parametrize(
    ("arguments", "causes"),
    [
        (("refused", "the model refused: never twice the same"), {"refused"}),
        (("failed", "http-500"), {"failed: http-500"}),
        (("failed",), {"failed: unusable"}),
        (("needs_fix", "the reply has no JSON object"), {"needs_fix: unreadable"}),
        (("needs_fix", None, ["too-short", "no-points"]), {"needs_fix: too-short", "needs_fix: no-points"}),
        (("needs_fix",), {"needs_fix: incomplete"}),
    ],
)
def test_causes_leave_out_what_differs_from_job_to_job(arguments, causes):
    assert causes_of(*arguments) == causes
