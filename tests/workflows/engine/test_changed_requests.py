"""The requests that follow an unusable reply differ in one parameter, and only in one that the endpoint takes."""

import pytest

from generator.model.messages import Message
from generator.model.requests import ModelRequest
from generator.workflows.engine.changed_requests import (
    with_larger_cap,
    with_lower_effort,
    with_other_sampling,
)


def request(**parameters: object) -> ModelRequest:
    messages = (Message(role="system", content="You write."), Message(role="user", content="Why?"))
    return ModelRequest(messages, "article_draft", {}, "small", {"max_completion_tokens": 100, **parameters})


def test_the_cap_grows_by_the_factor() -> None:
    assert with_larger_cap(request(), 1.5) == request(max_completion_tokens=150)


@pytest.mark.parametrize(("effort", "lower"), [("xhigh", "high"), ("high", "medium"), ("medium", "low")])
def test_the_effort_goes_one_step_down(effort: str, lower: str) -> None:
    assert with_lower_effort(request(reasoning_effort=effort), ()) == request(reasoning_effort=lower)


@pytest.mark.parametrize("effort", ["low", "minimal", "none", None, 3])
def test_the_lowest_and_unknown_efforts_stay(effort: object) -> None:
    assert with_lower_effort(request(reasoning_effort=effort), ()) is None


def test_an_effort_that_the_endpoint_refuses_is_not_lowered() -> None:
    assert with_lower_effort(request(reasoning_effort="high"), {"reasoning_effort"}) is None
    assert with_lower_effort(request(), ()) is None


@pytest.mark.parametrize(
    ("parameters", "refused", "changed"),
    [
        ({}, set(), {"frequency_penalty": 0.5}),
        ({"frequency_penalty": 0.2}, set(), {"frequency_penalty": 0.7}),
        ({"frequency_penalty": 2.0}, set(), {"frequency_penalty": 2.0, "temperature": 1.3}),
        ({"temperature": 0.2}, {"frequency_penalty"}, {"temperature": 0.5}),
        ({}, {"frequency_penalty", "temperature"}, {}),
    ],
)
def test_the_sampling_changes_in_a_parameter_that_the_endpoint_takes(
    parameters: dict[str, object], refused: set[str], changed: dict[str, object]
) -> None:
    assert with_other_sampling(request(**parameters), refused) == request(**changed)
