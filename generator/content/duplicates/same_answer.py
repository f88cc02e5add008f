"""Whether two answers are one: the rule for the answers of pages, and for that of a draft."""

from generator.content.duplicates.questions import asks_something_else, compare, signature
from generator.content.duplicates.thresholds import (
    COPIED_ANSWER,
    SAME_ANSWER,
    SAME_ANSWER_TO_NEAR_QUESTION,
    VETO_CAP,
)


def is_same_answer(share: float, question: str, other: str) -> bool:
    """Whether answers that share so much certainly say the same, each as an answer to its question.

    Args:
        share: the :attr:`Overlap.share` of the answers.
    """
    asked, also = signature(question), signature(other)
    if share >= SAME_ANSWER and not asks_something_else(asked, also):
        return True
    return share >= SAME_ANSWER_TO_NEAR_QUESTION and compare(asked, also) > VETO_CAP


def is_copied_answer(share: float, question: str, other: str) -> bool:
    """Whether the answer to a question is that to another one, also where the questions mean something else."""
    return share >= COPIED_ANSWER or is_same_answer(share, question, other)
