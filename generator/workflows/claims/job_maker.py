"""Makes the jobs that have a model check the claims of a page: one job a page, with up to three calls."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from generator.content.claims.claim import Claim
from generator.content.claims.compare import SourcePassage
from generator.content.claims.replies import (
    ASK_SCHEMA,
    CHECK_SCHEMA,
    FIND_SCHEMA,
    ask_schema,
    check_schema,
    find_schema,
)
from generator.model.prompts import PromptSet
from generator.services import Endpoint
from generator.store.ledger.runs.jobs import Job
from generator.store.ledger.runs.new_jobs import NewJob
from generator.store.ledger.storage.hashes import hash_of, question_key
from generator.workflows.claims.rules_check import MOST_CHARS
from generator.workflows.engine.job_requests import frozen_request
from generator.workflows.pages.examiner import parameters_of
from generator.workflows.pages.page import Page
from generator.workflows.ports import HasPrompts, HasSettings

KIND = "claims"
PROMPTS = FIND, CHECK, ASK = "claims_find", "claims_check", "claims_ask"


class ClaimJobServices(HasSettings, HasPrompts, Protocol):
    """What making jobs for claims takes."""


class ClaimJobMaker:
    """Makes the jobs for one endpoint."""

    def __init__(self, services: ClaimJobServices, endpoint: Endpoint) -> None:
        self._prompts = services.prompts
        self._backend = endpoint.backend
        self._model = endpoint.model
        self._request = frozen_request(
            FIND_SCHEMA, find_schema(), endpoint.model, parameters_of(services.settings, endpoint)
        )

    def make(self, page: Page, passages: Sequence[SourcePassage]) -> NewJob:
        """The job of a page. The same page with the same passages, model and prompts is the same job.

        Args:
            passages: what the claims are held against; the first ones, as far as they fit.
        """
        kept = _fitting([passage for passage in passages if passage.proves])
        system, user = self._prompts.render(
            FIND, question=page.question, subject=page.subject or None, texts=dict(page.texts)
        )
        prompt_hash = self._prompts.hash(*PROMPTS)
        identity = hash_of(
            page.page,
            self._model,
            prompt_hash,
            *(part for pair in page.texts.items() for part in pair),
            *(part for each in kept for part in (each.id, each.text)),
        )
        return NewJob(
            kind=KIND,
            backend=self._backend,
            identity=identity,
            question_key=question_key(page.question),
            question=page.question,
            subject=page.subject,
            key=None,
            date=None,
            request=self._request,
            system=system["content"],
            user=user["content"],
            context={
                "page": page.page,
                "texts": dict(page.texts),
                "passages": [
                    {"id": each.id, "kind": "source", "key": "", "title": each.title, "text": each.text}
                    for each in kept
                ],
            },
            prompt_hash=prompt_hash,
        )


def check_request(prompts: PromptSet, job: Job, claims: Mapping[str, Claim]) -> Job:
    """The job with the request that judges these claims, by id, in the place of its first one."""
    items = [
        {"id": id_, "kind": claim.kind, "words": claim.words, "sentence": claim.sentence}
        for id_, claim in claims.items()
    ]
    passages = job.context["passages"]
    return _with(prompts, job, CHECK, CHECK_SCHEMA, check_schema(), passages=passages, claims=items)


def ask_request(prompts: PromptSet, job: Job, claims: Mapping[str, Claim]) -> Job:
    """The job with the request that asks for the words of these claims, by id, without showing them."""
    blanks = [{"id": id_, "kind": claim.kind, "sentence": claim.with_blank} for id_, claim in claims.items()]
    return _with(prompts, job, ASK, ASK_SCHEMA, ask_schema(), blanks=blanks)


def _with(
    prompts: PromptSet, job: Job, prompt: str, schema_name: str, schema: dict[str, Any], **variables: Any
) -> Job:
    system, user = prompts.render(prompt, question=job.question, subject=job.subject or None, **variables)
    request = {**job.request, "schema_name": schema_name, "schema": schema}
    return replace(job, request=request, system=system["content"], user=user["content"])


def _fitting(passages: Sequence[SourcePassage]) -> list[SourcePassage]:
    room = MOST_CHARS
    kept = []
    for passage in passages:
        if len(passage.text) <= room:
            kept.append(passage)
            room -= len(passage.text)
    return kept
