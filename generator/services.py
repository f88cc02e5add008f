"""Builds stores and model clients from the settings, the environment, the real clock, sleep and randomness.

Nothing else builds them. A workflow declares the parts of :class:`Services` that it uses; tests pass their own
transport, sleep and environment. Modules that only some commands need are imported where they are used, for a quick
start.
"""

from __future__ import annotations

import asyncio
import datetime
import hashlib
import os
import random
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, partial
from typing import TYPE_CHECKING

from generator.content.site.subjects import SubjectList
from generator.errors import ConfigError, UsageError
from generator.events import emit
from generator.events.secrets import register_secrets, secrets_of_url
from generator.extractive import MODEL_NAME
from generator.model.addresses import address_problem, key_problem
from generator.model.budget import Price
from generator.store.ledger.drafts.drafts import Drafts
from generator.store.ledger.ledger import LEDGER_NAME, Ledger
from generator.store.ledger.storage.database import Database
from generator.store.ledger.storage.file import check_file
from generator.store.output_folder import refuse_lost_ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import httpx2

    from generator.config import ArticleContext, Examination, Settings
    from generator.model.batch.api import BatchClient
    from generator.model.client import ModelClient
    from generator.model.endpoint_profile import EndpointProfiles
    from generator.model.limits.rate_limiter import RateLimiter
    from generator.model.prompts import PromptSet
    from generator.model.retries import Sleep
    from generator.model.transport import RequestSender
    from generator.store.corpus.descriptions import SiteDescriptions
    from generator.store.corpus.index import CorpusIndex
    from generator.store.corpus.search_data import SearchData
    from generator.store.ledger.batches.batches import Batches
    from generator.store.ledger.claims import Claims
    from generator.store.ledger.drafts.files import DraftFiles
    from generator.store.ledger.drafts.revisions import Revisions
    from generator.store.ledger.duplicates.clusters import DuplicateClusters
    from generator.store.ledger.publications import Publications
    from generator.store.ledger.queue.draft_queue import DraftQueue
    from generator.store.ledger.queue.set_aside import SetAsideTable
    from generator.store.ledger.review.links import ReviewLinks
    from generator.store.ledger.runs.endpoints import LedgerProfileStore
    from generator.store.ledger.runs.new_jobs import Backend
    from generator.store.ledger.runs.runs import Run
    from generator.store.ledger.sampling.lots import Lots
    from generator.store.ledger.scores import Scores
    from generator.store.ledger.seo.proposals import Proposals
    from generator.store.ledger.team.assignments import Assignments
    from generator.store.ledger.team.comments import Comments
    from generator.store.ledger.team.work_log import WorkLog

INDEX_NAME = "index.sqlite3"
GOLDEN_INDEX_NAME = "golden-index.sqlite3"
"""The index of the published articles and of the documents of a golden set, which are not the team's own."""
SEARCH_DATA_NAME = "search-data.sqlite3"
OFFLINE_URL = "http://offline.invalid/v1"


