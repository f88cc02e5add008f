"""A Batch API on a clock of its own, and the commands' work done against it; killed wherever a test likes."""

import asyncio
import json
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2

from generator.errors import GeneratorError
from generator.fake_openai.service import build
from generator.fake_openai.settings import BatchSettings, ServerSettings
from generator.model.batch_api import FINAL
from generator.model.budget import nano
from generator.model.transport import endpoint_name
from generator.questions.rows import QuestionRow
from generator.services import Services
from generator.store.ledger.batches import BatchState, Order
from generator.workflows.batch.coordinator import BatchingReport
from generator.workflows.batch.session import open_batches
from generator.workflows.drafting.plan import new_job_maker
from generator.workflows.drafting.planner import Planner
from generator.workflows.drafting.triage import Triage
from tests.support.workshops import settings

URL = "http://batches.test/v1"
DAY = 86_400.0


class Killed(GeneratorError):
    """The process is gone."""


class Provider:
    """The test server's Files and Batches endpoints, with files in a folder and a clock that waiting moves."""

    def __init__(self, folder: Path, **pace: Any) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.seconds = 1_000_000.0
        self.pace = pace
        served = build(
            ServerSettings(canned=True, batches=BatchSettings(folder, **pace)), now=lambda: self.seconds
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


class Desk:
    """Opens a workshop for each command, as the command line does, and closes it after; or is killed in it."""

    def __init__(self, folder: Path, provider: Provider | None, **changes: Any) -> None:
        self.folder = folder
        self.provider = provider
        self.changes = {
            "model": {
                "name": "test-model",
                "base_url": URL,
                "attempts": 8,
                "parameters": {"max_completion_tokens": 4000},
            },
            **changes,
        }

    def shop(self) -> Services:
        """A workshop; the caller closes it."""
        return Services(
            settings(self.folder, **self.changes),
            environment={"OPENAI_API_KEY": "test-key"},
            transport=self.provider.transport if self.provider else None,
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

    def send(
        self, questions: Sequence[QuestionRow], *, max_cost: float | None = None, **limits: int
    ) -> BatchingReport:
        """``generator draft LIST --batch``."""
        shop = self.shop()
        try:
            endpoint = shop.endpoint()
            with shop.run("draft", []) as run:
                self.plan(shop, questions, run.id)
                cap = None if max_cost is None else nano(max_cost)
                order = Order(run.id, "answer", endpoint_name(endpoint.base_url), None, cap)
                shop.batches.order_wanted(order, now=shop.now())

                async def work() -> BatchingReport:
                    async with open_batches(shop, endpoint, run, on_progress=lambda *_: None) as made:
                        if limits:
                            made.batching._limits = (limits["most_requests"], limits["most_bytes"])
                        await made.batching.submit(order)
                        return made.batching.report

                return asyncio.run(work())
        finally:
            shop.close()

    def plan(self, shop: Services, questions: Sequence[QuestionRow], run: int) -> None:
        """Freeze a list."""
        shop.index.refresh()
        triage = Triage(shop.ledger, shop.index, realm="model", near="allow")
        try:
            Planner(
                shop.ledger,
                shop.index,
                triage,
                new_job_maker(shop, shop.endpoint(), "2026-01-31"),
                run=run,
                near="allow",
                unlisted=frozenset(),
                now=shop.now,
            ).plan(questions, limit=None)
        finally:
            triage.close()

    def collect(self, *, wait: bool = True, follow_up: bool = True) -> tuple[BatchingReport, Counter[str]]:
        """``generator batch collect``, and the states of the drafts that came of it."""
        shop = self.shop()
        try:
            endpoint = shop.endpoint()
            with shop.run("batch collect", []) as run:

                async def work() -> tuple[BatchingReport, Counter[str]]:
                    async with open_batches(shop, endpoint, run, on_progress=lambda *_: None) as made:
                        await made.batching.collect(follow_up=follow_up, every_seconds=60.0 if wait else None)
                        return made.batching.report, Counter(made.drafting.report.states)

                return asyncio.run(work())
        finally:
            shop.close()

    def cancel(self, states: Sequence[BatchState] = ("created",)) -> None:
        """``generator batch cancel`` of every batch in these states that has not ended."""
        shop = self.shop()
        try:
            with shop.run("batch cancel", []) as run:

                async def work() -> None:
                    async with open_batches(shop, shop.endpoint(), run, on_progress=lambda *_: None) as made:
                        await made.batching.refresh()
                        for row in shop.batches.all(states):
                            if row.status not in FINAL:
                                await made.batching.cancel(row)

                asyncio.run(work())
        finally:
            shop.close()

    def read(self, *files: bytes, since: str | None = None) -> tuple[BatchingReport, Counter[str]]:
        """``generator batch import``."""
        shop = self.shop()
        try:
            with shop.run("batch import", []) as run:

                async def work() -> tuple[BatchingReport, Counter[str]]:
                    async with open_batches(shop, None, run, on_progress=lambda *_: None) as made:
                        for file in files:
                            await made.batching.read(file.splitlines(keepends=True), "responses.jsonl")
                        await made.batching.settle()
                        return made.batching.report, Counter(made.drafting.report.states)

                return asyncio.run(work())
        finally:
            shop.close()

    def export(self, questions: Sequence[QuestionRow], path: Path, *, split: bool = False) -> BatchingReport:
        """``generator batch export``; without questions, what is due again."""
        shop = self.shop()
        try:
            with shop.run("batch export", []) as run:
                orders = [order for order in shop.batches.orders_due() if order.endpoint is None]
                if questions:
                    self.plan(shop, questions, run.id)
                    orders = [Order(run.id, "answer", None, None, None)]
                    shop.batches.order_wanted(orders[0], now=shop.now())

                async def work() -> BatchingReport:
                    async with open_batches(shop, None, run, on_progress=lambda *_: None) as made:
                        await made.batching.export(orders, path, split=split)
                        return made.batching.report

                return asyncio.run(work())
        finally:
            shop.close()

    def select(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the ledger."""
        shop = self.shop()
        try:
            return [tuple(row) for row in shop.database.execute(sql)]
        finally:
            shop.close()
