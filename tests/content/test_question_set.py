"""A set of questions finds the near-duplicate among many."""

from generator.content.question_set import QuestionSet


def test_the_nearest_question_is_found_by_meaning():
    questions: QuestionSet[int] = QuestionSet()
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
    questions: QuestionSet[str] = QuestionSet()
    questions.add("What is it?", "it")
    assert questions.nearest("what is it").key == "it"
    assert questions.nearest("Why?") is None
