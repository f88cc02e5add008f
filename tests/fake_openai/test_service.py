import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from generator.content.draft import draft_schema, parse_draft
from generator.content.limits import Limits
from generator.fake_openai import app
from generator.fake_openai.faults import ALL_FAULTS, DEFAULT_FAULTS, Fault, FaultPlan
from generator.fake_openai.service import build
from generator.fake_openai.settings import Settings
from tests.support.volcano_prompts import body, draft_messages, messages

CHAT = "/v1/chat/completions"


def client(settings: Settings | None = None, **clocks: Any) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(build(settings, **clocks))
    return httpx2.AsyncClient(transport=transport, base_url="http://offline")


@pytest.fixture
async def embedded() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app()), base_url="http://offline") as made:
        yield made


async def test_a_draft_comes_back_as_a_chat_completion(embedded: httpx2.AsyncClient) -> None:
    response = await embedded.post(CHAT, json=body(draft_messages()))
    reply = response.json()
    choice = reply["choices"][0]
    assert response.status_code == 200
    assert response.headers["x-request-id"]
    assert choice["finish_reason"] == "stop"
    assert parse_draft(choice["message"]["content"]).points
    assert reply["usage"]["completion_tokens"] == -(-len(choice["message"]["content"].encode()) // 4)


async def test_points_cite_sources_where_the_schema_asks_and_nothing_elsewhere(
    embedded: httpx2.AsyncClient,
) -> None:
    grounded, bare = body(draft_messages()), body(draft_messages())
    grounded["response_format"]["json_schema"]["schema"] = draft_schema(Limits(), grounded=True)
    bare["response_format"]["json_schema"]["schema"] = draft_schema(Limits())
    replies = [(await embedded.post(CHAT, json=each)).json() for each in (grounded, bare)]
    drafts = [json.loads(reply["choices"][0]["message"]["content"]) for reply in replies]
    cited = {name for point in drafts[0]["points"] for name in point["passages"]}
    assert cited <= {"s2"}
    assert all(set(point) == {"heading", "body"} for point in drafts[1]["points"])


async def test_without_a_schema_the_answer_is_markdown(embedded: httpx2.AsyncClient) -> None:
    reply = (await embedded.post(CHAT, json=body(draft_messages(), None))).json()
    assert "\n\n1. **" in reply["choices"][0]["message"]["content"]


async def test_a_schema_named_in_the_prompt_is_answered_in_a_fence(embedded: httpx2.AsyncClient) -> None:
    said = messages(draft_messages()[1]["content"], reply_schema="article_draft")
    content = (await embedded.post(CHAT, json=body(said, None))).json()["choices"][0]["message"]["content"]
    assert content.startswith("```json\n")
    assert parse_draft(content).points


async def test_a_reply_past_the_cap_is_cut_and_says_length(embedded: httpx2.AsyncClient) -> None:
    reply = (await embedded.post(CHAT, json=body(draft_messages(), max_completion_tokens=50))).json()
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
async def test_a_bad_body_is_a_400_that_names_the_parameter(
    embedded: httpx2.AsyncClient, changes: dict[str, Any], param: str
) -> None:
    response = await embedded.post(CHAT, json={**body(draft_messages()), **changes})
    assert response.status_code == 400
    assert response.json()["error"]["param"] == param


async def test_broken_json_and_unknown_schemas_are_a_400(embedded: httpx2.AsyncClient) -> None:
    assert (await embedded.post(CHAT, content=b"{")).status_code == 400
    assert (await embedded.post(CHAT, json=body(draft_messages(), "weather"))).status_code == 400


async def test_models_are_listed_and_looked_up() -> None:
    async with client(Settings(models=("a", "b"))) as served:
        assert [m["id"] for m in (await served.get("/v1/models")).json()["data"]] == ["a", "b"]
        assert (await served.get("/v1/models/a")).json()["id"] == "a"
        assert (await served.get("/v1/models/c")).status_code == 404
        response = await served.post(CHAT, json=body(draft_messages()))
        assert (response.status_code, response.json()["error"]["code"]) == (404, "model_not_found")


async def test_another_key_is_a_401() -> None:
    async with client(Settings(key="right")) as served:
        wrong = await served.post(
            CHAT, json=body(draft_messages()), headers={"authorization": "Bearer wrong"}
        )
        right = await served.post(
            CHAT, json=body(draft_messages()), headers={"authorization": "Bearer right"}
        )
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "invalid_api_key")
    assert right.status_code == 200


async def test_the_quota_ends() -> None:
    async with client(Settings(quota=1)) as served:
        codes = [(await served.post(CHAT, json=body(draft_messages()))) for _ in range(2)]
    assert codes[0].status_code == 200
    assert (codes[1].status_code, codes[1].json()["error"]["code"]) == (429, "insufficient_quota")


