"""SEO proposals in the page: before and after, decided one by one or all at once."""

import pytest

from generator.store.proposals import NewProposal
from tests.replies import GOOD

TEXT = GOOD["page_description"]
OTHER = "Why roots grow downward: how statoliths sink, how auxin gathers, and how cells stretch on one side."


def propose(visit, key="biology/roots", **changes):
    values = {
        "job": None,
        "key": key,
        "path": f"{key}.md",
        "field": "page_description",
        "question": f"What of {key}?",
        "subject": "Biology",
        "basis": "b1",
        "old": "This content discusses <b>roots</b>",
        "new": TEXT,
        "state": "proposed",
        "reason": None,
        "findings": [],
        "offline": False,
    }
    shop = visit.desk.shop
    return shop.proposals.record(NewProposal(**{**values, **changes}), now=shop.now())


async def test_proposals_stand_as_before_and_after(visiting):
    visit = visiting()
    propose(visit)
    page = (await visit.get("/proposals")).text
    assert "This content discusses" in page and "Enzymes speed up" in page
    assert "<b>roots" not in page
    assert "Accept all 1 clean" in page
    assert "No proposals here" in (await visit.get("/proposals?state=applied&field=page_keywords")).text


async def test_a_proposal_is_accepted_or_skipped_as_it_was_seen(visiting):
    visit = visiting()
    first, second = propose(visit), propose(visit, "biology/leaves", new=OTHER)
    assert (await visit.post(f"/proposals/{first.id}/accept", {"lock": first.lock})).status_code == 200
    assert (await visit.post(f"/proposals/{second.id}/skip", {"lock": second.lock})).status_code == 200
    states = [visit.desk.shop.proposals.get(row.id).state for row in (first, second)]
    assert states == ["approved", "skipped"]
    assert (await visit.post(f"/proposals/{second.id}/accept", {"lock": second.lock})).status_code == 409
    assert visit.desk.shop.proposals.decisions(first.id)[-1].who == "Ada"


async def test_an_edited_text_is_checked_before_it_is_kept(visiting):
    visit = visiting()
    row = propose(visit)
    answer = await visit.post(f"/proposals/{row.id}/edit", {"lock": row.lock, "new": "short"})
    assert answer.status_code == 422 and "characters" in answer.json()["error"]
    answer = await visit.post(f"/proposals/{row.id}/edit", {"lock": row.lock, "new": OTHER})
    assert answer.status_code == 200
    after = visit.desk.shop.proposals.get(row.id)
    assert (after.new, after.state, after.edited) == (OTHER, "approved", True)


async def test_all_clean_ones_are_accepted_at_once(visiting):
    visit = visiting()
    propose(visit)
    propose(visit, "biology/leaves", new=OTHER)
    assert "Accepted 2" in (await visit.post("/proposals/accept-clean")).json()["message"]
    assert "1</b>" not in (await visit.get("/proposals")).text


@pytest.mark.parametrize("number", ["0", "99", "9" * 30])
async def test_a_proposal_that_is_not_there_is_not_found(visiting, number):
    visit = visiting()
    assert (await visit.post(f"/proposals/{number}/accept", {"lock": 0})).status_code == 404


async def test_a_long_list_is_shown_in_pages(visiting):
    visit = visiting()
    for number in range(55):
        propose(visit, f"biology/plant-{number}")
    page = (await visit.get("/proposals")).text
    assert page.count('data-item="') == 50
    assert (await visit.get("/proposals?after=50")).text.count('data-item="') == 5
    assert (await visit.get("/proposals?after=x")).status_code == 200
