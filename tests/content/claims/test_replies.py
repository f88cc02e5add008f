"""Replies about claims: words and quotations are checked by code, and a model's word alone proves nothing."""

import json

import pytest

from generator.content.claims.compare import SourcePassage
from generator.content.claims.find import find_claims
from generator.content.claims.replies import (
    ask_schema,
    check_schema,
    find_schema,
    parse_answers,
    parse_found,
    parse_judgements,
    with_answer,
)
from generator.content.claims.verdict import UNSUPPORTED, Verdict, must_be_settled
from generator.errors import ReplyFormatError

TEXTS = {"introduction": "Rome fell in 476.", "points[0].body": "It had **one million** people."}
CLAIM = find_claims(TEXTS)[0]
PASSAGES = [
    SourcePassage("s1", "Handbook", "The western empire ended in\n476 with the “deposition” of Romulus."),
    SourcePassage("a1", "Old page", "Rome fell in 476.", proves=False),
]


def judged(**changes):
    reply = {
        "claim": "c1",
        "verdict": "supported",
        "passage": "s1",
        "quote": "ended in 476",
        "right": None,
        "reason": "r",
    }
    return parse_judgements(json.dumps({"verdicts": [reply | changes]}), {"c1": CLAIM}, PASSAGES)


def test_found_claims_are_placed_and_those_that_are_not_in_the_text_are_counted():
    reply = {"claims": [
        {"kind": "date", "field": "introduction", "words": "476"},
        {"kind": "date", "field": "introduction", "words": "476"},
        {"kind": "figure", "field": "introduction", "words": "**one million** people"},
        {"kind": "oddity", "field": "?", "words": "Rome"},
        {"kind": "date", "field": "introduction", "words": "477"},
    ]}  # fmt: skip
    found = parse_found(json.dumps(reply), TEXTS)
    assert [(claim.field, claim.words) for claim in found.claims] == [
        ("introduction", "476"),
        ("points[0].body", "**one million** people"),
        ("introduction", "Rome"),
    ]
    assert found.dropped == 1


def test_support_needs_words_that_are_in_the_passage():
    verdict = judged().verdicts["c1"]
    assert (verdict.name, verdict.passage, verdict.source) == ("supported", "s1", "Handbook")
    assert judged(quote='ended in  476 with the "deposition"').verdicts["c1"].name == "supported"


@pytest.mark.parametrize("changes", [{"quote": "fell in 476"}, {"quote": None}, {"quote": " "}, {"passage": None},
                                     {"passage": "s9"}, {"passage": "a1", "quote": "Rome fell in 476."}])  # fmt: skip
def test_a_verdict_without_a_true_quotation_is_lowered(changes):
    assert judged(**changes).verdicts["c1"] == UNSUPPORTED
    assert judged(**changes).lowered == 1
    doubt = judged(verdict="contradicted", right="475", **changes)
    assert (doubt.verdicts["c1"].name, doubt.verdicts["c1"].right, doubt.lowered) == ("doubtful", "475", 1)


def test_verdicts_on_unknown_claims_and_second_verdicts_are_left_out():
    assert judged(claim="c9").verdicts == {}
    item = {"claim": "c1", "verdict": "doubtful", "reason": "r"}
    twice = json.dumps({"verdicts": [item, item | {"verdict": "unsupported"}]})
    assert parse_judgements(twice, {"c1": CLAIM}, ()).verdicts["c1"].name == "doubtful"


def test_an_answer_agrees_or_makes_doubtful_and_never_supports():
    assert with_answer(CLAIM, UNSUPPORTED, "476").name == "consistent"
    differing = with_answer(CLAIM, UNSUPPORTED, "480 AD")
    assert (differing.name, differing.right) == ("doubtful", "480 AD")
    assert with_answer(CLAIM, UNSUPPORTED, None) == UNSUPPORTED
    for kept in (Verdict("supported"), Verdict("contradicted"), Verdict("doubtful")):
        assert with_answer(CLAIM, kept, "999") == kept
    assert parse_answers(
        '{"answers": [{"blank": "b1", "value": " 476 "}, {"blank": "b2", "value": null}]}'
    ) == {"b1": "476"}


@pytest.mark.parametrize("content", ["no JSON", "{}", '{"verdicts": [{"claim": 1}]}', '{"verdicts": "x"}'])
def test_another_form_cannot_be_read(content):
    with pytest.raises(ReplyFormatError):
        parse_judgements(content, {"c1": CLAIM}, PASSAGES)


def test_the_schemas_are_strict():
    for schema in (find_schema(), check_schema(), ask_schema()):
        (items,) = (part["items"] for part in schema["properties"].values())
        assert items["required"] == list(items["properties"])
        assert schema["additionalProperties"] is items["additionalProperties"] is False


def test_what_must_be_settled_follows_the_setting():
    names = ("supported", "contradicted", "doubtful", "consistent", "unsupported", "unchecked")
    assert [name for name in names if must_be_settled(name, "none")] == []
    assert [name for name in names if must_be_settled(name, "contradicted")] == ["contradicted"]
    assert [name for name in names if must_be_settled(name, "doubtful")] == [
        "contradicted",
        "doubtful",
        "unchecked",
    ]
