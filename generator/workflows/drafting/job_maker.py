"""Makes jobs: selects passages and related articles for a question, and freezes them with the prompt."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Protocol

from generator.config import Settings
from generator.content.display import plural
from generator.content.drafts.schemas import DRAFT_SCHEMA, draft_schema
from generator.content.questions.kinds import kind_of
from generator.questions.rows import Question
from generator.services import Endpoint
from generator.store.corpus.index import CorpusIndex
from generator.store.corpus.rows import Hit
from generator.store.ledger.runs.jobs import Job
from generator.store.ledger.runs.new_jobs import NewJob
from generator.workflows.drafting.candidate import Candidate
from generator.workflows.drafting.materials import Materials
from generator.workflows.engine.job_requests import frozen_request
from generator.workflows.ports import HasCorpus, HasPrompts, HasSettings

PROMPT = "answer"

_NOTES = re.compile(r"^<notes>\n(.*?)\n</notes>$", re.DOTALL | re.MULTILINE)


class JobServices(HasSettings, HasCorpus, HasPrompts, Protocol):
    """What making jobs takes."""


class JobMaker:
    """Makes jobs from candidates: passages, related articles, messages, schema, parameters.

    Args:
        endpoint: the model that will be asked.
        date: of the articles, as YYYY-MM-DD.
    """

    def __init__(self, services: JobServices, endpoint: Endpoint, date: str) -> None:
        self._settings = services.settings
        self._index = services.index
        self._prompts = services.prompts
        self._subjects = services.subjects
        self._backend = endpoint.backend
        self._model = endpoint.model
        self._date = date
        self._materials = Materials(services, endpoint)
        self._requests: dict[tuple[tuple[str, ...], bool], dict[str, Any]] = {}

    @cached_property
    def nothing_to_quote(self) -> str | None:
        """Why the offline model has nothing to quote, in one line; None where it has, and for every other model.

        The offline model writes only from the passages in the prompt. Without any, it would refuse every question.
        """
        return nothing_to_quote(self._settings, self._index) if self._backend == "offline" else None

    def make(self, candidate: Candidate) -> NewJob:
        """The job of a candidate; searches the corpus where the candidate has no hits."""
        question = candidate.question
        hits = candidate.hits or self._index.search(question.text)
        passages = self._materials.passages(question.text, hits, sources=question.sources)
        redraft = candidate.redraft
        if redraft is not None and redraft.facts:
            passages.insert(0, facts_passage(redraft.facts))
        grounded = self._materials.is_grounded(passages)
        names = () if question.subject else self._subjects.names
        duplicate_of = candidate.nearest if candidate.decision == "near_duplicate" else None
        system, user = self._prompts.render(
            PROMPT,
            question=question.text,
            kind=kind_of(question.text),
            date=self._date,
            subject=question.subject,
            subjects=names,
            notes="\n\n".join(filter(None, (question.notes, redraft.note if redraft else None))) or None,
            covered=self._materials.covered(hits),
            passages=passages,
            limits=self._settings.limits,
            grounded=grounded,
        )
        return NewJob(
            kind=PROMPT,
            backend=self._backend,
            identity=candidate.identity,
            question_key=candidate.question_key,
            question=question.text,
            subject=question.subject,
            key=candidate.key,
            date=self._date,
            request=self._request(names, grounded=grounded),
            system=system["content"],
            user=user["content"],
            context={
                "passages": passages,
                "related": self._related(question.text, question.subject, hits),
                "near": candidate.existing,
                "similarity": duplicate_of.similarity if duplicate_of else None,
                "origin": question.place,
                "notes": question.notes,
                "sources": list(question.sources),
            },
            prompt_hash=self._prompts.hash(PROMPT),
        )

    def current_request(self, subject: str | None, *, grounded: bool) -> dict[str, Any]:
        """The request, without messages, with which a job that was planned earlier is asked now.

        Args:
            subject: that of the job; None where the model chooses it.
            grounded: whether the messages of the job ask for the passages behind each point.
        """
        return self._request(() if subject else self._subjects.names, grounded=grounded)

    def _request(self, names: tuple[str, ...], *, grounded: bool) -> dict[str, Any]:
        """Schema, model and parameters; one object for all jobs that share them."""
        request = self._requests.get((names, grounded))
        if request is None:
            request = self._requests[names, grounded] = frozen_request(
                DRAFT_SCHEMA,
                draft_schema(self._settings.limits, subjects=names, grounded=grounded),
                self._model,
                self._settings.model.parameters,
                grounded=grounded,
            )
        return request

    def _related(self, question: str, subject: str | None, hits: Sequence[Hit]) -> list[dict[str, Any]]:
        related = self._index.related(question, subject or "", hits=hits)
        return [hit.row.link(self._settings.site, self._subjects).model_dump() for hit in related]


def facts_passage(facts: str) -> dict[str, str]:
    """Facts that a person gives for one question, as a passage of a source."""
    return {"id": "e1", "kind": "source", "key": "facts", "title": "Facts given by an editor", "text": facts}


def question_of(job: Job) -> Question:
    """The question of a planned job as its list had it, so that it can be planned again without the list."""
    path, _, line = str(job.context.get("origin") or "earlier list:0").rpartition(":")
    found = _NOTES.search(job.user)
    return Question(
        text=job.question,
        subject=job.subject,
        # Earlier versions kept the notes of a list only in the message.
        notes=job.context["notes"] if "notes" in job.context else found[1] if found else None,
        sources=tuple(job.context.get("sources", ())),
        path=path,
        line=int(line) if line.isdecimal() else 0,
    )


def nothing_to_quote(settings: Settings, index: CorpusIndex) -> str | None:
    """Why no prompt can quote a passage, in one line that names the settings to change; None where prompts can.

    Args:
        index: up to date with the folders of the settings.
    """
    if settings.context.passages_chars == 0:
        missing = "context.passages_chars is 0"
    elif index.has_quotable_articles() or _quotes_sources(settings, index):
        return None
    else:
        missing = f"{_missing_articles(settings, index)}, and {_missing_sources(settings, index)}"
    return (
        "nothing to draft from: the offline model writes only from published articles (content_dir) and from"
        f" documents of your own (sources_dir), but {missing}; name a folder in config.yaml,"
        f" or set {settings.model.api_key_env} (or OPENAI_BASE_URL) to ask a real model"
    )


def _quotes_sources(settings: Settings, index: CorpusIndex) -> bool:
    uses_sources = settings.sources_dir is not None and settings.context.grounding != "off"
    return uses_sources and index.has_source_passages()


def _missing_articles(settings: Settings, index: CorpusIndex) -> str:
    folder = settings.content_dir
    if not folder.is_dir():
        return f"there is no content folder {folder}"
    state = index.state()
    if state.articles:
        return f"{plural(state.articles, 'article')} in {folder}, none fit to be quoted"
    if state.unreadable:
        return f"{plural(state.unreadable, 'file')} in {folder}, none readable as an article"
    return f"there is no <subject>/<article>.md in {folder}"


def _missing_sources(settings: Settings, index: CorpusIndex) -> str:
    folder = settings.sources_dir
    if folder is None:
        return "sources_dir is not set"
    if settings.context.grounding == "off":
        return "sources are not used (context.grounding is off)"
    if not folder.is_dir():
        return f"there is no sources folder {folder}"
    if index.state().unreadable_sources:
        return f"no document in {folder} can be read"
    return f"there is no document in {folder}"
