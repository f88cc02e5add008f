"""Months and the dates that exports cover together."""

import datetime

import pytest

from generator.content.search_data.coverage import covered_since, months_before

DAY = datetime.date.fromisoformat


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ("2026-10-31", 3, "2026-07-31"),
        ("2026-10-31", 1, "2026-09-30"),
        ("2026-03-31", 1, "2026-02-28"),
        ("2024-03-31", 1, "2024-02-29"),
        ("2026-01-15", 1, "2025-12-15"),
        ("2026-01-15", 25, "2023-12-15"),
    ],
)
def test_months_before(day: str, months: int, before: str) -> None:
    assert months_before(DAY(day), months) == DAY(before)


@pytest.mark.parametrize(
    ("ranges", "covered"),
    [
        ([], None),
        ([("2026-01-01", "2026-01-31")], ("2026-01-01", "2026-01-31")),
        ([("2026-01-01", "2026-01-31"), ("2026-02-01", "2026-02-28")], ("2026-01-01", "2026-02-28")),
        ([("2026-01-01", "2026-01-30"), ("2026-02-01", "2026-02-28")], ("2026-02-01", "2026-02-28")),
        ([("2026-02-01", "2026-02-28"), ("2025-11-01", "2026-02-10")], ("2025-11-01", "2026-02-28")),
        (
            [("2026-02-01", "2026-02-28"), ("2026-02-05", "2026-02-06"), ("2026-01-01", "2026-02-03")],
            ("2026-01-01", "2026-02-28"),
        ),
    ],
)
def test_the_covered_time_ends_with_the_newest_day_and_has_no_gap(
    ranges: list[tuple[str, str]], covered: tuple[str, str] | None
) -> None:
    found = covered_since((DAY(first), DAY(last)) for first, last in ranges)
    assert found == (None if covered is None else (DAY(covered[0]), DAY(covered[1])))
