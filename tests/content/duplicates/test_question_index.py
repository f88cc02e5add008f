"""The index of questions finds the near duplicate among many."""

import pytest
from hypothesis import given, settings

from generator.content.duplicates import question_index
from generator.content.duplicates.question_index import NearestQuestion, QuestionIndex
from generator.content.duplicates.questions import similarity
from generator.content.duplicates.thresholds import VETO_CAP
from tests.support.made_questions import lists, questions

pytestmark = pytest.mark.slow


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The results of all comparisons so far."""
    results: list[float] = []

    def compare(*signatures, **options):
        results.append(real(*signatures, **options))
        return results[-1]

    real = question_index.compare
    monkeypatch.setattr(question_index, "compare", compare)
    return results


def index_of(questions: list[str], threshold: float) -> QuestionIndex[int]:
    """An index of the questions; the key of each is its position."""
    index: QuestionIndex[int] = QuestionIndex(threshold)
    for number, question in enumerate(questions):
        index.add(question, number)
    return index


def nearest_of_all(questions: list[str], question: str, threshold: float) -> NearestQuestion[int] | None:
    """The result of a comparison with every question."""
    found = [
        NearestQuestion(number, other, similarity(question, other)) for number, other in enumerate(questions)
    ]
    return max(
        (one for one in found if one.similarity >= threshold), key=lambda one: one.similarity, default=None
    )


def test_the_nearest_question_is_found_by_meaning():
    index: QuestionIndex[int] = QuestionIndex()
    for number in range(500):
        index.add(f"What is the history of town number {number}?", number)
    index.add("What is the role of enzymes in digestion?", 1000)
    index.add("What causes earthquakes?", 1001)
    assert len(index) == 502
    found = index.nearest("How do enzymes contribute to digestion?")
    assert found is not None and found.key == 1000 and found.similarity < 1
    assert index.nearest("What causes earthquakes?").similarity == 1.0
    assert index.nearest("What is the history of town number 7?").key == 7
    assert index.nearest("What is a tectonic plate?") is None


def test_questions_without_a_topic_are_found_by_their_words():
    index: QuestionIndex[str] = QuestionIndex()
    index.add("What is it?", "it")
    assert index.nearest("what is it").key == "it"
    assert index.nearest("Why?") is None


@pytest.mark.parametrize("threshold", [0.8, 0.9])
@settings(derandomize=True, max_examples=40)
@given(known=lists(most=60), other=questions())
def test_the_index_finds_what_a_comparison_with_all_finds(threshold, known, other):
    index = index_of(known, threshold)
    for question in [*known[:10], other]:
        assert index.nearest(question) == nearest_of_all(known, question, threshold)


@pytest.mark.parametrize("threshold", [0.8, 0.9])
@settings(derandomize=True, max_examples=40)
@given(asked=lists(most=12))
def test_the_index_finds_earlier_questions_of_a_list(threshold, asked):
    index: QuestionIndex[int] = QuestionIndex(threshold)
    for number, question in enumerate(asked):
        assert index.nearest(question) == nearest_of_all(asked[:number], question, threshold)
        index.add(question, number)


def test_another_spelling_of_a_word_is_found():
    for known, asked in (
        ("What is the entomology of desert ponds?", "What is the entymology of desert ponds?"),
        ("How does photosynthesis store light?", "How does photosynthetic light store?"),
        ("Explain behavioural economics in schools.", "Explain behavior economics in schools."),
    ):
        expected = nearest_of_all([known], asked, 0.8)
        assert expected is not None, known
        assert index_of([known], 0.8).nearest(asked) == expected


def test_a_question_with_only_soft_words_is_found():
    known, asked = "What is the goal of life?", "What is the goal of modern life?"
    assert similarity(known, asked) >= 0.9
    assert index_of([asked], 0.8).nearest(known) is not None
    assert index_of([known], 0.8).nearest(asked) is not None


def test_a_question_with_many_soft_words_and_one_defining_word_is_found():
    known = "What is the economy of the modern human world?"
    asked = "What is the economy of the modern human world in academic daily life?"
    assert similarity(known, asked) >= 0.8
    assert index_of([known], 0.8).nearest(asked) is not None


def test_the_earliest_of_several_is_the_nearest():
    known = ["What is a cell?", "What are enzymes?", "What is an enzyme?", "What are enzymes?"]
    index = index_of(known, 0.8)
    assert index.nearest("What are enzymes?").key == 1
    assert index.nearest("what are ENZYMES").key == 1
    assert index.nearest("Explain enzymes.").key == 1


@pytest.mark.parametrize("threshold", [VETO_CAP, 0.0, 0.3])
def test_a_threshold_that_is_too_low_is_an_error(threshold):
    with pytest.raises(ValueError, match=str(VETO_CAP)):
        QuestionIndex(threshold)


def test_thousands_of_questions_from_one_template_need_few_comparisons(compared):
    asked = [f"What is the history of town number {number}?" for number in range(20_000)]
    index: QuestionIndex[int] = QuestionIndex(0.8)
    for number, question in enumerate(asked):
        assert index.nearest(question) is None
        index.add(question, number)
    assert len(compared) < 20_000
    compared.clear()
    assert index.nearest("Explain the history of town number 12345.").key == 12_345
    assert len(compared) <= 5


def test_a_question_is_compared_with_few_of_thousands_that_differ_in_one_word(compared):
    letters = "abcdefghij"
    names = [f"{a}{b}{c}orn" for a in letters for b in letters for c in letters]
    index = index_of([f"How did the town of {name} win its charter?" for name in names], 0.8)
    for name in names[::10]:
        assert index.nearest(f"How did the city of {name} win its charter?") is None
    assert len(compared) <= 100 * 400
    compared.clear()
    assert index.nearest("How did the town of abcorn win its charter?").similarity == 1.0
    assert len(compared) <= 400


def test_all_near_questions_come_in_the_order_in_which_they_were_added():
    index = index_of(
        ["How do tides shape coasts?", "What is rust?", "How do the tides shape a coast?"], threshold=0.8
    )
    assert [found.key for found in index.near("How do tides shape the coast?")] == [0, 2]
    assert index.near("Why do cats purr?") == []


@pytest.mark.parametrize(("most_compared", "is_complete"), [(5, False), (100, True)])
def test_an_index_reports_whether_a_search_has_left_out_questions(most_compared, is_complete):
    index: QuestionIndex[int] = QuestionIndex(0.7, most_compared=most_compared)
    for number, name in enumerate(("glaciers", "rivers", "dunes", "deserts", "lagoons", "fjords", "reefs")):
        index.add(f"Do tides shape coasts, harbours and {name}?", number)
    index.near("Do harbours and coasts shape tides?")
    assert index.is_complete is is_complete
