"""Every rule for drafts: what it finds, in which field, and what it must leave alone."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from generator.content.checks import CheckContext, check_draft
from generator.content.draft import Draft, Point
from generator.content.findings import Finding, errors
from tests.support.made_drafts import QUESTION, healthy_context, healthy_draft

Change = Callable[[Draft], Draft]


def texts(**changes: Any) -> Change:
    """Fields replaced; a value may be a function of the old one."""

    def change(draft: Draft) -> Draft:
        values = {
            name: value(getattr(draft, name)) if callable(value) else value for name, value in changes.items()
        }
        return draft.model_copy(update=values)

    return change


def point(index: int, **changes: Any) -> Change:
    """One point's parts replaced."""

    def change(draft: Draft) -> Draft:
        points = list(draft.points)
        values = {
            name: value(getattr(points[index], name)) if callable(value) else value
            for name, value in changes.items()
        }
        points[index] = points[index].model_copy(update=values)
        return draft.model_copy(update={"points": tuple(points)})

    return change


def also(text: str) -> Callable[[str], str]:
    return lambda old: f"{old} {text}"


def findings(change: Change, **context: Any) -> tuple[Finding, ...]:
    return check_draft(change(healthy_draft()), dataclasses.replace(healthy_context(), **context))


def test_a_healthy_draft_has_no_findings() -> None:
    assert check_draft(healthy_draft(), healthy_context()) == ()


def test_a_draft_that_declines_gives_that_finding_alone() -> None:
    declined = Draft(
        introduction="",
        points=(),
        conclusion="",
        page_description="",
        page_keywords=(),
        cannot_answer="Too vague.",
    )
    (finding,) = check_draft(declined, healthy_context())
    assert (finding.code, finding.severity, finding.field) == ("declined", "error", "")
    assert "Too vague." in finding.message


LONG = "Water rises because leaves lose vapour and the column holds together. "

