"""A set of questions finds the near-duplicate among many."""

import pytest
from hypothesis import given, settings

from generator.content.duplicates import question_index
from generator.content.duplicates.question_index import NearestQuestion, QuestionIndex
from generator.content.duplicates.questions import similarity
from generator.content.duplicates.thresholds import VETO_CAP
from tests.support.made_questions import lists, questions


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What every comparison said so far."""
    said: list[float] = []

    def compare(*marks, **options):
        said.append(real(*marks, **options))
        return said[-1]

    real = question_index.compare
    monkeypatch.setattr(question_index, "compare", compare)
    return said


def filed(asked: list[str], threshold: float) -> QuestionIndex[int]:
    """A set of questions, each known by its place."""
    known: QuestionIndex[int] = QuestionIndex(threshold)
    for number, question in enumerate(asked):
        known.add(question, number)
    return known


def nearest_of_all(asked: list[str], question: str, threshold: float) -> NearestQuestion[int] | None:
    """What comparing with every single one finds."""
    found = [
        NearestQuestion(number, other, similarity(question, other)) for number, other in enumerate(asked)
    ]
    return max(
        (one for one in found if one.similarity >= threshold), key=lambda one: one.similarity, default=None
    )


def test_the_nearest_question_is_found_by_meaning():
    questions: QuestionIndex[int] = QuestionIndex()
    for number in range(500):
        questions.add(f"What is the history of town number {number}?", number)
    questions.add("What is the role of enzymes in digestion?", 1000)
    questions.add("What causes earthquakes?", 1001)
    assert len(questions) == 502
    found = questions.nearest("How do enzymes contribute to digestion?")
    assert found is not None and found.key == 1000 and found.similarity < 1
    assert questions.nearest("What causes earthquakes?").similarity == 1.0
    assert questions.nearest("What is the history of town number 7?").key == 7
    assert questions.nearest("What is a tectonic plate?") is None


def test_questions_without_a_topic_are_found_by_their_words():
    questions: QuestionIndex[str] = QuestionIndex()
    questions.add("What is it?", "it")
    assert questions.nearest("what is it").key == "it"
    assert questions.nearest("Why?") is None


@pytest.mark.parametrize("threshold", [0.8, 0.9])
@settings(derandomize=True, max_examples=40)
@given(asked=lists(most=60), other=questions())
def test_it_finds_what_comparing_with_all_finds(threshold, asked, other):
    known = filed(asked, threshold)
    for question in [*asked[:10], other]:
        assert known.nearest(question) == nearest_of_all(asked, question, threshold)


@pytest.mark.parametrize("threshold", [0.8, 0.9])
@settings(derandomize=True, max_examples=40)
@given(asked=lists(most=12))
def test_it_finds_what_comes_before_a_question_in_its_list(threshold, asked):
    known: QuestionIndex[int] = QuestionIndex(threshold)
    for number, question in enumerate(asked):
        assert known.nearest(question) == nearest_of_all(asked[:number], question, threshold)
        known.add(question, number)


def test_another_spelling_of_a_word_is_found():
    for known, asked in (
        ("What is the entomology of desert ponds?", "What is the entymology of desert ponds?"),
        ("How does photosynthesis store light?", "How does photosynthetic light store?"),
        ("Explain behavioural economics in schools.", "Explain behavior economics in schools."),
    ):
        expected = nearest_of_all([known], asked, 0.8)
        assert expected is not None, known
        assert filed([known], 0.8).nearest(asked) == expected


def test_a_question_of_soft_words_alone_is_found():
    known, asked = "What is the goal of life?", "What is the goal of modern life?"
    assert similarity(known, asked) >= 0.9
    assert filed([asked], 0.8).nearest(known) is not None
    assert filed([known], 0.8).nearest(asked) is not None


def test_a_question_of_many_soft_words_and_a_telling_one_is_found():
    known = "What is the economy of the modern human world?"
    asked = "What is the economy of the modern human world in academic daily life?"
    assert similarity(known, asked) >= 0.8
    assert filed([known], 0.8).nearest(asked) is not None


def test_the_earliest_of_several_is_the_nearest():
    known = filed(["What is a cell?", "What are enzymes?", "What is an enzyme?", "What are enzymes?"], 0.8)
    assert known.nearest("What are enzymes?").key == 1
    assert known.nearest("what are ENZYMES").key == 1
    assert known.nearest("Explain enzymes.").key == 1


@pytest.mark.parametrize("threshold", [VETO_CAP, 0.0, 0.3])
def test_a_threshold_at_which_all_is_alike_is_refused(threshold):
    with pytest.raises(ValueError, match=str(VETO_CAP)):
        QuestionIndex(threshold)


def test_thousands_of_one_template_are_hardly_compared(compared):
    asked = [f"What is the history of town number {number}?" for number in range(20_000)]
    known: QuestionIndex[int] = QuestionIndex(0.8)
    for number, question in enumerate(asked):
        assert known.nearest(question) is None
        known.add(question, number)
    assert len(compared) < 20_000
    compared.clear()
    assert known.nearest("Explain the history of town number 12345.").key == 12_345
    assert len(compared) <= 5


def test_thousands_that_differ_in_a_word_are_compared_with_few(compared):
    letters = "abcdefghij"
    names = [f"{a}{b}{c}orn" for a in letters for b in letters for c in letters]
    known = filed([f"How did the town of {name} win its charter?" for name in names], 0.8)
    for name in names[::10]:
        assert known.nearest(f"How did the city of {name} win its charter?") is None
    assert len(compared) <= 100 * 400
    compared.clear()
    assert known.nearest("How did the town of abcorn win its charter?").similarity == 1.0
    assert len(compared) <= 400
