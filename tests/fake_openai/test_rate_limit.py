import pytest

from generator.fake_openai.rate_limit import TokenBucket, format_duration


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
def test_durations_have_the_format_of_the_headers(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


def test_a_bucket_refills_at_its_rate_and_never_above_its_size() -> None:
    time = 0.0
    bucket = TokenBucket(10, lambda: time)
    assert [bucket.take() for _ in range(10)] == [0.0] * 10
    assert bucket.take() == pytest.approx(0.1)
    time += 3600
    assert bucket.headers()["x-ratelimit-remaining-requests"] == "0"
    assert [bucket.take() for _ in range(11)][-1] == pytest.approx(0.1)
