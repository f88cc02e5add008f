"""Protocols for the parts of the services: each workflow names those that it uses, and gets no others.

``generator.services.Services`` has all of them; a test may pass any object that has the named ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from random import Random

    from generator.config import Examination, Settings
    from generator.content.site.subjects import SubjectList
    from generator.model.batch.api import BatchClient
    from generator.model.client import ModelClient
    from generator.model.endpoint_profile import EndpointProfiles
    from generator.model.limits.rate_limiter import RateLimiter
    from generator.model.prompts import PromptSet
    from generator.model.retries import Sleep
    from generator.model.transport import RequestSender
    from generator.services import Endpoint
    from generator.store.corpus.descriptions import SiteDescriptions
    from generator.store.corpus.index import CorpusIndex
    from generator.store.corpus.search_data import SearchData
    from generator.store.ledger.batches.batches import Batches
    from generator.store.ledger.claims import Claims
    from generator.store.ledger.drafts.drafts import Drafts
    from generator.store.ledger.drafts.files import DraftFiles
    from generator.store.ledger.drafts.revisions import Revisions
    from generator.store.ledger.duplicates.clusters import DuplicateClusters
    from generator.store.ledger.ledger import Ledger
    from generator.store.ledger.publications import Publications
    from generator.store.ledger.queue.draft_queue import DraftQueue
    from generator.store.ledger.queue.set_aside import SetAsideTable
    from generator.store.ledger.runs.endpoints import LedgerProfileStore
    from generator.store.ledger.runs.runs import Run
    from generator.store.ledger.sampling.lots import Lots
    from generator.store.ledger.scores import Scores
    from generator.store.ledger.seo.proposals import Proposals
    from generator.store.ledger.storage.database import Database
    from generator.store.ledger.team.assignments import Assignments
    from generator.store.ledger.team.comments import Comments
    from generator.store.ledger.team.work_log import WorkLog


class HasSettings(Protocol):
    """The settings."""

    @property
    def settings(self) -> Settings: ...


class HasLedger(Protocol):
    """The ledger, and the clock for the times that are written into it."""

    @property
    def has_ledger(self) -> bool: ...

    @property
    def database(self) -> Database: ...

    @property
    def ledger(self) -> Ledger: ...

    @property
    def now(self) -> Callable[[], str]: ...


class HasTime(Protocol):
    """Clocks, waiting, and the randomness of waits."""

    @property
    def now(self) -> Callable[[], str]: ...

    @property
    def clock(self) -> Callable[[], float]: ...

    @property
    def sleep(self) -> Sleep: ...

    def random(self) -> Random: ...


class HasRuns(Protocol):
    """Starts runs in the ledger."""

    def run(self, command: str, argv: list[str]) -> AbstractContextManager[Run]: ...


class HasDrafts(Protocol):
    """The drafts of the ledger."""

    @property
    def drafts(self) -> Drafts: ...


class HasDraftFiles(Protocol):
    """The record of the draft files on disk: their bytes, sizes and times when they were last read or written."""

    @property
    def draft_files(self) -> DraftFiles: ...


class HasQueue(Protocol):
    """The review queue."""

    @property
    def draft_queue(self) -> DraftQueue: ...


class HasSetAside(Protocol):
    """The drafts that reviewers set aside for later."""

    @property
    def set_aside(self) -> SetAsideTable: ...


class HasAssignments(Protocol):
    """The reviewers, and which draft is assigned to whom."""

    @property
    def assignments(self) -> Assignments: ...


class HasComments(Protocol):
    """The comments on drafts."""

    @property
    def comments(self) -> Comments: ...


class HasWorkLog(Protocol):
    """What people did in a period."""

    @property
    def work_log(self) -> WorkLog: ...


class HasRevisions(Protocol):
    """The revisions of drafts that the model was asked for."""

    @property
    def revisions(self) -> Revisions: ...


class HasPublications(Protocol):
    """The publications and withdrawals of drafts."""

    @property
    def publications(self) -> Publications: ...


class HasProposals(Protocol):
    """The proposed search fields, and the descriptions of the published articles."""

    @property
    def proposals(self) -> Proposals: ...

    @property
    def site_descriptions(self) -> SiteDescriptions: ...


class HasClusters(Protocol):
    """The clusters of duplicate pages, and the decisions on them."""

    @property
    def clusters(self) -> DuplicateClusters: ...


class HasLots(Protocol):
    """The lots of drafts, their samples, and the judgements on them."""

    @property
    def lots(self) -> Lots: ...


class HasClaims(Protocol):
    """The claims of drafts and published pages."""

    @property
    def claims(self) -> Claims: ...


class HasScores(Protocol):
    """The scores of drafts and published pages."""

    @property
    def scores(self) -> Scores: ...


class HasExaminers(Protocol):
    """Chooses the model that examines pages."""

    def examiner_endpoint(self, examination: Examination, writer: Endpoint) -> Endpoint: ...


class HasBatches(HasTime, Protocol):
    """The batches of the ledger, and the client of a provider that processes them."""

    @property
    def batches(self) -> Batches: ...

    def batch_client(self, endpoint: Endpoint) -> BatchClient: ...


class HasSubjects(Protocol):
    """The subjects of the site."""

    @property
    def subjects(self) -> SubjectList: ...


class HasCorpus(HasSubjects, Protocol):
    """The index of the published articles and of the sources, and the subjects of the site."""

    @property
    def index(self) -> CorpusIndex: ...


class HasSearchData(Protocol):
    """What Google Search Console counted for the pages of the site."""

    @property
    def search_data(self) -> SearchData: ...


class HasPrompts(Protocol):
    """The prompt templates."""

    @property
    def prompts(self) -> PromptSet: ...


class HasEndpoints(Protocol):
    """Chooses the model that is asked; has what is known of its endpoint."""

    @property
    def has_model_endpoint(self) -> bool: ...

    def endpoint(
        self, *, offline: bool = False, model: str | None = None, needed_by: str | None = None
    ) -> Endpoint: ...

    def file_endpoint(self, model: str | None = None) -> Endpoint: ...

    def profile_store(self) -> LedgerProfileStore: ...

    def most_tokens(self, endpoint: Endpoint) -> int: ...


class HasModel(HasTime, Protocol):
    """Makes the parts of a run that calls a model."""

    def profile_store(self) -> LedgerProfileStore: ...

    def profiles(self, endpoint: Endpoint) -> EndpointProfiles: ...

    def shutdown_notice(self, endpoint: Endpoint) -> str: ...

    def rate_limiter(
        self, endpoint: Endpoint, *, sleep: Sleep, on_wait: Callable[[float], None] = ...
    ) -> RateLimiter: ...

    def model_client(
        self,
        endpoint: Endpoint,
        *,
        concurrency: int,
        profile_store: LedgerProfileStore,
        rate_limiter: RateLimiter,
        sender: RequestSender | None = None,
    ) -> ModelClient: ...

    def is_remote(self, endpoint: Endpoint) -> bool: ...

    def sender_factory(self, endpoint: Endpoint, *, connections: int) -> Callable[[], RequestSender]: ...
