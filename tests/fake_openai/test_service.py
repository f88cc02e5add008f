import json
from typing import Any

import httpx2
import pytest

from generator.content.drafts.draft import parse_draft
from generator.content.limits import Limits
from generator.extractive import app
from generator.fake_openai.canned import CANNED_CONTENT
from generator.fake_openai.faults import ALL_FAULTS, DEFAULT_FAULTS, Fault, FaultPlan
from generator.fake_openai.replies import reply_to
from generator.fake_openai.service import build
from generator.fake_openai.settings import ServerSettings
from tests.support.volcano_prompts import body, draft_messages

CHAT = "/v1/chat/completions"


def client(settings: ServerSettings | None = None, **clocks: Any) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(build(settings, **clocks))
    return httpx2.AsyncClient(transport=transport, base_url="http://offline")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"max_completion_tokens": 50},
        {"max_tokens": 50},
        {"response_format": None},
        {"response_format": {"type": "grammar"}},
        {"response_format": {"type": "json_schema", "json_schema": {"name": "weather"}}},
        {"messages": []},
        {"model": None},
    ],
)
async def test_by_default_it_answers_exactly_like_the_writer(changes: dict[str, Any]) -> None:
    writer = httpx2.ASGITransport(app.build(Limits(), now=lambda: 1.0))
    asked = {**body(draft_messages()), **changes}
    async with (
        client(now=lambda: 1.0) as served,
        httpx2.AsyncClient(transport=writer, base_url="http://offline") as embedded,
    ):
        for path in ("/v1/models", "/v1/models/offline-extractive", "/v1/models/other"):
            assert (await served.get(path)).content == (await embedded.get(path)).content
        ours, theirs = (await served.post(CHAT, json=asked)), (await embedded.post(CHAT, json=asked))
    assert (ours.status_code, ours.headers, ours.content) == (
        theirs.status_code,
        theirs.headers,
        theirs.content,
    )


async def test_models_are_listed_and_looked_up() -> None:
    async with client(ServerSettings(models=("a", "b"))) as served:
        assert [m["id"] for m in (await served.get("/v1/models")).json()["data"]] == ["a", "b"]
        assert (await served.get("/v1/models/a")).json()["id"] == "a"
        assert (await served.get("/v1/models/c")).status_code == 404
        response = await served.post(CHAT, json=body(draft_messages()))
        assert (response.status_code, response.json()["error"]["code"]) == (404, "model_not_found")


async def test_another_key_is_a_401() -> None:
    async with client(ServerSettings(key="right")) as served:
        wrong = await served.post(
            CHAT, json=body(draft_messages()), headers={"authorization": "Bearer wrong"}
        )
        right = await served.post(
            CHAT, json=body(draft_messages()), headers={"authorization": "Bearer right"}
        )
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "invalid_api_key")
    assert right.status_code == 200


async def test_requests_beyond_the_quota_are_refused() -> None:
    async with client(ServerSettings(quota=1)) as served:
        codes = [(await served.post(CHAT, json=body(draft_messages()))) for _ in range(2)]
    assert codes[0].status_code == 200
    assert (codes[1].status_code, codes[1].json()["error"]["code"]) == (429, "insufficient_quota")


async def test_the_rate_limit_is_announced_and_enforced() -> None:
    time = 100.0
    async with client(ServerSettings(rate_limit=2), clock=lambda: time) as served:
        replies = [await served.post(CHAT, json=body(draft_messages())) for _ in range(3)]
        assert [r.status_code for r in replies] == [200, 200, 429]
        assert [r.headers["x-ratelimit-remaining-requests"] for r in replies] == ["1", "0", "0"]
        assert replies[1].headers["x-ratelimit-reset-requests"] == "1s"
        assert replies[2].headers["retry-after-ms"] == "500"
        time += 0.5
        assert (await served.post(CHAT, json=body(draft_messages()))).status_code == 200


async def test_weaker_endpoints_refuse_unknown_formats_and_parameters() -> None:
    schema = body(draft_messages())
    jsonic = {**schema, "response_format": {"type": "json_object"}}
    async with client(ServerSettings(mode="json_object")) as served:
        refused = await served.post(CHAT, json=schema)
        assert (refused.status_code, refused.json()["error"]["param"]) == (400, "response_format")
        assert (await served.post(CHAT, json=jsonic)).status_code == 200
    async with client(ServerSettings(mode="plain")) as served:
        assert (await served.post(CHAT, json=jsonic)).status_code == 400
    async with client(ServerSettings(only_max_tokens=True)) as served:
        unknown = await served.post(CHAT, json={**schema, "max_completion_tokens": 100})
        assert (unknown.status_code, unknown.json()["error"]["param"]) == (400, "max_completion_tokens")
        assert (await served.post(CHAT, json={**schema, "max_tokens": 100})).status_code == 200


async def test_an_endpoint_that_ignores_the_format_answers_in_prose() -> None:
    async with client(ServerSettings(ignore_response_format=True)) as served:
        reply = (await served.post(CHAT, json=body(draft_messages()))).json()
    assert not reply["choices"][0]["message"]["content"].startswith("{")


async def reply_with(fault: Fault) -> httpx2.Response:
    async with client(ServerSettings(faults=FaultPlan(rate=1.0, kinds=(fault,)))) as served:
        return await served.post(CHAT, json=body(draft_messages()))


@pytest.mark.parametrize(("fault", "status"), [("429", 429), ("500", 500), ("503", 503)])
async def test_status_faults(fault: Fault, status: int) -> None:
    response = await reply_with(fault)
    assert response.status_code == status
    assert ("retry-after" in response.headers) == (status == 429)


async def test_each_fault_spoils_the_reply_as_named() -> None:
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


async def test_a_fault_answers_with_an_html_page_and_status_200() -> None:
    response = await reply_with("html")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")


def test_faults_depend_only_on_seed_and_number() -> None:
    plan = FaultPlan(rate=0.2, seed=1)
    drawn = [plan.draw(number) for number in range(1, 2001)]
    assert drawn == [FaultPlan(rate=0.2, seed=1).draw(number) for number in range(1, 2001)]
    assert drawn != [FaultPlan(rate=0.2, seed=2).draw(number) for number in range(1, 2001)]
    assert 320 < sum(fault is not None for fault in drawn) < 480
    assert set(drawn) == {None, *DEFAULT_FAULTS}
    assert set(ALL_FAULTS) - set(DEFAULT_FAULTS) == {"slow"}


async def test_statistics_count_answers_and_repetitions() -> None:
    async with client() as served:
        for question in ("Why do volcanoes erupt?", "Why do volcanoes erupt?", "What is a rift?"):
            await served.post(CHAT, json=body(draft_messages(question)))
        counted = (await served.get("/stats")).json()
        assert (counted["requests"], counted["completed"], counted["statuses"]) == (3, 3, {"200": 3})
        assert counted["distinct_questions"] == 2
        assert list(counted["repeated_questions"].values()) == [2]
        assert (counted["in_flight"], counted["peak_in_flight"]) == (0, 1)
        assert (await served.post("/stats/reset")).json()["requests"] == 0


def test_an_article_without_anything_to_quote_is_the_canned_one():
    request = body(draft_messages(passages=""))
    assert reply_to(request, ServerSettings()).content == CANNED_CONTENT
    assert reply_to(body(draft_messages()), ServerSettings()).content != CANNED_CONTENT
