"""The fields of requests: whatever is sent in any of them, the server answers with a readable error, never with a 500."""

import json

import pytest

from generator.errors import UsageError
from generator.web.request_fields import MOST_CHARS, MOST_LINES, checked_text
from tests.support.attacks import WRONG_VALUES
from tests.support.nightly import every

FIELDS = [
    "lock",
    "sha",
    "reason",
    "comment",
    "revision",
    "take",
    "answer",
    "description",
    "keywords",
    "question",
    "subject",
    "date",
    "no_index",
    "sentence",
    "new",
    "keeper",
    "count",
    "drafts",
    "note",
    "facts",
    "introduction",
    "heading1",
    "body1",
    "conclusion",
    "earlier",
    "approve",
    "reading",
    "merged",
    "basis",
    "text",
    "field",
    "until",
    "to",
    "go",
    "filter",
    "seen",
    "commit",
    "preset",
    "tab",
    "more",
    "kind",
    "rule",
    "model",
    "version",
    "seconds",
    "to_end",
    "opened",
    "fields",
]


def posts(app):
    return sorted(
        route.path.replace("{id:int}", "1")
        .replace("{claim}", "0" * 64)
        .replace("{comment:int}", "1")
        .replace("{judgement}", "fine")
        for route in app.routes
        if "POST" in route.methods
    )


def dumped(body):
    return json.dumps(body).encode()


async def test_no_value_of_any_field_is_a_server_error(visiting):
    visit = visiting()
    headers = {"Content-Type": "application/json"}
    cases = [(path, field, value) for path in posts(visit.app) for field in FIELDS for value in WRONG_VALUES]
    for path, field, value in every(61, cases):
        before = visit.seen()
        body = before | {"reason": "x", "comment": "", "sentence": "x"} | {field: value}
        answer = await visit.post(path, headers=headers, json=None, content=dumped(body))
        assert answer.status_code < 500, (path, field, repr(value)[:60], answer.text)
        assert "content-security-policy" in answer.headers
        if answer.status_code != 200:
            assert answer.json()["error"], (path, field)


@pytest.mark.parametrize("name", sorted(MOST_CHARS))
def test_each_text_has_a_greatest_length(name):
    assert checked_text("x" * MOST_CHARS[name], name)
    with pytest.raises(UsageError, match="at most"):
        checked_text("x" * (MOST_CHARS[name] + 1), name)


def test_a_text_has_no_more_lines_than_can_be_checked():
    with pytest.raises(UsageError, match="too many lines"):
        checked_text("\n" * (MOST_LINES + 1), "answer")


async def test_a_long_comment_is_neither_stored_nor_sent_to_the_model(visiting):
    visit = visiting()
    answer = await visit.post("/drafts/1/revise", visit.seen(comment="x" * 900_000))
    assert answer.status_code == 422 and "at most 4,000" in answer.json()["error"]
    answer = await visit.post("/drafts/1/reject", visit.seen(reason="x" * 900_000))
    assert answer.status_code == 422 and visit.row().state == "drafted"
    assert visit.services.revisions.of(1) == []


async def test_long_numbers_in_an_address_are_no_server_error(visiting):
    visit = visiting()
    for path in (
        "/drafts/" + "9" * 5000,
        "/?run=" + "9" * 7000,
        "/?page=" + "9" * 5000,
        "/proposals?after=" + "9" * 5000,
    ):
        assert (await visit.get(path)).status_code in (200, 404, 414), path[:20]
