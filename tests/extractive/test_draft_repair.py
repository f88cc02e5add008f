import json
from typing import Any

import pytest

from generator.content.drafts.draft import apply_repair, parse_draft, parse_repair
from generator.content.limits import Limits
from generator.extractive.composition import compose_draft
from generator.extractive.draft_repair import apply_comment, repair_draft
from generator.extractive.prompt_reader import read_prompt
from tests.support.volcano_prompts import (
    PASSAGES,
    QUESTION,
    draft_messages,
    messages,
    repair_messages,
)

LIMITS = Limits()
GOOD = compose_draft(read_prompt(draft_messages(), "article_draft"), LIMITS)


def repaired(broken: dict[str, Any], findings: str, fields: str) -> dict[str, Any]:
    prompt = read_prompt(repair_messages(broken, findings, fields), "article_repair")
    return repair_draft(prompt, LIMITS)


def test_only_the_requested_fields_are_set() -> None:
    reply = repaired(
        {**GOOD, "page_description": "Bad."}, "- page_description: too short", "page_description"
    )
    assert {name for name, value in reply.items() if value is not None} == {"page_description"}
    assert LIMITS.seo.description_min <= len(reply["page_description"]) <= LIMITS.seo.description_max


def test_a_body_that_is_too_long_is_cut_after_a_sentence() -> None:
    long = " ".join(
        f"Sentence {word} of this body says a wholly new thing about {word} rocks."
        for word in (
            "red",
            "green",
            "blue",
            "black",
            "white",
            "brown",
            "grey",
            "pink",
            "gold",
            "violet",
            "orange",
            "silver",
        )
    )
    broken = {
        **GOOD,
        "points": [
            {**GOOD["points"][0], "body": long + " " + long.replace("rocks", "ash")},
            *GOOD["points"][1:],
        ],
    }
    (point,) = repaired(broken, "- points[0].body: too long", "points[0].body")["points"]
    assert point["number"] == 1 and point["heading"] is None
    assert len(point["body"].split()) in LIMITS.answer.point_words
    assert point["body"].endswith(".")


def test_a_missing_list_of_points_is_chosen_again() -> None:
    reply = repaired({**GOOD, "points": []}, "- points: too few", "points")
    draft = apply_repair(
        parse_draft(json.dumps({**GOOD, "points": []})), parse_repair(json.dumps(reply)), {"points"}
    )
    assert len(draft.points) in LIMITS.answer.points


def test_an_introduction_and_conclusion_that_cannot_be_repaired_are_replaced() -> None:
    broken = {**GOOD, "introduction": "Short.", "conclusion": "Short too."}
    reply = repaired(broken, "- introduction: too short\n- conclusion: too short", "introduction, conclusion")
    assert len(reply["introduction"].split()) in LIMITS.answer.introduction_words
    assert len(reply["conclusion"].split()) in LIMITS.answer.conclusion_words


def test_keywords_are_repaired() -> None:
    reply = repaired({**GOOD, "page_keywords": ["a", "a"]}, "- page_keywords: two the same", "page_keywords")
    assert len(set(reply["page_keywords"])) in LIMITS.seo.keywords


def revised(comment: str, draft: dict[str, Any] = GOOD) -> dict[str, Any]:
    prompt_messages = messages(
        f"{PASSAGES}<question>{QUESTION}</question>\n<draft>{json.dumps(draft)}</draft>\n<comment>{comment}</comment>"
    )
    return apply_comment(read_prompt(prompt_messages, "article_draft"), LIMITS)


def test_a_point_that_a_comment_removes_is_removed_and_the_rest_stays() -> None:
    made = revised("Please remove point 2.")
    headings = [point["heading"] for point in made["points"]]
    assert GOOD["points"][1]["heading"] not in headings
    assert made["introduction"] == GOOD["introduction"]


def test_a_comment_that_asks_for_less_shortens_the_points() -> None:
    before = sum(len(point["body"].split()) for point in GOOD["points"])
    made = revised("This is too long.")
    assert sum(len(point["body"].split()) for point in made["points"]) < before
    assert made["conclusion"] == GOOD["conclusion"]


def test_a_comment_that_cannot_be_followed_changes_nothing() -> None:
    made = revised("The tone is wrong.")
    assert {name: made[name] for name in ("introduction", "points", "conclusion")} == {
        name: GOOD[name] for name in ("introduction", "points", "conclusion")
    }


def test_a_comment_on_a_point_replaces_it_and_no_other() -> None:
    first, second, third = GOOD["points"][:3]
    made = revised("Point 2 is off the topic.", {**GOOD, "points": [first, second, third]})
    assert (made["points"][0], made["points"][2]) == (first, third)
    assert made["points"][1]["heading"] not in {point["heading"] for point in (first, second, third)}


def test_a_comment_for_more_keeps_the_points_and_adds_up_to_two() -> None:
    few = {**GOOD, "points": GOOD["points"][:3]}
    made = revised("Please add more.", few)
    assert made["points"][:3] == few["points"]
    assert 3 < len(made["points"]) <= 5
    assert made["points"][3]["heading"] not in {point["heading"] for point in few["points"]}


@pytest.mark.parametrize(
    ("comment", "field"),
    [
        ("The introduction is dull.", "introduction"),
        ("The conclusion is dull.", "conclusion"),
        ("Another description, please.", "page_description"),
        ("Other keywords, please.", "page_keywords"),
    ],
)
def test_a_comment_on_a_field_leaves_the_others(comment: str, field: str) -> None:
    broken = {**GOOD, field: ["a", "a"] if field == "page_keywords" else "Short."}
    made = revised(comment, broken)
    assert made[field] != broken[field]
    assert {name: made[name] for name in GOOD if name not in (field, "subject")} == {
        name: GOOD[name] for name in GOOD if name not in (field, "subject")
    }
