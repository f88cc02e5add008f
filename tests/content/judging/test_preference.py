"""Two judgements give a preference only where they agree, and a reply of another form is refused."""

import itertools
import json
from typing import get_args

import pytest

from generator.content.judging.preference import Better, parse_judgement, prefer_schema, preference_of
from generator.errors import ReplyFormatError


def test_only_two_judgements_that_agree_prefer_a_side():
    found = {pair: preference_of(*pair) for pair in itertools.product(get_args(Better), repeat=2)}
    assert {pair for pair, side in found.items() if side == "a"} == {("first", "second")}
    assert {pair for pair, side in found.items() if side == "b"} == {("second", "first")}
    assert list(found.values()).count("tie") == 7


def test_a_judgement_is_read_and_any_other_form_refused():
    found = parse_judgement('Well: {"reason": "B errs.", "better": "first", "more": 1}')
    assert (found.reason, found.better) == ("B errs.", "first")
    for reply in ({"reason": "r", "better": "a"}, {"better": "first"}, []):
        with pytest.raises(ReplyFormatError):
            parse_judgement(json.dumps(reply))


def test_the_schema_is_strict():
    schema = prefer_schema()
    assert schema["required"] == ["reason", "better"] and not schema["additionalProperties"]
    assert schema["properties"]["better"]["enum"] == list(get_args(Better))
