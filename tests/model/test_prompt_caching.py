"""Which requests carry parameters of caching, and what they look like."""

import json
from typing import Any

import httpx2
import pytest

from generator.model.client import ModelClient
from generator.model.endpoint_profile import InMemoryProfileStore
from generator.model.messages import Message
from generator.model.prompt_caching import cache_key, has_marks, is_openai
from generator.model.requests import EndpointProfile, ModelRequest, ParameterRules, request_body
from generator.workflows.engine.job_requests import request_hash
from tests.support.replies import completion

SYSTEM, USER = Message(role="system", content="You write."), Message(role="user", content="Why?")
MARK = {"mode": "explicit"}
BOTH = frozenset({"prompt_cache_key", "prompt_cache_options"})


def request(model: str = "gpt-5.4-mini", **parameters: Any) -> ModelRequest:
    return ModelRequest(
        (SYSTEM, USER), "article_draft", {}, model, {"max_completion_tokens": 900, **parameters}
    )


class Server:
    """Answers with a completion, or refuses requests that have a word in them."""

    def __init__(self, refuses: str = "", error: dict[str, Any] | None = None) -> None:
        self.refuses, self.error = refuses, error
        self.bodies: list[dict[str, Any]] = []

    def __call__(self, asked: httpx2.Request) -> httpx2.Response:
        self.bodies.append(json.loads(asked.content))
        if self.refuses and self.refuses in asked.content.decode():
            return httpx2.Response(400, json={"error": self.error})
        return completion('{"a": 1}')


async def sent(address: str | None, asked: ModelRequest, server: Server, store: Any = None) -> dict[str, Any]:
    """The last body that reaches the server."""
    client = ModelClient(
        base_url=address,
        api_key="test-key",
        timeout_seconds=5,
        concurrency=1,
        transport=httpx2.MockTransport(server),
        profile_store=store,
    )
    async with client:
        await client.attempt(asked)
    return server.bodies[-1]


@pytest.mark.parametrize(
    ("address", "is_own"),
    [
        ("https://api.openai.com/v1", True),
        ("https://eu.api.openai.com/v1", True),
        ("https://US.API.OPENAI.COM:443/v1", True),
        ("https://api.openai.com.example.org/v1", False),
        ("https://notapi.openai.com/v1", False),
        ("https://my.openai.azure.com/openai/v1", False),
        ("http://127.0.0.1:8000/v1", False),
        ("", False),
    ],
)
def test_openai_s_own_addresses_are_recognised(address, is_own):
    assert is_openai(address) == is_own


@pytest.mark.parametrize(
    ("model", "marks"),
    [
        ("gpt-5.6-luna", True),
        ("gpt-5.6", True),
        ("gpt-5.10-mini", True),
        ("gpt-6-luna", True),
        ("gpt-10", True),
        ("openai/gpt-6-sol", True),
        ("ft:gpt-6-luna:team::1", True),
        ("gpt-5.4-mini", False),
        ("gpt-5", False),
        ("gpt-50.1", True),
        ("gpt-4.1", False),
        ("gpt-3.5-turbo", False),
        ("my-gpt-6", False),
        ("o4-mini", False),
    ],
)
def test_models_that_cache_up_to_a_mark_are_recognised_by_name(model, marks):
    assert has_marks(model) == marks


@pytest.mark.parametrize("address", [None, "https://eu.api.openai.com/v1"])
async def test_openai_gets_a_key_that_depends_on_the_kind_of_reply_and_the_system_message(address):
    body = await sent(address, request(), Server())
    assert body["prompt_cache_key"] == cache_key("article_draft", "You write.")
    assert len(body["prompt_cache_key"]) <= 64
    assert (
        cache_key("seo_fields", "You write.")
        != body["prompt_cache_key"]
        != cache_key("article_draft", "You.")
    )
    assert body["messages"] == [SYSTEM, USER]
    assert "prompt_cache_options" not in body


