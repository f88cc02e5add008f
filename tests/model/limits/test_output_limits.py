"""Which output cap is sent to an endpoint whose limits are known, and how the limits are stored."""

import json

import pytest

from generator.model.limits.output_limits import OutputLimits, is_worthwhile
from generator.model.messages import Message
from generator.model.requests import EndpointProfile, ModelRequest, ParameterRules, request_body


@pytest.mark.parametrize(
    ("limits", "cap"),
    [
        (OutputLimits(), 6000),
        (OutputLimits(cap=8000), 6000),
        (OutputLimits(cap=4096), 4096),
        (OutputLimits(window=32_768), 6000),
        (OutputLimits(window=8192, bytes_per_token=4.0), 8192 - 3060),
        (OutputLimits(cap=2000, window=8192, bytes_per_token=4.0), 2000),
        # Too little is left for a reply: the endpoint decides.
        (OutputLimits(window=4096, bytes_per_token=4.0), 6000),
    ],
)
def test_the_cap_is_lowered_to_what_fits_and_is_enough(limits, cap):
    assert limits.cap_for(6000, prompt_bytes=12_000) == cap


def test_the_bytes_per_token_are_the_fewest_of_the_prompts_counted_for_a_window():
    limits = OutputLimits().with_window(8192, 12_000, 3000)
    assert limits.bytes_per_token == 4.0
    assert limits.with_window(8192, 12_000, 4000).bytes_per_token == 3.0
    assert limits.with_window(8192, 12_000, 2000).bytes_per_token == 4.0
    assert limits.with_window(4096, 12_000, None) == OutputLimits(None, 4096, 4.0)


def test_a_window_is_forgotten_after_a_reply_that_does_not_fit_it():
    limits = OutputLimits(2000, 4096)
    assert limits.after_reply(4096) == limits
    assert limits.after_reply(4097) == OutputLimits(2000)


def test_a_little_more_is_not_worth_another_call():
    assert [is_worthwhile(cap, 4000) for cap in (3000, 4000, 4096, 4400, 8000)] == [
        False,
        False,
        False,
        True,
        True,
    ]


def test_limits_are_stored_with_the_profile_and_older_profiles_have_none():
    profile = EndpointProfile(parameter_rules=ParameterRules(limits=OutputLimits(2000, 8192, 3.25)))
    assert EndpointProfile.load(profile.dump()) == profile
    assert (
        EndpointProfile().dump() == '{"mode": "json_schema", "cap": "max_completion_tokens", "dropped": []}'
    )
    broken = json.dumps(json.loads(profile.dump()) | {"limits": {"cap": "many"}})
    assert EndpointProfile.load(broken) == EndpointProfile()


def test_a_lowered_cap_is_sent_under_the_name_that_the_endpoint_knows():
    request = ModelRequest(
        (Message(role="user", content="Why?"),), "draft", {}, "m", {"max_completion_tokens": 6000}
    )
    rules = ParameterRules("max_tokens", limits=OutputLimits(2000))
    assert request_body(request, "plain", rules)["max_tokens"] == 2000
