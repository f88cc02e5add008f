"""The pairs of questions that a model is asked about, and what came of it: plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

from generator.store.ledger.storage.hashes import question_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.errors import GeneratorError


class OpenPair(NamedTuple):
    """A published, earlier or listed question that is near to a new one, without a verdict on both.

    Args:
        key: ``subject/slug`` of its article, or what messages call it.
        similarity: of the two questions, 0 to 1.
    """

    key: str
    question: str
    similarity: float

    @property
    def question_key(self) -> str:
        """By which its verdicts are found."""
        return question_key(self.question)

    @property
    def subject(self) -> str | None:
        """The slug of its subject; None where it has no address yet."""
        subject, slash, _ = self.key.partition("/")
        return subject if slash else None


@dataclass(frozen=True, slots=True)
class NearQuestion:
    """A new question with the pairs that the model is to decide.

    Args:
        place: file and line of its row, for messages.
    """

    question: str
    question_key: str
    subject: str | None
    place: str
    pairs: tuple[OpenPair, ...]


@dataclass
class AskedPairs:
    """What came of asking about some questions, by their ``question_key``.

    Attributes:
        undecided: those on which the model gave no verdict.
        elsewhere: those that another run or a batch is asking about.
        stopped: whether an error or Ctrl-C ended the asking: no further question may be asked.
    """

    undecided: set[str] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)
    stopped: bool = False


class PairJudge(Protocol):
    """Has a model decide pairs of questions. Every verdict is in the ledger before ``ask`` returns."""

    def ask(self, questions: Sequence[NearQuestion]) -> AskedPairs:
        """Ask about some questions.

        Raises:
            UsageError: a cap is set and the model has no known price.
        """
        ...


class RunPairJudge(PairJudge, Protocol):
    """Decides pairs for a run that plans its list.

    Attributes:
        error: what ended the asking early; None where nothing did.
        interrupted: whether Ctrl-C ended it.
    """

    error: GeneratorError | None
    interrupted: bool

    def summary(self) -> str | None:
        """What came of it, in one line; None where nothing was asked."""
        ...
