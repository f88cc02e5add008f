"""Builds what a command needs from the settings, the environment, and the real clock, sleep and randomness.

What only some commands need is imported where it is built, for a command that asks no model starts in a moment.
"""

from __future__ import annotations

import asyncio
import datetime
import hashlib
import os
import random
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, partial
from typing import TYPE_CHECKING

from generator.content.subjects import SubjectList
from generator.errors import ConfigError, UsageError
from generator.model.addresses import address_problem, key_problem
from generator.model.budget import Budget, Price, nano
from generator.store.ledger.database import Database, GroupCommit
from generator.store.ledger.drafts import Drafts
from generator.store.ledger.endpoints import LedgerMemory
from generator.store.ledger.file import check_file
from generator.store.ledger.ledger import LEDGER_NAME, Ledger
from generator.store.ledger.records import Realm
from generator.store.ledger.runs import Run

if TYPE_CHECKING:
    from pathlib import Path

    import httpx2

    from generator.config import Settings
    from generator.model.prompts import PromptSet
    from generator.model.retries import Sleep
    from generator.model.transport import Poster
    from generator.processes.pool import WorkerPool
    from generator.processes.protocol import Tasks
    from generator.store.corpus.descriptions import SiteDescriptions
    from generator.store.corpus.index import CorpusIndex
    from generator.store.ledger.batches import Batches
    from generator.store.ledger.proposals import Proposals
    from generator.workflows.batch.coordinator import Batching
    from generator.workflows.drafting.drafting import Drafting, DraftingReport
    from generator.workflows.drafting.job_maker import JobMaker
    from generator.workflows.drafting.parallel_planning import Preparer
    from generator.workflows.drafting.writer import Writer
    from generator.workflows.engine.exchange import Asker, Talker
    from generator.workflows.seo.decisions import ProposalReview
    from generator.workflows.seo.planner import SeoJobMaker
    from generator.workflows.seo.proposer import Proposing, ProposingReport

INDEX_NAME = "index.sqlite3"
OFFLINE_MODEL = "offline-extractive"
OFFLINE_URL = "http://offline.invalid/v1"


def utc_now() -> str:
    """The time as the ledger keeps it."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")


def today() -> datetime.date:
    """The date of articles drafted now."""
    return datetime.datetime.now(datetime.UTC).date()


@dataclass(frozen=True)
class Endpoint:
    """The model a run asks. ``base_url`` None is OpenAI's own; the offline realm needs neither key nor price."""

    realm: Realm
    model: str
    base_url: str | None
    api_key: str | None
    price: Price | None


