from generator.fake_openai.statistics import Statistics


def test_statistics_remember_the_most_requests_in_flight() -> None:
    counts = Statistics()
    assert [counts.begin_request(), counts.begin_request()] == [1, 2]
    counts.end_request()
    counts.begin_request()
    assert (counts.in_flight, counts.peak_in_flight) == (2, 2)
