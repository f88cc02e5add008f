"""Two people at one draft: who is there, who changed it, and their texts side by side."""

import datetime

from generator.services import utc_now
from generator.workflows.review.decisions.decisions import DraftDecisions
from generator.workflows.review.editing.editor import DraftEditor
from tests.support.browsing import BAD
from tests.support.proposals import record_plants
from tests.support.replies import GOOD, completion
from tests.support.services import scripted_services

GRACE = "token-of-grace"
OTHER = GOOD["page_description"][:-1] + ", and more."


def edited(visit, who="Grace", **changes):
    return DraftEditor(visit.services).save_fields(visit.row(), changes or {"description": OTHER}, who=who)


async def here(visit, **options):
    return (await visit.get("/status.json?draft=1", **options)).json()["draft"]["here"]


async def test_a_draft_is_held_by_each_person_until_the_last_tab_is_left(visiting):
    visit = visiting()
    for tab in ("one", "two"):
        assert (await visit.post("/drafts/1/hold", {"tab": tab}, token=GRACE)).status_code == 200
    assert await here(visit) == ["Grace"]
    assert await here(visit, token=GRACE) == []
    assert "Grace is here" in (await visit.get("/")).text
    assert "is here" not in (await visit.get("/", token=GRACE)).text
    await visit.post("/drafts/1/leave", {"tab": "one"}, token=GRACE)
    assert await here(visit) == ["Grace"]
    await visit.post("/drafts/1/leave", {"tab": "two"}, token=GRACE)
    assert await here(visit) == []


async def test_a_hold_ends_after_a_quarter_of_an_hour_without_activity(visiting):
    visit = visiting()
    visit.services.now = lambda: shifted(-16)
    await visit.post("/drafts/1/hold", {"tab": "one"}, token=GRACE)
    visit.services.now = lambda: shifted(-2)
    assert await here(visit) == ["Grace"]
    visit.services.now = utc_now
    assert await here(visit) == []


def shifted(minutes: int) -> str:
    """The time so many minutes from now."""
    time = datetime.datetime.fromisoformat(utc_now()) + datetime.timedelta(minutes=minutes)
    return time.isoformat(timespec="milliseconds")


async def test_servers_of_one_ledger_see_each_others_holds(visiting, tmp_path):
    visit = visiting()
    await visit.post("/drafts/1/hold", {"tab": "one"}, token=GRACE)
    services = scripted_services(tmp_path)
    assert services.ledger.holds.open(expired="", but="Ada") == {1: ["Grace"]}
    services.close()


async def test_neither_a_get_nor_a_read_only_page_holds_a_draft(visiting):
    visit = visiting(read_only=True)
    assert (await visit.post("/drafts/1/hold", {"tab": "one"}, token=GRACE)).status_code == 403
    for path in ("/drafts/1", "/drafts/1/versions", "/status.json?draft=1"):
        await visit.get(path, token=GRACE)
    assert await here(visit) == []


async def test_invalid_holds_are_refused(visiting):
    visit = visiting()
    for body in ({}, {"tab": 1}, {"tab": "x" * 41}):
        assert (await visit.post("/drafts/1/hold", body)).status_code == 422
    assert (await visit.post("/drafts/99/hold", {"tab": "one"})).status_code == 404


async def change_of(visit, seen, **options):
    address = f"/status.json?draft=1&lock={seen['lock']}&sha={seen['sha']}"
    return (await visit.get(address, **options)).json()["draft"]["change"]


async def test_the_status_says_who_changed_the_draft_since_it_was_shown(visiting):
    visit = visiting()
    seen = visit.seen()
    assert await change_of(visit, seen) is None
    edited(visit)
    assert await change_of(visit, seen) == {
        "line": "Grace edited this draft just now",
        "has_other_text": True,
    }
    assert (await change_of(visit, seen, token=GRACE))["line"].startswith("You edited")
    seen = visit.seen()
    DraftDecisions(visit.services).approve(visit.row(), who="Grace")
    assert await change_of(visit, seen) == {
        "line": "Grace approved this draft just now",
        "has_other_text": False,
    }
    await visit.post("/undo", token=GRACE)
    assert "Grace undid a decision on this draft" in (await change_of(visit, seen))["line"]
    await visit.post("/undo", token=GRACE)
    assert "Grace undid an edit of this draft" in (await change_of(visit, seen))["line"]


