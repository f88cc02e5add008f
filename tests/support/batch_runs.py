"""A Batch API on a clock of its own, and the commands' work done against it; killed wherever a test likes."""

import asyncio
import io
import json
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from generator.errors import GeneratorError
from generator.fake_openai.service import build
from generator.fake_openai.settings import BatchSettings, ServerSettings
from generator.model.batch.api import FINAL
from generator.questions.rows import Question
from generator.services import Services
from generator.store.ledger.batches.rows import BatchState
from generator.store.ledger.runs.runs import Run
from generator.workflows.batch.collect import collect_batches, import_answers
from generator.workflows.batch.coordinator import BatchCoordinator
from generator.workflows.batch.export import ExportRequest, export_requests
from generator.workflows.batch.report import BatchReport
from generator.workflows.batch.requests import AnswerSource, CollectedOutcome, CollectRequest, SentOutcome
from generator.workflows.batch.sending.lists import send_drafts
from generator.workflows.batch.session import run_batches
from generator.workflows.batch.status import cancel_batch
from generator.workflows.drafting.list_reading import read_list
from generator.workflows.drafting.plan import plan_list
from generator.workflows.drafting.requests import DraftRequest, PlanRequest, QuestionSource
from generator.workflows.engine.progress import NoProgress
from tests.support.replies import Endpoint
from tests.support.services import DATE, settings

URL = "http://batches.test/v1"
DAY = 86_400.0


class Killed(GeneratorError):
    """The process is gone."""


class Provider:
    """The test server's Files and Batches endpoints, with files in a folder and a clock that waiting moves."""

    def __init__(self, folder: Path, *, canned: bool = True, **pace: Any) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.seconds = 1_000_000.0
        self.pace = pace
        served = build(
            ServerSettings(canned=canned, batches=BatchSettings(folder, **pace)), now=lambda: self.seconds
        )
        self.transport = httpx2.ASGITransport(served)

    async def sleep(self, seconds: float) -> None:
        """Waiting passes at once."""
        self.seconds += seconds
        await asyncio.sleep(0)

    def run_out(self) -> None:
        """Let a day pass: every batch ends, also one that nobody asks for any more."""
        self.seconds += DAY

        async def look() -> None:
            async with httpx2.AsyncClient(transport=self.transport, base_url=URL) as client:
                (await client.get(f"{URL}/batches")).raise_for_status()

        asyncio.run(look())

    def lines(self) -> list[dict[str, Any]]:
        """Every line of every file that is here."""
        return [
            json.loads(line)
            for file in sorted(self.folder.glob("*.jsonl"))
            for line in file.read_text(encoding="utf-8").splitlines()
        ]

    def paid(self) -> Counter[str]:
        """How often each request was answered, and so paid."""
        good = [line for line in self.lines() if (line.get("response") or {}).get("status_code") == 200]
        return Counter(line["custom_id"] for line in good)


