"""Reading what a model wrote as JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.draft import json_object, parse_draft
from generator.errors import ReplyFormatError


@pytest.mark.parametrize("content", ['{"a": ' + "9" * 5000 + "}", '{"a": ' + "[" * 100_000, "{a}", "[]", ""])
def test_what_is_no_json_object_is_a_format_error(content):
    with pytest.raises(ReplyFormatError):
        json_object(content)


def test_lone_surrogates_do_not_come_through():
    assert json_object('{"a\\ud83d": ["x\\udc00y", {"b": "\\ud83d\\ude00"}]}') == {
        "a": ["xy", {"b": "\U0001f600"}]
    }


def test_the_reason_to_decline_is_one_clean_line():
    declined = parse_draft(json.dumps({"cannot_answer": "no\n\x1b[2Jway\ud800 " + "x" * 5000})).cannot_answer
    assert declined is not None
    assert (declined[:9], len(declined)) == ("no [2Jway", 500)
    declined.encode()


@given(st.text(st.characters(categories=None, exclude_categories=())), st.booleans())
def test_every_text_can_be_encoded_and_loses_lone_surrogates_only(text, escaped):
    read = json_object(json.dumps({"a": [text]}, ensure_ascii=escaped))["a"][0]
    read.encode()
    if text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text):
        assert read == text
