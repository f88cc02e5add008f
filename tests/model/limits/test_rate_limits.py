"""Reading rate-limit headers."""

import pytest

from generator.model.limits.rate_limits import QuotaReport, parse_duration, read_report


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1s", 1.0),
        ("6m0s", 360.0),
        ("120ms", 0.12),
        ("2m59.56s", 179.56),
        ("1h2m3s", 3723.0),
        ("0s", 0.0),
        ("12", 12.0),
        ("0.5", 0.5),
        (" 1S ", 1.0),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("-1", None),
        ("1766000000", None),
        (None, None),
    ],
)
def test_durations_are_read_in_every_notation(text, seconds):
    assert parse_duration(text) == (pytest.approx(seconds) if seconds is not None else None)


def test_report_needs_limit_remaining_and_reset():
    headers = {
        "x-ratelimit-limit-requests": "25",
        "x-ratelimit-remaining-requests": "30",
        "x-ratelimit-reset-requests": "40ms",
    }
    assert read_report(headers, "requests") == QuotaReport(25, 25, 0.04)
    assert read_report(headers, "tokens") is None
    for name in headers:
        assert read_report({key: text for key, text in headers.items() if key != name}, "requests") is None
