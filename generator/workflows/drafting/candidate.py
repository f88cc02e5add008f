"""A question of a list before it is a job: its identity, what the corpus has on it, and what planning decided."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from generator.content.duplicates.question_index import NearestQuestion
from generator.content.slugs import key_of, slug
from generator.errors import QuestionListError, SlugError
from generator.questions.rows import Question
from generator.store.corpus.index import CorpusIndex
from generator.store.corpus.rows import Hit
from generator.store.ledger.hashes import hash_of, question_key
from generator.store.ledger.jobs import JobSummary
from generator.store.ledger.new_jobs import PackedJob
from generator.workflows.engine.plan_decisions import is_asked

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
"""What planning does with a row of a list; the model is asked for the first three. Another run is drafting a busy one.

``drafted``: it has ended before, in any state.
"""
NearDuplicatePolicy = Literal["hold", "skip", "allow"]
"""What is done with near duplicates: hold them for the decision of a person, skip them, or allow them like others."""


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
        job: the job that the question becomes if it is new, where another process prepared it.
        decision: what planning does with it; ``new`` until the triage decides otherwise.
        reason: the reason for the decision in one line, without the line of the list; empty where none is needed.
        existing: the key of the article or draft that is the reason for the decision.
        earlier: the newest job of the same question.
    """

    question: Question
    question_key: str
    identity: str
    key: str | None
    hits: Sequence[Hit] | None = field(default=None, repr=False)
    published: str | None = None
    nearest: NearestQuestion[str] | None = None
    job: PackedJob | None = field(default=None, repr=False)
    decision: PlanDecision = "new"
    reason: str = ""
    existing: str | None = None
    earlier: JobSummary | None = None

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


def look_up(index: CorpusIndex, candidate: Candidate, similarity: float) -> Candidate:
    """The candidate with what the corpus has on it.

    Args:
        similarity: from this similarity (0.5 to 1), two questions ask the same.

    Raises:
        StorageError: the index cannot be read.
    """
    published = _published(index, candidate)
    if published is not None:
        return replace(candidate, published=published, hits=())
    text = candidate.question.text
    hits = index.search(text, min_similarity=similarity)
    near = index.near_duplicates(text, hits=hits, threshold=similarity)
    nearest = NearestQuestion(near[0][0].key, near[0][0].question, near[0][1]) if near else None
    return replace(candidate, nearest=nearest, hits=hits)


def _published(index: CorpusIndex, candidate: Candidate) -> str | None:
    text, subject = candidate.question.text, candidate.question.subject
    if candidate.key is not None and index.has_key(candidate.key):
        return candidate.key
    articles = index.find_slug(slug(text)) if subject is None else []
    articles = articles or index.find_questions(text, subject)
    return articles[0].key if articles else None