def utc_now() -> str:
    """The current time as the ledger stores it: UTC, ISO 8601, milliseconds."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True)
class Endpoint:
    """The model of a run, and how its prompts refer to published articles.

    ``base_url`` None is OpenAI's; the offline model has no key and costs nothing.
    """

    backend: Backend
    model: str
    base_url: str | None
    api_key: str | None
    price: Price | None
    articles: ArticleContext = "titles"

    @property
    def in_batches(self) -> Endpoint:
        """The same model at the prices of batches."""
        return replace(self, price=self.price.in_batches if self.price else None)


class Services:
    """The stores and model clients of one command or page. Stores are opened on first use and closed together.

    Args:
        environment: has API keys and endpoints; the process environment by default.
        transport: replaces the network.
        sleep: waits between the attempts of a call.
        clock: monotonic seconds, which go on while ``sleep`` waits.
        now: the current time as the ledger stores it.
        index_name: the file of the index in the output folder.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        environment: Mapping[str, str] | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
        sleep: Sleep = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], str] = utc_now,
        index_name: str = INDEX_NAME,
    ) -> None:
        self.settings = settings
        self.environment = os.environ if environment is None else environment
        self.sleep = sleep
        self.clock = clock
        self.now = now
        self._transport = transport
        self._index_name = index_name
        self._register_secrets()

    def random(self) -> random.Random:
        """A new source of random numbers, for the jitter of retries."""
        return random.Random()

    def close(self) -> None:
        """Close the stores that were opened."""
        for name in ("site_descriptions", "database", "index"):
            if name in self.__dict__:
                self.__dict__[name].close()

    # the ledger

    @property
    def has_ledger(self) -> bool:
        """Whether the ledger exists.

        Raises:
            StorageError: it is missing although there are drafts.
        """
        check_file(self._ledger_path)
        if not self._ledger_path.exists():
            self._refuse_lost_ledger()
            return False
        return True

    @cached_property
    def database(self) -> Database:
        """The ledger's database; a new one if there are no drafts yet.

        Raises:
            StorageError: it cannot be used, or it is empty although there are drafts.
        """
        _ = self.has_ledger
        database = Database(self._ledger_path)
        try:
            if Ledger(database).jobs.is_empty():
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
    def draft_queue(self) -> DraftQueue:
        from generator.store.ledger.queue.draft_queue import DraftQueue

        return DraftQueue(self.database, self.now)

    @cached_property
    def set_aside(self) -> SetAsideTable:
        from generator.store.ledger.queue.set_aside import SetAsideTable

        return SetAsideTable(self.database, self.now)

    @cached_property
    def assignments(self) -> Assignments:
        from generator.store.ledger.team.assignments import Assignments

        return Assignments(self.database)

    @cached_property
    def comments(self) -> Comments:
        from generator.store.ledger.team.comments import Comments

        return Comments(self.database)

    @cached_property
    def work_log(self) -> WorkLog:
        from generator.store.ledger.team.work_log import WorkLog

        return WorkLog(self.database)

    @cached_property
    def draft_files(self) -> DraftFiles:
        from generator.store.ledger.drafts.files import DraftFiles

        return DraftFiles(self.database)

    @cached_property
    def revisions(self) -> Revisions:
        from generator.store.ledger.drafts.revisions import Revisions

        return Revisions(self.ledger)

    @cached_property
    def publications(self) -> Publications:
        from generator.store.ledger.publications import Publications

        return Publications(self.ledger)

    @cached_property
    def proposals(self) -> Proposals:
        from generator.store.ledger.seo.proposals import Proposals

        return Proposals(self.ledger)

    @cached_property
    def clusters(self) -> DuplicateClusters:
        from generator.store.ledger.duplicates.clusters import DuplicateClusters

        return DuplicateClusters(self.ledger)

    @cached_property
    def lots(self) -> Lots:
        from generator.store.ledger.sampling.lots import Lots

        return Lots(self.ledger)

    @cached_property
    def claims(self) -> Claims:
        from generator.store.ledger.claims import Claims

        return Claims(self.ledger)

    @cached_property
    def review_links(self) -> ReviewLinks:
        from generator.store.ledger.review.links import ReviewLinks

        return ReviewLinks(self.database)

    @cached_property
    def scores(self) -> Scores:
        from generator.store.ledger.scores import Scores

        return Scores(self.ledger)

    @cached_property
    def batches(self) -> Batches:
        from generator.store.ledger.batches.batches import Batches

        return Batches(self.ledger)

    @contextmanager
    def run(self, command: str, argv: list[str]) -> Iterator[Run]:
        """Start a run in the ledger, and finish it after the block."""
        config_hash = hashlib.sha256(repr(self.settings).encode()).hexdigest()
        token = f"{os.getpid()}-{time.monotonic_ns()}"
        run = self.ledger.runs.start(command, argv, config_hash, now=self.now(), token=token)
        emit("run.started", f"run {run.id} started: {command}", run=run.id, command=command)
        try:
            yield run
        finally:
            self.ledger.runs.finish(run, now=self.now())
            emit("run.ended", f"run {run.id} ended: {command}", run=run.id, command=command)

    def _register_secrets(self) -> None:
        """Keep the keys of settings and environment, and what is secret in addresses, out of all events."""
        models = (self.settings.model, self.settings.claims, self.settings.judge)
        urls = [self.environment.get("OPENAI_BASE_URL"), *(model.base_url for model in models)]
        register_secrets(
            *(self.environment.get(model.api_key_env or "") for model in models),
            *(secret for url in urls for secret in secrets_of_url(url)),
        )

    @property
    def _ledger_path(self) -> Path:
        return self.settings.output_dir / LEDGER_NAME

    def _refuse_lost_ledger(self) -> None:
        refuse_lost_ledger(self.settings.output_dir, self._ledger_path)

    # the site

    @cached_property
    def index(self) -> CorpusIndex:
        from generator.store.corpus.index import CorpusIndex

        return CorpusIndex(
            self.settings.output_dir / self._index_name,
            self.settings.content_dir,
            self.settings.sources_dir,
            subjects=self.subjects,
            similarity=self.settings.duplicates.similarity,
            site=self.settings.site,
        )

    @cached_property
    def site_descriptions(self) -> SiteDescriptions:
        from generator.store.corpus.descriptions import SiteDescriptions

        return SiteDescriptions(self.index)

    @cached_property
    def search_data(self) -> SearchData:
        from generator.store.corpus.search_data import SearchData

        return SearchData(self.settings.output_dir / SEARCH_DATA_NAME)

    @cached_property
    def subjects(self) -> SubjectList:
        try:
            return SubjectList(self.settings.subjects)
        except ValueError as error:
            raise ConfigError(f"subjects: {error}") from error

    # the model

    @cached_property
    def prompts(self) -> PromptSet:
        from generator.model.prompts import PromptSet

        return PromptSet(self.settings.prompts_dir, terms=self.settings.house.terms)

    @property
    def has_model_endpoint(self) -> bool:
        """Whether settings or environment have a key or an address, so that a real model can be asked."""
        settings = self.settings.model
        key = self.environment.get(settings.api_key_env)
        return bool(key or settings.base_url or self.environment.get("OPENAI_BASE_URL"))

    def endpoint(
        self, *, offline: bool = False, model: str | None = None, needed_by: str | None = None
    ) -> Endpoint:
        """The model to ask, from flags, settings and environment; the offline model if there is no key.

        Args:
            needed_by: the command or option that the offline model cannot serve, for the message; None where it can.

        Raises:
            ConfigError: ``model.base_url`` is invalid.
            UsageError: the address or key in the environment is invalid, or there is no key although the ledger
                has replies of a real model or ``needed_by`` needs one.
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
            return self.file_endpoint(model, base_url=base_url, api_key=key)
        if needed_by is not None:
            raise UsageError(
                f"{needed_by} needs a real endpoint: set the API key, or model.base_url in config.yaml"
            )
        if not offline and self.has_ledger and self.ledger.calls.has_model_replies():
            raise UsageError(
                f"{settings.api_key_env} is not set, and this ledger holds replies of a real model;"
                " set it, or use --offline to draft with the offline model"
            )
        nothing = Decimal(0)
        free = Price(input=nothing, cached_input=nothing, output=nothing)
        return Endpoint("offline", MODEL_NAME, OFFLINE_URL, None, free, "passages")

    def file_endpoint(
        self, model: str | None = None, *, base_url: str | None = None, api_key: str | None = None
    ) -> Endpoint:
        """A real model by name, by default that of the settings. ``base_url`` None: OpenAI's, or request files."""
        name = model or self.settings.model.name
        price, articles = self.settings.price_of(name), self.settings.context.articles
        return Endpoint("model", name, base_url, api_key, price, articles)

    def examiner_endpoint(self, examination: Examination, writer: Endpoint) -> Endpoint:
        """The model that checks claims or judges: that of ``claims`` or ``judge`` in the settings, else the one that writes.

        The writer's key is never sent to another address.

        Raises:
            ConfigError: the address in the settings is invalid.
            UsageError: the key in the environment is invalid, or the settings name a model that needs one.
        """
        settings = self.settings.examiner(examination)
        base_url = settings.base_url or writer.base_url
        if settings.model is None and settings.base_url is None:
            return writer
        if settings.base_url is None and writer.backend == "offline":
            return writer
        if settings.base_url and (problem := address_problem(settings.base_url)):
            raise ConfigError(f"{examination}.base_url {problem}")
        name = settings.api_key_env
        key = (self.environment.get(name) or None) if name else None
        if name is None and base_url == writer.base_url:
            name, key = self.settings.model.api_key_env, writer.api_key
        if key and (problem := key_problem(key)):
            raise UsageError(f"{name} {problem}")
        if settings.api_key_env and not key:
            raise UsageError(f"{settings.api_key_env} is not set, which {examination}.api_key_env names")
        return self.file_endpoint(settings.model or self.settings.model.name, base_url=base_url, api_key=key)

    def profile_store(self) -> LedgerProfileStore:
        """The endpoint profiles in the ledger; ``flush`` saves what was learned."""
        from generator.store.ledger.runs.endpoints import LedgerProfileStore

        return LedgerProfileStore(self.ledger.endpoints)

    def most_tokens(self, endpoint: Endpoint) -> int:
        """The most tokens that a reply of an endpoint may have, if it is known to exceed output caps; else 0."""
        return self.profiles(endpoint).of(endpoint.model).most_tokens

    def shutdown_notice(self, endpoint: Endpoint) -> str:
        """A line for a person where the model of an endpoint is shut down within 90 days; else empty."""
        from generator.model.shutdown_dates import shutdown_notice

        if endpoint.backend != "model":
            return ""
        today = datetime.datetime.fromisoformat(self.now()).date()
        return shutdown_notice(endpoint.model, self.profiles(endpoint).shutdown_date(endpoint.model), today)

    def profiles(self, endpoint: Endpoint) -> EndpointProfiles:
        """What is known of an endpoint, by model; what is learned is not written."""
        from generator.model.endpoint_profile import EndpointProfiles
        from generator.model.transport import endpoint_name

        return EndpointProfiles(endpoint_name(endpoint.base_url), self.profile_store())

    def rate_limiter(
        self, endpoint: Endpoint, *, sleep: Sleep, on_wait: Callable[[float], None] = lambda _: None
    ) -> RateLimiter:
        """A rate limiter for a run: the limits of the settings and those that the endpoint reports.

        Args:
            on_wait: as for :class:`RateLimiter`.
        """
        from generator.model.limits.rate_limiter import RateLimiter

        settings = self.settings.model
        limited = endpoint.backend == "model"
        return RateLimiter(
            requests_per_minute=settings.requests_per_minute if limited else None,
            tokens_per_minute=settings.tokens_per_minute if limited else None,
            clock=self.clock,
            sleep=sleep,
            on_wait=on_wait,
            rng=self.random(),
        )

    def model_client(
        self,
        endpoint: Endpoint,
        *,
        concurrency: int,
        profile_store: LedgerProfileStore,
        rate_limiter: RateLimiter,
        sender: RequestSender | None = None,
    ) -> ModelClient:
        """A client of an endpoint. The caller closes it.

        Args:
            sender: sends the HTTP requests instead, for example from worker processes.
        """
        from generator.model.client import ModelClient

        return ModelClient(
            base_url=endpoint.base_url,
            api_key=endpoint.api_key,
            timeout_seconds=self.settings.model.timeout_seconds,
            concurrency=concurrency,
            transport=_offline_transport(self.settings) if endpoint.backend == "offline" else self._transport,
            profile_store=profile_store,
            rate_limiter=rate_limiter,
            sender=sender,
        )

    def batch_client(self, endpoint: Endpoint) -> BatchClient:
        """A client of an endpoint's Files and Batches API. The caller closes it."""
        from generator.model.batch.api import BatchClient

        return BatchClient(
            base_url=endpoint.base_url,
            api_key=endpoint.api_key,
            timeout_seconds=self.settings.model.timeout_seconds,
            transport=self._transport,
        )

    def is_remote(self, endpoint: Endpoint) -> bool:
        """Whether calls use the network, so that worker processes can make them."""
        return endpoint.backend == "model" and self._transport is None

    def sender_factory(self, endpoint: Endpoint, *, connections: int) -> Callable[[], RequestSender]:
        """A picklable function that opens connections to an endpoint, to be called in a worker process."""
        from generator.model.transport import SdkSender

        return partial(
            SdkSender,
            base_url=endpoint.base_url,
            api_key=endpoint.api_key,
            timeout_seconds=self.settings.model.timeout_seconds,
            connections=connections,
        )


def _offline_transport(settings: Settings) -> httpx2.AsyncBaseTransport:
    import httpx2

    from generator.extractive.app import build

    return httpx2.ASGITransport(build(settings.limits, now=time.time), raise_app_exceptions=False)
