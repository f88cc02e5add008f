"""The rubric: what a reply must have, and how the total is made of it."""

import json

import pytest

from generator.content.judging.replies import judge_schema, parse_judgement
from generator.content.judging.rubric import CRITERIA, CRITERION_NAMES, Judgement, Rating
from generator.errors import ReplyFormatError
from tests.support.judging import rated


def test_the_total_weighs_the_criteria():
    judged = parse_judgement(json.dumps(rated(4, answers=1, correct=2)))
    weights = {criterion.name: criterion.weight for criterion in CRITERIA}
    assert judged.ratings["answers"] == Rating(1, "Point 3 shows it for answers.")
    lost = 3 * weights["answers"] + 2 * weights["correct"]
    assert judged.total == round(4 - lost / sum(weights.values()), 2)
    assert Judgement({name: Rating(5, "") for name in CRITERION_NAMES}).total == 5.0


@pytest.mark.parametrize("score", ["4", 4, 4.0, " 4 "])
def test_a_score_counts_however_it_is_written(score):
    reply = rated() | {"clear": {"reason": "r", "score": score}}
    assert parse_judgement(f"```json\n{json.dumps(reply)}\n```").ratings["clear"].score == 4


@pytest.mark.parametrize("score", [0, 6, 4.5, None, True, "good", "4/5", [], "99999999999"])
def test_no_other_score_is_guessed_at(score):
    with pytest.raises(ReplyFormatError, match="clear"):
        parse_judgement(json.dumps(rated() | {"clear": {"reason": "r", "score": score}}))


@pytest.mark.parametrize("reply", [{}, {"clear": 4}, []])
def test_a_reply_without_all_criteria_is_no_judgement(reply):
    with pytest.raises(ReplyFormatError):
        parse_judgement(json.dumps(reply))


def test_a_reason_is_one_line_of_bounded_length():
    reply = rated() | {"clear": {"reason": "a\nb\x07 " + "c" * 1000, "score": 3}}
    reason = parse_judgement(json.dumps(reply)).ratings["clear"].reason
    assert reason.startswith("a b c") and len(reason) == 300
    assert parse_judgement(json.dumps(rated() | {"clear": {"score": 3}})).ratings["clear"].reason == ""


def test_the_schema_is_strict_and_asks_for_the_reason_first():
    schema = judge_schema()
    assert schema["required"] == list(CRITERION_NAMES) and schema["additionalProperties"] is False
    for rating in schema["properties"].values():
        assert list(rating["properties"]) == rating["required"] == ["reason", "score"]
        assert rating["properties"]["score"]["enum"] == [1, 2, 3, 4, 5]
