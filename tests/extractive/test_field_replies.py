import json
import re
from pathlib import Path
from typing import Any

import pytest

from generator.content.draft import apply_repair, parse_draft, parse_repair
from generator.content.limits import Limits
from generator.extractive.composition import compose_draft
from generator.extractive.field_replies import repair_draft, revise_draft, seo_fields
from generator.extractive.prompt_reader import Prompt, read_prompt
from tests.support.volcano_prompts import (
    ARTICLE,
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


def test_only_the_fields_asked_for_are_set() -> None:
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


def test_a_missing_list_of_points_is_chosen_anew() -> None:
    reply = repaired({**GOOD, "points": []}, "- points: too few", "points")
    draft = apply_repair(
        parse_draft(json.dumps({**GOOD, "points": []})), parse_repair(json.dumps(reply)), {"points"}
    )
    assert len(draft.points) in LIMITS.answer.points


def test_an_introduction_and_conclusion_that_cannot_be_mended_are_chosen_anew() -> None:
    broken = {**GOOD, "introduction": "Short.", "conclusion": "Short too."}
    reply = repaired(broken, "- introduction: too short\n- conclusion: too short", "introduction, conclusion")
    assert len(reply["introduction"].split()) in LIMITS.answer.introduction_words
    assert len(reply["conclusion"].split()) in LIMITS.answer.conclusion_words


def test_keywords_are_mended() -> None:
    reply = repaired({**GOOD, "page_keywords": ["a", "a"]}, "- page_keywords: two the same", "page_keywords")
    assert len(set(reply["page_keywords"])) in LIMITS.seo.keywords


def revised(comment: str) -> dict[str, Any]:
    said = messages(
        f"{PASSAGES}<question>{QUESTION}</question>\n<draft>{json.dumps(GOOD)}</draft>\n<comment>{comment}</comment>"
    )
    return revise_draft(read_prompt(said, "article_draft"), LIMITS)


def test_a_point_that_a_comment_removes_is_gone_and_the_rest_stays() -> None:
    made = revised("Please remove point 2.")
    headings = [point["heading"] for point in made["points"]]
    assert GOOD["points"][1]["heading"] not in headings
    assert made["introduction"] == GOOD["introduction"]


def test_a_comment_for_less_shortens_the_points() -> None:
    before = sum(len(point["body"].split()) for point in GOOD["points"])
    made = revised("This is too long.")
    assert sum(len(point["body"].split()) for point in made["points"]) < before
    assert made["conclusion"] == GOOD["conclusion"]


def test_a_comment_that_cannot_be_followed_changes_nothing() -> None:
    made = revised("The tone is wrong.")
    assert {name: made[name] for name in ("introduction", "points", "conclusion")} == {
        name: GOOD[name] for name in ("introduction", "points", "conclusion")
    }


def seo(answer: str = ARTICLE, **more: Any) -> dict[str, Any]:
    return seo_fields(Prompt("seo_fields", question=QUESTION, answer=answer, **more), LIMITS)


def test_search_fields_keep_to_the_limits() -> None:
    made = seo()
    assert LIMITS.seo.description_min <= len(made["page_description"]) <= LIMITS.seo.description_max
    assert re.search(r"[.!]$", made["page_description"])
    keywords = made["page_keywords"]
    assert len(keywords) in LIMITS.seo.keywords
    assert len({word.casefold() for word in keywords}) == len(keywords)
    assert not any("," in word for word in keywords)


def test_a_field_that_is_not_asked_for_is_null() -> None:
    assert seo(fields=("page_keywords",))["page_description"] is None
    assert seo(fields=("seo.page_description",))["page_keywords"] is None


def test_an_avoided_description_is_not_used_again() -> None:
    first = seo()["page_description"]
    second = seo(avoid=(first,))["page_description"]
    third = seo(avoid=(first,), current={"page_description": second})["page_description"]
    assert len({first, second, third}) == 3


def test_an_answer_with_nothing_to_say_gives_null() -> None:
    made = seo("I cannot answer this question based on the available information.")
    assert made == {"page_description": None, "page_keywords": None}


@pytest.mark.corpus
def test_every_description_of_the_sample_fits(corpus_dir: Path) -> None:
    found = 0
    for path in sorted(corpus_dir.glob("*/*.md"))[::12]:
        text = path.read_text(encoding="utf-8")
        answer = re.search(r"\nanswer: >-\n {4}(.*)\n", text)
        question = re.search(r"\nquestion: >-\n {4}(.*)\n", text)
        if not answer or not question or answer[1].startswith("I cannot"):
            continue
        prompt = Prompt("seo_fields", question=question[1], answer=answer[1].replace("\\n", "\n"))
        description = seo_fields(prompt, LIMITS)["page_description"]
        if description is not None:
            found += 1
            assert LIMITS.seo.description_min <= len(description) <= LIMITS.seo.description_max
            assert not re.match(r"this (?:content|article|text)", description, re.IGNORECASE)
    assert found > 250
