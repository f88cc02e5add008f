import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from generator.content.drafts.draft import parse_draft
from generator.content.drafts.schemas import draft_schema
from generator.content.limits import Limits
from generator.extractive import MODEL_NAME
from generator.extractive.app import build
from tests.support.volcano_prompts import body, draft_messages, messages

CHAT = "/v1/chat/completions"
SECONDS = 1_700_000_000.5


@pytest.fixture
async def writer() -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(build(Limits(), now=lambda: SECONDS))
    async with httpx2.AsyncClient(transport=transport, base_url="http://offline") as client:
        yield client


async def test_a_draft_is_returned_as_a_chat_completion(writer: httpx2.AsyncClient) -> None:
    response = await writer.post(CHAT, json=body(draft_messages()))
    reply = response.json()
    choice = reply["choices"][0]
    assert response.status_code == 200
    assert response.headers["x-request-id"]
    assert choice["finish_reason"] == "stop"
    assert parse_draft(choice["message"]["content"]).points
    assert reply["usage"]["completion_tokens"] == -(-len(choice["message"]["content"].encode()) // 4)


async def test_points_cite_sources_only_if_the_schema_has_a_field_for_them(
    writer: httpx2.AsyncClient,
) -> None:
    grounded, bare = body(draft_messages()), body(draft_messages())
    grounded["response_format"]["json_schema"]["schema"] = draft_schema(Limits(), grounded=True)
    bare["response_format"]["json_schema"]["schema"] = draft_schema(Limits())
    replies = [(await writer.post(CHAT, json=each)).json() for each in (grounded, bare)]
    drafts = [json.loads(reply["choices"][0]["message"]["content"]) for reply in replies]
    cited = {name for point in drafts[0]["points"] for name in point["passages"]}
    assert cited <= {"s2"}
    assert all(set(point) == {"heading", "body"} for point in drafts[1]["points"])


async def test_without_a_schema_the_answer_is_markdown(writer: httpx2.AsyncClient) -> None:
    reply = (await writer.post(CHAT, json=body(draft_messages(), None))).json()
    assert "\n\n1. **" in reply["choices"][0]["message"]["content"]


async def test_a_schema_named_in_the_prompt_gives_json_in_a_code_fence(writer: httpx2.AsyncClient) -> None:
    prompt_messages = messages(draft_messages()[1]["content"], reply_schema="article_draft")
    content = (await writer.post(CHAT, json=body(prompt_messages, None))).json()["choices"][0]["message"][
        "content"
    ]
    assert content.startswith("```json\n")
    assert parse_draft(content).points


async def test_a_reply_longer_than_the_cap_is_cut_and_has_the_finish_reason_length(
    writer: httpx2.AsyncClient,
) -> None:
    reply = (await writer.post(CHAT, json=body(draft_messages(), max_completion_tokens=50))).json()
    assert reply["choices"][0]["finish_reason"] == "length"
    assert reply["usage"]["completion_tokens"] <= 50


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": "hello"}, "messages"),
        ({"model": None}, "model"),
        ({"stream": True}, "stream"),
        ({"max_completion_tokens": 0}, "max_completion_tokens"),
        ({"response_format": {"type": "grammar"}}, "response_format"),
    ],
)
async def test_an_invalid_body_is_a_400_that_names_the_parameter(
    writer: httpx2.AsyncClient, changes: dict[str, Any], param: str
) -> None:
    response = await writer.post(CHAT, json={**body(draft_messages()), **changes})
    assert response.status_code == 400
    assert response.json()["error"]["param"] == param


async def test_invalid_json_and_unknown_schemas_are_a_400(writer: httpx2.AsyncClient) -> None:
    assert (await writer.post(CHAT, content=b"{")).status_code == 400
    assert (await writer.post(CHAT, json=body(draft_messages(), "weather"))).status_code == 400


async def test_one_model_is_listed_and_any_model_name_is_accepted(writer: httpx2.AsyncClient) -> None:
    assert [model["id"] for model in (await writer.get("/v1/models")).json()["data"]] == [MODEL_NAME]
    assert (await writer.get(f"/v1/models/{MODEL_NAME}")).json()["id"] == MODEL_NAME
    assert (await writer.get("/v1/models/any")).status_code == 404
    reply = (await writer.post(CHAT, json=body(draft_messages()))).json()
    assert (reply["model"], reply["system_fingerprint"]) == ("any", MODEL_NAME)


async def test_requests_are_numbered_and_completions_are_dated(writer: httpx2.AsyncClient) -> None:
    replies = [await writer.post(CHAT, json=body(draft_messages())) for _ in range(2)]
    assert [reply.headers["x-request-id"] for reply in replies] == ["req_00000001", "req_00000002"]
    first, second = (reply.json() for reply in replies)
    assert first["id"] != second["id"]
    assert first["created"] == int(SECONDS)
    assert first["choices"] == second["choices"]


@pytest.mark.parametrize("path", ["/stats", "/v1/files", "/v1/batches", "/v1/responses"])
async def test_nothing_else_is_served(writer: httpx2.AsyncClient, path: str) -> None:
    assert (await writer.get(path)).status_code == 404
