"""A repair changes the fields that failed, and no others."""

from typing import Any

from generator.content.drafts.draft import Draft, Point, Repair, apply_repair

OLD = Draft(
    introduction="Old introduction.",
    points=(
        Point(heading="First", body="Old body 1.", passages=("p1",)),
        Point(heading="Second", body="Old body 2.", passages=("p2",)),
    ),
    conclusion="Old conclusion.",
    page_description="Old description.",
    page_keywords=("old", "keywords"),
    subject="Biology",
)


def repaired(failing: set[str], **fields: Any) -> Draft:
    return apply_repair(OLD, Repair.model_validate(fields), failing)


def test_only_the_texts_that_failed_are_replaced() -> None:
    new = {"introduction": "New.", "conclusion": "New.", "page_description": "New.", "page_keywords": "a, b"}
    assert repaired({"conclusion", "page_keywords"}, **new) == OLD.model_copy(
        update={"conclusion": "New.", "page_keywords": ("a", "b")}
    )
    assert repaired({"introduction", "subject"}, introduction=None, subject=None) == OLD


def test_only_the_parts_of_a_point_that_failed_are_replaced() -> None:
    point = {"number": 2, "heading": "New", "body": "New body.", "passages": ["p3"]}
    first, second = OLD.points
    for failing, changes in (
        ("points[1].heading", {"heading": "New"}),
        ("points[1].body", {"body": "New body.", "passages": ("p3",)}),
        ("points[1].passages", {"passages": ("p3",)}),
        ("points[0].body", {}),
    ):
        assert repaired({failing}, points=[point]).points == (first, second.model_copy(update=changes))


def test_a_point_that_does_not_exist_is_ignored() -> None:
    points = [{"number": number, "body": "New body."} for number in (0, 3, -1)]
    assert repaired({"points[0].body", "points[1].body", "points[2].body"}, points=points) == OLD


def test_a_list_that_failed_as_a_whole_is_replaced_and_keeps_what_is_not_named() -> None:
    points = [
        {"number": 2, "heading": None, "body": "New body."},
        {"number": 7, "heading": "Third", "body": "Body 3.", "passages": ["p3"]},
        {"number": 8, "heading": "No body", "body": None},
    ]
    assert repaired({"points"}, points=points).points == (
        Point(heading="Second", body="New body.", passages=("p2",)),
        Point(heading="Third", body="Body 3.", passages=("p3",)),
    )
