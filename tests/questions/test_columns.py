"""Question lists that hold columns, data or markup are distinguished from questions that only look like them."""

import json
import re
from contextlib import suppress

import pytest
import yaml

from generator.errors import QuestionListError, UsageError
from generator.questions.rows import Question
from tests.support.lists import found, read, refusal

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
def test_tags_and_keywords_of_an_object_are_not_questions(value: dict[str, object]) -> None:
    for name in ("a.json", "a.csv", *TEXT):
        assert "no list of questions, only" in refusal(json.dumps(value, indent=1), name)
    assert "no list of questions, only" in refusal(yaml.safe_dump(value), "a.yaml")
    (bad,) = read(json.dumps(value), "a.jsonl")
    assert f"the object has no key 'question', only '{next(iter(value))}'" in str(bad)


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
def test_the_list_with_a_name_for_questions_or_data_or_with_rows_is_read(value: dict[str, object]) -> None:
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
def test_columns_beside_the_questions_may_have_any_name(header: str, row: str) -> None:
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
        "What is DNA; what is RNA?\nWhat is ATP; what is ADP?\n",
        "What is x;y?\nWhat is a;b?\n",
        "Na+,K+-ATPase\nNa+,Cl--cotransporter\n",
        "war | peace\nlove | hate\n",
        "What is grep | sort?\nWhat is a | b?\n",
        "Newton, Einstein or Bohr?\nMarx, Weber or Durkheim?\n",
        "Photosynthesis: How does it work?\nOsmosis: What is it?\n",
    ],
)
def test_a_separator_inside_questions_does_not_separate_cells(data: str) -> None:
    lines = data.splitlines()
    quoted = "".join(f'"{line}"\n' for line in lines)
    for name in TEXT:
        for text in (data, f"question\n{data}", quoted, f"question\n{quoted}"):
            assert asked(text, name) == lines
    assert asked(quoted, "a.csv") == asked(f"question\n{quoted}", "a.csv") == lines


@pytest.mark.parametrize("separator", [",", ";", "|", "\t", " | "])
@pytest.mark.parametrize(
    "rows",
    [
        ["Subject Area@Topic Name@Priority level", f"Biology@{DNA}@high", f"Physics@{MASS}@low"],
        ["Art History and Literature@What is a fresco?", f"Biology@{DNA}"],
        ["Some field of many long words@What is a fresco?", f"Zoology@{DNA}"],
        ["high@What is a fresco?", f"low@{DNA}"],
        ["What is a fresco?@high", f"{DNA}@low"],
        [f"Biology@{DNA}", f"Biology@{MASS}", "Biology@What is heat; what is cold?"],
        [f"{n}@Biology@What is number {n}, for example?" for n in range(600)],
    ],
)
def test_columns_without_known_names_are_read_by_their_cells(rows: list[str], separator: str) -> None:
    quote = '"{}"' if separator == ";" and "; " in rows[-1] else "{}"
    data = "".join(separator.join(quote.format(cell) for cell in row.split("@")) + "\n" for row in rows)
    questions = [cell for row in rows for cell in row.split("@") if "?" in cell]
    for name in ("a.csv", "a.txt", "-"):
        if "for example" in rows[-1] and separator == ",":  # the separator is in every question too
            assert f"{name}:1: there is no column 'question', only " in refusal(data, name)
        else:
            assert asked(data, name) == questions


@pytest.mark.parametrize(
    "line",
    [
        f"Biology,{DNA}",
        f"Biology, {DNA}",
        f"12,{DNA}",
        f"Biology|{DNA}",
        f"Zoology|{DNA}",
        f"{DNA}|Biology",
        f"{DNA},Biology",
        "Biology,Explain osmosis",
    ],
)
def test_a_single_row_of_two_cells_is_not_a_question(line: str) -> None:
    (bad,) = read(line, "-")
    assert "beside the question looks like another column" in str(bad)
    *rows, last = read(f"{DNA}\n{MASS}\n{line}\n", "a.txt")
    assert [isinstance(row, Question) for row in rows] == [True, True]
    assert "a.txt:3: " in str(last)


def test_a_subject_before_or_after_every_question_is_refused() -> None:
    for form in ("{}: {}", "{} - {}", "{1} - {0}", "{1} ({0})"):
        data = "".join(form.format(*row) + "\n" for row in (("Biology", DNA), ("Physics", MASS)))
        assert "there is no column 'question', only 'Biology'" in refusal(data, "a.txt")


BOXES = (
    "\u2502 question \u2502 subject \u2502\n\u251c\u2500\u2500\u253c\u2500\u2500\u2524\n{}",
    (
        "\u250c\u2500\u252c\u2500\u2510\n\u2502 question \u2502 subject \u2502\n"
        "\u251c\u2500\u253c\u2500\u2524\n{}\u2514\u2500\u2534\u2500\u2518\n"
    ),
    (
        "\u256d\u2500\u252c\u2500\u256e\n\u2502 question \u2502 subject \u2502\n"
        "\u251c\u2500\u253c\u2500\u2524\n{}\u2570\u2500\u2534\u2500\u256f\n"
    ),
    (
        "\u250f\u2501\u2533\u2501\u2513\n\u2503 question \u2503 subject \u2503\n"
        "\u2521\u2501\u2547\u2501\u2529\n{}\u2514\u2500\u2534\u2500\u2518\n"
    ),
    (
        "\u2554\u2550\u2566\u2550\u2557\n\u2551 question \u2551 subject \u2551\n"
        "\u2560\u2550\u256c\u2550\u2563\n{}\u255a\u2550\u2569\u2550\u255d\n"
    ),
    (
        "\u250c\u2500\u252c\u2500\u2510\n\u2502 question \u2506 subject \u2502\n"
        "\u2502 --- \u2506 --- \u2502\n\u2502 str \u2506 str \u2502\n\u255e\u2550\u256a\u2550\u2561\n{}"
    ),
    (
        "\u250c\u2500\u252c\u2500\u2510\n\u2502 question \u2502 subject \u2502\n"
        "\u2502 varchar \u2502 varchar \u2502\n\u251c\u2500\u253c\u2500\u2524\n{}\u2502 2 rows  2 columns \u2502\n"
    ),
    " question \u2502 subject\n\u2500\u2500\u253c\u2500\u2500\n{}(2 rows)\n",
)