class BatchRuns:
    """Runs the batch commands in one folder, each with services of its own, and can be killed in one of them.

    Without a provider, any call fails the test.
    """

    def __init__(self, folder: Path, provider: Provider | None, **changes: Any) -> None:
        self.folder = folder
        self.provider = provider
        self.changes = {
            "model": {
                "name": "test-model",
                "base_url": URL,
                "attempts": 8,
                "concurrency": 4,
                "parameters": {"max_completion_tokens": 4000},
            },
            **changes,
        }

    def services(self) -> Services:
        """Services that the caller closes."""
        return Services(
            settings(self.folder, **self.changes),
            environment={"OPENAI_API_KEY": "test-key"},
            transport=self.provider.transport if self.provider else Endpoint().transport,
            sleep=self.provider.sleep if self.provider else asyncio.sleep,
        )

    @property
    def output(self) -> Path:
        return self.folder / "output"

    def kill(self) -> None:
        """Stop here: what stands on the disk now is all that is left."""
        shutil.rmtree(self.folder / "left", ignore_errors=True)
        shutil.copytree(self.output, self.folder / "left")
        raise Killed

    def reopen(self) -> None:
        """Go on from what a killed command left."""
        shutil.rmtree(self.output)
        (self.folder / "left").rename(self.output)

    def send(self, questions: Sequence[Question], *, max_cost: float | None = None) -> BatchReport:
        """``generator draft LIST --batch``."""
        request = DraftRequest(self.request(questions), max_cost=max_cost)
        with self.opened() as services:
            sent = send_drafts(services, request, NoProgress())
            assert isinstance(sent, SentOutcome)
            return _went_through(sent).report

    def request(self, questions: Sequence[Question]) -> PlanRequest:
        """What is to be planned of a list."""
        return PlanRequest(QuestionSource(questions, "q.csv", "q.csv"), date=DATE, near="allow")

    def plan(self, services: Services, questions: Sequence[Question], run: Run) -> None:
        """Freeze a list."""
        services.index.refresh()
        request = self.request(questions)
        listed = read_list(services, request.questions, NoProgress())
        plan_list(services, request, listed, services.endpoint(), run, NoProgress())

    def collect(self, *, wait: bool = True, follow_up: bool = True) -> tuple[BatchReport, Counter[str]]:
        """``generator batch collect``, and the states of the drafts that came of it."""
        if not follow_up:
            return self.act(lambda coordinator: coordinator.collect(follow_up=False, every_seconds=60.0))
        request = CollectRequest(every_seconds=60.0 if wait else None)
        with self.opened() as services:
            done = _went_through(collect_batches(services, request, NoProgress()))
            return done.report, Counter(done.drafts.states)

    def act(self, work: Callable[[BatchCoordinator], Awaitable[Any]]) -> tuple[BatchReport, Counter[str]]:
        """One pass over the batches, and the states of the drafts that came of it."""
        with self.opened() as services, services.run("batch", []) as run:
            done = run_batches(services, services.endpoint(), run, NoProgress(), work)
            if done.interruption.error is not None:
                raise done.interruption.error
            return done.session.coordinator.report, Counter(done.session.drafter.report.states)

    def cancel(self, states: Sequence[BatchState] = ("created",)) -> None:
        """``generator batch cancel`` of every batch in these states that has not ended."""
        self.act(lambda coordinator: coordinator.refresh())
        with self.opened() as services:
            for row in services.batches.all(states):
                if row.status not in FINAL:
                    cancel_batch(services, str(row.id), NoProgress())

    def cancel_after(self, seconds: float) -> None:
        """Cancel what was sent when the provider has worked on it for so many seconds."""
        assert self.provider is not None
        self.provider.seconds += 2  # until it is validated
        self.collect(wait=False)
        self.provider.seconds += seconds
        self.cancel()

    def read(self, *files: bytes) -> tuple[BatchReport, Counter[str]]:
        """``generator batch import``."""
        sources = [AnswerSource(io.BytesIO(file), "responses.jsonl") for file in files]
        with self.opened() as services:
            done = _went_through(import_answers(services, sources, NoProgress()))
            return done.report, Counter(done.drafts.states)

    def export(self, questions: Sequence[Question], path: Path, *, split: bool = False) -> BatchReport:
        """``generator batch export``; without questions, what is due again."""
        plan = self.request(questions) if questions else None
        with self.opened() as services:
            request = ExportRequest(str(path), plan, split=split)
            return _went_through(export_requests(services, request, NoProgress())).report

    @contextmanager
    def opened(self) -> Iterator[Services]:
        """The services of one command."""
        services = self.services()
        try:
            yield services
        finally:
            services.close()

    def select(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the ledger."""
        with self.opened() as services:
            return [tuple(row) for row in services.database.execute(sql)]


Outcome = TypeVar("Outcome", SentOutcome, CollectedOutcome)


def _went_through(outcome: Outcome) -> Outcome:
    if outcome.error is not None:
        raise outcome.error
    return outcome
