"""Verdicts on near questions: the schema is strict, and a reply counts only with a verdict on each candidate."""

import json

import pytest

from generator.content.duplicates.same_page import SamePage, parse_same_page, same_page_schema
from generator.errors import ReplyFormatError


def reply(*items: dict) -> str:
    return json.dumps({"verdicts": list(items)})


def item(id_: str, same: object = False, reason: str = "r") -> dict:
    return {"id": id_, "reason": reason, "same_page": same}


def test_the_schema_is_strict():
    schema = same_page_schema()
    inside = schema["properties"]["verdicts"]["items"]
    for each in (schema, inside):
        assert each["additionalProperties"] is False
        assert each["required"] == list(each["properties"])


def test_each_candidate_gets_its_verdict_with_its_reason():
    read = parse_same_page(reply(item("q2", reason="one\n asks  more"), item("q1", True)), ["q1", "q2"])
    assert read == {"q2": SamePage("different", "one asks more"), "q1": SamePage("same", "r")}


def test_strange_ids_are_left_out_and_the_first_of_several_counts():
    read = parse_same_page(reply(item("q9", True), item("q1"), item("q1", True)), ["q1"])
    assert read == {"q1": SamePage("different", "r")}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (reply(item("q1")), "no verdict on q2"),
        (reply(item("q1"), item("q2", "perhaps")), "same_page"),
        ('{"same": []}', "another JSON object, with 'same'"),
        ("They are the same.", "no JSON object"),
    ],
)
def test_any_other_reply_cannot_be_read(content, message):
    with pytest.raises(ReplyFormatError, match=message):
        parse_same_page(content, ["q1", "q2"])
