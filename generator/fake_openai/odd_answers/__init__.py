"""Answers of servers and gateways that differ from the API: a table, by name, of functions that make them."""

from collections.abc import Mapping
from dataclasses import dataclass

from generator.fake_openai.odd_answers.answer import OddAnswer
from generator.fake_openai.odd_answers.errors import ERRORS
from generator.fake_openai.odd_answers.replies import REPLIES

ODD_ANSWERS: Mapping[str, OddAnswer] = {**REPLIES, **ERRORS}
"""Every odd answer by its name."""


@dataclass(frozen=True, slots=True)
class OddAnswerPlan:
    """Which requests get an odd answer.

    Args:
        name: the name in ``ODD_ANSWERS``.
        after: so many requests are answered as the API does before the first odd answer.
        times: so many odd answers are given, then the API's again; None: all later answers are odd.
    """

    name: str
    after: int = 0
    times: int | None = None

    def answer_to(self, number: int) -> OddAnswer | None:
        """The odd answer to the request with this number, from 1; None where it is answered as the API does."""
        position = number - self.after
        if position < 1 or (self.times is not None and position > self.times):
            return None
        return ODD_ANSWERS[self.name]
