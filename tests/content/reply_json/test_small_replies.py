"""Replies to the small tasks are read however they are wrapped, as those with drafts are."""

import json

import pytest

from generator.content.claims.replies import parse_found
from generator.content.duplicates.same_page import parse_same_page
from generator.content.judging.preference import parse_judgement as parse_preference
from generator.content.judging.replies import parse_judgement
from generator.content.judging.rubric import CRITERIA

RATINGS = {criterion.name: {"reason": "Clear.", "score": 4} for criterion in CRITERIA}
WRAPPED = [
    "{}",
    "<think>Compare {{a}} with {{b}}.</think>{}",
    "Plan: weigh {{2 points}}.\n{}",
    "```json\n{}\n```",
    '{{"answer": {}}}',
    "{}\nNote: {{done}}",
]


@pytest.mark.parametrize("wrapped", WRAPPED)
@pytest.mark.parametrize(
    ("parse", "reply"),
    [
        (parse_judgement, RATINGS),
        (parse_preference, {"reason": "Shorter.", "better": "first"}),
        (
            lambda content: parse_same_page(content, ["q1"]),
            {"verdicts": [{"id": "q1", "reason": "Same.", "same_page": True}]},
        ),
        (lambda content: parse_found(content, {}), {"claims": []}),
    ],
    ids=["judge", "preference", "same page", "claims"],
)
def test_a_small_reply_is_read_in_every_wrapping(parse, reply, wrapped):
    text = json.dumps(reply)
    assert parse(wrapped.format(text)) == parse(text)
