import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.content.limits import Limits
from generator.extractive.composition import NO_ANSWER, compose_draft
from generator.extractive.passages import blocks
from generator.extractive.prompt_reader import Prompt, QuotedPassage, read_prompt
from tests.support.volcano_prompts import (
    ARTICLE,
    HOSTILE,
    PASSAGES,
    QUESTION,
    SOURCE,
    draft_messages,
    passage,
)

LIMITS = Limits()


def draft(question: str = QUESTION, passages: str = PASSAGES, more: str = "") -> dict:
    return compose_draft(read_prompt(draft_messages(question, passages, more), "article_draft"), LIMITS)


def texts(made: dict) -> list[str]:
    return [made["introduction"], *(point["body"] for point in made["points"]), made["conclusion"]]


def test_a_draft_is_within_the_limits() -> None:
    made = draft()
    words = sum(len(text.split()) for text in texts(made))
    assert made["cannot_answer"] is None
    assert len(made["points"]) in LIMITS.answer.points
    assert words in LIMITS.answer.words
    assert len(made["introduction"].split()) in LIMITS.answer.introduction_words
    assert len(made["conclusion"].split()) in LIMITS.answer.conclusion_words
    assert all(len(point["body"].split()) in LIMITS.answer.point_words for point in made["points"])
    assert LIMITS.seo.description_min <= len(made["page_description"]) <= LIMITS.seo.description_max
    assert len(made["page_keywords"]) in LIMITS.seo.keywords


def test_every_sentence_of_a_draft_is_in_a_passage() -> None:
    quoted = " ".join(f"{ARTICLE} {SOURCE}".split())
    for text in texts(draft()):
        for sentence in re.split(r"(?<=[.!?]) ", text):
            assert sentence in quoted


def test_points_keep_the_headings_and_ids_of_their_passages() -> None:
    made = draft()
    headings = {point["heading"] for point in made["points"] if point["passages"] == ["s1"]}
    assert {"Subduction Zones", "Divergent Ridges"} <= headings


def test_no_sentence_and_no_heading_is_repeated() -> None:
    twice = PASSAGES.replace(
        "</passages>", passage(3, "article", "Volcanoes at plate boundaries", ARTICLE) + "</passages>"
    )
    made = draft(passages=twice)
    sentences = [s for text in texts(made) for s in re.split(r"(?<=[.!?]) ", text)]
    headings = [point["heading"] for point in made["points"]]
    assert len(sentences) == len(set(sentences))
    assert len(headings) == len(set(headings))


def test_the_same_prompt_gives_the_same_draft() -> None:
    assert draft() == draft()


@pytest.mark.parametrize("passages", ["", PASSAGES])
def test_a_question_that_the_passages_do_not_answer_is_declined(passages: str) -> None:
    made = draft("Who painted the ceiling of the Sistine Chapel?", passages)
    assert made["cannot_answer"] == NO_ANSWER
    assert not any(texts(made)) and made["points"] == [] and made["page_keywords"] == []


def test_instructions_in_a_passage_are_neither_followed_nor_quoted() -> None:
    hostile = PASSAGES.replace("</passages>", passage(3, "source", QUESTION, HOSTILE) + "</passages>")
    texts_found = " ".join(texts(draft(passages=hostile))).casefold()
    for word in ("ignore all", "pirate", "cats", "gathered information", "this article", "https"):
        assert word not in texts_found


def test_a_subject_is_chosen_if_subjects_are_listed() -> None:
    made = draft(more="<subjects>\nMythology\nPlate Science\n</subjects>\n")
    assert made["subject"] == "Plate Science"


def test_a_summary_is_not_in_the_points() -> None:
    assert not any("In summary" in point["body"] for point in draft()["points"])


def test_blocks_have_the_roles_lead_point_and_closing() -> None:
    roles = [block.role for block in blocks(ARTICLE)]
    assert roles == ["lead", "point", "point", "point", "point", "point", "closing"]


def test_incomplete_formulas_tables_code_and_links_are_left_out() -> None:
    text = (
        "The energy is $E = mc^2$ for a body at rest in this frame.\n\n| a | b |\n|---|---|\n\n```\nx = 1\n```\n\n"
        "The price was 5 $ in the shop of the town. Read more at [a page](https://x.org) about the topic of it."
    )
    texts_found = [sentence.text for block in blocks(text) for sentence in block.sentences]
    assert texts_found == [
        "The energy is $E = mc^2$ for a body at rest in this frame.",
        "Read more at a page about the topic of it.",
    ]


SCALE = """**Pain › Numerical Rating Scale**: The Numerical Rating Scale asks the patient to rate pain from 0 to 10. Zero stands for no pain, and ten stands for the worst pain that the patient can imagine.

Pain is rated at rest and on movement, because a patient who lies still may report no pain at all. Coughing and walking to the door are good tests after surgery of the abdomen.

A score of 1 to 3 counts as mild, 4 to 6 as moderate, and 7 to 10 as severe pain. Treatment aims at a number that lets the patient breathe deeply and walk.

The score is taken again thirty minutes after an intravenous analgesic and sixty minutes after a tablet. A fall of two points is felt as clear relief by most patients.

A number that has not fallen is reported to the physician, who looks for a new cause. Bleeding and a full bladder are the usual ones after an operation of the abdomen.

The scale does not fit everyone, and silence must never be read as zero. Patients who are confused or ventilated are observed with another scale, which watches the face and the arms."""


def test_a_section_of_a_source_becomes_an_article_that_names_its_passage() -> None:
    passages = f"<passages>\n{passage(1, 'source', 'Handbook', SCALE)}</passages>\n"
    made = draft("How is pain rated with the Numerical Rating Scale?", passages)
    assert made["introduction"].startswith("The Numerical Rating Scale asks the patient")
    assert len(made["points"]) in LIMITS.answer.points
    assert all(point["passages"] == ["s1"] for point in made["points"])
    assert not any(heading in texts(made)[0] for heading in ("›", "Pain ›"))


def test_a_section_that_is_too_short_is_declined_with_its_number_of_words() -> None:
    short = SCALE[: SCALE.index("\n\nA score")]
    passages = f"<passages>\n{passage(1, 'source', 'Handbook', short)}</passages>\n"
    made = draft("How is pain rated with the Numerical Rating Scale?", passages)
    assert made["cannot_answer"] == "the sources answer in 65 words only"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=1500))
def test_any_text_gives_a_draft_or_a_reason(question: str, text: str) -> None:
    made = compose_draft(
        Prompt("article_draft", question=question, passages=(QuotedPassage("s1", "source", "", text),)),
        LIMITS,
    )
    assert bool(made["cannot_answer"]) != bool(made["points"])