async def test_a_model_that_caches_up_to_a_mark_gets_it_at_the_end_of_the_system_message():
    body = await sent(None, request("gpt-6-luna"), Server())
    part = {"type": "text", "text": "You write.", "prompt_cache_breakpoint": MARK}
    assert body["messages"] == [{"role": "system", "content": [part]}, USER]
    assert body["prompt_cache_options"] == MARK
    assert body["prompt_cache_key"] == cache_key("article_draft", "You write.")


async def test_other_endpoints_get_nothing_of_it():
    body = await sent("http://models.test/v1", request("gpt-6-luna"), Server())
    assert not [name for name in body if "cache" in name]
    assert body["messages"] == [SYSTEM, USER]


async def test_another_endpoint_gets_what_it_is_known_to_take():
    store = InMemoryProfileStore()
    profile = EndpointProfile(parameter_rules=ParameterRules(taken=frozenset({"prompt_cache_key"})))
    store.set("http://models.test/v1", "gpt-5.4-mini", profile.dump())
    body = await sent("http://models.test/v1", request(), Server(), store)
    assert "prompt_cache_key" in body


async def test_a_user_s_own_parameters_of_caching_are_sent_unchanged():
    body = await sent(
        None,
        request("gpt-6-luna", prompt_cache_key="mine", prompt_cache_options={"mode": "implicit"}),
        Server(),
    )
    assert body["prompt_cache_key"] == "mine"
    assert body["prompt_cache_options"] == {"mode": "implicit"}
    assert body["messages"] == [SYSTEM, USER]


@pytest.mark.parametrize(
    ("word", "error", "left"),
    [
        (
            "prompt_cache_key",
            {"message": "Unrecognized request argument supplied: prompt_cache_key", "param": None},
            {"prompt_cache_options"},
        ),
        (
            "prompt_cache_key",
            {"message": "property 'prompt_cache_key' is unsupported", "type": "invalid_request_error"},
            {"prompt_cache_options"},
        ),
        (
            "prompt_cache_options",
            {"message": "Unknown parameter: 'prompt_cache_options'.", "param": "prompt_cache_options"},
            {"prompt_cache_key"},
        ),
        (
            "prompt_cache_breakpoint",
            {
                "message": "Unknown parameter: 'messages[0].content[0].prompt_cache_breakpoint'.",
                "param": "messages[0].content[0].prompt_cache_breakpoint",
            },
            {"prompt_cache_key"},
        ),
    ],
)
async def test_a_refusal_is_learned_and_costs_no_reply(word, error, left):
    server, store = Server(word, error), InMemoryProfileStore()
    body = await sent(None, request("gpt-6-luna"), server, store)
    assert {name for name in body if "cache" in name} == left
    assert "prompt_cache_breakpoint" not in json.dumps(body) or left == {"prompt_cache_options"}
    assert len(server.bodies) == 2
    again = await sent(None, request("gpt-6-luna"), server, store)
    assert (again, len(server.bodies)) == (body, 3)


@pytest.mark.parametrize("mode", ["json_schema", "json_object", "plain"])
def test_parameters_of_caching_belong_to_the_body_and_not_to_the_identity_of_a_request(mode):
    asked = request("gpt-6-luna")
    before = request_hash(asked)
    plain = request_body(asked, mode, ParameterRules())
    body = request_body(asked, mode, ParameterRules(taken=BOTH))
    assert request_hash(asked) == before
    assert asked.messages == (SYSTEM, USER)
    text = body["messages"][0]["content"][0]["text"]
    assert {**body, "messages": [{**SYSTEM, "content": text}, USER]} == {
        **plain,
        "prompt_cache_key": body["prompt_cache_key"],
        "prompt_cache_options": MARK,
    }


def test_a_request_without_a_system_message_has_no_part_to_share():
    asked = ModelRequest((USER,), "reply", {}, "gpt-6-luna", {"max_completion_tokens": 9})
    assert not [
        name for name in request_body(asked, "json_schema", ParameterRules(taken=BOTH)) if "cache" in name
    ]
