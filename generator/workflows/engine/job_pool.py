"""Handles many jobs at once: a bounded number in flight, claimed from the ledger as they are needed."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from generator.errors import GeneratorError
from generator.workflows.engine.job_outcome import JobOutcome
from generator.workflows.engine.stopping.stop_signal import Stopped, StopSignal
from generator.workflows.engine.watch.failure_watch import FailureWatch

AnyJob = TypeVar("AnyJob")


class JobPool(Generic[AnyJob]):
    """Handles jobs until no more are left, or until an error ends the run.

    Args:
        claim: returns at most this many jobs; an empty list when none are left, after which it is not called again.
        handle: handles one job and returns how it ended. Its exception ends the run: no further job begins, those
            in flight end, and :meth:`run` raises the first exception.
        release: returns a claimed job that was not begun to the queue.
        stop: shared with ``handle``, so that a stop also reaches a job between two of its calls.
        watch: ends the run when nearly all jobs end with the same failure, and lets only its canary begin at first.
            None for no watch.
    """

    def __init__(
        self,
        claim: Callable[[int], Awaitable[list[AnyJob]]],
        handle: Callable[[AnyJob], Awaitable[JobOutcome | None]],
        release: Callable[[AnyJob], Awaitable[None]],
        stop: StopSignal | None = None,
        watch: FailureWatch | None = None,
    ) -> None:
        self._claim = claim
        self._handle = handle
        self._release = release
        self._claimed: deque[AnyJob] = deque()
        self._claiming = asyncio.Lock()
        self._all_claimed = False
        self._error: Exception | None = None
        self._stop = stop or StopSignal()
        self._stop.stops_on_fatal_failure = True
        self._watch = watch
        self._job_ended = asyncio.Event()
        self.in_flight = 0

    def stop(self) -> None:
        """Begin no further job; calls in flight go on to their end."""
        self._stop.is_requested = True

    async def run(self, concurrency: int) -> None:
        """Handle all jobs, at most ``concurrency`` at a time. Raises what ended the run early."""
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(concurrency):
                    group.create_task(self._work(concurrency))
        finally:
            while self._claimed:
                await self._release_one(self._claimed.popleft())
        if self._error is not None:
            raise self._error

    async def _work(self, concurrency: int) -> None:
        while True:
            try:
                job = await self._next(concurrency)
                if job is None:
                    return
                await self._handle_one(job)
            except Stopped:
                continue
            except Exception as error:  # noqa: BLE001 - raised by run, when those in flight have ended
                self._error = self._error or error
                self.stop()

    async def _handle_one(self, job: AnyJob) -> None:
        self.in_flight += 1
        outcome: JobOutcome | None = None
        try:
            outcome = await self._handle(job)
        finally:
            self.in_flight -= 1
            self._job_ended.set()
            if self._watch is not None:
                self._watch.end(outcome)

    async def _release_one(self, job: AnyJob) -> None:
        try:
            await self._release(job)
        except GeneratorError as error:
            # The next run releases the jobs that an ended run left claimed.
            self._error = self._error or error

    async def _next(self, concurrency: int) -> AnyJob | None:
        watch = self._watch
        async with self._claiming:
            while watch is not None and watch.is_full and not self._stop.is_requested:
                self._job_ended.clear()
                await self._job_ended.wait()
            if not (self._claimed or self._all_claimed or self._stop.is_requested):
                self._claimed.extend(await self._claim(max(16, concurrency // 2)))
                self._all_claimed = not self._claimed
            if self._stop.is_requested or not self._claimed:
                return None
            if watch is not None:
                watch.begin()
            return self._claimed.popleft()
