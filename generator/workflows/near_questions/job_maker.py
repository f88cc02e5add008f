"""Makes the jobs that ask a model about a new question and up to five near ones: one job a question, with one call."""

from typing import Any, Protocol

from generator.content.duplicates.same_page import SAME_PAGE_SCHEMA, same_page_schema
from generator.services import Endpoint
from generator.store.ledger.runs.new_jobs import NewJob
from generator.workflows.engine.job_requests import frozen_request
from generator.workflows.near_questions.requests import NearQuestion
from generator.workflows.ports import HasPrompts, HasSettings

KIND = PROMPT = "same_page"
TYPICAL_VERDICT_TOKENS = 120
"""The expected tokens of a reply, before there are earlier ones."""


class PairJobServices(HasSettings, HasPrompts, Protocol):
    """What making jobs about pairs of questions takes."""


class PairJobMaker:
    """Makes the jobs for one endpoint."""

    def __init__(self, services: PairJobServices, endpoint: Endpoint) -> None:
        self._prompts = services.prompts
        self._endpoint = endpoint
        self._request = frozen_request(
            SAME_PAGE_SCHEMA, same_page_schema(), endpoint.model, services.settings.model.parameters
        )

    def make(self, near: NearQuestion) -> NewJob:
        """The job of a question. A question that is asked about again, with other pairs, is its next generation."""
        ids = {f"q{number}": pair for number, pair in enumerate(near.pairs, start=1)}
        candidates: list[dict[str, Any]] = [
            {"id": id_, **({"subject": pair.subject} if pair.subject else {}), "question": pair.question}
            for id_, pair in ids.items()
        ]
        system, user = self._prompts.render(
            PROMPT, question=near.question, subject=near.subject, candidates=candidates
        )
        return NewJob(
            kind=KIND,
            backend=self._endpoint.backend,
            identity=near.question_key,
            question_key=near.question_key,
            question=near.question,
            subject=near.subject,
            key=None,
            date=None,
            request=self._request,
            system=system["content"],
            user=user["content"],
            context={
                "asked": near.question_key,
                "pairs": {id_: pair.question_key for id_, pair in ids.items()},
                "place": near.place,
            },
            prompt_hash=self._prompts.hash(PROMPT),
        )
