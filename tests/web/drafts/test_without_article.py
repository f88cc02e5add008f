"""Questions without an article, on the page: queued to be drafted again, written by the reviewer, or dropped."""

from generator.web.request_fields import MOST_CHARS
from generator.workflows.engine.progress import NoProgress
from generator.workflows.review.redrafts.redraft import RedraftRequest, redraft
from tests.support.drafts import QUESTIONS
from tests.support.replies import GOOD, completion, declined

FORM = {
    "introduction": GOOD["introduction"],
    "conclusion": GOOD["conclusion"],
    "description": GOOD["page_description"],
    "keywords": ", ".join(GOOD["page_keywords"]),
    **{f"heading{number}": point["heading"] for number, point in enumerate(GOOD["points"], start=1)},
    **{f"body{number}": point["body"] for number, point in enumerate(GOOD["points"], start=1)},
}


def visit_without_article(visiting, **options):
    return visiting(
        completion(declined("The figure is not given.")), completion(GOOD), completion(GOOD), **options
    )


async def test_the_page_offers_what_can_be_done(visiting):
    visit = visit_without_article(visiting)
    page = (await visit.get("/drafts/1")).text
    for text in (
        "There is no article",
        "The figure is not given",
        "Draft it again",
        "Write it yourself",
        "/drafts/1/reject",
    ):
        assert text in page, text
    assert "Draft it again" not in (await visit.get("/drafts/2")).text
    assert (
        "Draft it again" not in (await visit_without_article(visiting, read_only=True).get("/drafts/1")).text
    )


async def test_a_draft_is_queued_with_a_note_and_facts_and_nothing_is_paid(visiting):
    visit = visit_without_article(visiting)
    answer = await visit.post(
        "/drafts/1/redraft", visit.seen(note="It shows a <cell>.", facts="Cells divide.")
    )
    assert answer.status_code == 200 and "generator redraft" in answer.json()["message"]
    assert visit.row().state == "refused" and visit.worker.waiting == 0
    page = (await visit.get("/drafts/1")).text
    assert "It shows a &lt;cell&gt;." in page and "run <code>generator redraft</code>" in page
    assert "to be drafted again: It shows" in page
    stale = {**visit.seen(note="x"), "lock": 0}
    assert (await visit.post("/drafts/1/redraft", stale)).status_code == 409


async def test_a_queued_draft_can_be_taken_back(visiting):
    visit = visit_without_article(visiting)
    await visit.post("/drafts/1/redraft", visit.seen(note="x"))
    assert (await visit.post("/drafts/1/redraft/withdraw", visit.seen())).status_code == 200
    assert visit.services.ledger.redrafts.unfinished() == []
    assert (await visit.post("/drafts/1/redraft/withdraw", visit.seen())).status_code == 409


async def test_many_drafts_are_queued_with_one_note(visiting):
    visit = visit_without_article(visiting)
    rows = [visit.row(question) for question in QUESTIONS]
    drafts = [{"id": row.id, "lock": row.lock} for row in rows]
    drafts[2]["lock"] -= 1
    answer = await visit.post(
        "/drafts/redraft", {"drafts": [*drafts, {"id": 99, "lock": 1}], "note": "Shorter."}
    )
    message = answer.json()["message"]
    assert "Queued 2 drafts" in message and "was changed since" in message and "no draft 99" in message
    assert [item.note for item in visit.services.ledger.redrafts.unfinished()] == ["Shorter."] * 2
    too_long = {"drafts": drafts[:1], "note": "x" * (MOST_CHARS["note"] + 1)}
    assert (await visit.post("/drafts/redraft", too_long)).status_code == 422


async def test_a_reviewer_writes_the_article(visiting):
    visit = visit_without_article(visiting)
    form = (await visit.get("/drafts/1/write")).text
    for name in FORM:
        assert f'name="{name}"' in form, name
    await visit.post("/drafts/1/redraft", visit.seen(note="x"))
    answer = await visit.post("/drafts/1/write", visit.seen(**FORM))
    assert answer.status_code == 200, answer.text
    row = visit.row()
    assert row.state == "drafted" and row.edited and row.path
    assert visit.services.ledger.redrafts.unfinished() == []
    page = (await visit.get("/drafts/1")).text
    assert "<strong>Induced Fit</strong>" in page and "version 1 (edit)" in page
    assert (await visit.post("/drafts/1/approve", visit.seen())).status_code == 200
    assert (await visit.get("/drafts/1/write")).status_code == 404
    assert (await visit.post("/drafts/1/write", visit.seen(**FORM))).status_code == 422


async def test_what_a_reviewer_writes_goes_through_the_checks(visiting):
    visit = visit_without_article(visiting)
    assert (await visit.post("/drafts/1/write", visit.seen())).status_code == 422
    answer = await visit.post("/drafts/1/write", visit.seen(introduction="Too short.", description="x"))
    assert answer.status_code == 200 and "findings" in answer.json()["message"]
    assert visit.row().state == "needs_fix" and visit.row().errors


async def test_a_dropped_question_is_closed_with_its_reason(visiting):
    visit = visit_without_article(visiting)
    await visit.post("/drafts/1/redraft", visit.seen(note="x"))
    assert (
        await visit.post("/drafts/1/reject", visit.seen(reason="Nobody has the figure."))
    ).status_code == 200
    page = (await visit.get("/drafts/1")).text
    assert "To be drafted again" not in page and "Nobody has the figure." in page
    assert redraft(visit.services, RedraftRequest(), NoProgress()).drafting is None
