"""Comments: kept exactly, shown as text, resolved and opened again, and part of no request to a model."""

import json

from generator.workflows.review.team.comments import MAX_CHARS
from tests.support.drafts import QUESTIONS

TEXT = "<b>Is “this” right?</b>\n\n  It's & \\n $x$ "


async def test_a_comment_is_kept_exactly_and_shown_as_text(visiting):
    visit = visiting()
    answer = await visit.post("/drafts/1/comments?sort=newest", {"text": TEXT, "field": "answer"})
    assert answer.json()["go"] == "/drafts/1?sort=newest"
    (comment,) = visit.services.comments.of(1)
    assert (comment.text, comment.field, comment.who) == (TEXT, "answer", "Ada")
    page = (await visit.get("/drafts/1")).text
    assert "&lt;b&gt;Is “this” right?&lt;/b&gt;\n\n  It&#39;s &amp; \\n $x$ </p>" in page
    assert "<b>Is" not in page and "1 open" in page
    listed = (await visit.get("/")).text
    assert "1 comment</span>" in listed and "&lt;b&gt;Is “this” right?&lt;/b&gt; It" in listed
    assert visit.row().state == "drafted" and visit.row().lock == visit.seen()["lock"]


async def test_a_comment_is_resolved_and_opened_again(visiting):
    visit = visiting()
    for text in ("first", "second"):
        await visit.post("/drafts/1/comments", {"text": text})
    await visit.post("/drafts/2/comments", {"text": "other"}, token="token-of-grace")
    assert (await visit.post("/drafts/1/comments/1/resolve", token="token-of-grace")).status_code == 200
    assert visit.services.comments.of(1)[0].resolved_by == "Grace"
    assert visit.services.comments.open_of([1, 2])[1].number == 1
    assert "resolved by Grace" in (await visit.get("/drafts/1")).text
    await visit.post("/drafts/1/comments/2/resolve")
    page = (await visit.get("/?comments=open")).text
    assert QUESTIONS[1] in page and QUESTIONS[0] not in page
    assert (await visit.post("/drafts/1/comments/1/reopen")).status_code == 200
    assert [one.is_open for one in visit.services.comments.of(1)] == [True, False]
    for number, path in ((1, "reopen"), (2, "resolve"), (3, "resolve"), (9, "reopen")):
        assert (await visit.post(f"/drafts/1/comments/{number}/{path}")).status_code == 422


async def test_a_comment_that_is_blank_long_or_no_text_is_refused(visiting):
    visit = visiting()
    for body in (
        {},
        {"text": " \n"},
        {"text": 1},
        {"text": "x" * (MAX_CHARS + 1)},
        {"text": "\ud800"},
        {"text": "x", "field": "id"},
    ):
        content = json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        answer = await visit.post("/drafts/1/comments", headers=headers, json=None, content=content)
        assert answer.status_code == 422, body
    assert visit.services.comments.of(1) == []
    assert (await visit.post("/drafts/1/comments", {"text": "x" * MAX_CHARS})).status_code == 200
    assert (await visit.post("/drafts/9/comments", {"text": "x"})).status_code == 404
