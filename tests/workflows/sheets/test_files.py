"""Tables as files: every text comes back as it was, also after what spreadsheet programs do to a file."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.errors import UsageError
from generator.workflows.sheets.files import read_table, write_table
from tests.support.workbooks import workbook

HEADER = ["draft", "hash", "answer", "end"]
TEXTS = (
    "=HYPERLINK(\"http://evil.example\")", "+1", "-1. a", "@x", "'=x", "'tis", "“smart” ’ – …", "a\nb\n\nc",
    " spaces ", "_x000D_ \\n", "00123", "1,5;2", "2026-11-30", "TRUE", "\"quoted\"", "\t tab", "𝒳",
)  # fmt: skip
# What XML cannot hold: such characters are no part of an article.
CELLS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0\r\ufffe\uffff"), max_size=40)


def answers(file):
    return [row.cells["answer"] for row in read_table(file)]


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_texts_that_look_like_formulas_numbers_and_dates_stay_texts(tmp_path, ending):
    file = tmp_path / f"drafts{ending}"
    write_table(file, HEADER, [["1", "abc", text, "x"] for text in TEXTS])
    assert answers(file) == list(TEXTS)


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(texts=st.lists(CELLS, max_size=4))
def test_every_text_is_read_back(tmp_path, ending, texts):
    file = tmp_path / f"drafts{ending}"
    file.unlink(missing_ok=True)
    write_table(file, HEADER, [["1", "abc", text, "x"] for text in texts])
    assert answers(file) == texts


def test_no_cell_of_a_csv_file_begins_like_a_formula(tmp_path):
    file = tmp_path / "drafts.csv"
    write_table(file, HEADER, [["1", "abc", text, "x"] for text in TEXTS])
    cells = [cell for row in csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline="")) for cell in row]
    assert not [cell for cell in cells if cell[:1] in "=+-@\t\r" and cell]


@pytest.mark.parametrize(
    ("delimiter", "codec", "first"),
    [(";", "cp1252", ""), (";", "utf-8-sig", "sep=;\r\n"), ("\t", "utf-16", ""), (",", "utf-8", "")],
)
def test_a_file_that_a_spreadsheet_program_saved_again_is_read(tmp_path, delimiter, codec, first):
    file = tmp_path / "saved.csv"
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows(
        [
            [" Draft", "HASH", "Answer", "", ""],
            ["1", "abc", "é “x”\nb", "", ""],
            ["", "", "", "", ""],
            ["2", "d"],
        ]
    )
    file.write_bytes((first + out.getvalue()).encode(codec))
    rows = read_table(file)
    assert [row.cells for row in rows] == [
        {"draft": "1", "hash": "abc", "answer": "é “x”\nb"},
        {"draft": "2", "hash": "d", "answer": ""},
    ]
    assert rows[0].number == 2


def test_numbers_and_the_sheet_beside_it_do_not_matter(tmp_path):
    file = tmp_path / "saved.xlsx"
    file.write_bytes(workbook([["notes"], ["x"]], Drafts=[["title"], HEADER, [12, "abc", "x"]]))
    (row,) = read_table(file)
    assert (row.number, row.cells["draft"]) == (3, "12")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"question,subject\nx,y\n", "no table of drafts"),
        (b"", "no table of drafts"),
        (b"draft,hash,answer,Answer\n", "two columns 'answer'"),
        (b'draft,hash\n1,"abc\n', "not valid CSV"),
        (b"PK\x03\x04damaged", "damaged"),
    ],
)
def test_a_file_that_is_no_table_of_drafts_is_refused_with_the_reason(tmp_path, data, reason):
    file = tmp_path / "other.csv"
    file.write_bytes(data)
    with pytest.raises(UsageError, match=reason):
        read_table(file)


def test_no_file_is_written_over(tmp_path):
    file = tmp_path / "drafts.xlsx"
    file.write_bytes(b"edits of a person")
    with pytest.raises(UsageError, match="edits in it would be lost"):
        write_table(file, HEADER, [])
    assert file.read_bytes() == b"edits of a person"
    with pytest.raises(UsageError, match=r"must end in \.xlsx or \.csv"):
        write_table(tmp_path / "drafts.pdf", HEADER, [])
