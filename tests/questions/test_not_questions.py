"""Texts in question lists that are not questions are reported with their lines; ordinary topics are questions."""

import io

import pytest

from generator.errors import QuestionListError
from generator.questions.rows import Question, Reading, read_questions
from tests.support.lists import SUBJECTS, found, read, refusal

DNA, MASS, HEAT = "What is DNA?", "What is mass?", "What is heat?"
NAMES = ("a.txt", "a.csv", "a.md", "-")


def split_rows(data: str, name: str) -> tuple[list[str], list[int]]:
    """The questions of a list, and the lines of its other rows."""
    rows = read(data, name)
    questions = [row.text for row in rows if isinstance(row, Question)]
    return questions, [row.line for row in rows if isinstance(row, QuestionListError)]


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (f"Questions for May 2026\n{DNA}\n{MASS}\n{HEAT}\n", [1]),
        (f"My list of questions for the site\n{DNA}\n{MASS}\n{HEAT}\n", [1]),
        (f"Kysymys\n{DNA}\n{MASS}\n{HEAT}\n", [1]),
        (f"Some things to ask\n{DNA}\n{MASS}\n{HEAT}\n", [1]),
        (f"From: a@b.c\nSubject: questions\n\n{DNA}\n{MASS}\n{HEAT}\n", [1, 2]),
        (f"Hello Ben,\nhere are the questions.\n{DNA}\n{MASS}\n{HEAT}\n", [1, 2]),
        (f"Questions for May\nChapter 1\n{DNA}\n{MASS}\nChapter 2\n{HEAT}\nPage 1\n", [1, 2, 5, 7]),
        (f"Chapter 1\n{DNA}\n{MASS}\nChapter 2\n{HEAT}\n", [1, 4]),
        (f"{DNA}\nCell structure\n{MASS}\n{HEAT}\n", [2]),
        (f"{DNA}\n{MASS}\n{HEAT}\n600 questions\n", [4]),
        (f"{DNA}\n{MASS}\n{HEAT}\nPage 1 of 3\n", [4]),
        (f"{DNA}\n{MASS}\n{HEAT}\nThanks for all of them, Anna\n", [4]),
        (f"{DNA}\n{MASS}\nNone\nn/a\n{HEAT}\n", [3, 4]),
        (f"{DNA}\nAnswer: a molecule\n{MASS}\n{HEAT}\n", [2]),
    ],
)
def test_titles_headings_and_footers_among_questions_are_reported(data: str, lines: list[int]) -> None:
    for name in NAMES:
        assert split_rows(data, name if "," not in data else "a.txt") == ([DNA, MASS, HEAT], lines)


def test_a_title_above_instructions_is_reported() -> None:
    questions, lines = split_rows(f"Biology list\nExplain how DNA is copied.\n{MASS}\n", "a.txt")
    assert (questions, lines) == (["Explain how DNA is copied.", MASS], [1])


def test_a_heading_far_below_is_reported() -> None:
    asked = [f"What is number {n}?" for n in range(80)]
    assert split_rows("\n".join([*asked, "More of them", DNA]), "-") == ([*asked, DNA], [81])


@pytest.mark.parametrize(
    "lines",
    [
        ["Kinetic energy", "What is potential energy?"],
        ["Photosynthesis", "Mitosis", "Osmosis"],
        ["osmosis", "mitosis", "meiosis"],
        ["Explain osmosis", "Define mitosis", DNA],
        ["Marxism", "The causes of the first world war", "Supply chain management"],
        ["Supply chain management", "The causes of the first world war", DNA],
        ["Language", "Osmosis in plants"],
        ["Compare: DNA and RNA", DNA, MASS],
        [DNA, "The causes of the first world war and its consequences", MASS, HEAT],
        ["E = mc^2", DNA, MASS],
        [DNA, "Osmosis", MASS, "Kinetic energy"],
    ],
)
def test_topics_and_instructions_are_questions(lines: list[str]) -> None:
    for name in NAMES:
        assert [row for row, _ in found("\n".join(lines), name)] == lines


def test_below_a_header_all_rows_are_questions() -> None:
    for name in ("a.txt", "a.csv"):
        data = f"question\n{DNA}\n{MASS}\n{HEAT}\nOhm's law\n"
        assert split_rows(data, name) == ([DNA, MASS, HEAT, "Ohm's law"], [])


@pytest.mark.parametrize("rule", ["---", "***", "- - -", "___", "=====", "\u2500\u2500\u2500\u2500"])
def test_rules_between_rows_are_ignored(rule: str) -> None:
    for name in NAMES:
        for data in (f"{DNA}\n{rule}\n{MASS}\n", f"{DNA}\n\n{rule}\n\n{MASS}\n{rule}\n"):
            assert split_rows(data, name) == ([DNA, MASS], [])
        assert split_rows(f"question\n{rule}\n{DNA}\n{MASS}\n", name) == ([DNA, MASS], [])
    assert split_rows(f"---\n{DNA}\n---\n{MASS}\n", "a.md") == ([DNA, MASS], [])


def test_a_line_that_begins_with_a_hash_is_a_question_a_comment_or_reported() -> None:
    for name in ("a.txt", "a.csv"):
        assert split_rows(f"#MeToo: what is it?\n{DNA}\n", name) == (["#MeToo: what is it?", DNA], [])
        assert split_rows(f"# a comment\n#\n## Part\n{DNA}\n", name) == ([DNA], [])
        assert split_rows(f"# of protons in carbon?\n{DNA}\n", name) == ([DNA], [1])
        assert split_rows(f"#comment\n{DNA}\n", name) == ([DNA], [1])
        assert split_rows(f"## {DNA}\n\n## {MASS}\n", name) == ([], [1, 3])
    assert split_rows(f'"# a comment, quoted"\n{DNA}\n', "a.csv") == ([DNA], [1])
    assert split_rows("subject,question\n#MeToo,What is it?\n", "a.csv") == ([], [2])


@pytest.mark.parametrize(
    ("name", "data", "count"),
    [
        ("a.txt", f"# one\n{DNA}\n\n# two\n", 2),
        ("a.csv", f'# one\nquestion,notes\n# two\n{DNA},"a\n# no comment"\n# three\n', 3),
        ("a.csv", f'question\n"broken\n# one\n{DNA}\n', 1),
        ("a.jsonl", f'# one\n"{DNA}"\n', 1),
        ("a.md", f"# one\n\n| question |\n|---|\n| {DNA} |\n", 1),
        ("a.tsv", f"# one\n#\tQuestion\n1\t{DNA}\n", 1),
        ("a.yaml", f"# one\n- {DNA}\n", 0),
    ],
)
def test_comments_are_counted(name: str, data: str, count: int) -> None:
    reading = Reading()
    stream = io.BytesIO(data.encode())
    list(read_questions(stream, name, default_subject=None, subjects=SUBJECTS, reading=reading))
    assert reading.comments.count == count


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", "subject,question\n"),
        ("a.txt", "question\n"),
        ("a.json", "[]"),
        ("-", '{"questions": []}'),
        ("a.yaml", "questions: []\n"),
        ("a.md", "| question |\n|---|\n"),
    ],
)
def test_a_header_alone_is_refused(name: str, data: str) -> None:
    assert refusal(data, name) == f"{name}:1: the list contains no question; add at least one"
