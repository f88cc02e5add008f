"""The pages of lots: reading a sample, judging, releasing, and the ways out of a failed lot."""

import pytest

from generator.workflows.sampling import release
from generator.workflows.sampling.lot_view import LotViews
from tests.support.drafts import QUESTIONS, draft_of
from tests.support.lots import correct, judge, lot, new_lot, read_all


def seen(visit, row, **more):
    row = visit.services.drafts.get(row.id)
    return {"lock": row.lock, "sha": row.sha, **more}


async def post_judgement(visit, draw, judgement, **more):
    body = seen(visit, draw.row, seen=draw.member.lock, **more)
    return await visit.post(f"/drafts/{draw.row.id}/judge/{judgement}?lot=1", body)


async def test_a_list_is_frozen_and_its_sample_read_and_released(visiting):
    visit = visiting()
    assert "Sample this list" in (await visit.get("/?q=enzymes")).text
    made = (await visit.post("/samples/create?q=enzymes")).json()
    assert made["go"] == "/samples/1" and "Frozen: lot 1 with 3 drafts." in made["message"]
    again = (await visit.post("/samples/create?q=enzymes")).json()
    assert (again["go"], again["message"]) == ("/samples/1", "Lot 1 is open already.")
    for number, draw in enumerate(lot(visit.services).draws, start=1):
        going = await visit.get("/samples/1/next")
        assert going.headers["location"] == f"/drafts/{draw.row.id}?lot=1"
        page = (await visit.get(going.headers["location"])).text
        assert f"draft {number} of 3" in page and "Correct a minor fault" in page
        answer = (await post_judgement(visit, draw, "fine")).json()
    assert answer["go"] == "/samples/1" and answer["undo"]
    page = (await visit.get("/samples/1")).text
    assert (
        "3 of 3 read, 0 serious, 0 minor" in page
        and "All 3 read, 0 bad" in page
        and "Release the lot" in page
    )
    released = (await visit.post("/samples/1/release", {"lock": lot(visit.services).lot.lock})).json()
    assert released["message"] == "Approved 3 drafts of lot 1." and released["undo"]
    assert [row.state for row in visit.services.drafts.all()] == ["approved"] * 3
    undone = (await visit.post("/undo", {})).json()
    assert undone["message"].startswith("No longer approved: 3 drafts")
    assert lot(visit.services).state == "reached"


async def test_a_judgement_is_undone_and_opens_its_draft(visiting):
    visit = visiting()
    draw = new_lot(visit.services).draws[0]
    await post_judgement(visit, draw, "fine")
    undone = (await visit.post("/undo", {})).json()
    assert undone["go"] == f"/drafts/{draw.row.id}?lot=1"
    assert undone["message"].startswith("No longer judged fine")
    assert lot(visit.services).sample.read == 0


async def test_a_minor_fault_is_recorded_after_it_was_corrected(visiting):
    visit = visiting()
    draw = new_lot(visit.services).draws[0]
    assert (await post_judgement(visit, draw, "minor")).status_code == 422
    correct(visit.services, draw.row)
    page = (await visit.get(f"/drafts/{draw.row.id}")).text
    assert "Minor fault, corrected" in page and "/judge/fine" not in page
    assert (await post_judgement(visit, draw, "minor")).status_code == 200
    assert lot(visit.services).sample.minor == 1


async def test_a_serious_fault_ends_the_lot_and_its_drafts_go_back(visiting):
    visit = visiting()
    draw = new_lot(visit.services).draws[0]
    assert (await post_judgement(visit, draw, "serious", reason=" ")).status_code == 422
    answer = (await post_judgement(visit, draw, "serious", reason="<b>harmful</b>")).json()
    assert answer["go"] == "/samples/1" and answer["message"].startswith("Lot 1 has failed")
    page = (await visit.get("/samples/1")).text
    assert "&lt;b&gt;harmful" in page and "Have all of it read" in page and "Cut out the slice" in page
    assert (await visit.post("/samples/1/release", {})).status_code == 409
    ended = (await visit.post("/samples/1/full-review", {"lock": 0})).json()
    assert ended["go"] == "/?lot=1"
    queue = (await visit.get("/?lot=1")).text
    assert queue.count("must be read: lot 1") == 3 and "clean draft" not in queue
    assert "must be read by itself" in (await visit.get(f"/drafts/{draw.row.id}")).text


async def test_the_slice_with_the_fault_is_cut_out(visiting):
    visit = visiting()
    new_lot(visit.services, limit=0.1)
    judge(visit.services, "serious", draft_of(visit.services, QUESTIONS[2]), "wrong")
    page = (await visit.get("/samples/1")).text
    assert (
        '<option value="why">' in page
        and '<option value="mechanism">' not in page.split("Cut out the slice")[0]
    )
    assert (await visit.post("/samples/1/cut", {"kind": "wry"})).status_code == 422
    answer = (await visit.post("/samples/1/cut", {"kind": "why", "subject": ""})).json()
    assert answer["go"] == "/samples/2" and "1 draft cut out" in answer["message"]
    assert "The rest is" in (await visit.get("/samples/1")).text
    assert "the rest of lot 1" in (await visit.get("/samples/2")).text


