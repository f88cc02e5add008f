"""Releases: stored and read again without loss, compared with what publishing requires, and said to a person."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.evidence.reading import Reading, least_seconds
from generator.content.evidence.release import RELEASE_KINDS, Release, counts_in_words, release_of

RELEASES = st.builds(
    Release,
    kind=st.sampled_from(RELEASE_KINDS),
    seconds=st.none() | st.floats(0, 1e9, allow_nan=False),
    edited=st.booleans(),
    claims=st.integers(0, 10_000),
    lot=st.none() | st.integers(1, 2**53),
)


@given(RELEASES)
def test_a_release_is_stored_and_read_again_without_loss(release):
    text = release.as_json()
    assert release_of(text) == release
    assert release_of(json.dumps(json.loads(text))).as_json() == text


@given(RELEASES)
def test_what_meets_a_requirement_meets_each_lower_one(release):
    met = [release.meets(required) for required in ("bulk", "sampled", "read")]
    assert met == sorted(met, reverse=True)
    assert met == [True, release.kind in ("read", "sampled"), release.kind == "read"]


def test_an_approval_of_earlier_versions_is_of_unknown_kind():
    assert release_of(None) == Release("unknown")


@pytest.mark.parametrize(
    ("release", "words"),
    [
        (Release("read", 180, edited=True, claims=2), "after reading 3 min, edited, 2 claims settled"),
        (Release("read", 41.6), "after reading 42 s"),
        (Release("sampled", lot=3), "with lot 3, of which a sample was read"),
        (Release("bulk", claims=1), "without a record of reading it, 1 claim settled"),
        (Release("unknown"), "before reading was recorded"),
    ],
)
def test_a_release_is_said_in_words(release, words):
    assert release.in_words() == words


def test_releases_are_counted_by_kind():
    assert counts_in_words([Release("bulk"), Release("read"), Release("bulk")]) == "1 read, 2 bulk"


def test_a_text_is_read_at_its_end_and_after_a_tenth_of_its_time():
    assert least_seconds(238) == pytest.approx(6)
    assert Reading(6, True).covers(238)
    assert not Reading(5.9, True).covers(238)
    assert not Reading(600, False).covers(238)
