"""Asks again for existing drafts: which ones may be replaced, and which are left of an interrupted redo."""

from dataclasses import dataclass
from typing import Protocol

from generator.content.states import DECIDED
from generator.services import Endpoint
from generator.store.ledger.runs.jobs import JobSummary
from generator.store.ledger.storage.hashes import hash_of
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.drafting.job_maker import PROMPT
from generator.workflows.drafting.requests import PlanRequest
from generator.workflows.ports import (
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasLedger,
    HasPrompts,
    HasSettings,
)


@dataclass(frozen=True)
class RedoFilter:
    """Which drafts ``--redo`` requests again.

    Args:
        states: drafts in these states; empty for any state.
        other_prompt_than: drafts of another prompt than the one with this hash; None for any prompt.
        since: when the same redo began, if it was interrupted; jobs made since are not redone again. None for a redo
            that has not begun.
    """

    states: frozenset[str] = frozenset()
    other_prompt_than: str | None = None
    since: str | None = None

    def includes(self, job: JobSummary) -> bool:
        """Whether the draft of a job is requested again. A rejected draft is, unless a person edited it.

        Never: a draft that a person edited, approved or published, and a job that is claimed or in a batch.
        """
        if job.draft_edited or job.draft_state in DECIDED:
            return False
        return self._asks_for(job)

    def includes_rewrite(self, job: JobSummary) -> bool:
        """As :meth:`includes`, for the rewrite of a page with its present bytes; one that was published is included too.

        The page has its earlier bytes again, so the published text is not on the site any more.
        """
        return self._asks_for(job) if job.draft_state == "published" else self.includes(job)

    def _asks_for(self, job: JobSummary) -> bool:
        if job.state in ("claimed", "batched"):
            return False
        if self.since is not None and job.generation > 0 and job.created_at >= self.since:
            return False
        if self.states and job.draft_state not in self.states:
            return False
        return self.other_prompt_than is None or job.prompt_hash != self.other_prompt_than


class RedoServices(HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasCorpus, HasPrompts, Protocol):
    """What a redo takes."""


class RedoOfList:
    """A redo of a list. After an interruption, the same command continues it.

    Args:
        request: one with a redo.
    """

    def __init__(self, services: RedoServices, request: PlanRequest, endpoint: Endpoint) -> None:
        redo = request.redo
        assert redo is not None
        self._services = services
        self._states: frozenset[str] = frozenset(redo.states)
        self._prompt = services.prompts.hash(PROMPT) if redo.older_prompt else None
        self._key = hash_of(
            request.questions.argument, endpoint.backend, *sorted(self._states), self._prompt or ""
        )

    def filter(self, *, begin: bool) -> RedoFilter:
        """The drafts to ask for again. Files edited on disk are imported first, so that they are left alone.

        Args:
            begin: whether to record that the redo begins, unless it is recorded already.
        """
        services = self._services
        EditImporter(services).import_edits()
        ledger = services.ledger
        since = (
            ledger.jobs.begin_redo(self._key, now=services.now())
            if begin
            else ledger.jobs.redo_begun(self._key)
        )
        return RedoFilter(self._states, self._prompt, since)

    def end(self) -> None:
        """Record that the redo is complete: the same command begins a new one."""
        self._services.ledger.jobs.end_redo(self._key)
