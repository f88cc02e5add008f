"""Columns besides the question are kept as written, and known ones become owner, priority and dates."""

import io
import json

import pytest

from generator.content.questions.details import QuestionDetails, date_of_cell
from generator.questions.rows import Question, Reading, read_questions
from tests.support.lists import SUBJECTS, found, read, refusal

DNA, MASS, HEAT = "What is DNA?", "What is mass?", "What is heat?"


def details(data: str, name: str = "a.csv") -> list[QuestionDetails | None]:
    return [row.details for row in read(data, name) if isinstance(row, Question)]


def guessed(data: str, name: str, **columns: list[str]) -> tuple[list[str], list[str]]:
    """The questions of a list, and what was guessed to read it."""
    reading = Reading()
    rows = read_questions(
        io.BytesIO(data.encode()),
        name,
        default_subject=None,
        subjects=SUBJECTS,
        columns=columns,
        reading=reading,
    )
    return [row.text for row in rows if isinstance(row, Question)], reading.guesses


def test_other_columns_are_kept_as_written() -> None:
    data = f"Nr;Frage;Fach;Verantwortlich;Fällig am;Notes\n 1 ;{DNA};Biology;Ann  B.;1.3.2026;be brief\n2;{MASS};;\n"
    first, second = details(data)
    assert first == QuestionDetails(
        {"Nr": " 1 ", "Verantwortlich": "Ann  B.", "Fällig am": "1.3.2026", "Notes": "be brief"},
        owner="Ann B.",
        due="2026-03-01",
        listed=frozenset({"owner", "due"}),
    )
    assert second is not None
    assert second.kept == {"Nr": "2", "Verantwortlich": "", "Fällig am": "", "Notes": ""}
    assert (second.owner, second.due, second.listed) == (None, None, frozenset({"owner", "due"}))


def test_columns_with_one_name_or_none_are_told_apart() -> None:
    (found_details,) = details(f"Question,Tag,Tag,,Owner\n{DNA},a,b,c,Ann\n")
    assert found_details is not None
    assert found_details.kept == {"Tag": "a", "Tag (column 3)": "b", "column 4": "c", "Owner": "Ann"}


def test_values_of_json_are_kept_with_their_types() -> None:
    row = {
        "Question": DNA,
        "subject": "Biology",
        "Owner": "Ann",
        "tags": ["a", 1],
        "priority": 2,
        "due": None,
    }
    for data, name in ((json.dumps([row]), "a.json"), (json.dumps(row), "a.jsonl")):
        (found_details,) = details(data, name)
        assert found_details is not None
        assert found_details.kept == {"Owner": "Ann", "tags": ["a", 1], "priority": 2, "due": None}
        assert (found_details.owner, found_details.priority, found_details.due) == ("Ann", "2", None)


@pytest.mark.parametrize(
    "data", [f"{DNA}\n{MASS}\n", f"question\n{DNA}\n", f"subject,question\nBiology,{DNA}\n"]
)
def test_a_list_without_other_columns_keeps_nothing(data: str) -> None:
    assert set(details(data)) == {None}


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2026-03-01", "2026-03-01"),
        ("2026-03-01 00:00:00", "2026-03-01"),
        ("2026/3/1", "2026-03-01"),
        ("1.3.2026", "2026-03-01"),
        ("31/3/2026", "2026-03-31"),
        ("3/31/2026", "2026-03-31"),
        ("3/3/2026", "2026-03-03"),
        ("1 March 2026", "2026-03-01"),
        ("Mar 1, 2026", "2026-03-01"),
        ("3/4/2026", None),
        ("31/31/2026", None),
        ("2026-02-30", None),
        ("soon", None),
        ("", None),
    ],
)
def test_only_what_is_certainly_a_date_is_one(text: str, date: str | None) -> None:
    assert date_of_cell(text) == date


def test_dates_that_are_not_certain_are_counted() -> None:
    reading = Reading()
    data = f"question,due\n{DNA},3/4/2026\n{MASS},soon\n{HEAT},2026-01-02\n".encode()
    list(read_questions(io.BytesIO(data), "a.csv", default_subject=None, subjects=SUBJECTS, reading=reading))
    assert (reading.unclear_dates, reading.first_unclear_date) == (2, ("3/4/2026", 2))


