"""The rules on drafts: what each one finds, in which field, and what it must not report."""

import dataclasses
from typing import Any

import pytest

from generator.content.checks import CheckContext, check_draft
from generator.content.drafts.draft import Draft, Point
from generator.content.findings import Finding, errors
from tests.support.broken_drafts import BROKEN, DOUBTFUL, Change, also, point, texts
from tests.support.made_drafts import healthy_context, healthy_draft


def findings(change: Change, **context: Any) -> tuple[Finding, ...]:
    return check_draft(change(healthy_draft()), dataclasses.replace(healthy_context(), **context))


def test_a_healthy_draft_has_no_findings() -> None:
    assert check_draft(healthy_draft(), healthy_context()) == ()


def test_a_draft_that_declines_has_only_this_finding() -> None:
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


@pytest.mark.parametrize(
    ("code", "field", "change"), BROKEN, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_broken_draft_has_the_error_at_its_field(code: str, field: str, change: Change) -> None:
    found = errors(findings(change))
    assert (code, field) in [(finding.code, finding.field) for finding in found]


@pytest.mark.parametrize(
    ("code", "field", "change"), DOUBTFUL, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_doubtful_draft_has_the_warning_and_no_error(code: str, field: str, change: Change) -> None:
    found = findings(change)
    assert (code, field) in [(finding.code, finding.field) for finding in found]
    assert not errors(found)


def test_a_message_has_the_singular_for_one() -> None:
    messages = {finding.message for finding in findings(texts(points=lambda points: points[:1]))}
    assert "has 1 point; write 4–8" in messages


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
def test_a_correct_draft_has_no_finding(name: str) -> None:
    assert findings(HEALTHY[name]) == ()


def test_a_cut_reply_is_an_error_of_the_whole() -> None:
    found = findings(texts(), finish_reason="length")
    assert [(finding.code, finding.field) for finding in found] == [("cut-by-length", "")]


def test_a_message_on_a_length_has_the_length_and_the_limit() -> None:
    long = "Water " * 23 + "rise."
    (finding,) = (f for f in findings(texts(page_description=long)) if f.code == "description-too-long")
    assert finding.message == "has 143 characters; write at most 122"


def test_an_answer_in_the_script_of_the_question_is_no_error() -> None:
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
        "a1": "Hydrogen bonds hold water molecules together so a column of water behaves like a thread under tension"
        " always.",
    }

    @staticmethod
    def supported(draft: Draft) -> Draft:
        points = tuple(Point(heading=p.heading, body=p.body, passages=("s1",)) for p in draft.points)
        return draft.model_copy(update={"points": points})

    def check(self, change: Change, grounding: str, **context: Any) -> tuple[Finding, ...]:
        return findings(
            change, passages=self.PASSAGES, sources=frozenset({"s1"}), grounding=grounding, **context
        )

    def test_a_point_without_support_is_a_warning_or_an_error_according_to_the_setting(self) -> None:
        unchanged = texts()
        for grounding, severity in (("preferred", "warning"), ("required", "error")):
            found = [f for f in self.check(unchanged, grounding) if f.code == "unsupported-point"]
            assert {f.severity for f in found} == {severity}
            assert [f.field for f in found] == [f"points[{n}].passages" for n in range(5)]
        assert not [f for f in self.check(unchanged, "off") if f.code == "unsupported-point"]

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

    def test_fifteen_copied_words_are_a_warning_except_for_the_offline_model(self) -> None:
        found = [f for f in self.check(texts(), "off") if f.code == "verbatim"]
        assert [(f.severity, f.field) for f in found] == [("warning", "points[1].body")]
        assert "a1" in found[0].message
        assert not [f for f in self.check(texts(), "off", offline=True) if f.code == "verbatim"]

    def test_a_passage_id_in_the_text_is_a_leftover(self) -> None:
        found = self.check(point(0, body=also("That is known (s1).")), "off")
        assert ("leftover", "points[0].body") in [(f.code, f.field) for f in found]
        assert not findings(point(0, body=also("State one is (s1).")))