async def merged(visit, basis, **fields):
    reply = await visit.post("/drafts/1/merge", {"basis": basis, "fields": fields})
    assert reply.status_code == 200
    return reply.json()


async def test_both_texts_are_merged_by_field_and_nothing_is_saved(visiting):
    visit = visiting()
    basis = visit.row().sha
    edited(visit, description=OTHER, keywords="enzymes, cells", no_index=True)
    reply = await merged(visit, basis, description="<i>Mine</i>", date="2026-02-01", no_index=True)
    html = reply["html"]
    assert (reply["lock"], reply["sha"]) == (visit.row().lock, visit.row().sha)
    assert "Both of you changed 1 field" in html and "&lt;i&gt;Mine" in html
    chosen = {
        name: html.split(f'name="pick-{name}" value="theirs" ')[1].startswith("checked")
        for name in ("description", "keywords", "date")
    }
    assert chosen == {"description": False, "keywords": True, "date": False}
    assert "pick-no_index" not in html
    assert visit.row().version == 2


async def test_a_typed_text_of_an_unknown_version_is_no_reason_to_lose_it(visiting):
    visit = visiting()
    edited(visit)
    reply = await merged(visit, "0" * 64, description="Mine.")
    assert reply["html"].count("changed by both") == 1 and "is not known here" in reply["html"]


async def test_a_draft_that_cannot_be_edited_any_more_still_shows_what_was_typed(visiting):
    visit = visiting()
    basis = visit.row().sha
    await visit.post("/approve-clean")
    await visit.post("/publish", {"seen": [[1, visit.row().lock]]})
    html = (await merged(visit, basis, description="Mine."))["html"]
    assert "cannot be edited any more" in html and "Mine." in html and "Save this text" not in html


async def test_invalid_merges_are_refused(visiting):
    visit = visiting()
    for body in ({}, {"basis": "x"}, {"basis": "x", "fields": []}, {"basis": "x", "fields": {"date": 1}}):
        assert (await visit.post("/drafts/1/merge", body)).status_code == 422


async def test_a_typed_text_is_shown_beside_a_proposal_that_was_decided_on(visiting):
    visit = visiting()
    record_plants(visit.services, GOOD["page_description"])
    await visit.post("/proposals/1/accept", {"lock": visit.services.proposals.get(1).lock}, token=GRACE)
    reply = (await visit.post("/proposals/1/compare", {"new": "<b>Mine</b>"})).json()
    assert "Grace decided on this proposal" in reply["html"] and "&lt;" in reply["html"]
    assert "Your text stays in this browser" in reply["html"]
    assert (await visit.post("/proposals/9/compare", {"new": "x"})).status_code == 404


async def test_save_and_approve_says_what_is_in_the_way_and_saves(visiting):
    visit = visiting(*[completion(BAD)] * 3, completion(GOOD), completion(GOOD))
    reply = await visit.post("/drafts/1/save", visit.seen(description=GOOD["page_description"], approve=True))
    assert (
        "Saved. Not approved: " in reply.json()["message"]
        and "must be edited first" in reply.json()["message"]
    )
    assert (visit.row().state, visit.row().version) == ("needs_fix", 2)


async def test_the_message_of_a_save_offers_its_undo(visiting):
    visit = visiting()
    reply = (await visit.post("/drafts/1/save", visit.seen(description=OTHER))).json()
    assert reply["undo"] is True
    assert (await visit.post("/drafts/1/save", visit.seen())).json()["undo"] is False
    undone = (await visit.post("/undo")).json()
    assert undone["message"].startswith("The edit was undone: ") and undone["go"] == "/drafts/1"


async def test_pages_name_their_ledger(visiting):
    visit = visiting()
    name = visit.services.ledger.name
    assert len(name) == 16
    assert f'data-ledger="{name}"' in (await visit.get("/")).text


async def test_findings_and_claims_are_counted_at_the_fields_of_the_edit_form(visiting):
    visit = visiting()
    reply = (await visit.post("/drafts/1/check", visit.seen(description="Short."))).json()
    assert "error" in reply["counts"]["description"] and "claims" in reply["counts"]["answer"]
    assert reply["counts"]["keywords"].strip() == ""
    assert "37 degrees Celsius" in reply["claims"] and "unchecked" in reply["claims"]
