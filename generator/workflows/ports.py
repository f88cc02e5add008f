"""What workflows ask of the services, in small parts: each use case names the parts that it uses.

``generator.services.Services`` has all of them; a test may give anything that has the named ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from random import Random

    from generator.config import Settings
    from generator.content.subjects import SubjectList
    from generator.model.batch_api import BatchClient
    from generator.model.client import ModelClient
    from generator.model.prompts import PromptSet
    from generator.model.rate_limiter import RateLimiter
    from generator.model.retries import Sleep
    from generator.model.transport import RequestSender
    from generator.services import Endpoint
    from generator.store.corpus.descriptions import SiteDescriptions
    from generator.store.corpus.index import CorpusIndex
    from generator.store.ledger.batches import Batches
    from generator.store.ledger.database import Database
    from generator.store.ledger.draft_files import DraftFiles
    from generator.store.ledger.draft_queue import DraftQueue
    from generator.store.ledger.drafts import Drafts
    from generator.store.ledger.endpoints import LedgerProfileMemory
    from generator.store.ledger.ledger import Ledger
    from generator.store.ledger.proposals import Proposals
    from generator.store.ledger.publications import Publications
    from generator.store.ledger.revisions import Revisions
    from generator.store.ledger.runs import Run


class HasSettings(Protocol):
    """The settings in force."""

    @property
    def settings(self) -> Settings: ...


class HasLedger(Protocol):
    """The ledger and the clock that dates what is written into it."""

    @property
    def has_ledger(self) -> bool: ...

    @property
    def database(self) -> Database: ...

    @property
    def ledger(self) -> Ledger: ...

    @property
    def now(self) -> Callable[[], str]: ...


class HasRuns(Protocol):
    """Opens runs in the ledger."""

    def run(self, command: str, argv: list[str]) -> AbstractContextManager[Run]: ...


class HasDrafts(Protocol):
    """The drafts of the ledger."""

    @property
    def drafts(self) -> Drafts: ...


class HasDraftFiles(Protocol):
    """What is known of the draft files on disk."""

    @property
    def draft_files(self) -> DraftFiles: ...


class HasQueue(Protocol):
    """The review queue."""

    @property
    def draft_queue(self) -> DraftQueue: ...


class HasRevisions(Protocol):
    """The revisions that the model was asked for."""

    @property
    def revisions(self) -> Revisions: ...


class HasPublications(Protocol):
    """What was published and withdrawn."""

    @property
    def publications(self) -> Publications: ...


class HasProposals(Protocol):
    """The proposals of search fields, and the descriptions that the site has now."""

    @property
    def proposals(self) -> Proposals: ...

    @property
    def site_descriptions(self) -> SiteDescriptions: ...


class HasBatches(Protocol):
    """The batches of the ledger, and the way to a provider of batches."""

    @property
    def batches(self) -> Batches: ...

    @property
    def sleep(self) -> Sleep: ...

    def random(self) -> Random: ...

    def batch_client(self, endpoint: Endpoint) -> BatchClient: ...


class HasSubjects(Protocol):
    """The subjects of the site."""

    @property
    def subjects(self) -> SubjectList: ...


class HasCorpus(HasSubjects, Protocol):
    """The index of the published articles and of the sources, and the subjects of the site."""

    @property
    def index(self) -> CorpusIndex: ...


class HasPrompts(Protocol):
    """The prompts."""

    @property
    def prompts(self) -> PromptSet: ...


class HasEndpoints(Protocol):
    """Which model is asked, and what is known of its endpoint."""

    def endpoint(self, *, offline: bool = False, model: str | None = None) -> Endpoint: ...

    def file_endpoint(self, model: str | None = None) -> Endpoint: ...

    def endpoint_memory(self) -> LedgerProfileMemory: ...

    def most_tokens(self, endpoint: Endpoint) -> int: ...


class HasModel(Protocol):
    """The way to a model: what a run over many calls is made of."""

    @property
    def sleep(self) -> Sleep: ...

    def random(self) -> Random: ...

    def endpoint_memory(self) -> LedgerProfileMemory: ...

    def rate_limiter(self, endpoint: Endpoint, *, sleep: Sleep) -> RateLimiter: ...

    def model_client(
        self,
        endpoint: Endpoint,
        *,
        concurrency: int,
        memory: LedgerProfileMemory,
        rate_limiter: RateLimiter,
        sender: RequestSender | None = None,
    ) -> ModelClient: ...

    def is_remote(self, endpoint: Endpoint) -> bool: ...

    def sender_factory(self, endpoint: Endpoint, *, connections: int) -> Callable[[], RequestSender]: ...
