"""Request bodies for every endpoint profile."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.model.messages import Message
from generator.model.requests import (
    MODES,
    EndpointProfile,
    IdentityCache,
    ModelRequest,
    ParameterRules,
    request_body,
    reservation_tokens,
)

SCHEMA = {"type": "object", "properties": {"title": {"type": "string"}}}
SYSTEM = Message(role="system", content="You write.")
USER = Message(role="user", content="What is an enzyme?")
PARAMETERS = {"max_completion_tokens": 900, "temperature": 0.2}


def request(*messages: Message) -> ModelRequest:
    return ModelRequest(messages or (SYSTEM, USER), "article_draft", SCHEMA, "small", PARAMETERS)


def test_strict_schema_goes_into_the_response_format_and_messages_stay():
    body = request_body(request(), "json_schema", ParameterRules())
    assert body == {
        "model": "small",
        "messages": [SYSTEM, USER],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "article_draft", "strict": True, "schema": SCHEMA},
        },
        "max_completion_tokens": 900,
        "temperature": 0.2,
    }


@pytest.mark.parametrize("mode", ["json_object", "plain"])
def test_simpler_modes_put_the_schema_at_the_end_of_the_system_message(mode):
    body = request_body(request(), mode, ParameterRules())
    system, user = body["messages"]
    assert system["content"].startswith("You write.\n\nReply schema: article_draft\n" + json.dumps(SCHEMA))
    assert "JSON object" in system["content"]
    assert user == USER
    assert body.get("response_format") == ({"type": "json_object"} if mode == "json_object" else None)


def test_the_schema_becomes_a_system_message_where_there_is_none():
    first, second = request_body(request(USER), "plain", ParameterRules())["messages"]
    assert (first["role"], second) == ("system", USER)


def test_parameter_rules_rename_the_cap_and_drop_parameters():
    body = request_body(request(), "plain", ParameterRules("max_tokens", frozenset({"temperature"})))
    assert body["max_tokens"] == 900
    assert "max_completion_tokens" not in body
    assert "temperature" not in body


def test_request_without_a_cap_is_refused():
    with pytest.raises(ValueError, match="max_completion_tokens"):
        ModelRequest((USER,), "reply", SCHEMA, "small", {"temperature": 1})


@given(text=st.text(st.characters(exclude_categories=["Cs"])), mode=st.sampled_from(MODES))
def test_reserved_input_covers_every_byte_that_a_model_reads(text, mode):
    asked = request(SYSTEM, Message(role="user", content=text))
    body = request_body(asked, mode, ParameterRules())
    read = sum(len(message["content"].encode()) for message in body["messages"])
    if mode == "json_schema":
        read += len(json.dumps(SCHEMA))
    assert reservation_tokens(asked)[0] >= read
    assert reservation_tokens(asked)[1] == 900


@given(
    mode=st.sampled_from(MODES),
    cap=st.sampled_from(["max_tokens", "max_completion_tokens"]),
    dropped=st.frozensets(st.text()),
)
def test_a_profile_is_loaded_as_it_was_dumped(mode, cap, dropped):
    profile = EndpointProfile(mode, ParameterRules(cap, dropped))
    assert EndpointProfile.load(profile.dump()) == profile


def test_what_changes_no_request_is_loaded_as_it_was_dumped_too():
    profile = EndpointProfile(place="reasoning", ends="2027-01-14", findings='{"at": "now", "of": ["ä"]}')
    loaded = EndpointProfile.load(profile.dump())
    assert (loaded.place, loaded.ends, loaded.findings) == (profile.place, profile.ends, profile.findings)


def test_a_profile_of_an_earlier_version_is_loaded():
    loaded = EndpointProfile.load('{"mode": "plain", "cap": "max_tokens", "dropped": ["seed"]}')
    assert loaded == EndpointProfile("plain", ParameterRules("max_tokens", frozenset({"seed"})))
    assert (loaded.place, loaded.ends, loaded.findings) == ("content", "", "")


@pytest.mark.parametrize(
    "text", [None, "", "{}", "[]", "7", "json_object", '{"mode": "xml", "cap": "max_tokens", "dropped": []}']
)
def test_unreadable_text_gives_the_default_profile(text):
    assert EndpointProfile.load(text) == EndpointProfile()


def test_the_function_is_called_once_for_each_object_and_for_each_of_two_equal_ones():
    made = []

    def name(value: list[int]) -> str:
        made.append(value)
        return f"{value} the {len(made)}."

    once = IdentityCache(name)
    one, other = [1], [1]
    assert [once(one), once(other), once(one)] == ["[1] the 1.", "[1] the 2.", "[1] the 1."]


def test_an_object_with_the_id_of_an_earlier_one_gets_its_own_result():
    once = IdentityCache(lambda value: value[0])
    assert [once([number]) for number in range(1_000)] == list(range(1_000))
