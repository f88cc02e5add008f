"""Makes the jobs that have a model judge a page: one job and one call a page."""

from typing import Protocol

from generator.content.drafts.draft import Draft
from generator.content.judging.replies import JUDGE_SCHEMA, judge_schema
from generator.content.judging.rubric import CRITERIA
from generator.services import Endpoint
from generator.store.ledger.runs.new_jobs import NewJob
from generator.store.ledger.storage.hashes import hash_of, question_key
from generator.workflows.engine.job_requests import frozen_request
from generator.workflows.judge.scored_pages import ScoredPage
from generator.workflows.pages.examiner import parameters_of
from generator.workflows.ports import HasPrompts, HasSettings

KIND = "judge"
PROMPT = "judge"
_JUDGED = {"introduction", "points", "conclusion", "page_description", "page_keywords"}


class JudgeJobServices(HasSettings, HasPrompts, Protocol):
    """What making jobs for the judge takes."""


class JudgeJobMaker:
    """Makes the jobs for one endpoint."""

    def __init__(self, services: JudgeJobServices, endpoint: Endpoint) -> None:
        self._prompts = services.prompts
        self._backend = endpoint.backend
        self._model = endpoint.model
        self._prompt_hash = services.prompts.hash(PROMPT)
        self._request = frozen_request(
            JUDGE_SCHEMA, judge_schema(), endpoint.model, parameters_of(services.settings, endpoint)
        )

    def make(self, scored: ScoredPage) -> NewJob:
        """The job of a page. The same texts under the same question, with the same model and prompt, are the same job."""
        page = scored.page
        system, user = self._prompts.render(
            PROMPT,
            question=page.question,
            subject=page.subject or None,
            draft=_judged_texts(scored.draft),
            criteria=CRITERIA,
        )
        return NewJob(
            kind=KIND,
            backend=self._backend,
            identity=hash_of(page.page, self._model, self._prompt_hash, user["content"]),
            question_key=question_key(page.question),
            question=page.question,
            subject=page.subject,
            key=None,
            date=None,
            request=self._request,
            system=system["content"],
            user=user["content"],
            context={"page": page.page, "sha": scored.sha},
            prompt_hash=self._prompt_hash,
        )


def _judged_texts(draft: Draft) -> dict[str, object]:
    texts = draft.model_dump(include=_JUDGED)
    texts["points"] = [{"heading": point.heading, "body": point.body} for point in draft.points]
    return texts
