"""Asking again for what was drafted: which drafts may be replaced, and what a redo that was cut short goes on with."""

from dataclasses import dataclass
from typing import Protocol

from generator.content.states import DECIDED
from generator.services import Endpoint
from generator.store.ledger.hashes import hash_of
from generator.store.ledger.jobs import JobSummary
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
    """Which drafts ``--redo`` asks for again. Empty fields do not filter.

    ``since`` is when the same redo was begun, if it was cut short: what it redid already is not redone again.
    """

    states: frozenset[str] = frozenset()
    other_prompt_than: str | None = None
    since: str | None = None

    def includes(self, job: JobSummary) -> bool:
        """Whether a job's draft may be and is to be replaced."""
        if job.draft_edited or job.draft_state in DECIDED or job.state in ("claimed", "batched"):
            return False
        if self.since is not None and job.generation > 0 and job.created_at >= self.since:
            return False
        if self.states and job.draft_state not in self.states:
            return False
        return self.other_prompt_than is None or job.prompt_hash != self.other_prompt_than


class RedoServices(HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasCorpus, HasPrompts, Protocol):
    """What beginning a redo takes."""


class RedoOfList:
    """A redo of a list. The same command, run again after an interruption, goes on with it."""

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
        """What to redo; drafts edited on disk are imported first, and so left alone."""
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
        """Everything was asked again: the same command begins a new redo."""
        self._services.ledger.jobs.end_redo(self._key)
