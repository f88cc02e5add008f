"""Cells of CSV: no text is taken for a formula, and every text is read back unchanged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.tables.csv_cells import csv_row, guarded, unguarded


@pytest.mark.parametrize("text", ["=1+1", "+a", "-b", "@c", "\tx", "\r=1", "\n=1", "＝1", "'=1", "''-x"])
def test_what_would_be_a_formula_gets_an_apostrophe(text):
    assert guarded(text) == "'" + text


@pytest.mark.parametrize("text", ["", "a=1", "'tis the season", "“-”", "''"])
def test_other_texts_stay_as_they_are(text):
    assert guarded(text) == unguarded(text) == text


def test_no_cell_of_a_row_is_a_formula():
    assert csv_row(["=1+1", "a,b", "c"]) == '\'=1+1,"a,b",c'


@given(st.text(alphabet="'=+-@\t\r\n＝ab \"") | st.text())
def test_every_text_is_read_back(text):
    assert unguarded(guarded(text)) == text
