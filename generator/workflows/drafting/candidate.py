"""A question of a list before it is a job: its identity, what the corpus has on it, and what planning decided."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from generator.config import Settings
from generator.content.duplicates.close_questions import MOST_CLOSE, closeness
from generator.content.duplicates.question_index import NearestQuestion
from generator.content.duplicates.questions import signature
from generator.content.slugs import key_of, slug
from generator.errors import QuestionListError, SlugError
from generator.questions.rows import Question
from generator.store.corpus.index import CorpusIndex
from generator.store.corpus.rows import Hit
from generator.store.ledger.review.redrafts import Redraft
from generator.store.ledger.runs.jobs import JobSummary
from generator.store.ledger.runs.new_jobs import Backend, PackedJob
from generator.store.ledger.storage.hashes import hash_of, question_key
from generator.workflows.engine.plan_decisions import is_asked
from generator.workflows.near_questions.requests import NearQuestion, OpenPair

PlanDecision = Literal[
    "new",
    "resume",
    "redo",
    "busy",
    "batched",
    "drafted",
    "published",
    "duplicate",
    "near_duplicate",
    "unreadable",
]
"""What planning does with a row of a list; the model is asked for the first three. A busy
one waits for another run that drafts it, or for a batch that asks whether an existing page would serve it.

``drafted``: it has ended before, in any state.
"""
NearDuplicatePolicy = Literal["hold", "skip", "allow"]
"""What is done with near duplicates: hold them for the decision of a person, skip them, or allow them like others."""


@dataclass(frozen=True)
class Thresholds:
    """From which similarities (0.5 to 1) two questions ask the same, and may ask the same.

    Args:
        same: from here, they are near duplicates.
        ask_from: from here up to ``same``, a model decides; None where none is asked.
    """

    same: float
    ask_from: float | None = None

    @classmethod
    def of(cls, settings: Settings, backend: Backend, near: NearDuplicatePolicy = "hold") -> "Thresholds":
        """Those of the settings. The offline model is not asked, and no model where near duplicates are allowed."""
        same, ask_from = settings.duplicates.similarity, settings.duplicates.ask_from
        is_asked = backend == "model" and near != "allow" and ask_from is not None and ask_from < same
        return cls(same, ask_from if is_asked else None)

    @property
    def least(self) -> float:
        """The lowest similarity that counts."""
        return self.same if self.ask_from is None else self.ask_from


@dataclass(frozen=True)
class Candidate:
    """A question that may become a job.

    Attributes:
        question_key: the result of :func:`question_key` for the text.
        identity: the hash of ``question_key`` and the subject; questions with the same identity are the same.
        key: ``subject/slug`` of its article; None where the list names no subject.
        hits: the most similar published articles, best first; None until the corpus is searched, empty where
            ``job`` was already made from them.
        published: the key of a published article that has the same question or the same address.
        nearest: the published article or earlier question that is a near duplicate.
        close: the published articles with questions that may ask the same, most similar first.
        open_pairs: those of the close questions, earlier ones and earlier rows included, that no model has decided on.
        job: the job that the question becomes if it is new, where another process prepared it.
        decision: what planning does with it; ``new`` until the triage decides otherwise.
        reason: the reason for the decision in one line, without the line of the list; empty where none is needed.
        existing: the key of the article or draft that is the reason for the decision.
        earlier: the newest job of the same question.
        redraft: what a person wants from its next draft; None for nothing beyond the list.
    """

    question: Question
    question_key: str
    identity: str
    key: str | None
    hits: Sequence[Hit] | None = field(default=None, repr=False)
    published: str | None = None
    nearest: NearestQuestion[str] | None = None
    close: tuple[NearestQuestion[str], ...] = ()
    open_pairs: tuple[OpenPair, ...] = ()
    job: PackedJob | None = field(default=None, repr=False)
    decision: PlanDecision = "new"
    reason: str = ""
    existing: str | None = None
    earlier: JobSummary | None = None
    redraft: Redraft | None = None

    @classmethod
    def of(cls, question: Question) -> "Candidate":
        """A question with its keys.

        Raises:
            SlugError: no address can be made for its article.
        """
        text_key = question_key(question.text)
        slug(question.text)
        key = str(key_of(question.subject, question.text)) if question.subject else None
        return cls(question, text_key, hash_of(text_key, question.subject or ""), key)

    @property
    def is_looked_up(self) -> bool:
        """Whether the corpus was searched for it."""
        return self.hits is not None

    @property
    def is_prepared(self) -> bool:
        """Whether planning has nothing left to search or to render for it."""
        return self.job is not None or self.published is not None

    @property
    def near_question(self) -> NearQuestion:
        """What the model is to decide about it."""
        question = self.question
        return NearQuestion(
            question.text, self.question_key, question.subject, question.place, self.open_pairs
        )

    @property
    def is_asked(self) -> bool:
        """Whether a run asks the model for its article."""
        return is_asked(self.decision)

    @property
    def message(self) -> str:
        """The reason as a line for a person; empty without one."""
        return f"{self.question.place}: {self.reason}" if self.reason else ""


def candidate_of(row: Question | QuestionListError) -> Candidate | QuestionListError:
    """The candidate of a row of a list; an error where no address can be made for its article."""
    if isinstance(row, QuestionListError):
        return row
    try:
        return Candidate.of(row)
    except SlugError as error:
        return QuestionListError(row.path, row.line, str(error))


def look_up(index: CorpusIndex, candidate: Candidate, thresholds: Thresholds) -> Candidate:
    """The candidate with what the corpus has on it.

    Raises:
        StorageError: the index cannot be read.
    """
    published = _published(index, candidate)
    if published is not None:
        return replace(candidate, published=published, hits=())
    text = candidate.question.text
    hits = index.search(text, min_similarity=thresholds.least)
    near = [
        NearestQuestion(row.key, row.question, similarity)
        for row, similarity in index.near_duplicates(text, hits=hits, threshold=thresholds.least)
    ]
    if near and near[0].similarity >= thresholds.same:
        return replace(candidate, nearest=near[0], hits=hits)
    asked = signature(text)
    close = [each for each in near if closeness(asked, signature(each.question), thresholds.least)]
    return replace(candidate, close=tuple(close[:MOST_CLOSE]), hits=hits)


def _published(index: CorpusIndex, candidate: Candidate) -> str | None:
    text, subject = candidate.question.text, candidate.question.subject
    if candidate.key is not None and index.has_key(candidate.key):
        return candidate.key
    articles = index.find_slug(slug(text)) if subject is None else []
    articles = articles or index.find_questions(text, subject)
    return articles[0].key if articles else None