class Workshop:
    """The stores and settings of one command, opened when first used, closed together.

    Args:
        environment: where keys and endpoints are looked up; the process's by default.
        transport: stands in for the network.
        sleep: waits, between the attempts of a call and for a slow endpoint.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        environment: Mapping[str, str] | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.settings = settings
        self.environment = os.environ if environment is None else environment
        self.now = utc_now
        self._transport = transport
        self._sleep = sleep

    @cached_property
    def database(self) -> Database:
        """The ledger's; a new one where nothing was ever drafted.

        Raises:
            StorageError: it cannot be used, or what was drafted here is not in it.
        """
        _ = self.has_ledger
        database = Database(self._ledger_path)
        try:
            if not Ledger(database).has_jobs():
                self._refuse_lost_ledger()
        except BaseException:
            database.close()
            raise
        return database

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.database)

    @cached_property
    def drafts(self) -> Drafts:
        return Drafts(self.ledger)

    @cached_property
    def batches(self) -> Batches:
        from generator.store.ledger.batches import Batches

        return Batches(self.ledger)

    @cached_property
    def proposals(self) -> Proposals:
        from generator.store.ledger.proposals import Proposals

        return Proposals(self.ledger)

    @cached_property
    def index(self) -> CorpusIndex:
        from generator.store.corpus.index import CorpusIndex

        return CorpusIndex(
            self.settings.output_dir / INDEX_NAME,
            self.settings.content_dir,
            self.settings.sources_dir,
            subjects=self.subjects,
        )

    @cached_property
    def site_descriptions(self) -> SiteDescriptions:
        from generator.store.corpus.descriptions import SiteDescriptions

        return SiteDescriptions(self.index)

    @cached_property
    def prompts(self) -> PromptSet:
        from generator.model.prompts import PromptSet

        return PromptSet(self.settings.prompts_dir)

    @cached_property
    def subjects(self) -> SubjectList:
        try:
            return SubjectList(self.settings.subjects)
        except ValueError as error:
            raise ConfigError(f"subjects: {error}") from error

    @property
    def has_ledger(self) -> bool:
        """Whether anything was ever drafted here.

        Raises:
            StorageError: something was, and the ledger is gone.
        """
        check_file(self._ledger_path)
        if not self._ledger_path.exists():
            self._refuse_lost_ledger()
            return False
        return True

    @property
    def _ledger_path(self) -> Path:
        return self.settings.output_dir / LEDGER_NAME

    def _refuse_lost_ledger(self) -> None:
        from generator.workflows.drafting.lost_ledger import refuse_lost_ledger

        refuse_lost_ledger(self.settings.output_dir, self._ledger_path)

    def close(self) -> None:
        for name in ("site_descriptions", "database", "index"):
            if name in self.__dict__:
                self.__dict__[name].close()

    @contextmanager
    def run(self, command: str, argv: list[str]) -> Iterator[Run]:
        """A run in the ledger, alive for the length of the block."""
        now = self.now()
        config_hash = hashlib.sha256(repr(self.settings).encode()).hexdigest()
        token = f"{os.getpid()}-{time.monotonic_ns()}"
        run = self.ledger.start_run(command, argv, config_hash, now=now, token=token)
        try:
            yield run
        finally:
            self.ledger.finish_run(run, now=self.now())

    def endpoint(self, *, offline: bool = False, model: str | None = None) -> Endpoint:
        """Which model to ask, by flags, settings and environment.

        Raises:
            ConfigError: ``model.base_url`` is no address that can be called.
            UsageError: the environment's address or key is none, or there is no key, and this ledger holds work
                of a real model.
        """
        settings = self.settings.model
        key = self.environment.get(settings.api_key_env) or None
        base_url = settings.base_url or self.environment.get("OPENAI_BASE_URL") or None
        if not offline and (key or base_url):
            if base_url and (problem := address_problem(base_url)):
                if settings.base_url:
                    raise ConfigError(f"model.base_url {problem}")
                raise UsageError(f"OPENAI_BASE_URL {problem}")
            if key and (problem := key_problem(key)):
                raise UsageError(f"{settings.api_key_env} {problem}")
            name = model or settings.name
            return Endpoint("model", name, base_url, key, self.settings.price_of(name))
        if not offline and self.has_ledger and self.ledger.has_model_replies():
            raise UsageError(
                f"{settings.api_key_env} is not set, and this ledger holds replies of a real model;"
                " set it, or use --offline to draft with the offline model"
            )
        nothing = Decimal(0)
        free = Price(input=nothing, cached_input=nothing, output=nothing)
        return Endpoint("offline", OFFLINE_MODEL, OFFLINE_URL, None, free)

    def most_tokens(self, endpoint: Endpoint) -> int:
        """What a reply of an endpoint may have, where that is known to be more than its cap; else 0."""
        from generator.model.endpoint_profile import KnownDialects
        from generator.model.transport import endpoint_name

        known = KnownDialects(endpoint_name(endpoint.base_url), LedgerMemory(self.ledger))
        return known.of(endpoint.model).most_tokens

    @asynccontextmanager
    async def asker(
        self,
        endpoint: Endpoint,
        run: Run,
        *,
        concurrency: int,
        max_cost: float | None,
        workers: WorkerPool | None = None,
    ) -> AsyncIterator[Asker]:
        """The way to the model for the length of the block.

        Args:
            workers: of :meth:`worker_pool`; they make the calls.

        Raises:
            UsageError: a cap is set and the model has no known price.
        """
        from generator.model.client import ModelClient
        from generator.model.rate_limiter import Pacer
        from generator.model.retries import RetryPolicy
        from generator.workflows.drafting.worker_tasks import PooledPoster
        from generator.workflows.engine.exchange import Asker
        from generator.workflows.engine.job_pool import Stop

        if max_cost is not None and endpoint.price is None:
            raise UsageError(
                f"--max-cost needs a price for {self.settings.priced_as(endpoint.model)!r}:"
                " add it under prices in config.yaml"
            )
        settings = self.settings.model
        stop = Stop()
        pacer = Pacer(
            requests_per_minute=settings.requests_per_minute if endpoint.realm == "model" else None,
            tokens_per_minute=settings.tokens_per_minute if endpoint.realm == "model" else None,
            clock=time.monotonic,
            sleep=stop.interruptible(self._sleep),
            rng=random.Random(),
        )
        memory = LedgerMemory(self.ledger)
        client = ModelClient(
            base_url=endpoint.base_url,
            api_key=endpoint.api_key,
            timeout_seconds=settings.timeout_seconds,
            concurrency=concurrency,
            transport=self._offline_transport() if endpoint.realm == "offline" else self._transport,
            modes=memory,
            pacer=pacer,
            poster=PooledPoster(
                workers, self._local_poster(endpoint, concurrency), secret=endpoint.api_key or ""
            )
            if workers
            else None,
        )
        try:
            async with client:
                yield Asker(
                    client=client,
                    pacer=pacer,
                    policy=RetryPolicy(attempts=settings.attempts),
                    rng=random.Random(),
                    sleep=self._sleep,
                    budget=Budget(None if max_cost is None else nano(max_cost)),
                    price=endpoint.price,
                    ledger=self.ledger,
                    commits=GroupCommit(self.database),
                    run=run.id,
                    now=self.now,
                    stop=stop,
                    keep_learned=memory.flush,
                )
        finally:
            memory.flush()

    def _local_poster(self, endpoint: Endpoint, concurrency: int) -> Callable[[], Poster]:
        from generator.model.transport import SdkPoster

        return partial(
            SdkPoster,
            base_url=endpoint.base_url,
            api_key=endpoint.api_key,
            timeout_seconds=self.settings.model.timeout_seconds,
            connections=concurrency,
        )

    def worker_pool(self, endpoint: Endpoint | None, *, jobs: int, concurrency: int = 1) -> WorkerPool | None:
        """Worker processes for a run over many jobs; None where they would not pay.

        Args:
            endpoint: the one they call, ``concurrency`` at a time together; without, they only read replies.
        """
        from generator.processes.ordered_map import SEVERAL_FROM
        from generator.processes.pool import WorkerPool, cores

        if jobs < SEVERAL_FROM or cores() < 2 or sys.platform == "win32":
            return None
        poster = None
        if endpoint is not None:
            if endpoint.realm == "offline" or self._transport is not None:
                return None
            poster = self._local_poster(endpoint, -(-concurrency // cores()))
        return WorkerPool(partial(_worker_tasks, self.settings, poster), cores())

    def writer(self, asker: Talker, *, workers: WorkerPool | None = None) -> Writer:
        """Drafts through ``asker``; ``workers`` read the first replies."""
        from generator.workflows.drafting.reply_reader import Reader
        from generator.workflows.drafting.worker_tasks import pooled_reader
        from generator.workflows.drafting.writer import Writer

        return Writer(
            asker,
            self.prompts,
            self.settings.limits,
            self.subjects,
            Reader(self.settings, self.subjects),
            repairs=self.settings.model.repairs,
            longer_cap=self.settings.model.longer_cap,
            look=pooled_reader(workers) if workers else None,
        )

    def job_maker(self, endpoint: Endpoint, date: str | None) -> JobMaker:
        """Makes jobs for ``endpoint``; ``date`` is that of the articles, today's by default."""
        from generator.workflows.drafting.job_maker import JobMaker

        return JobMaker(
            self.settings,
            self.index,
            self.prompts,
            self.subjects,
            realm=endpoint.realm,
            model=endpoint.model,
            date=date or today().isoformat(),
        )

    def preparer(self, endpoint: Endpoint, date: str | None) -> Callable[[], Preparer]:
        """What makes the same jobs in another process."""
        return partial(_preparer, self.settings, replace(endpoint, api_key=None), date or today().isoformat())

    def drafting(
        self,
        asker: Talker,
        *,
        on_done: Callable[[DraftingReport], None],
        workers: WorkerPool | None = None,
    ) -> Drafting:
        """A run over planned jobs."""
        from generator.workflows.drafting.drafting import Drafting
        from generator.workflows.engine.exchange import Asker

        return Drafting(
            self.settings,
            self.ledger,
            self.drafts,
            self.index,
            asker.commits,
            self.writer(asker, workers=workers),
            run=asker.run,
            now=self.now,
            on_done=on_done,
            stop=asker.stop if isinstance(asker, Asker) else None,
        )

    def seo_jobs(self, endpoint: Endpoint) -> SeoJobMaker:
        """Makes jobs that ask ``endpoint`` for new search fields of published articles."""
        from generator.workflows.seo.planner import SeoJobMaker

        return SeoJobMaker(self.settings, self.prompts, realm=endpoint.realm, model=endpoint.model)

    def proposing(self, asker: Talker, *, on_done: Callable[[ProposingReport], None]) -> Proposing:
        """A run over planned jobs for search fields."""
        from generator.workflows.seo.proposer import Proposing

        return Proposing(
            self.settings, self.proposals, self.site_descriptions, asker, self.prompts, on_done=on_done
        )

    @asynccontextmanager
    async def batching(
        self, endpoint: Endpoint | None, run: Run, *, on_progress: Callable[[str, int], None]
    ) -> AsyncIterator[BatchShop]:
        """What goes by batch, for the length of the block; without an endpoint, files alone."""
        from generator.model.batch_api import BatchClient
        from generator.model.endpoint_profile import KnownDialects
        from generator.model.retries import RetryPolicy
        from generator.model.transport import endpoint_name
        from generator.workflows.batch.coordinator import Batching
        from generator.workflows.batch.replayed_exchange import BatchTalker
        from generator.workflows.batch.request_files import FOLDER
        from generator.workflows.batch.uploader import Courier

        memory, settings = LedgerMemory(self.ledger), self.settings
        commits = GroupCommit(self.database)
        talker = BatchTalker(
            self.batches, commits, run=run.id, attempts=settings.model.attempts, now=self.now
        )
        async with AsyncExitStack() as stack:
            workers = self.worker_pool(None, jobs=self.ledger.open_jobs().get("batched", 0))
            if workers is not None:
                await stack.enter_async_context(workers)
            drafting = self.drafting(talker, on_done=lambda _: None, workers=workers)
            proposing = self.proposing(talker, on_done=lambda _: None)
            courier: Courier | None = None
            if endpoint is not None:
                client = await stack.enter_async_context(
                    BatchClient(
                        base_url=endpoint.base_url,
                        api_key=endpoint.api_key,
                        timeout_seconds=settings.model.timeout_seconds,
                        transport=self._transport,
                    )
                )
                courier = Courier(
                    client=client,
                    batches=self.batches,
                    commits=commits,
                    policy=RetryPolicy(attempts=settings.model.attempts),
                    rng=random.Random(),
                    sleep=self._sleep,
                    now=self.now,
                )
            address = endpoint_name(endpoint.base_url) if endpoint else ""
            batching = Batching(
                self.batches,
                talker,
                courier=courier,
                handlers={"answer": drafting.draft, "seo": proposing.propose},
                folder=settings.output_dir / FOLDER,
                price_of=settings.price_of,
                dialects=KnownDialects(address, memory),
                keep_learned=memory.flush,
                sleep=self._sleep,
                on_progress=on_progress,
            )
            yield BatchShop(batching, drafting, proposing)

    @property
    def proposal_review(self) -> ProposalReview:
        """What reviewers do with proposals."""
        from generator.workflows.seo.decisions import ProposalReview

        return ProposalReview(
            self.ledger, self.proposals, self.site_descriptions, self.settings.limits, now=self.now
        )

    def _offline_transport(self) -> httpx2.AsyncBaseTransport:
        import httpx2  # slow to import, and most commands call no model

        from generator.fake_openai import app
        from generator.fake_openai.settings import Settings as OfflineSettings

        return httpx2.ASGITransport(
            app(OfflineSettings(limits=self.settings.limits)), raise_app_exceptions=False
        )


def _worker_tasks(settings: Settings, poster: Callable[[], Poster] | None) -> Tasks:
    from generator.workflows.drafting.reply_reader import Reader
    from generator.workflows.drafting.worker_tasks import worker_tasks

    shop = Workshop(settings, environment={})
    return worker_tasks(Reader(settings, shop.subjects), poster)


def _preparer(settings: Settings, endpoint: Endpoint, date: str) -> Preparer:
    from generator.workflows.drafting.parallel_planning import preparer

    shop = Workshop(settings, environment={})
    return preparer(shop.index, shop.job_maker(endpoint, date), settings.duplicates.similarity)


@dataclass(frozen=True)
class BatchShop:
    """Batches with the two jobs that go by them, for their reports."""

    batching: Batching
    drafting: Drafting
    proposing: Proposing
