"""Dates are parsed only in the form that article files have."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.dates import parse_date


@given(st.dates(min_value=datetime.date(1000, 1, 1)))
def test_every_date_is_parsed_back(date):
    assert parse_date(date.isoformat()) == date


@pytest.mark.parametrize(
    "text", ["", "soon", "20260131", "2026-W05-6", "2026-1-31", "2026-02-30", "2026-01-31 ", "２０２６-01-31"]
)
def test_other_forms_are_none(text):
    assert parse_date(text) is None
