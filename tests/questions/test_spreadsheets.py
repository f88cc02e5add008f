"""Sheets of workbooks are read as their authors see them: values, dates, headers below titles."""

import datetime
import io

import pytest

from generator.errors import QuestionListError, UsageError
from generator.questions.rows import Question, Reading, read_questions
from tests.support.lists import SUBJECTS, found, refusal
from tests.support.workbooks import Formula, Rows, workbook, workbook_of

DNA, MASS, HEAT = "What is DNA?", "What is mass?", "What is heat?"
BOTH = [(DNA, "Biology"), (MASS, "Physics")]


def read_sheet(data: bytes, sheet: str | None = None) -> tuple[list[Question | QuestionListError], list[str]]:
    reading = Reading()
    rows = read_questions(
        io.BytesIO(data), "a.xlsx", default_subject=None, subjects=SUBJECTS, sheet=sheet, reading=reading
    )
    return list(rows), reading.guesses


@pytest.mark.parametrize(
    "rows",
    [
        [["Subject", "Question"], ["Biology", DNA], ["Physics", MASS]],
        [["FACH ", "\u00a0Frage"], ["Biology", DNA], [], [None, None], ["Physics", MASS]],
        [
            ["Our questions"],
            [],
            ["2026"],
            [None, "Subject", "Question"],
            [None, "Biology", DNA],
            [None, "Physics", MASS],
        ],
        [["Questions"], ["Subject", "Question"], ["Biology", DNA], ["Physics", MASS]],
        [["Subject", None, "Question"], ["Biology", None, DNA], ["Physics", "", MASS]],
        [["Subject", "Question"], ["Biology", Formula('"What is "&A1', DNA)], ["Physics", MASS]],
        [["Biology", DNA], ["Physics", MASS]],
        [["Subject", "Question"], ["Biology", DNA, "beside"], ["Subject", "Question"], ["Physics", MASS]],
        [["Aihe", "Kysymys"], ["Biology", DNA], ["Physics", MASS]],
        [["Subject", "Top queries", "Clicks"], ["Biology", DNA, 4], ["Physics", MASS, 2.5]],
    ],
)
def test_a_sheet_is_read_by_its_columns(rows: Rows) -> None:
    for first_row in (1, 4):
        for name in ("a.xlsx", "a.csv", "-"):
            assert found(workbook(rows, first_row=first_row), name) == BOTH


def test_a_sheet_with_one_column_needs_no_name() -> None:
    assert found(workbook([[None, DNA], [], [None, MASS]]), "a.xlsx") == [(DNA, None), (MASS, None)]
    rows, _ = read_sheet(workbook([["Kysymys"], [DNA], [MASS], [HEAT]]))
    assert isinstance(rows[0], QuestionListError)
    assert [row.text for row in rows if isinstance(row, Question)] == [DNA, MASS, HEAT]


def test_rows_are_named_by_their_numbers_in_the_sheet() -> None:
    rows, _ = read_sheet(workbook([["Question"], [DNA], [], [17], [MASS]], first_row=3))
    assert [row.line for row in rows] == [4, 6, 7]
    assert isinstance(rows[1], QuestionListError)


def test_cells_are_kept_as_texts() -> None:
    header = ["Question", "Owner", "Due", "Publish date", "Prio", "Volume", "Done", "Share"]
    day = datetime.date(2026, 3, 1)
    rows, _ = read_sheet(workbook([header, [DNA, "Ann", day, "2.4.2026", 1, 1200, True, 0.5, "beside"]]))
    assert isinstance(rows[0], Question)
    details = rows[0].details
    assert details is not None
    assert dict(details.kept) == {
        "Owner": "Ann",
        "Due": "2026-03-01",
        "Publish date": "2.4.2026",
        "Prio": "1",
        "Volume": "1200",
        "Done": "TRUE",
        "Share": "0.5",
        "column 9": "beside",
    }
    assert (details.owner, details.due, details.publish_on, details.priority) == (
        "Ann",
        "2026-03-01",
        "2026-04-02",
        "1",
    )


def test_the_first_visible_sheet_is_read_or_the_one_that_is_named() -> None:
    data = workbook_of(
        {"Notes": [["Question"], [HEAT]], "New": [["Question"], [DNA]], "Old": [["Question"], [MASS]]},
        hidden=["Notes"],
    )
    rows, guesses = read_sheet(data)
    assert [row.text for row in rows if isinstance(row, Question)] == [DNA]
    assert guesses == ["the sheet 'New' (--sheet chooses 'Notes', 'Old')"]
    for name in ("Old", " old"):
        rows, guesses = read_sheet(data, name)
        assert [row.text for row in rows if isinstance(row, Question)] == [MASS]
        assert guesses == []
    with pytest.raises(UsageError, match="no sheet 'None', only 'Notes', 'New', 'Old'"):
        read_sheet(data, "None")
    with pytest.raises(UsageError, match="a.xlsx is not a workbook"):
        read_sheet(b"question\nWhat is DNA?\n", "New")


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], ":1: the sheet 'Sheet1' is empty"),
        ([["Read this first"]], "has a column 'question'; the first is 'Read this first'"),
        (
            [["Topic", "Words"], ["DNA", 3], ["Mass", 4]],
            "no row of the sheet 'Sheet1' has a column 'question'",
        ),
        (
            [[DNA, MASS], [MASS, HEAT]],
            "has a column 'question'; the first is 'What is DNA?', 'What is mass?'",
        ),
        ([[DNA], ["Question"], [MASS]], ":2: this row names the columns; remove the rows above it"),
        ([["Question", "Frage", "Fragen"], [DNA, DNA, DNA]], None),
        ([["Frage", "Fragen"], [DNA, DNA]], "two columns mean 'question'"),
    ],
)
def test_a_sheet_whose_questions_are_not_certain_is_refused(rows: Rows, reason: str | None) -> None:
    if reason is None:
        assert found(workbook(rows), "a.xlsx") == [(DNA, None)]
    else:
        assert reason in refusal(workbook(rows), "a.xlsx")


def test_a_file_that_only_begins_like_a_workbook_is_refused() -> None:
    for data in (b"PK\x03\x04 and so on", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        assert "export the list as CSV" in refusal(data, "a.xlsx")
