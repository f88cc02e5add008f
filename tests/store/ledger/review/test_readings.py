"""Readings: no report counts more than the time that passed, and few reports are written."""

import pytest

from generator.content.evidence.reading import Reading
from tests.support.drafts import draft_of, with_drafts
from tests.support.reading import Clock


@pytest.fixture
def opened(tmp_path):
    """The readings of a draft that Ada has just opened, its number and hash, and the clock."""
    services = with_drafts(tmp_path)
    row, clock = draft_of(services), Clock()
    services.drafts.readings.open(row.id, row.sha, who="Ada", now=clock())

    def report(seconds: float, to_end: bool = False, *, is_last: bool = False) -> bool:
        reading = Reading(seconds, to_end)
        return services.drafts.readings.add(row.id, row.sha, reading, who="Ada", now=clock(), is_last=is_last)

    def found() -> Reading:
        return services.drafts.readings.of(row.id, "Ada")[row.sha]

    yield report, found, clock
    services.close()


def test_reports_add_up_over_visits(opened):
    report, found, clock = opened
    for seconds in (10, 10):
        clock.wait(seconds)
        assert report(seconds)
    clock.wait(3600)
    assert report(5, True)
    assert found() == Reading(25, True)
    clock.wait(10)
    assert report(10)
    assert found() == Reading(35, True), "an end that was seen stays seen"


def test_no_report_counts_more_than_has_passed(opened):
    report, found, clock = opened
    clock.wait(4)
    assert report(9999)
    clock.wait(-60)
    assert report(9999, True) and report(9999, is_last=True)
    assert found() == Reading(4, True)


def test_a_negative_time_counts_nothing(opened):
    report, found, clock = opened
    clock.wait(10)
    assert report(-5)
    assert found().seconds == 0


def test_reports_in_quick_succession_are_not_written_unless_they_matter(opened):
    report, found, clock = opened
    clock.wait(2)
    assert not report(2)
    assert report(2, True)
    clock.wait(2)
    assert not report(2, True), "the end is known already"
    assert report(2, is_last=True)
    assert found() == Reading(4, True)


def test_opening_again_starts_a_visit_unless_it_was_open_a_moment_ago(tmp_path):
    services = with_drafts(tmp_path)
    row, clock, readings = draft_of(services), Clock(), services.drafts.readings
    for pause in (0, 2, 3600):
        clock.wait(pause)
        readings.open(row.id, row.sha, who="Ada", now=clock())
    clock.wait(5)
    assert readings.add(row.id, row.sha, Reading(5000, True), who="Ada", now=clock(), is_last=False)
    assert readings.of(row.id, "Ada")[row.sha] == Reading(5, True)
    services.close()


def test_a_version_that_was_never_opened_has_no_time(tmp_path):
    services = with_drafts(tmp_path)
    row, readings = draft_of(services), services.drafts.readings
    readings.add(row.id, row.sha, Reading(500, True), who="Ada", now=Clock()(), is_last=True)
    assert readings.of(row.id, "Ada") == {row.sha: Reading(0, True)}
    assert readings.of(row.id, "Grace") == {}
    services.close()
