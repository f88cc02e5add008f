from generator.fake_openai.statistics import Statistics


def test_statistics_keep_the_peak() -> None:
    counts = Statistics()
    assert [counts.begin(), counts.begin()] == [1, 2]
    counts.end()
    counts.begin()
    assert (counts.in_flight, counts.peak_in_flight) == (2, 2)