BROKEN: list[tuple[str, str, Change]] = [
    ("no-numbered-points", "points", texts(points=())),
    ("point-count", "points", texts(points=lambda points: points[:3])),
    ("answer-length", "points", texts(points=lambda points: points[:2])),
    ("introduction-missing", "introduction", texts(introduction="")),
    ("introduction-length", "introduction", texts(introduction="Plants pull it up.")),
    ("conclusion-missing", "conclusion", texts(conclusion="  ")),
    ("conclusion-length", "conclusion", texts(conclusion=LONG * 12)),
    ("point-length", "points[1].body", point(1, body="It sticks.")),
    ("heading-length", "points[2].heading", point(2, heading="")),
    ("heading-format", "points[0].heading", point(0, heading="1. Root uptake")),
    ("heading-format", "points[0].heading", point(0, heading="**Root uptake**")),
    ("heading-format", "points[0].heading", point(0, heading="Root uptake:")),
    ("heading-format", "points[0].heading", point(0, heading="Cost in $")),
    ("heading-repeats-question", "points[0].heading", point(0, heading="How do plants move water, from root to leaf")),
    ("headings-alike", "points[3].heading", point(3, heading="root  uptake")),
    ("points-alike", "points[3].body", lambda draft: point(3, body=draft.points[0].body)(draft)),
    ("sentence-repeated", "conclusion", texts(conclusion=also("Hydrogen bonds hold water molecules together, so a column of water behaves like a thread under tension."))),
    ("cut-off", "conclusion", texts(conclusion=also("The rest is used to"))),
    ("cut-off", "conclusion", texts(conclusion=also("And so on..."))),
    ("cut-off", "points[0].body", point(0, body=also("They are:"))),
    ("cut-off", "introduction", texts(introduction=also("The column is held up by"))),
    ("unclosed-markup", "points[1].body", point(1, body=also("\n\n```python\nx = 1"))),
    ("unclosed-markup", "points[1].body", point(1, body=also("This is **bold and never closed."))),
    ("introduction-not-an-answer", "introduction", texts(introduction=lambda old: f"In this article, we look at it. {old}")),
    ("introduction-not-an-answer", "introduction", texts(introduction="Here are some of the ways in which plants move their water from the root up to the leaf:")),
    ("introduction-not-an-answer", "introduction", texts(introduction=lambda old: f"This is a complex question. {old}")),
    ("refusal", "introduction", texts(introduction=also("I cannot provide more."))),
    ("assistant-talk", "conclusion", texts(conclusion=also("I hope this helps you."))),
    ("assistant-talk", "introduction", texts(introduction=lambda old: f"Certainly! {old}")),
    ("assistant-talk", "points[2].body", point(2, body=also("As an AI language model, I know little."))),
    ("assistant-talk", "conclusion", texts(conclusion=also("Please let me know if more is needed."))),
    ("talks-of-sources", "points[0].body", point(0, body=also("Based on the provided context, this holds."))),
    ("talks-of-sources", "points[0].body", point(0, body=also("The gathered information supports that."))),
    ("talks-of-sources", "points[0].body", point(0, body=also("According to passage s1, it is so."))),
    ("talks-of-sources", "conclusion", texts(conclusion=also("The sources do not mention more."))),
    ("leftover", "points[1].body", point(1, body=also("Dear {{ name }}, see below."))),
    ("leftover", "points[1].body", point(1, body=also('{"points": []}.'))),
    ("leftover", "points[1].body", point(1, body=also("It rises [s1]."))),
    ("leftover", "points[1].body", point(1, body=also('<passage id="s1">It rises.'))),
    ("leftover", "points[1].body", point(1, body=also("TODO more."))),
    ("leftover", "page_description", texts(page_description="[insert description here] Water rises in the xylem of plants by the pull of leaves.")),
    ("math-error", "points[1].body", point(1, body=also("So $\\frac{a$ holds."))),
    ("unclosed-math", "points[1].body", point(1, body=also("\n\n$$\nE = mc^2"))),
    ("lost-math-line", "points[1].body", point(1, body=also("\n\n$$ E\n= mc^2\n$$"))),
    ("chemistry-command", "points[1].body", point(1, body=also("So $\\ce{H2O}$ rises."))),
    ("raw-math-delimiter", "points[1].body", point(1, body=also("So \\(a = b\\) holds."))),
    ("money-as-math", "points[1].body", point(1, body=also("It costs $5 for one and $9 for two."))),
    ("line-break-pair", "points[1].body", point(1, body=also('\n\n```c\nprintf("Water\\n");\n```'))),
    ("line-break-pair", "points[1].body", point(1, body=also("So $a \\neq b$ holds."))),
    ("cut-command", "points[1].body", point(1, body=also("So $a \neq b$ holds."))),
    ("html", "points[1].body", point(1, body=also("Use the <details> tag."))),
    ("html", "points[1].body", point(1, body=also("H<sub>2</sub>O rises."))),
    ("link-out", "points[1].body", point(1, body=also("See https://example.org now."))),
    ("link-out", "points[1].body", point(1, body=also("See [this](example.org/page)."))),
    ("link-out", "points[1].body", point(1, body=also("![tree](tree.png)."))),
    ("heading-inside", "points[1].body", point(1, body=also("\n\n### More\n\nIt rises further still."))),
    ("forbidden-character", "points[1].heading", point(1, heading="Cohesion\u200b and adhesion")),
    ("forbidden-character", "page_keywords", texts(page_keywords=lambda old: (*old, "pit\x07s"))),
    ("mojibake", "conclusion", texts(conclusion=also("The plantâ€™s loss is small."))),
    ("other-language", "conclusion", texts(conclusion="Растения поднимают воду из корня к листьям. " * 4)),
    ("description-too-long", "page_description", texts(page_description=also(LONG))),
    ("description-too-short", "page_description", texts(page_description="Water rises in the xylem.")),
    ("description-self-reference", "page_description", texts(page_description="This content explains how leaves pull the water up the xylem and osmosis refills it.")),
    ("description-self-reference", "page_description", texts(page_description="The article explores how leaves pull the water up the xylem and osmosis refills it.")),
    ("description-repeats-title", "page_description", texts(page_description=f"{QUESTION} Leaves pull it up the xylem by their transpiration.")),
    ("description-markup", "page_description", texts(page_description="Evaporation **pulls** water up the xylem, while osmosis refills the water column.")),
    ("description-markup", "page_description", texts(page_description="Evaporation pulls water up the xylem,\nwhile osmosis in the roots refills the column.")),
    ("description-markup", "page_description", texts(page_description="Evaporation pulls $H_2O$ up the xylem, while osmosis in the roots refills it.")),
    ("description-quotes", "page_description", texts(page_description="Evaporation “pulls” water up the xylem, while osmosis in roots refills the column.")),
    ("description-incomplete", "page_description", texts(page_description="Evaporation from leaves pulls water up the xylem, while osmosis in the roots refills")),
    ("keyword-count", "page_keywords", texts(page_keywords=lambda old: old[:2])),
    ("keyword-twice", "page_keywords", texts(page_keywords=lambda old: (*old, "Xylem"))),
    ("keyword-format", "page_keywords", texts(page_keywords=lambda old: (*old, "root, leaf"))),
    ("keyword-format", "page_keywords", texts(page_keywords=lambda old: (*old, "Water rises in plants."))),
    ("keyword-format", "page_keywords", texts(page_keywords=lambda old: (*old, "one two three four five six seven"))),
    ("keyword-format", "page_keywords", texts(page_keywords=lambda old: (*old, " "))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "field", "change"), BROKEN, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_broken_draft_has_the_error_at_its_field(code: str, field: str, change: Change) -> None:
    found = errors(findings(change))
    assert (code, field) in [(finding.code, finding.field) for finding in found]


DOUBTFUL: list[tuple[str, str, Change]] = [
    ("answer-length-target", "points", lambda draft: point(2, body="It evaporates from the leaf and pulls the next molecule up behind itself.")(texts(points=lambda points: points[:4])(draft))),
    ("filler", "introduction", texts(introduction=also("It is important to note that water is heavy."))),
    ("filler", "conclusion", texts(conclusion=also("In today's world, water plays a crucial role."))),
    ("description-target", "page_description", texts(page_description="Evaporation from leaves pulls water up, and osmosis refills the column.")),
    ("description-call", "page_description", texts(page_description="Learn how evaporation from leaves pulls water up the xylem while osmosis refills the column.")),
    ("keyword-variants", "page_keywords", texts(page_keywords=lambda old: (*old, "guard cell"))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "field", "change"), DOUBTFUL, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_doubtful_draft_has_the_warning_and_no_error(code: str, field: str, change: Change) -> None:
    found = findings(change)
    assert (code, field) in [(finding.code, finding.field) for finding in found]
    assert not errors(found)


HEALTHY: dict[str, Change] = {
    "a body that ends in a formula": point(1, body=also("The tension is\n\n$$\np = \\rho g h\n$$")),
    "a body that ends in code": point(1, body=also("In Python:\n\n```python\nprint('water')\n```")),
    "a body that ends in a table": point(1, body=also("So:\n\n| a | b |\n|---|---|\n| 1 | 2 |")),
    "a body that ends in a list of words": point(1, body=also("\n\n- root\n- stem\n- leaf")),
    "a body that ends in a quotation": point(1, body=also("Dixon wrote of a “rope of water.”")),
    "a conclusion that ends in a bracket": texts(conclusion=also("(Dixon and Joly, 1894.)")),
    "an exclamation": texts(conclusion=also("What a feat of physics that is!")),
    "a quoted refusal": point(1, body=also("A helper who says “I cannot provide more” sets a limit.")),
    "feel free within a sentence": point(
        1, body=also("Learners should feel free to ask questions in the lab.")
    ),
    "stars in code": point(1, body=also("Write `x**2` for a square.")),
    "a link inside code": point(1, body=also("Call `get('https://example.org')` once.")),
    "tags inside code": point(1, body=also("Write `<br>` in HTML.")),
    "braces in a formula": point(1, body=also("So $x_{{max}} = \\frac{a}{{b}}$ holds.")),
    "sources of another kind": point(1, body=also("The river's sources do not dry up in summer.")),
    "Greek letters": point(1, body=also("The potential Ψ falls from −0.1 to −1.5 MPa.")),
    "a comparison": point(1, body=also("Where a < b and c > d, water flows.")),
    "a hash sign": point(1, body=also("The #1 reason is tension.")),
    "an honest here": texts(introduction=lambda old: f"{old} Here the xylem is the road."),
    "names with accents": point(1, body=also("Böhm and École texts agree; naïve views do not.")),
}


@pytest.mark.parametrize("name", HEALTHY)
def test_what_is_healthy_is_left_alone(name: str) -> None:
    assert findings(HEALTHY[name]) == ()


def test_a_cut_reply_is_an_error_of_the_whole() -> None:
    found = findings(texts(), finish_reason="length")
    assert [(finding.code, finding.field) for finding in found] == [("cut-by-length", "")]


def test_lengths_tell_how_far_off_they_are() -> None:
    long = "Water " * 23 + "rise."
    (finding,) = (f for f in findings(texts(page_description=long)) if f.code == "description-too-long")
    assert finding.message == "has 143 characters; at most 122"


def test_an_answer_in_the_question_s_own_script_is_fine() -> None:
    russian = CheckContext(question="Как растения поднимают воду?")
    draft = texts(conclusion="Растения поднимают воду из корня к листьям. " * 4)(healthy_draft())
    assert "other-language" not in {finding.code for finding in check_draft(draft, russian)}


def test_a_subject_that_the_model_chose_must_be_in_the_list() -> None:
    found = findings(texts(subject="biology"), subject=None)
    assert [(f.code, f.severity, f.field) for f in found] == [("subject-spelling", "error", "subject")]
    assert not findings(texts(subject="Physics"), subject=None)
    assert not findings(texts(subject="Alchemy"))  # the question came with its own


class TestGrounding:
    PASSAGES = {
        "s1": "Root hairs take up mineral ions with the help of carrier proteins in most of the land plants.",
        "a1": "Hydrogen bonds hold water molecules together so a column of water behaves like a thread under tension always.",
    }

    @staticmethod
    def supported(draft: Draft) -> Draft:
        points = tuple(Point(heading=p.heading, body=p.body, passages=("s1",)) for p in draft.points)
        return draft.model_copy(update={"points": points})

    def check(self, change: Change, grounding: str, **context: Any) -> tuple[Finding, ...]:
        return findings(
            change, passages=self.PASSAGES, sources=frozenset({"s1"}), grounding=grounding, **context
        )

    def test_a_point_without_support_is_a_warning_or_an_error_by_the_setting(self) -> None:
        bare = texts()
        for grounding, severity in (("preferred", "warning"), ("required", "error")):
            found = [f for f in self.check(bare, grounding) if f.code == "unsupported-point"]
            assert {f.severity for f in found} == {severity}
            assert [f.field for f in found] == [f"points[{n}].passages" for n in range(5)]
        assert not [f for f in self.check(bare, "off") if f.code == "unsupported-point"]

    def test_only_sources_support(self) -> None:
        assert not [f for f in self.check(self.supported, "required") if f.code == "unsupported-point"]
        article = point(0, passages=("a1",))
        found = self.check(lambda draft: article(self.supported(draft)), "required")
        assert ("unsupported-point", "points[0].passages") in [(f.code, f.field) for f in found]

    def test_an_unknown_passage_is_an_error(self) -> None:
        found = self.check(lambda draft: point(1, passages=("s1", "s9"))(self.supported(draft)), "preferred")
        assert [(f.code, f.severity, f.field) for f in found if f.code == "unknown-passage"] == [
            ("unknown-passage", "error", "points[1].passages")
        ]

    def test_fifteen_copied_words_are_a_warning_but_for_the_offline_model(self) -> None:
        found = [f for f in self.check(texts(), "off") if f.code == "verbatim"]
        assert [(f.severity, f.field) for f in found] == [("warning", "points[1].body")]
        assert "a1" in found[0].message
        assert not [f for f in self.check(texts(), "off", offline=True) if f.code == "verbatim"]

    def test_a_passage_id_in_the_text_is_left_over(self) -> None:
        found = self.check(point(0, body=also("That is known (s1).")), "off")
        assert ("leftover", "points[0].body") in [(f.code, f.field) for f in found]
        assert not findings(point(0, body=also("State one is (s1).")))
