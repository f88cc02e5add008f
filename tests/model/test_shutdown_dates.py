"""When models are shut down, by what endpoints and the SDK say, and when a person is warned."""

from dataclasses import replace
from datetime import date

import pytest

from generator.model.endpoint_profile import EndpointProfiles, InMemoryProfileStore
from generator.model.shutdown_dates import announced_date, shutdown_notice, stated_date

OPENAI = "https://api.openai.com/v1"
DAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    "entry",
    [
        {"shutdown_date": "2026-03-01"},
        {"deprecation": "2026-03-01T12:00:00Z"},
        {"expiration_date": "2026-03-01"},
        {"expires_at": 1772323200},
        {"expires_at": 1772323200000},
        {"deprecation": {"fine_tune": 1690000000, "inference": 1772323200}},
        {"lifecycle": {"retirement_date": "2026-03-01"}},
        {"shutdown_date": None, "deprecation": "2026-03-01"},
    ],
)
def test_the_date_of_a_model_is_read_in_each_form_that_endpoints_use(entry):
    assert stated_date(entry) == DAY


@pytest.mark.parametrize(
    "value",
    [None, "", "soon", True, False, 0, -1, 10**400, 1.5, float("inf"), float("nan"), [], {}, {"date": "x"}],
)
def test_what_is_no_date_is_none(value):
    assert stated_date({"id": "m", "shutdown_date": value}) is None


def test_the_installed_sdk_tells_when_openai_s_models_end():
    assert announced_date(OPENAI, "gpt-4-0613") is not None
    assert announced_date("https://eu.api.openai.com/v1", "o3-mini") == announced_date(OPENAI, "o3-mini")
    assert announced_date(OPENAI, "gpt-4-turbo-2024-04-09") is not None
    assert announced_date(OPENAI, "gpt-5.1-mini") is None
    assert announced_date(OPENAI, "no-such-model") is None


def test_its_dates_are_not_those_of_other_endpoints():
    assert announced_date("http://localhost:8000/v1", "gpt-4-0613") is None


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        (None, ""),
        (date(2026, 5, 31), ""),
        (date(2026, 5, 30), "shut down on 2026-05-30, in 90 days"),
        (date(2026, 3, 2), "in 1 day:"),
        (date(2026, 3, 1), "was to be shut down on 2026-03-01"),
        (date(2025, 3, 1), "was to be shut down"),
    ],
)
def test_a_person_is_warned_within_ninety_days(ends, words):
    notice = shutdown_notice("small", ends, DAY)
    assert words in notice
    assert bool(notice) == bool(words)


def test_the_date_that_an_endpoint_gave_is_stored_and_goes_before_the_sdk_s():
    store = InMemoryProfileStore()
    profiles = EndpointProfiles(OPENAI, store)
    announced = profiles.shutdown_date("gpt-4-0613")
    profiles.put("gpt-4-0613", replace(profiles.of("gpt-4-0613"), ends="2026-03-01"))
    later = EndpointProfiles(OPENAI, store)
    assert later.shutdown_date("gpt-4-0613") == DAY != announced
    later.put("gpt-4-0613", replace(later.of("gpt-4-0613"), ends=""))
    assert later.shutdown_date("gpt-4-0613") == announced
