"""Picks what a prompt carries besides the question, and freezes it with the prompt into a job."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from generator.config import Settings
from generator.content.checks import CheckContext, check_document
from generator.content.draft import DRAFT_SCHEMA, draft_schema
from generator.content.findings import errors
from generator.content.frontmatter import Document
from generator.content.subjects import SubjectList
from generator.model.prompts import PromptSet
from generator.questions.rows import QuestionRow
from generator.store.corpus.index import CorpusIndex
from generator.store.corpus.rows import Hit
from generator.store.kept import Kept
from generator.store.ledger.new_jobs import NewJob, Realm
from generator.workflows.drafting.material import nothing_to_quote
from generator.workflows.drafting.triage import Verdict

PROMPT = "answer"
MOST_ARTICLES = 6
# Of the characters for passages, how many the team's sources may take before published articles get the rest.
SOURCES_SHARE = 0.7
# A word and what stands between it and the next are seldom fewer: what cannot fit need not be fetched.
_WORD_CHARS = 3
_KEPT_ANSWERS = 4_096


class JobMaker:
    """Makes jobs of questions: passages, examples, related articles, messages, schema, parameters."""

    def __init__(
        self,
        settings: Settings,
        index: CorpusIndex,
        prompts: PromptSet,
        subjects: SubjectList,
        *,
        realm: Realm,
        model: str,
        date: str,
    ) -> None:
        self._settings = settings
        self._index = index
        self._prompts = prompts
        self._names = subjects.names
        self._realm = realm
        self._model = model
        self._date = date
        self._examples: dict[str, list[dict[str, str]]] = {}
        self._requests: dict[tuple[tuple[str, ...], bool], dict[str, Any]] = {}
        self._answers: Kept[str, str] = Kept(_KEPT_ANSWERS)

    @property
    def realm(self) -> Realm:
        """Whether a real model is asked or the offline one."""
        return self._realm

    @property
    def model(self) -> str:
        """The model that is asked."""
        return self._model

    @cached_property
    def nothing_to_quote(self) -> str | None:
        """Why the offline model has no material here at all, in one line; None where it has some, and for others.

        It writes from the passages in the prompt alone, so without any every question would be refused.
        """
        return nothing_to_quote(self._settings, self._index) if self._realm == "offline" else None

    @property
    def prompt_hash(self) -> str:
        """The version of the prompt in force."""
        return self._prompts.hash(PROMPT)

    @property
    def subject_names(self) -> tuple[str, ...]:
        """What a question without a subject may be given."""
        return self._names

    def make(self, verdict: Verdict) -> NewJob:
        """The job of a row that is to be asked."""
        row = verdict.row
        assert row is not None
        hits = verdict.hits or self._index.search(row.question)
        passages = self._passages(row, hits)
        grounded = self._grounded(passages)
        names = () if row.subject else self._names
        system, user = self._prompts.render(
            PROMPT,
            question=row.question,
            subject=row.subject,
            subjects=names,
            notes=row.notes,
            examples=self._examples_of(row.subject),
            passages=passages,
            limits=self._settings.limits,
            grounded=grounded,
        )
        return NewJob(
            kind=PROMPT,
            realm=self._realm,
            identity=verdict.identity,
            question_key=verdict.question_key,
            question=row.question,
            subject=row.subject,
            key=verdict.key,
            date=self._date,
            request=self.request(names, grounded=grounded),
            system=system["content"],
            user=user["content"],
            context={
                "passages": passages,
                "related": self._related(row.question, row.subject, hits),
                "near": verdict.existing,
                "similarity": verdict.similarity,
                "origin": f"{row.path}:{row.line}",
            },
            prompt_hash=self.prompt_hash,
        )

    def request(self, names: Sequence[str], *, grounded: bool) -> dict[str, Any]:
        """What goes along with the messages; the same object for all jobs that share it."""
        known = self._requests.get((tuple(names), grounded))
        if known is None:
            known = self._requests[tuple(names), grounded] = {
                "schema_name": DRAFT_SCHEMA,
                "schema": draft_schema(self._settings.limits, subjects=names, grounded=grounded),
                "model": self._model,
                "parameters": self._settings.model.parameters,
                "grounded": grounded,
            }
        return known

    def _passages(self, row: QuestionRow, hits: Sequence[Hit]) -> list[dict[str, str]]:
        """What the prompt quotes: the best passages of the team's sources, then whole published answers."""
        room = self._settings.context.passages_chars
        passages: list[dict[str, str]] = []
        if self._settings.context.grounding != "off":
            share = int(room * SOURCES_SHARE)
            for found in self._index.source_passages(row.question, names=row.sources, limit_chars=share):
                text = f"**{found.heading}**: {found.text}" if found.heading else found.text
                passages.append(_passage(found.id, "source", found.key, found.title, text))
                room -= len(text)
        articles = 0
        for hit in hits:
            if not hit.row.fit or hit.row.words * _WORD_CHARS > room:
                continue
            answer = self._answer(hit.row.key)
            if not answer or len(answer) > room:
                continue
            room -= len(answer)
            articles += 1
            passages.append(_passage(f"a{articles}", "article", hit.row.key, hit.row.title, answer))
            if articles == MOST_ARTICLES:
                break
        return passages

    def _answer(self, key: str) -> str:
        """A published answer; the same ones are near many questions."""
        known = self._answers.get(key)
        return self._answers.put(key, self._index.answer(key) or "") if known is None else known

    def _grounded(self, passages: Sequence[dict[str, str]]) -> bool:
        mode = self._settings.context.grounding
        return mode == "required" or (
            mode == "preferred" and any(part["kind"] == "source" for part in passages)
        )

    def _examples_of(self, subject: str | None) -> list[dict[str, str]]:
        """The same examples for a subject throughout; without a subject those of the first."""
        name = subject or next(iter(self._names), None)
        if name is None:
            return []
        if name not in self._examples:
            self._examples[name] = [
                {"question": example.question, "answer": example.answer_markdown}
                for example in self._index.examples(name, self._is_good)
            ]
        return self._examples[name]

    def _is_good(self, document: Document) -> bool:
        """Whether a published answer passes the checks that drafts must pass."""
        context = CheckContext(limits=self._settings.limits)
        findings = check_document(document, context, profile="draft")
        return not any(finding.field == "answer" for finding in errors(findings))

    def _related(self, question: str, subject: str | None, hits: Sequence[Hit]) -> list[dict[str, Any]]:
        found = self._index.related(question, subject or "", hits=hits)
        return [
            {"id": hit.row.id or 0, "title": hit.row.title, "subject": hit.row.subject, "url": hit.row.url}
            for hit in found
        ]


def _passage(id: str, kind: str, key: str, title: str, text: str) -> dict[str, str]:
    return {"id": id, "kind": kind, "key": key, "title": title, "text": text}
