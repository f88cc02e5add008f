"""The index of close questions finds those that may ask the same, as a comparison with all would."""

import pytest
from hypothesis import given, settings

from generator.content.duplicates import close_questions
from generator.content.duplicates.close_questions import MOST_CLOSE, CloseQuestions, closeness
from generator.content.duplicates.questions import signature
from tests.support.made_questions import lists, questions


def index_of(questions: list[str]) -> CloseQuestions[int]:
    index: CloseQuestions[int] = CloseQuestions(0.5, 0.8)
    for number, question in enumerate(questions):
        index.add(question, number)
    return index


def close_of_all(questions: list[str], question: str) -> list[int]:
    asked = signature(question)
    rated = [(closeness(asked, signature(each), 0.5), number) for number, each in enumerate(questions)]
    close = [(-similarity, number) for similarity, number in rated if 0.5 <= similarity < 0.8]
    return [number for _, number in sorted(close)[:MOST_CLOSE]]


@pytest.mark.slow
@settings(derandomize=True, max_examples=60)
@given(known=lists(most=60), other=questions())
def test_the_index_finds_what_a_comparison_with_all_finds(known, other):
    index = index_of(known)
    for question in [*known[:10], other]:
        assert [each.key for each in index.close_to(question)] == close_of_all(known, question)


@settings(derandomize=True, max_examples=30)
@given(known=lists(most=30), more=lists(most=30), other=questions())
def test_removed_questions_leave_no_trace(known, more, other):
    index = index_of([*known, *more])
    index.truncate(len(known))
    assert len(index) == len(known)
    for number, question in enumerate(more, start=len(known)):
        index.add(question, number)
    assert index.close_to(other) == index_of([*known, *more]).close_to(other)


def test_the_nearest_come_first_and_no_more_than_five():
    index = index_of(
        [f"How do enzymes speed up reactions in {place}?" for place in ("cells", "soil", "milk")]
    )
    index.add("How do enzymes speed up reactions?", 9)
    found = index.close_to("How do enzymes speed up reactions in human cells?")
    assert [each.key for each in found] == [9]
    many = index_of([f"How do {name} enzymes speed up reactions?" for name in "abcdefgh"])
    assert len(many.close_to("How do enzymes speed up reactions?")) == MOST_CLOSE


def test_questions_with_other_numbers_are_not_close():
    assert index_of(["Solve example 3 about levers."]).close_to("Solve example 4 about levers.") == []
    three = index_of(["What are the three classes of levers?"])
    assert [each.similarity for each in three.close_to("What are the classes of levers?")] == [0.5]


def test_a_question_is_compared_with_few_of_thousands(monkeypatch: pytest.MonkeyPatch):
    compared = []
    real = close_questions.compare
    monkeypatch.setattr(
        close_questions, "compare", lambda *all, **more: compared.append(1) or real(*all, **more)
    )
    letters = "abcdefghij"
    names = [f"{a}{b}{c}orn" for a in letters for b in letters for c in letters]
    index = index_of([f"How did the town of {name} win its charter?" for name in names])
    for name in names[::10]:
        assert index.close_to(f"How did the city of {name} win its charter?") == []
    assert len(compared) <= 100
