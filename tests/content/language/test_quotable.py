"""Answers with obvious defects are not used again."""

from pathlib import Path

import pytest

from generator.content.checks import CheckContext, check_document
from generator.content.frontmatter import patch, read
from generator.content.language.phrases import has_ai_phrases
from generator.content.language.quotable import is_quotable
from generator.content.markdown.line_breaks import decode, encode
from generator.content.text import word_count
from tests.support.broken_files import TEXT
from tests.support.nightly import every

GOOD = "Warm air rises because it is less dense than the air around it. " * 8


@pytest.mark.parametrize(
    "text",
    [
        f"I cannot answer this question. {GOOD}",
        f"I’m sorry, that is unclear. {GOOD}",
        f"{GOOD} Based on the gathered information, it rains.",
        f"{GOOD} As an AI language model I say so.",
        f"The provided text does not tell. {GOOD}",
        GOOD + "and then it",
        GOOD + "\n```\nopen",
        GOOD + "The parts are as follows:",
        GOOD + "It rises, falls, and so on...",
        GOOD + "- one\n- two, and",
        f"{GOOD} If you have any questions, feel free to ask!",
        f"{GOOD} It rains, based on the given information.",
        "Too short.",
    ],
)
def test_an_answer_with_a_defect_is_not_quotable(text):
    assert not is_quotable(text, len(text.split()))


@pytest.mark.parametrize(
    "ending",
    [
        "",
        "It rose (a little).",
        'He said "yes."',
        "«It rose.»",
        "\n\n$$\nx\n$$",
        "\n\n```\nx\n```",
        "\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        "\n\n- **Hosts**: 254 per network\n- **Broadcast**: the last address",
        "**All of it.**",
        "Review your lecture notes.",
        "If we do not have a coin, it may not provide enough force and does not directly address it.",
    ],
)
def test_an_answer_with_a_complete_ending_is_quotable(ending):
    text = GOOD + ending
    assert is_quotable(text.strip(), len(text.split()))
    assert not has_ai_phrases(text)


_CODES = {
    *(
        "refusal",
        "assistant-talk",
        "talks-of-sources",
        "source-phrase",
        "information-missing",
        "unclosed-markup",
    ),
    *("cut-off", "no-full-stop", "pasted-label"),
}


@pytest.mark.parametrize(
    "text",
    [
        GOOD.strip(),
        f"{GOOD}«It rose.»",
        f"{GOOD}The parts are as follows:",
        f"{GOOD}It rises, falls, and so on...",
        f"{GOOD}Please let me know!",
        f"{GOOD}Review your lecture notes.",
        f"{GOOD}\n\n```\nopen",
        f"{GOOD}\n\n- one\n- two",
        f"I'm sorry, that is unclear. {GOOD}".strip(),
    ],
)
def test_an_answer_is_quotable_where_the_checks_find_no_such_error(text: str) -> None:
    found = check_document(read(patch(TEXT, {"answer": encode(text)})), CheckContext(), "published")
    wrong = {finding.code for finding in found} & _CODES
    assert is_quotable(text, len(text.split())) == (not wrong)


@pytest.mark.slow
@pytest.mark.corpus
def test_the_quotable_articles_of_the_sample_are_those_without_such_an_error(corpus_dir: Path) -> None:
    for path in every(4, sorted(corpus_dir.rglob("*.md"))):
        document = read(path.read_bytes())
        answer = decode(document.get("answer") or "")
        if word_count(answer) < 60:
            continue
        wrong = {
            finding.code
            for finding in check_document(document, CheckContext(), "published")
            if finding.field == "answer"
        } & _CODES
        assert is_quotable(answer, word_count(answer)) == (not wrong), path
