"""Makes the jobs that ask a model for new search fields of published articles: messages, schema and parameters."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from generator.content.checks.keywords import ABOUT_FILES
from generator.content.findings import Finding
from generator.content.limits import Limits
from generator.content.seo.fields import SEO_SCHEMA, SeoField, seo_schema
from generator.content.seo.material import excerpt
from generator.model.messages import Message
from generator.model.prompts import PromptSet
from generator.model.requests import CAP
from generator.services import Endpoint
from generator.store.ledger.runs.new_jobs import Backend, NewJob
from generator.store.ledger.storage.hashes import hash_of, question_key
from generator.workflows.engine.job_requests import frozen_request
from generator.workflows.ports import HasPrompts, HasSettings
from generator.workflows.seo.selection import SelectedArticle

KIND = "seo"


class SeoJobServices(HasSettings, HasPrompts, Protocol):
    """The services that making jobs for search fields needs."""


class SeoJobMaker:
    """Makes jobs for published articles and one endpoint."""

    def __init__(self, services: SeoJobServices, endpoint: Endpoint) -> None:
        self._settings = services.settings
        self._prompts = services.prompts
        self.backend: Backend = endpoint.backend
        self._model = endpoint.model
        self._prompt_hash = self._prompts.hash(KIND)
        self._schema = seo_schema(self._settings.limits)

    def identity(self, article: SelectedArticle, fields: tuple[SeoField, ...]) -> str:
        """The identity of the job: a hash of the article, the fields, and the basis of each field."""
        return hash_of(article.key, *(f"{name}:{article.bases[name]}" for name in fields))

    def make(self, article: SelectedArticle, fields: tuple[SeoField, ...]) -> NewJob:
        """The job that asks for new texts of these fields of an article."""
        answer = excerpt(article.answer)
        old = {name: article.texts[name] for name in fields}
        system, user = seo_messages(
            self._prompts,
            self._settings.limits,
            question=article.question,
            subject=article.subject,
            answer=answer,
            fields=fields,
            current=old,
            findings=article.findings,
        )
        return NewJob(
            kind=KIND,
            backend=self.backend,
            identity=self.identity(article, fields),
            question_key=question_key(article.question),
            question=article.question,
            subject=article.subject,
            key=article.key,
            date=None,
            request=self.request(),
            system=system["content"],
            user=user["content"],
            context={
                "path": article.path,
                "fields": list(fields),
                "old": old,
                "basis": {name: article.bases[name] for name in fields},
                "answer": answer,
            },
            prompt_hash=self._prompt_hash,
        )

    def request(self) -> dict[str, Any]:
        """The request without its messages. The output cap is small, because the reply is short."""
        model = self._settings.model
        cap = min(model.output_cap, model.seo_output_cap)
        return frozen_request(SEO_SCHEMA, self._schema, self._model, {**model.parameters, CAP: cap})


def seo_messages(
    prompts: PromptSet,
    limits: Limits,
    *,
    question: str,
    subject: str | None,
    answer: str,
    fields: Collection[SeoField],
    current: Mapping[SeoField, str],
    findings: Sequence[Finding],
    avoid: Sequence[str] = (),
) -> tuple[Message, ...]:
    """The messages that ask for new texts of ``fields``.

    Args:
        answer: the excerpt of the answer that the texts describe.
        current: the present text of each field.
        findings: the findings to correct; findings of other fields are ignored.
        avoid: descriptions of other articles that the new one must not repeat.
    """
    return prompts.render(
        KIND,
        question=question,
        subject=subject or "",
        answer=answer,
        current=current,
        avoid=avoid,
        findings=[
            {"field": item.field, "message": item.message}
            for item in findings
            if item.field in fields and item.code not in ABOUT_FILES
        ],
        fields=list(fields),
        limits=limits,
    )
