"""Which requests get an odd answer, and that every odd answer in the table can be made."""

import json

import pytest

from generator.extractive.completions import completion
from generator.fake_openai.odd_answers import ODD_ANSWERS, OddAnswerPlan
from generator.fake_openai.odd_answers.answer import Usual

BODY = {"model": "m", "messages": [{"role": "user", "content": "Why?"}], "max_completion_tokens": 9000}


@pytest.mark.parametrize(
    ("plan", "odd"),
    [
        (OddAnswerPlan("null"), [1, 2, 3, 4, 5, 6]),
        (OddAnswerPlan("null", after=2), [3, 4, 5, 6]),
        (OddAnswerPlan("null", after=2, times=3), [3, 4, 5]),
    ],
)
def test_which_requests_get_an_odd_answer(plan, odd):
    assert [number for number in range(1, 7) if plan.answer_to(number)] == odd


@pytest.mark.parametrize("name", sorted(ODD_ANSWERS))
def test_every_odd_answer_differs_from_the_usual_one(name):
    usual = completion("id", 0, BODY, '{"introduction": "Because."}')
    reply = ODD_ANSWERS[name](Usual(BODY, usual))
    assert (reply.status, reply.body) != (200, json.dumps(usual).encode())
