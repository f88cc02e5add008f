"""Makes the jobs of rewrites: the published text, what is wrong with it, and the passages, frozen with the prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.content.drafts.revision import draft_of
from generator.content.drafts.schemas import DRAFT_SCHEMA, draft_schema
from generator.content.questions.kinds import kind_of
from generator.store.ledger.drafts.rewritten_page import REWRITE, RewrittenPage
from generator.store.ledger.runs.new_jobs import NewJob
from generator.store.ledger.storage.hashes import question_key
from generator.workflows.drafting.materials import Materials
from generator.workflows.engine.job_requests import frozen_request

if TYPE_CHECKING:
    from generator.content.frontmatter import Document
    from generator.services import Endpoint
    from generator.workflows.drafting.job_maker import JobServices

PROMPT = REWRITE


class RewriteJobMaker:
    """Makes jobs of pages.

    Args:
        endpoint: the model that will be asked.
        date: today, as YYYY-MM-DD.
    """

    def __init__(self, services: JobServices, endpoint: Endpoint, date: str) -> None:
        self._settings = services.settings
        self._index = services.index
        self._prompts = services.prompts
        self._materials = Materials(services, endpoint)
        self._backend = endpoint.backend
        self._model = endpoint.model
        self._date = date
        self._requests: dict[bool, dict[str, Any]] = {}

    def make(self, page: RewrittenPage, document: Document) -> NewJob:
        """The job of a page; searches the index for passages and for the nearest other pages.

        Args:
            document: the page's text, parsed.
        """
        question, subject = document.get("question", ""), document.get("subject", "")
        merged = {item.question for item in page.merged}
        found = self._index.search(question, exclude=(page.key,))
        hits = [hit for hit in found if hit.row.question not in merged]
        passages = self._materials.passages(question, hits)
        grounded = self._materials.is_grounded(passages)
        system, user = self._prompts.render(
            PROMPT,
            question=question,
            kind=kind_of(question),
            date=self._date,
            subject=subject,
            mode=page.mode,
            published=draft_of(document).model_dump(exclude={"cannot_answer", "subject"}, exclude_none=True),
            note=page.note,
            findings=[
                {"field": item.field.removeprefix("seo."), "message": item.message} for item in page.findings
            ],
            merged=[{"question": item.question, "answer": item.answer} for item in page.merged],
            covered=self._materials.covered(hits),
            passages=passages,
            limits=self._settings.limits,
            grounded=grounded,
        )
        return NewJob(
            kind=REWRITE,
            backend=self._backend,
            identity=page.identity,
            question_key=question_key(question),
            question=question,
            subject=subject,
            key=page.key,
            date=self._date,
            request=self.current_request(grounded=grounded),
            system=system["content"],
            user=user["content"],
            context={"passages": passages, REWRITE: page.as_context()},
            prompt_hash=self._prompts.hash(PROMPT),
        )

    def current_request(self, *, grounded: bool) -> dict[str, Any]:
        """The request, without messages, with which a job is asked now; one object for all jobs that share it."""
        request = self._requests.get(grounded)
        if request is None:
            request = self._requests[grounded] = frozen_request(
                DRAFT_SCHEMA,
                draft_schema(self._settings.limits, grounded=grounded),
                self._model,
                self._settings.model.parameters,
                grounded=grounded,
            )
        return request
