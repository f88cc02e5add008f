"""The rules that select pages to be written again or withdrawn: what they find, and what they leave."""

import pytest

from generator.content.checks import CheckContext, check_document
from generator.content.frontmatter import patch, read
from generator.content.markdown.line_breaks import encode
from tests.support.broken_files import TEXT, article


def codes(**changes: str) -> set[str]:
    values = {"seo.page_description": article().seo.page_description, **changes}
    found = check_document(read(patch(TEXT, values)), CheckContext(), "published", on_request=True)
    return {finding.code for finding in found}


def with_sentence(sentence: str) -> set[str]:
    return codes(answer=encode(f"{article().answer}\n\n{sentence}".replace("\\n", "\n")))


@pytest.mark.parametrize(
    "question",
    [
        "What is the date and time of the final exam?",
        "What percentage of the overall grade does the final exam constitute?",
        "How is Section A of the exam structured?",
        "What topics are discussed in this course?",
        "When is the instructor available for questions?",
        "What are the instructor's office hours?",
    ],
)
def test_a_question_on_an_unknown_course_or_exam_is_found(question: str) -> None:
    assert "bound-to-course" in codes(question=question)


@pytest.mark.parametrize(
    "question",
    [
        "What happens in the course of evolution?",
        "How did the war change the course of history?",
        "How does a final exam affect how students prepare?",
        "What are the differences between class and caste?",
        "How is the chi-square test conducted?",
        "How can teachers plan a course?",
    ],
)
def test_a_general_question_on_teaching_is_not(question: str) -> None:
    assert "bound-to-course" not in codes(question=question)


@pytest.mark.parametrize(
    "question",
    [
        "What are the latest advances in botany?",
        "What is the current status of the reform?",
        "Which roads are currently underway in Bihar?",
        "What are the deadlines of this semester?",
        "What recent disasters have occurred in Kerala?",
    ],
)
def test_a_question_on_a_time_that_passes_is_found(question: str) -> None:
    assert "bound-to-date" in codes(question=question)


@pytest.mark.parametrize(
    "question",
    [
        "What is the difference between direct current and alternating current?",
        "How does current flow in a parallel circuit?",
        "What caused the crisis of 2022?",
        "How does a circuit limit the current?",
        "How can artists stay inspired for upcoming works?",
    ],
)
def test_a_question_without_such_a_time_is_not(question: str) -> None:
    assert "bound-to-date" not in codes(question=question)


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("The gathered information does not provide details on roots.", "information-missing"),
        ("Their length is not mentioned in the provided text.", "information-missing"),
        (
            "The gathered information mainly discusses leaves, but it does not name roots.",
            "information-missing",
        ),
        ("There is no specific information on roots in the provided sources.", "information-missing"),
        ("Roots, mentioned in the gathered information to explain water, drink.", "talks-of-sources"),
        ("The gathered information highlights roots.", "talks-of-sources"),
        ("Roots drink, as noted in the information provided.", "source-phrase"),
        ("Roots drink, as noted in the text provided.", "source-phrase"),
        ("As mentioned in the context provided, roots drink.", "source-phrase"),
    ],
)
def test_a_mention_of_the_sources_has_exactly_one_rule(sentence: str, code: str) -> None:
    rules = {"information-missing", "talks-of-sources", "source-phrase"}
    assert with_sentence(sentence) & rules == {code}


@pytest.mark.parametrize(
    "sentence",
    [
        "In passages 16.248 and 16.250, Pliny tells of roots.",
        "As described in passage 2:14, roots drink.",
        "Rights that are not mentioned in the constitution are found by courts.",
        "Choose the equation based on the given information.",
        "Analyze the gathered information before you write.",
        "If further information is unavailable, ask a botanist.",
        "The patient may say: “Please let me know if it hurts, I cannot find my pills.”",
        "Patient: I cannot find my pills.",
    ],
)
def test_a_text_that_means_its_words_has_none_of_these_findings(sentence: str) -> None:
    found = with_sentence(sentence)
    assert not found & {
        "information-missing",
        "talks-of-sources",
        "source-phrase",
        "assistant-talk",
        "refusal",
    }
