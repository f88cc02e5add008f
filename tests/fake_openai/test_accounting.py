import pytest

from generator.extractive.completions import capped, tokens
from generator.fake_openai.accounting import Bucket, Statistics, duration
from generator.fake_openai.canned import CANNED_DRAFT


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0ms"),
        (0.012, "12ms"),
        (1, "1s"),
        (1.5, "1.5s"),
        (20, "20s"),
        (59.25, "59.25s"),
        (360, "6m0s"),
        (95.4, "1m35s"),
    ],
)
def test_durations_are_written_as_the_headers_do(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_bucket_refills_at_its_rate_and_never_above_its_size() -> None:
    time = 0.0
    bucket = Bucket(10, lambda: time)
    assert [bucket.take() for _ in range(10)] == [0.0] * 10
    assert bucket.take() == pytest.approx(0.1)
    time += 3600
    assert bucket.headers()["x-ratelimit-remaining-requests"] == "0"
    assert [bucket.take() for _ in range(11)][-1] == pytest.approx(0.1)


def test_statistics_keep_the_peak() -> None:
    counts = Statistics()
    assert [counts.begin(), counts.begin()] == [1, 2]
    counts.end()
    counts.begin()
    assert (counts.in_flight, counts.peak_in_flight) == (2, 2)


def test_a_cap_cuts_by_bytes_and_never_inside_a_character() -> None:
    assert tokens("") == 1
    assert capped("abcd", 1) == ("abcd", "stop")
    assert capped("ééé", 1) == ("éé", "length")
    assert capped("a€€", 1) == ("a€", "length")


def test_the_canned_draft_is_within_the_limits() -> None:
    words = sum(len(point["body"].split()) for point in CANNED_DRAFT["points"])
    words += len(CANNED_DRAFT["introduction"].split()) + len(CANNED_DRAFT["conclusion"].split())
    assert 200 <= words <= 550
    assert 70 <= len(CANNED_DRAFT["page_description"]) <= 122
    assert 8 <= len(CANNED_DRAFT["page_keywords"]) <= 12
