"""What a description says: references, fragments, announcements, and what its answer says otherwise."""

import pytest

from generator.content.checks import CheckContext
from generator.content.limits import Limits
from generator.content.seo.fields import check_seo
from tests.support.good_descriptions import GOOD_DESCRIPTIONS

ANSWER = (
    "The bridge opened in 1894 after eight years of work and carries 40,000 people a day across the river.\n\n"
    "1. **Lifts**: Its two arms rise to 86 degrees within about one minute and let tall ships pass.\n\n"
    "2. **Steam**: Steam engines in the south tower drove the pumps that stored water under pressure.\n\n"
    "New paint may slow the rust on the steel of the upper walkways by several decades.\n\n"
    "The works of Jones laid the groundwork for the safety rules of later lifting bridges in Europe."
)
QUESTION = "How does the lifting bridge work?"


def codes(text: str, question: str = QUESTION, answer: str = "") -> dict[str, str]:
    """The severity of each finding of these rules, by its code."""
    ours = ("reference", "fragment", "announcement", "contradicts", "hedge", "not-held")
    context = CheckContext(question=question, limits=Limits())
    found = check_seo(
        {"page_description": text}, context, "draft", answer=answer, fields=["page_description"]
    )
    return {item.code: item.severity for item in found if item.code.removeprefix("description-") in ours}


@pytest.mark.parametrize(
    "text",
    [
        "By employing these strategies, shops sell more bread in the morning than in the afternoon.",
        "His legacy lives on in every steel bridge of the country and in the rules for its welds.",
        "This process moves water from the roots of a tree to its leaves without any pump.",
        "These factors decide how fast a pendulum swings on the surface of the moon.",
        "They store the sun's energy in bonds that an animal's cells can break again.",
        "Such bonds hold the two strands together until an enzyme parts them for copying.",
        "However, the treaty left the border in the mountains where the war had begun.",
        "When it cools, it shrinks by a tenth of its volume and pulls the mould apart.",
        "Another factor is the price of coal, which doubled within three years of the strike.",
        "Each of these layers reflects a part of the light and lets the rest through.",
        "Both processes release heat, but only the second one needs oxygen from the air.",
        "To do so, a plant opens the pores on the underside of its leaves at night.",
        "In this way, the heart fills while the muscle of its chambers is at rest.",
        "Its simplicity made the language popular in schools during the seventies.",
        "For example, a fox that hunts at night sees with a layer behind the retina.",
    ],
)
def test_an_opening_that_needs_a_sentence_before_it_is_a_finding(text):
    assert codes(text) == {"description-reference": "error"}


@pytest.mark.parametrize(
    "text",
    [
        "It is possible to see Jupiter's four largest moons with a pair of field glasses on a clear night.",
        "It takes light about eight minutes to reach the earth from the surface of the sun.",
        "Those who drew the map in 1507 named the new continent after a traveller from Florence.",
        "When they are heated, metals expand because their atoms swing more widely around their places.",
        "Because it is denser than air, carbon dioxide gathers in cellars and in the hollows of caves.",
        "Both the liver and the kidneys clear the blood of waste, but only the liver makes urea.",
        "To this day, the dome in Florence is the largest that was ever built of brick.",
        "However hard a spring is pulled, its force grows in step with its length up to the yield point.",
    ],
)
def test_words_that_only_look_like_references_are_none(text):
    assert codes(text, "What is known?") == {}


@pytest.mark.parametrize(
    "text",
    [
        "The purpose of the two houses is to make sure of a majority and to ensure that no single branch.",
        "A court weighs the likelihood that two pieces of evidence.",
        "A visual board that helps teams picture their work, limit open tasks and spot delays.",
        "The percentage of readers who finish the book after a look at the first page.",
        "Includes the liver and the gall bladder of all the animals with a backbone.",
        "Housework: regular cleaning, dusting, washing and ironing for a tidy home.",
        "Because a gas at a higher pressure is warmer than the same gas at rest.",
        "Water rises in a tree through the dead cells of its wood and the.",
    ],
)
def test_a_sentence_without_its_verb_or_its_object_is_a_finding(text):
    assert codes(text) == {"description-fragment": "error"}


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("There are several primary functions of the kidneys.", "What do the kidneys do?"),
        ("Several key factors contribute to the growth of cities.", "Why do cities grow?"),
        ("Memory can influence the way in which people learn in many ways.", "How does memory work?"),
        (
            "Sleep plays a crucial role in the health of students.",
            "How does sleep affect the health of students?",
        ),
        ("The history of the treaty is complex and multifaceted.", "What is the history of the treaty?"),
        ("To solve an equation, you can follow a systematic approach.", "How is an equation solved?"),
    ],
)
def test_an_announcement_without_content_is_a_finding(text, question):
    assert "description-announcement" in codes(text, question)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("There are several causes of the war: debt, drought and a disputed crown.", "What caused the war?"),
        (
            "Sleep plays a crucial role in memory because the brain replays the day at night.",
            "Why do we sleep?",
        ),
        ("The sum of two odd numbers is not odd.", "Is the sum of two odd numbers odd?"),
        ("The sun is larger than the moon.", "Which is larger, the sun or the moon?"),
        (
            "A vaccine can protect in several ways, such as by antibodies or by memory cells.",
            "How does it protect?",
        ),
    ],
)
def test_an_announcement_that_goes_on_is_none(text, question):
    assert codes(text, question) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The bridge opened in 1896 after eight years of work.", {"description-contradicts": "error"}),
        (
            "The arms of the bridge rise to 68 degrees within about one minute.",
            {"description-contradicts": "error"},
        ),
        (
            "The bridge opened in 1894 and weighs 11,000 tons with its two towers.",
            {"description-not-held": "warning"},
        ),
        ("The arms were lifted by steam pumps that Armstrong designed.", {"description-not-held": "warning"}),
        (
            "New paint slows the rust on the steel of the upper walkways by decades.",
            {"description-hedge": "error"},
        ),
        (
            "The works of Jones led to the safety rules of later lifting bridges in Europe.",
            {"description-hedge": "error"},
        ),
        ("New paint may slow the rust on the steel of the upper walkways by decades.", {}),
        ("The bridge opened in 1894 and carries 40,000 people a day; two arms rise for tall ships.", {}),
        ("Two arms of the lifting bridge rise to 86 degrees so that tall ships can pass.", {}),
    ],
)
def test_a_description_is_held_against_its_answer(text, expected):
    assert codes(text, answer=ANSWER) == expected


def test_without_an_answer_nothing_is_held_against_it():
    assert codes("The bridge opened in 1896 after Armstrong had worked on it for 99 years.") == {}


@pytest.mark.parametrize("text", GOOD_DESCRIPTIONS)
def test_good_descriptions_have_no_finding(text):
    assert codes(text, "What is there to know?") == {}
