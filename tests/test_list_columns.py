"""Question lists that hold columns, data or markup are told from questions that only look like those."""

import json

import pytest
import yaml

from generator.questions import QuestionRow
from tests.lists import found, read, refusal

DNA, MASS = "What is DNA?", "What is mass?"
TEXT = ("a.txt", "a.md", "-")


def asked(data: str, name: str) -> list[str]:
    return [question for question, _ in found(data, name)]


@pytest.mark.parametrize(
    "value",
    [
        {"text": DNA, "tags": ["DNA", "cell biology"]},
        {"name": "quiz", "version": "1.0", "keywords": ["list", "quiz"]},
        {"error": {"code": 4}, "choices": ["a thing"]},
        {"title": "Osmosis", "tags": ["osmosis"]},
        {"text": DNA, "items": ["DNA"]},
        {"Biology": [DNA], "Physics": [MASS]},
        {"data": [DNA], "rows": [MASS]},
    ],
)
def test_tags_and_keywords_of_an_object_are_no_questions(value: dict[str, object]) -> None:
    for name in ("a.json", "a.csv", *TEXT):
        assert "without a list of questions, only with" in refusal(json.dumps(value, indent=1), name)
    assert "without a list of questions, only with" in refusal(yaml.safe_dump(value), "a.yaml")
    (bad,) = read(json.dumps(value), "a.jsonl")
    assert f"the object has no 'question', only '{next(iter(value))}'" in str(bad)


@pytest.mark.parametrize(
    "value",
    [
        {"tags": ["a"], "questions": [DNA, MASS]},
        {"title": "Any?", "Fragen": [DNA, MASS]},
        {"status": "ok", "data": [DNA, MASS]},
        {"Rows": [DNA, MASS], "tags": "a"},
        {"quiz": [{"question": DNA, "options": ["a"]}, {"question": MASS}], "tags": ["a"]},
    ],
)
def test_a_list_named_after_questions_or_data_or_of_rows_is_read(value: dict[str, object]) -> None:
    assert asked(json.dumps(value), "a.json") == [DNA, MASS]
    assert asked(yaml.safe_dump(value), "a.yaml") == [DNA, MASS]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("question,Which subject does your question belong to?", f"{DNA},Biology"),
        ("id,question,duplicate?", f"1,{DNA},no"),
        ('question,subject,"notes for the writer, if there are any to be given"', f"{DNA},,x"),
        ("Timestamp,Your question,Which subject does your question belong to?", f"x,{DNA},Biology"),
        ("Timestamp;What is your question?;May we publish it under your name, please?", f"x;{DNA};no"),
    ],
)
def test_columns_beside_that_of_the_questions_may_be_called_anything(header: str, row: str) -> None:
    for name in ("a.csv", *TEXT):
        assert asked(f"{header}\n{row}\n", name) == [DNA]


@pytest.mark.parametrize(
    "data",
    [
        "What causes inflation; why does it matter?\nWhat is GDP; how is it measured?\n",
        "Explain osmosis; give an example.\nDescribe mitosis; name its phases.\n",
        "Define osmosis; give an example.\nDefine mitosis; give an example.\n",
        "What is N,N-dimethylformamide?\nWhat is N,N-diethylaniline?\n",
        "Compare red,green and blue\nCompare cyan,magenta and yellow\n",
        "In physics; what is mass?\nIn physics; what is heat?\n",
    ],
)
def test_a_separator_within_questions_is_no_border_of_cells(data: str) -> None:
    lines = data.splitlines()
    quoted = "".join(f'"{line}"\n' for line in lines)
    for name in TEXT:
        for text in (data, f"question\n{data}", quoted, f"question\n{quoted}"):
            assert asked(text, name) == lines
    assert asked(quoted, "a.csv") == asked(f"question\n{quoted}", "a.csv") == lines


@pytest.mark.parametrize(
    "data",
    [
        f"Biology; {DNA}\nPhysics; {MASS}\n",
        "biology; what is dna?\nphysics; what is mass?\n",
        f"Law; {DNA}\nArt; {MASS}\n",
        "law; what is a tort?\nlaw; what is a deed?\n",
        f"17,{DNA}\n23,{MASS}\n",
        f"2026-01-02,{DNA}\n2026-01-03,{MASS}\n",
        f"{DNA},17\n{MASS},18\n",
        f'"Biology";"{DNA}"\n"Physics";"{MASS}"\n',
    ],
)
def test_cells_beside_the_questions_are_refused_by_name(data: str) -> None:
    for name in ("a.csv", *TEXT):
        assert "there is no column 'question', only '" in refusal(data, name)


@pytest.mark.parametrize(
    "question",
    [
        '["a"] in Python is what?',
        '["a"] + ["b"]',
        '{"a": 1} or {"b": 2}: which one is a set?',
        "<div> vs <span>",
        "<b> or <strong>: which one is bold?",
        "|a - b| = |b - a|",
        "|x + y| <= |x| + |y|",
        "Osmosis versus diffusion",
    ],
)
def test_a_question_that_begins_like_a_document_is_a_question(question: str) -> None:
    for name in TEXT:
        assert asked(f"{question}\nWhat is the mass of it?\n", name) == [question, "What is the mass of it?"]
        assert asked(f"question\n{question}\n", name) == [question]
    assert asked(f"{DNA}\n{question}\n", "a.txt") == [DNA, question]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (f'["{DNA}" "{MASS}"]\n', "not JSON"),
        (f'{{"question": "{DNA}"}},\n{{"question": "{MASS}"}}\n', "not JSON"),
        (f"<p>{DNA}</p>\n<p>{MASS}</p>\n", "HTML or XML"),
        (f'<ul class="x">\n<li>{DNA}</li>\n</ul>\n', "HTML or XML"),
        (f"|Biology|{DNA}|\n|Physics|{MASS}|\n", "no column 'question'"),
    ],
)
def test_a_document_is_refused_where_its_first_line_opens_one(data: str, reason: str) -> None:
    for name in TEXT:
        assert reason in refusal(data, name)


def test_a_topic_that_begins_like_a_total_is_a_question() -> None:
    topics = ["Total war", "Total utility", "Total surplus", "Count nouns", "Count Dracula", "Sum rule"]
    totals = [
        "Total",
        "Sum:",
        "Summe",
        "Total questions",
        "Total questions: 12",
        "Total: 12",
        "Total cost = 12.50",
    ]
    rows = read("id,question\n" + "".join(f'1,"{text}"\n' for text in [*topics, *totals]), "a.csv")
    assert [row.question for row in rows if isinstance(row, QuestionRow)] == topics
    assert ["is a total" in str(row) for row in rows[len(topics) :]] == [True] * len(totals)


@pytest.mark.parametrize(
    "line",
    [
        "(" * 30_000,
        "-" * 60_000 + "x|",
        "--|" * 20_000 + "x",
        "([" * 30_000,
        "- " * 60_000 + "x",
        "> " * 60_000 + "x",
    ],
)
def test_a_line_without_end_costs_only_itself(line: str) -> None:
    for data, name in ((f"{line}\n{DNA}\n", "a.txt"), (f"question\n{line}\n{DNA}\n", "a.csv")):
        bad, row = read(data, name)
        assert "characters, more than 300" in str(bad)
        assert isinstance(row, QuestionRow)