@pytest.mark.parametrize("form", BOXES)
def test_a_table_in_box_drawing_characters_is_read_by_its_columns(form: str) -> None:
    rows = f"\u2502 {DNA} \u2502 Biology \u2502\n\u2502 {MASS} \u2502 Physics \u2502\n"
    if not form.startswith("\u2502") and form.startswith(" "):
        rows = f" {DNA} \u2502 Biology\n {MASS} \u2502 Physics\n"
    for name in ("a.csv", *TEXT):
        assert found(form.format(rows), name) == [(DNA, "Biology"), (MASS, "Physics")]


def test_a_drawn_table_whose_cells_are_cut_off_or_continue_is_not_drafted() -> None:
    bar = "\u2502"
    head = f"{bar} question {bar} subject {bar}\n"
    cut = read(
        f"{head}{bar} What is the func\u2026 {bar} Biology {bar}\n{bar} {DNA} {bar} Biology {bar}\n", "-"
    )
    assert "cut off" in str(cut[0])
    wrapped = f"{head}{bar} What is the use {bar} Biology {bar}\n{bar} of mass? {bar}  {bar}\n"
    assert "-:3: this line continues a cell of the row above" in refusal(wrapped, "-")
    assert "-:2: this table does not begin" in refusal(f"shape: (1, 2)\n+---+\n{head}", "-")


@pytest.mark.parametrize(
    "data",
    [
        f"questions:\n- question: {DNA}\n  subject: Biology\n- question: {MASS}\n  subject: Physics\n",
        f"- subject: Biology\n  question: {DNA}\n- subject: Physics\n  question: {MASS}\n",
    ],
)
def test_yaml_rows_are_read_under_any_name(data: str) -> None:
    for name in ("a.csv", "a.yaml", *TEXT):
        assert found(data, name) == [(DNA, "Biology"), (MASS, "Physics")]


@pytest.mark.parametrize(
    "data",
    [
        f'"Your\nquestion","Which\nsubject"\n{DNA},Biology\n',
        f'Timestamp,"Your question\n\n(one only)",Subject\nx,{DNA},Biology\n',
        f'sep=;\n"Question\ntext";Subject\n{DNA};Biology\n',
        f'"Question\r\ntext"\tSubject\r\n{DNA}\tBiology\r\n',
    ],
)
def test_the_names_of_columns_may_contain_line_breaks(data: str) -> None:
    for name in ("a.csv", "a.tsv", *TEXT):
        assert asked(data, name) == [DNA]
    (bad,) = read(data.replace(DNA, "17"), "a.csv")
    assert isinstance(bad, QuestionListError)
    assert bad.line == data.rstrip().replace("\r\n", "\n").count("\n") + 1


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
def test_cells_beside_the_questions_are_no_part_of_them(data: str) -> None:
    bare = [re.sub(r"^[\w-]+[,;] ?|,\d+$|\"", "", line) for line in data.splitlines()]
    bare = [re.sub("^[^;]*;", "", line) for line in bare]
    for name in TEXT:
        assert asked(data, name) == bare


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
        (f'["{DNA}" "{MASS}"]\n', "not valid JSON"),
        (f'{{"question": "{DNA}"}},\n{{"question": "{MASS}"}}\n', "not valid JSON"),
        (f"<p>{DNA}</p>\n<p>{MASS}</p>\n", "HTML or XML"),
        (f'<ul class="x">\n<li>{DNA}</li>\n</ul>\n', "HTML or XML"),
        (f"|{DNA}|{MASS}|\n|{MASS}|{DNA}|\n", "no column 'question'"),
    ],
)
def test_a_document_is_refused_by_its_first_line(data: str, reason: str) -> None:
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
    assert [row.text for row in rows if isinstance(row, Question)] == topics
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
def test_a_very_long_line_does_not_affect_other_lines(line: str) -> None:
    for data, name in ((f"{line}\n{DNA}\n", "a.txt"), (f"question\n{line}\n{DNA}\n", "a.csv")):
        bad, row = read(data, name)
        assert "characters, more than 300" in str(bad)
        assert isinstance(row, Question)


@pytest.mark.parametrize("text", ["| \x85\x85 |\n|\n", "|--|\n", "+--+\n+--+\n", "|\n|\n|\n"])
def test_a_table_of_rules_alone_is_refused_or_reported(text: str) -> None:
    for name in ("a.csv", "a.tsv", "a.md", "a.txt", "-"):
        with suppress(UsageError):
            assert all(isinstance(row, QuestionListError) for row in read(text, name))


@pytest.mark.parametrize("line", ["sep=", '"sep="', "SEP="])
def test_a_separator_line_without_a_separator_is_refused(line: str) -> None:
    for name in ("a.csv", "a.txt", "-"):
        assert "sep= names nothing" in refusal(f"{line}\nquestion\nWhat is DNA?\n", name)
