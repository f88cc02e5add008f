"""A question on its way into the ledger: what it is known by, what the corpus says of it, and what planning decided."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from generator.content.duplicates.question_index import Nearest
from generator.content.slugs import key_of, slug
from generator.errors import QuestionListError, SlugError
from generator.questions.rows import Question
from generator.store.corpus.index import CorpusIndex
from generator.store.corpus.rows import Hit
from generator.store.ledger.hashes import hash_of, question_key
from generator.store.ledger.jobs import JobSummary
from generator.store.ledger.new_jobs import PackedJob
from generator.workflows.engine.planned import is_asked

PlanDecision = Literal[
    "new", "resume", "redo", "batched", "drafted", "published", "duplicate", "near_duplicate", "unreadable"
]
"""What planning does with a row of a list; the first three are asked for."""
Near = Literal["hold", "skip", "allow"]
"""What is done with near duplicates: held until a person decides, left out, or asked for like any other."""


@dataclass(frozen=True)
class Candidate:
    """A question that may become a job.

    Attributes:
        question_key: as :func:`question_key` makes it of the text.
        identity: the hash of that and the subject: a question with the same identity is the same question.
        key: ``subject/slug`` of its article; None where the list names no subject.
        hits: the published articles nearest to it, best first; None until the corpus is searched, and empty
            where ``job`` was made of them already.
        published: the key of a published article that has its words or its address.
        nearest: the published article, or the earlier question, that asks the same in other words.
        job: what it becomes if it is new, where another process prepared that.
        decision: what planning does with it; ``new`` until the triage finds something else.
        reason: why, in one line without its place in the list; empty where the decision says it all.
        existing: the key of the article or draft that it is held against.
        earlier: the newest job of the same question.
    """

    question: Question
    question_key: str
    identity: str
    key: str | None
    hits: Sequence[Hit] | None = field(default=None, repr=False)
    published: str | None = None
    nearest: Nearest[str] | None = None
    job: PackedJob | None = field(default=None, repr=False)
    decision: PlanDecision = "new"
    reason: str = ""
    existing: str | None = None
    earlier: JobSummary | None = None

    @classmethod
    def of(cls, question: Question) -> "Candidate":
        """A question with what it is known by.

        Raises:
            SlugError: its article would have no address.
        """
        asked = question_key(question.text)
        slug(question.text)
        key = str(key_of(question.subject, question.text)) if question.subject else None
        return cls(question, asked, hash_of(asked, question.subject or ""), key)

    @property
    def is_looked_up(self) -> bool:
        """Whether the corpus was searched for it."""
        return self.hits is not None

    @property
    def to_be_asked(self) -> bool:
        """Whether a run asks the model for it."""
        return is_asked(self.decision)

    @property
    def message(self) -> str:
        """The reason as a line for a person; empty without one."""
        return f"{self.question.place}: {self.reason}" if self.reason else ""


def candidate_of(row: Question | QuestionListError) -> Candidate | QuestionListError:
    """A row of a list as a candidate; one whose article would have no address is an error."""
    if isinstance(row, QuestionListError):
        return row
    try:
        return Candidate.of(row)
    except SlugError as error:
        return QuestionListError(row.path, row.line, str(error))


def look_up(index: CorpusIndex, candidate: Candidate, similarity: float) -> Candidate:
    """The candidate with what the corpus says of it.

    Args:
        similarity: from here on, two questions ask the same (0.5 to 1).

    Raises:
        StorageError: the index cannot be read.
    """
    published = _published(index, candidate)
    if published is not None:
        return replace(candidate, published=published, hits=())
    text = candidate.question.text
    hits = index.search(text, least=similarity)
    near = index.near_duplicates(text, hits=hits, threshold=similarity)
    nearest = Nearest(near[0][0].key, near[0][0].question, near[0][1]) if near else None
    return replace(candidate, nearest=nearest, hits=hits)


def _published(index: CorpusIndex, candidate: Candidate) -> str | None:
    text, subject = candidate.question.text, candidate.question.subject
    if candidate.key is not None and index.has_key(candidate.key):
        return candidate.key
    found = index.find_slug(slug(text)) if subject is None else []
    found = found or index.find_questions(text, subject)
    return found[0].key if found else None
