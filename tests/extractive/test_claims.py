"""The offline model answers the tasks about claims by rules, from the prompts alone."""

import json

from generator.content.claims.replies import ASK_SCHEMA, CHECK_SCHEMA, FIND_SCHEMA
from generator.content.limits import Limits
from generator.extractive.writer import write_reply
from generator.model.prompts import PromptSet

SENTENCE = "In 1803, France sold the vast Louisiana Territory to the United States."


def reply(prompt, schema, **variables):
    messages = PromptSet().render(prompt, question="What was sold?", subject=None, **variables)
    body = {
        "messages": list(messages),
        "response_format": {"type": "json_schema", "json_schema": {"name": schema, "schema": {}}},
    }
    return json.loads(write_reply(body, Limits()).content)


def test_it_finds_what_the_rules_find():
    found = reply("claims_find", FIND_SCHEMA, texts={"introduction": SENTENCE})["claims"]
    assert {"kind": "date", "field": "introduction", "words": "1803"} in found


def test_it_judges_by_passages_that_say_the_same_or_differ_in_one_thing():
    passages = [{"id": "s1", "kind": "source", "title": "T", "text": f"Before.\n\n{SENTENCE}"}]
    claims = [
        {"id": "c1", "kind": "date", "words": "1803", "sentence": SENTENCE},
        {"id": "c2", "kind": "date", "words": "1805", "sentence": SENTENCE.replace("1803", "1805")},
        {"id": "c3", "kind": "date", "words": "1900", "sentence": "It ended in 1900."},
    ]
    verdicts = reply("claims_check", CHECK_SCHEMA, passages=passages, claims=claims)["verdicts"]
    assert [item["verdict"] for item in verdicts] == ["supported", "contradicted", "unsupported"]
    assert verdicts[1]["quote"] == SENTENCE


def test_it_knows_no_value_by_itself():
    blanks = [{"id": "c1", "kind": "date", "sentence": "It ended in ____."}]
    assert reply("claims_ask", ASK_SCHEMA, blanks=blanks) == {"answers": [{"blank": "c1", "value": None}]}
