"""Question lists in other formats are read correctly or refused; rows that are not questions are never drafted."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.content.site.subjects import SubjectList
from generator.errors import QuestionListError
from generator.questions.rows import Question, read_questions
from tests.support.lists import found, read, refusal

BOTH = [("What is DNA, briefly?", "Biology"), ("What is mass?", "Physics")]
ALONE = [(question, None) for question, _ in BOTH]
BARE = [("What is DNA?", "Biology"), ("What is mass?", "Physics")]
BARE_ALONE = [(question, None) for question, _ in BARE]
EVERYWHERE = ("a.csv", "a.txt", "a.md", "a.tsv", "list", "-")


BARS = (
    "| Subject | Question |\n|:---|---|\n| Biology | What is DNA, briefly? |\n| Physics | What is mass? |\n"
)
ROWS = 'Biology;"What is DNA, briefly?"\nPhysics;What is mass?\n'
PLAIN = "Biology;What is DNA?\nPhysics;What is mass?\n"


@pytest.mark.parametrize(
    "data",
    [
        f"sep=;\nsubject;question\n{ROWS}",
        f'\ufeff"sep=;"\r\nSubject;Question\r\n{ROWS}',
        f"SEP=;\n\nFach;Frage\n{ROWS}",
        f"sep=;;\nFach;Frage\n{ROWS}",
        f"sep=\\t\nFach\tFrage\n{ROWS.replace(';', chr(9))}",
        f"sep=\t\nFach\tFrage\n{ROWS.replace(';', chr(9))}",
        f"sep=|\nsubject|question\n{ROWS.replace(';', '|')}",
        f"Fach;Frage\n{ROWS}",
        f"\n  FACH ; FRAGEN\n\n{ROWS}",
        f'"Fach";"Frage (endgültig)"\n{ROWS}',
        f"Subject;Question text\n{ROWS}",
        f"Asignatura;Pregunta\n{ROWS}",
        f"Matière;Question\n{ROWS}",
        f"Vak;Vraag;\n{ROWS}",
        f"Topic;Question\n{ROWS}",
        f"Thema;Frage;;;\n{ROWS}",
        f";;;\nThema;Frage;;;\n{ROWS};;\n",
        f"Category|Question:\n{ROWS.replace(';', '|')}",
        f"# a comment\nsubject;question\n{ROWS}# another\n",
        f"Subject;Question\n{ROWS}".replace(";", "\t"),
        'subject,question\nBiology,"What is DNA, briefly?"\nPhysics,What is mass?,,\n',
        'No.,Question,Category\n1,"What is DNA, briefly?",Biology\n2,What is mass?,Physics\n',
        '#,Question,Subject\n1,"What is DNA, briefly?",Biology\n2,What is mass?,Physics\n',
        'subject,question\nBiology,"What is DNA, briefly?"\nsubject,question\nPhysics,What is mass?\n',
        BARS,
        f"# Questions\n\n{BARS}",
        BARS.replace(" |\n", "\n").replace("| S", "S").replace("| B", "B").replace("| P", "P"),
        BARS.replace("|:---|---|\n", ""),
        "+---------+----+\n| subject | question |\n+---------+----+\n| Biology | What is DNA, briefly? |\n"
        "| Physics | What is mass? |\n+---------+----+\n",
        " subject | question\n---------+------\n Biology | What is DNA, briefly?\n Physics | What is mass?\n",
    ],
)
def test_a_table_in_any_format_is_read_by_its_columns(data: str) -> None:
    for name in EVERYWHERE:
        assert found(data, name) == BOTH


@pytest.mark.parametrize(
    "data",
    [
        "- What is DNA?\n- What is mass?\n",
        "* [ ] What is DNA?\n* [x] What is mass?\n",
        "# Questions\n\n• What is DNA?\n\n## More\n\n• What is mass?\n",
        "1. What is DNA?\n2. What is mass?\n",
        "3) What is DNA?\n7) What is mass?\n",
        "1. **What is DNA?**\n1. **What is mass?**\n",
        "(a) What is DNA?\n(b) What is mass?\n",
        "Q1: What is DNA?\nQ2: What is mass?\n",
        "Question: What is DNA?\nQuestion: What is mass?\n",
        "> What is DNA?\n> What is mass?\n",
        "“What is DNA?”\n“What is mass?”\n",
        "Questions\nWhat is DNA?\nWhat is mass?\n",
        "questions:\n  - What is DNA?\n  - What is mass?\n",
        "\ufeff\n  PREGUNTA  \nWhat is DNA?\nWhat is mass?\n",
        "sep=;\nFrage\nWhat is DNA?\nWhat is mass?\n",
        "What is DNA?;;\nWhat is mass?;;\n".replace(";", ""),
    ],
)
def test_list_marks_are_removed_from_the_questions(data: str) -> None:
    for name in EVERYWHERE:
        assert found(data, name) == BARE_ALONE


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([question for question, _ in BOTH], ALONE),
        ([{"question": question, "subject": subject} for question, subject in BOTH], BOTH),
        ([{"Frage": question, "Fach": subject, "more": [1]} for question, subject in BOTH], BOTH),
        ({"version": 1, "questions": [question for question, _ in BOTH]}, ALONE),
        ({"items": [{"Question": question, "Category": subject} for question, subject in BOTH]}, BOTH),
        ({"question": BOTH[0][0], "subject": BOTH[0][1], "sources": ["a.md"], "tags": ["x"]}, BOTH[:1]),
    ],
)
def test_json_is_read_under_any_name(value: object, expected: list[object]) -> None:
    for name in (*EVERYWHERE, "a.json", "a.jsonl"):
        assert found(json.dumps(value), name) == expected
        assert found(json.dumps(value, indent=2), name) == expected


def test_json_lines_are_read_under_any_name() -> None:
    lines = [json.dumps({"question": question, "subject": subject}) for question, subject in BOTH]
    for name in (*EVERYWHERE, "a.json", "a.jsonl"):
        assert found("\n".join(lines), name) == BOTH


def test_the_rows_of_a_json_array_have_line_numbers() -> None:
    rows = read('{"n": 1,\n "questions": [\n  "What is DNA?",\n\n  {"no": 1},\n  "What is mass?"]}', "a.json")
    assert [row.line for row in rows] == [3, 5, 6]
    assert "no key 'question', only 'no'" in str(rows[1])


@pytest.mark.parametrize("name", ["a.yaml", "a.txt", "-"])
def test_yaml_is_read_as_rows(name: str) -> None:
    rows = [{"question": question, "subject": subject} for question, subject in BOTH]
    assert found(yaml.safe_dump(rows, sort_keys=False), name) == BOTH


def test_a_yaml_mapping_may_contain_the_list() -> None:
    assert found(yaml.safe_dump({"made": "today", "questions": [q for q, _ in BOTH]}), "a.yaml") == ALONE


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("Aihe;Kysymys\nBiology;DNA\nPhysics;Mass\n", "no column 'question', only 'Aihe', 'Kysymys'"),
        (
            "sep=;\nWhat is DNA?;What is RNA?\nWhat is mass?;What is heat?\n",
            "no column 'question', only 'What",
        ),
        ("1;What is DNA?; for example?\n2;What is mass?; for example?\n", "no column 'question', only '1'"),
        (
            "| Subject | Aihe |\n|---|---|\n| Biology | DNA |\n",
            "no column 'question', only 'Subject', 'Aihe'",
        ),
        (f"My table:\n\n{BARS}", "remove the lines above it"),
        (f"My questions\n\nsubject;question\n{PLAIN}", ":3: this line names the columns"),
        ("Questions\nsubject;question\n" + PLAIN, ":2: this line names the columns"),
        ("Questions\n" + PLAIN, "no column 'question', only 'Biology', 'What is DNA?'"),
        ("Prompt\nWhat is DNA?\nWhat is mass?\n", "'Prompt' looks like a title or the name of a column"),
        ("Title\nDNA and its uses\nMass in physics\n", "'Title' looks like a title or the name of a column"),
        ("My questions\n============\n\nWhat is DNA?\n", ":1: this line is a heading"),
        ("```\nWhat is DNA?\n```\n", "Markdown code block"),
        ("---\n_schema: default\ntitle: What is DNA?\n---\n", "front matter"),
        ("<!DOCTYPE html>\n<html><body>What is DNA?</body></html>\n", "HTML"),
        ("<table>\n<tr><td>What is DNA?</td></tr>\n</table>\n", "HTML"),
        ('<?xml version="1.0"?>\n<list><q>What is DNA?</q></list>\n', "HTML or XML"),
        ("[\n'What is DNA?',\n'What is mass?'\n]\n", "not valid JSON"),
        (
            '{"a": ["What is DNA?"], "b": ["What is mass?"]}\n',
            "no list of questions, only 'a', 'b'",
        ),
        (b"{\\rtf1\\ansi What is DNA?\\par}\n", "RTF"),
        (b"%PDF-1.7\n1 0 obj\n", "PDF"),
        (b"\x1f\x8b\x08\x00\x00", "gzip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel"),
    ],
)
def test_other_formats_are_refused_with_what_to_do(data: bytes | str, reason: str) -> None:
    for name in EVERYWHERE:
        text = refusal(data, name)
        assert text.startswith(f"{name}:")
        assert reason in text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            "Here are some for you:\n- What is DNA?\n- What is mass?\n",
            "this line is not a list item, but line",
        ),
        ("- What is DNA and\n  what is RNA?\n", "this line is not a list item, but line"),
        ("- Questions about molecules and cells\n  - What is DNA?\n", "this list has several levels"),
        (
            "Here are some for you:\n1. What is DNA?\n2. What is mass?\n",
            "this line has no number, but line 2",
        ),
        ("Q1: What is DNA?\nA1: A molecule.\n", "this line has no number, but line 1"),
        ("Q: What is DNA?\nA: A molecule.\n", "this line is not a list item, but line"),
    ],
)
def test_mixtures_of_list_items_and_other_lines_are_refused(data: str, reason: str) -> None:
    for name in ("a.txt", "a.md", "-"):
        assert reason in refusal(data, name)


@pytest.mark.parametrize(
    "question",
    [
        "1984: what is the novel about?",
        "3D printing: how does it work?",
        "2. Bundesliga: who plays there?",
        "What is P(A|B)?",
        "What is |x| for x < 0?",
        "Define osmosis",
        "Explain osmosis.",
        "Question everything: who said so?",
        "[Fe(CN)6]4-: what is its charge?",
        "{1; 2}: is it a set?",
        "<canvas> or <svg>: which is faster?",
        "Osmosis",
        "What is the title of Darwin's book?",
        "Frage und Antwort: was ist das?",
        "**Bold** claims: what are they?",
        "C# or Java?",
        "-5 degrees: is it cold?",
        "What is meant by 'all models are wrong'?",
        "e.g. and i.e.: what is the difference?",
    ],
)
def test_a_question_that_looks_like_a_mark_is_not_changed(question: str) -> None:
    others = [("What is mass?", None), ("What is charge?", None)]
    for name in ("a.csv", "a.txt", "-"):
        assert found(f"{question}\n", name) == [(question, None)]
        if question != "Osmosis":  # alone above questions it may be the name of their column
            data = f"{question}\nWhat is mass?\nWhat is charge?\n"
            assert found(data, name) == [(question, None), *others]
        data = f"What is mass?\nWhat is charge?\n{question}\n"
        assert found(data, name) == [*others, (question, None)]


def test_lines_with_commas_are_not_split() -> None:
    data = "What are cells, tissues and organs?\nIn physics, what is mass?\n"
    assert [row for row, _ in found(data, "a.txt")] == data.splitlines()
    data = "What is a thesis, question, and argument?\nWhat is mass?\n"
    assert [row for row, _ in found(data, "-")] == data.splitlines()
    data = "What is P(A|B)?\nWhat is P(B|A)?\nWhat is f(x,y)?\n"
    assert [row for row, _ in found(data, "-")] == data.splitlines()


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("17", "a number or a date"),
        ("2026-01-02", "a number or a date"),
        ("https://example.org/learn/x", "an address"),
        ("www.example.org", "an address"),
        ("anna@example.org", "an address"),
        ("Biology", "a subject"),
        ("Total", "a total"),
        ("Summe: 12", "a total"),
        ("Frage", "the name of a column"),
        ("Prompts", "the name of a column"),
        ("Here are the questions of May:", "ends with a colon"),
    ],
)
def test_a_cell_that_is_not_a_question_is_reported_and_the_other_rows_are_read(
    cell: str, reason: str
) -> None:
    first, bad, last = read(f"id;question\n1;What is DNA?\n2;{cell}\n3;What is mass?\n", "a.csv")
    assert isinstance(first, Question)
    assert isinstance(last, Question)
    assert isinstance(bad, QuestionListError)
    assert (bad.line, reason in bad.reason) == (3, True)


def test_a_header_below_many_comments_is_found() -> None:
    assert found("# a comment\n\n" * 300 + f"subject;question\n{ROWS}", "a.csv") == BOTH


def test_a_line_after_many_list_items_that_is_not_an_item_is_reported_alone() -> None:
    data = "".join(f"{n}. What is number {n}?\n" for n in range(1, 61)) + "Thanks for all of them!\n"
    *rows, bad = read(data, "a.txt")
    assert [row.text for row in rows if isinstance(row, Question)][-1] == "What is number 60?"
    assert (len(rows), bad.line, "no number" in str(bad)) == (60, 61, True)


def test_a_row_of_a_drawn_table_with_one_bar_too_many_is_reported() -> None:
    data = f"{BARS}| Physics | What is |x|? |\n| Physics | What is \\|x\\|? |\n"
    rows = read(data, "a.md")
    assert [row.line for row in rows if isinstance(row, QuestionListError)] == [5]
    assert isinstance(rows[-1], Question)
    assert rows[-1].text == "What is |x|?"


def test_columns_with_the_documented_names_have_precedence() -> None:
    data = "subject,topic,question,question text,comments\nPhysics,Biology,What is mass?,Why?,ask Anna\n"
    (row,) = read(data, "a.csv")
    assert isinstance(row, Question)
    assert (row.text, row.subject, row.notes) == ("What is mass?", "Physics", None)
    assert found("topic,question\nHeat,What is heat flow?\n", "a.csv") == [("What is heat flow?", None)]


WORDS = st.lists(
    st.sampled_from(["cells", "heat", "light", "of", "and", "in", "the", "a", "rate"]),
    min_size=3,
    max_size=20,
)
ASKED = st.builds(lambda words, n: f"What is {' '.join(words)} number {n}?", WORDS, st.integers(0, 9999))


@settings(max_examples=40)
@given(st.lists(ASKED, min_size=1, max_size=60))
def test_ordinary_questions_are_read_unchanged_from_every_format(asked: list[str]) -> None:
    lines = "\n".join(asked)
    forms = {
        "a.txt": [lines, "\n".join(f"- {text}" for text in asked), f"question\n{lines}"],
        "-": [lines, "\n".join(f"{n}. {text}" for n, text in enumerate(asked, 1))],
        "a.csv": [lines, f"question\n{lines}", "id;question\n" + "\n".join(f"1;{text}" for text in asked)],
        "a.tsv": ["question\tnotes\n" + "\n".join(f"{text}\tx" for text in asked)],
        "a.md": ["| question |\n|---|\n" + "\n".join(f"| {text} |" for text in asked)],
        "a.json": [json.dumps(asked), json.dumps({"questions": asked}, indent=1)],
        "a.jsonl": ["\n".join(json.dumps({"question": text}) for text in asked)],
        "a.yaml": [yaml.safe_dump(asked), yaml.safe_dump({"questions": asked})],
    }
    for name, texts in forms.items():
        for data in texts:
            assert [question for question, _ in found(data, name)] == asked, (name, data)


def test_the_example_list_is_read_by_its_columns() -> None:
    file = Path(__file__).parents[2] / "examples" / "questions.csv"
    rows = read_questions(file, "questions.csv", default_subject=None, subjects=SubjectList([]))
    lines = file.read_text(encoding="utf-8").splitlines()[1:]
    asked = [(row.text, row.subject) for row in rows if isinstance(row, Question)]
    assert asked == [(line.split(",")[1], line.split(",")[0]) for line in lines]