def test_the_settings_name_more_columns() -> None:
    data = f"Leitfrage;Bereich;Wer\n{DNA};Biology;Ann\n"
    assert guessed(data, "a.csv", question=["leitfrage"], subject=["Bereich"]) == ([DNA], [])
    (row,) = read_questions(
        io.BytesIO(data.encode()),
        "a.csv",
        default_subject=None,
        subjects=SUBJECTS,
        columns={"question": ["Leitfrage"], "subject": ["BEREICH"], "owner": ["Wer"]},
    )
    assert isinstance(row, Question)
    assert row.details is not None
    assert (row.subject, row.details.owner) == ("Biology", "Ann")


@pytest.mark.parametrize("name", ["Top queries", "Query", "Keyword", "Häufigste Suchanfragen", "Search term"])
def test_an_export_of_search_queries_is_read_and_told(name: str) -> None:
    data = (
        f"{name},Clicks,Impressions,CTR,Position\nwhat is dna,12,100,12%,3.4\nmass of the earth,1,2,50%,8\n"
    )
    expected = ["what is dna", "mass of the earth"]
    for file in ("Queries.csv", "list.txt", "-"):
        assert guessed(data, file) == (expected, [f"the questions in the column {name!r}"])
    assert guessed(f"{name}\nwhat is dna\n", "a.csv")[0] == ["what is dna"]
    (first, _) = details(data)
    assert first is not None
    assert first.kept == {"Clicks": "12", "Impressions": "100", "CTR": "12%", "Position": "3.4"}


def test_a_column_of_questions_has_precedence_over_one_of_queries() -> None:
    assert guessed(f"Keyword,Question,Query\ndna,{DNA},dna?\n", "a.csv") == ([DNA], [])
    assert "two" not in refusal("Keyword,Query\ndna,what is dna\n", "a.csv")


@pytest.mark.parametrize(
    ("data", "guess"),
    [
        (f"Biology;{DNA}\nPhysics;{MASS}\n", "column 2 and the subjects in column 1"),
        (f"{DNA}|Biology\n{MASS}|Physics\n", "column 1 and the subjects in column 2"),
        (f"Aihe;Kysymys\nBiology;{DNA}\nPhysics;{MASS}\n", "names of columns that are not known, with the"),
        (f"7;{DNA};x\n8;{MASS};y\n", "with the questions in column 2"),
    ],
)
def test_a_guess_of_columns_is_told(data: str, guess: str) -> None:
    for name in ("a.csv", "a.txt", "-"):
        questions, guesses = guessed(data, name)
        assert questions == [DNA, MASS]
        assert len(guesses) == 1
        assert guess in guesses[0]


def test_columns_with_unknown_names_are_kept_by_these() -> None:
    first, _ = details(f"Aihe;Kysymys;Tila\nBiology;{DNA};new\nPhysics;{MASS};old\n")
    assert first is not None
    assert first.kept == {"Tila": "new"}
    first, _ = details(f"Biology;{DNA};new\nPhysics;{MASS};old\n")
    assert first is not None
    assert first.kept == {"column 3": "new"}


@pytest.mark.parametrize("line", ["sep=;", '"sep=,"', "SEP=|", "sep=\\t"])
def test_a_separator_line_is_never_a_question(line: str) -> None:
    for name in ("a.csv", "a.txt", "-"):
        assert found(f"{line}\n{DNA}\n{MASS}\n", name) == [(DNA, None), (MASS, None)]
        rows = read(f"{DNA}\n{MASS}\n{line}\n", name)
        assert [row.text for row in rows if isinstance(row, Question)] == [DNA, MASS]


@pytest.mark.parametrize("mark", ["- ", "1. ", "2) ", "• ", "- 3. "])
def test_a_mark_in_a_cell_is_no_part_of_the_question(mark: str) -> None:
    assert found(f"subject,question\nBiology,{mark}{DNA}\n", "a.csv") == [(DNA, "Biology")]
    data = f"subject,question\nBiology,{mark}{DNA}\nPhysics,{MASS}\n"
    assert found(data, "a.csv") == [(DNA, "Biology"), (MASS, "Physics")]
    assert found("subject,question\nPhysics,2. Bundesliga: who plays?\n", "a.csv") == [
        ("2. Bundesliga: who plays?", "Physics")
    ]
