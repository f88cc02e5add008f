"""The numbers of exports, as they are written in many countries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.search_console.numbers import decimal_number, rate, whole_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("1234", 1234),
        ("1,234", 1234),
        ("1.234", 1234),
        ("1 234", 1234),
        ("1\u202f234", 1234),
        ("1\u00a0234\u00a0567", 1234567),
        ("1'234", 1234),
        ("1\u2019234", 1234),
        ("12,34,567", 1234567),
        ("12.0", 12),
        ("1,234.00", 1234),
        ("1e+05", 100_000),
        ("١٬٢٣٤", 1234),
        ("１２３", 123),
        ("-", 0),
        ("~", 0),
        ("", 0),
        ("1.2K", None),
        ("<10", None),
        ("12.5", None),
        ("12,34", None),
        ("1,2345", None),
        ("-5", None),
        ("clicks", None),
    ],
)
def test_whole_numbers(text: str, value: int | None) -> None:
    assert whole_number(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8.53", 8.53),
        ("8,53", 8.53),
        ("8", 8.0),
        ("12.352941176470589", 12.352941176470589),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("٨٫٥", 8.5),
        ("-", None),
        ("~", None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("-3", None),
    ],
)
def test_positions(text: str, value: float | None) -> None:
    assert decimal_number(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.5%", 0.125),
        ("12,5 %", 0.125),
        ("12,5\u202f%", 0.125),
        ("%12,5", 0.125),
        ("0.125", 0.125),
        ("12.5", 0.125),
    ],
)
def test_click_rates(text: str, value: float) -> None:
    assert rate(text) == pytest.approx(value)


@given(st.integers(0, 10**9), st.sampled_from([",", ".", "'", " ", "\u202f", "\u00a0", "\u2019"]))
def test_every_number_is_read_with_every_separator(number: int, separator: str) -> None:
    assert whole_number(f"{number:,}".replace(",", separator)) == number
    assert whole_number(str(number)) == number


@given(st.text(max_size=20))
def test_no_text_is_more_than_a_number_or_nothing(text: str) -> None:
    assert (whole_number(text) or 0) >= 0
    assert (decimal_number(text) or 0.0) >= 0
