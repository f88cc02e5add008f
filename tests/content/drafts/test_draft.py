"""Parses the JSON that a model writes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.drafts.draft import parse_draft
from generator.content.reply_json.strict import first_object
from generator.errors import ReplyFormatError


@pytest.mark.parametrize("content", ['{"a": ' + "9" * 5000 + "}", '{"a": ' + "[" * 100_000, "{a}", "[]", ""])
def test_a_reply_without_a_json_object_is_a_format_error(content):
    with pytest.raises(ReplyFormatError):
        first_object(content)


def test_lone_surrogates_are_removed():
    assert first_object('{"a\\ud83d": ["x\\udc00y", {"b": "\\ud83d\\ude00"}]}').value == {
        "a": ["xy", {"b": "\U0001f600"}]
    }


def test_the_reason_to_decline_is_one_clean_line():
    reason = parse_draft(json.dumps({"cannot_answer": "no\n\x1b[2Jway\ud800 " + "x" * 5000})).cannot_answer
    assert reason is not None
    assert (reason[:9], len(reason)) == ("no [2Jway", 500)
    reason.encode()


@given(st.text(st.characters(categories=None, exclude_categories=())), st.booleans())
def test_every_text_can_be_encoded_and_loses_only_lone_surrogates(text, escaped):
    parsed = first_object(json.dumps({"a": [text]}, ensure_ascii=escaped)).value["a"][0]
    parsed.encode()
    if text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text):
        assert parsed == text


@pytest.mark.parametrize("content", ['{"a": 1, "b"', '{"a": "x \\" y', '{"a": ["x'])
def test_an_object_that_ends_in_the_middle_is_called_cut_off(content):
    with pytest.raises(ReplyFormatError) as caught:
        first_object(content)
    assert caught.value.cut


@pytest.mark.parametrize("content", ['{"a": 1 "b": 2}', "{]}"])
def test_an_object_that_is_broken_elsewhere_is_not_called_cut_off(content):
    with pytest.raises(ReplyFormatError) as caught:
        first_object(content)
    assert not caught.value.cut