async def test_the_rate_limit_is_told_and_enforced() -> None:
    time = 100.0
    async with client(Settings(rate_limit=2), clock=lambda: time) as served:
        replies = [await served.post(CHAT, json=body(draft_messages())) for _ in range(3)]
        assert [r.status_code for r in replies] == [200, 200, 429]
        assert [r.headers["x-ratelimit-remaining-requests"] for r in replies] == ["1", "0", "0"]
        assert replies[1].headers["x-ratelimit-reset-requests"] == "1s"
        assert replies[2].headers["retry-after-ms"] == "500"
        time += 0.5
        assert (await served.post(CHAT, json=body(draft_messages()))).status_code == 200


async def test_weaker_endpoints_refuse_what_they_do_not_know() -> None:
    schema = body(draft_messages())
    jsonic = {**schema, "response_format": {"type": "json_object"}}
    async with client(Settings(mode="json_object")) as served:
        refused = await served.post(CHAT, json=schema)
        assert (refused.status_code, refused.json()["error"]["param"]) == (400, "response_format")
        assert (await served.post(CHAT, json=jsonic)).status_code == 200
    async with client(Settings(mode="plain")) as served:
        assert (await served.post(CHAT, json=jsonic)).status_code == 400
    async with client(Settings(only_max_tokens=True)) as served:
        unknown = await served.post(CHAT, json={**schema, "max_completion_tokens": 100})
        assert (unknown.status_code, unknown.json()["error"]["param"]) == (400, "max_completion_tokens")
        assert (await served.post(CHAT, json={**schema, "max_tokens": 100})).status_code == 200


async def test_an_endpoint_that_ignores_the_format_answers_in_prose() -> None:
    async with client(Settings(ignore_response_format=True)) as served:
        reply = (await served.post(CHAT, json=body(draft_messages()))).json()
    assert not reply["choices"][0]["message"]["content"].startswith("{")


async def reply_with(fault: Fault) -> httpx2.Response:
    async with client(Settings(faults=FaultPlan(rate=1.0, kinds=(fault,)))) as served:
        return await served.post(CHAT, json=body(draft_messages()))


@pytest.mark.parametrize(("fault", "status"), [("429", 429), ("500", 500), ("503", 503)])
async def test_status_faults(fault: Fault, status: int) -> None:
    response = await reply_with(fault)
    assert response.status_code == status
    assert ("retry-after" in response.headers) == (status == 429)


async def test_spoiled_replies_are_what_they_are_called() -> None:
    replies = {
        fault: (await reply_with(fault))
        for fault in ("truncated", "cut", "schema", "content", "refusal", "filter")
    }
    choices = {fault: reply.json()["choices"][0] for fault, reply in replies.items()}
    assert {fault: choice["finish_reason"] for fault, choice in choices.items()} == {
        "truncated": "length", "cut": "stop", "schema": "stop", "content": "stop", "refusal": "stop",
        "filter": "content_filter",
    }  # fmt: skip
    for fault in ("truncated", "cut"):
        with pytest.raises(json.JSONDecodeError):
            json.loads(choices[fault]["message"]["content"])
    assert "points" not in json.loads(choices["schema"]["message"]["content"])
    spoiled = parse_draft(choices["content"]["message"]["content"])
    assert len(spoiled.page_description) > Limits().seo.description_max
    assert choices["refusal"]["message"]["content"] is None and choices["refusal"]["message"]["refusal"]


async def test_a_page_of_html_can_come_with_status_200() -> None:
    response = await reply_with("html")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")


def test_the_draw_depends_on_seed_and_number_alone() -> None:
    plan = FaultPlan(rate=0.2, seed=1)
    drawn = [plan.draw(number) for number in range(1, 2001)]
    assert drawn == [FaultPlan(rate=0.2, seed=1).draw(number) for number in range(1, 2001)]
    assert drawn != [FaultPlan(rate=0.2, seed=2).draw(number) for number in range(1, 2001)]
    assert 320 < sum(fault is not None for fault in drawn) < 480
    assert set(drawn) == {None, *DEFAULT_FAULTS}
    assert set(ALL_FAULTS) - set(DEFAULT_FAULTS) == {"slow"}


async def test_statistics_count_what_was_answered_and_what_was_repeated() -> None:
    async with client() as served:
        for question in ("Why do volcanoes erupt?", "Why do volcanoes erupt?", "What is a rift?"):
            await served.post(CHAT, json=body(draft_messages(question)))
        counted = (await served.get("/stats")).json()
        assert (counted["requests"], counted["completed"], counted["statuses"]) == (3, 3, {"200": 3})
        assert counted["distinct_questions"] == 2
        assert list(counted["repeated_questions"].values()) == [2]
        assert (counted["in_flight"], counted["peak_in_flight"]) == (0, 1)
        assert (await served.post("/stats/reset")).json()["requests"] == 0