async def test_the_queue_marks_the_drafts_of_a_lot_and_does_not_approve_them_in_bulk(visiting):
    visit = visiting()
    view = new_lot(visit.services, text="enzymes")
    page = (await visit.get("/")).text
    assert page.count(">lot 1</a>") == 2 and "Approve 1 clean draft" in page
    await visit.post("/approve-clean", {})
    assert [row.state for row in visit.services.drafts.all()] == ["drafted", "drafted", "approved"]
    row = view.draws[0].row
    assert (await visit.post(f"/drafts/{row.id}/approve", seen(visit, row))).status_code == 200


async def test_more_drafts_are_drawn(visiting):
    visit = visiting()
    view = new_lot(visit.services)
    undrawn = next(row for row in visit.services.drafts.all() if view.draw_of(row.id) is None)
    assert "is not drawn" in (await visit.get(f"/drafts/{undrawn.id}")).text
    assert (await visit.post("/samples/1/draw", {"count": "x"})).status_code == 422
    answer = (
        await visit.post("/samples/1/draw", {"count": "5", "subject": "Biology", "kind": "", "rule": ""})
    ).json()
    assert answer["message"] == "3 drafts to read."
    assert "(targeted)" in (await visit.get(f"/drafts/{undrawn.id}")).text
    assert (await visit.post("/samples/1/draw", {"count": "1"})).status_code == 200
    assert lot(visit.services).lot.draws == 3


@pytest.mark.parametrize("count", [-1, 0, "0"])
@pytest.mark.parametrize("slice_", [{}, {"subject": "Biology"}])
async def test_no_draft_is_taken_out_of_a_sample_by_drawing(visiting, count, slice_):
    visit = visiting()
    new_lot(visit.services)
    before = lot(visit.services)
    answer = await visit.post("/samples/1/draw", {"count": count, **slice_})
    assert answer.status_code == 422 and "at least 1 draft" in answer.json()["error"]
    assert lot(visit.services) == before


async def test_an_interrupted_release_is_shown_and_finished(visiting, monkeypatch):
    monkeypatch.setattr(release, "CHUNK", 1)
    visit = visiting()
    new_lot(visit.services)
    read_all(visit.services)
    steps = release.LotRelease(visit.services, 1, who="Ada").steps()
    next(steps)
    steps.close()
    page = (await visit.get("/samples/1")).text
    assert "The release was interrupted: 1 draft of 3 approved" in page and "Finish the release" in page
    answer = (await visit.post("/samples/1/release", {"lock": lot(visit.services).lot.lock})).json()
    assert answer["message"] == "Approved 3 drafts of lot 1."
    assert "3 drafts approved by Ada" in (await visit.get("/samples/1")).text


async def test_drafts_that_a_release_left_out_are_listed(visiting):
    visit = visiting()
    view = new_lot(visit.services)
    read_all(visit.services)
    undrawn = next(row for row in visit.services.drafts.all() if view.draw_of(row.id) is None)
    correct(visit.services, undrawn)
    answer = (await visit.post("/samples/1/release", {})).json()
    assert answer["message"] == "Approved 2 drafts of lot 1. Left out: 1 draft."
    page = (await visit.get("/samples/1")).text
    assert f"{undrawn.key}</a> was changed after the lot was frozen" in page


@pytest.mark.parametrize("path", ["/samples/9", "/samples/9/next", "/samples/99999999999999999999"])
async def test_there_is_no_such_lot(visiting, path):
    assert (await visiting().get(path)).status_code == 404


async def test_a_stale_page_changes_nothing(visiting):
    visit = visiting()
    draw = new_lot(visit.services).draws[0]
    read_all(visit.services)
    assert (await post_judgement(visit, draw, "serious", reason="wrong")).status_code == 409
    assert (await visit.post("/samples/1/release", {"lock": 7})).status_code == 409
    assert (await visit.post(f"/drafts/{draw.row.id}/judge/good", seen(visit, draw.row))).status_code == 404
    assert lot(visit.services).state == "reached"


async def test_a_read_only_page_shows_lots_and_changes_nothing(visiting):
    visit = visiting(read_only=True)
    draw = new_lot(visit.services).draws[0]
    assert "Lot 1: all drafts to review" in (await visit.get("/samples")).text
    for path in ("/samples/1", f"/drafts/{draw.row.id}", "/"):
        page = (await visit.get(path)).text
        assert 'data-action="send"' not in page and "judge/" not in page
    assert (await post_judgement(visit, draw, "fine")).status_code == 403
    assert LotViews(visit.services).get(1).sample.read == 0


async def test_without_a_lot_the_page_says_how_to_freeze_one(visiting):
    assert "No lots yet" in (await visiting().get("/samples")).text
