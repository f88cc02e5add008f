"""The page of SEO proposals: old and new text, decisions on one proposal or on all clean ones."""

import pytest

from generator.content.findings import Finding
from generator.workflows.seo.proposal_page import proposal_page
from tests.support.duplicate_site import sentences
from tests.support.proposals import new
from tests.support.replies import GOOD
from tests.support.search_data import import_pages
from tests.support.visits import seen_in

TEXT = GOOD["page_description"]
OTHER = "Why roots grow downward: how statoliths sink, how auxin gathers, and how cells stretch on one side."


def propose(visit, key="biology/roots", **changes):
    services = visit.services
    made = new(key, **{"old": "This content discusses <b>roots</b>", "new": TEXT, **changes})
    return services.proposals.record(made, now=services.now())


async def test_proposals_show_the_old_and_the_new_text(visiting):
    visit = visiting()
    propose(visit)
    page = (await visit.get("/proposals")).text
    assert "This content discusses" in page and "Enzymes speed up" in page
    assert "<b>roots" not in page
    assert "Accept 1 clean proposal" in page
    assert "No proposals here" in (await visit.get("/proposals?state=applied&field=page_keywords")).text


async def test_the_search_data_of_a_page_stands_beside_its_proposal(visiting, tmp_path):
    visit = visiting()
    propose(visit)
    propose(visit, "biology/leaves", new=OTHER)
    assert "Google Search" not in (await visit.get("/proposals")).text
    import_pages(visit.services, tmp_path, {"biology/roots": (10, 1_000, 2.0)})
    page = (await visit.get("/proposals")).text
    assert page.count("Google Search:") == 1
    assert "10 clicks, 1,000 impressions, CTR 1.0%, position 2.0 (usual there 15.7%" in page


async def test_a_proposal_is_accepted_or_skipped_only_as_it_was_shown(visiting):
    visit = visiting()
    first, second = propose(visit), propose(visit, "biology/leaves", new=OTHER)
    assert (await visit.post(f"/proposals/{first.id}/accept", {"lock": first.lock})).status_code == 200
    assert (await visit.post(f"/proposals/{second.id}/skip", {"lock": second.lock})).status_code == 200
    states = [visit.services.proposals.get(row.id).state for row in (first, second)]
    assert states == ["approved", "skipped"]
    assert (await visit.post(f"/proposals/{second.id}/accept", {"lock": second.lock})).status_code == 409
    assert visit.services.proposals.decisions.of(first.id)[-1].who == "Ada"


async def test_an_edited_text_is_checked_before_it_is_saved(visiting):
    visit = visiting()
    row = propose(visit)
    answer = await visit.post(f"/proposals/{row.id}/edit", {"lock": row.lock, "new": "short"})
    assert answer.status_code == 422 and "characters" in answer.json()["error"]
    answer = await visit.post(f"/proposals/{row.id}/edit", {"lock": row.lock, "new": OTHER})
    assert answer.status_code == 200
    after = visit.services.proposals.get(row.id)
    assert (after.new, after.state, after.edited) == (OTHER, "approved", True)


async def test_all_clean_proposals_are_accepted_at_once(visiting):
    visit = visiting()
    propose(visit)
    propose(visit, "biology/leaves", new=OTHER)
    assert "Accepted 2" in (await visit.post("/proposals/accept-clean")).json()["message"]
    assert "1</b>" not in (await visit.get("/proposals")).text


WARNING = Finding("description-target", "warning", "page_description", "has room for more")


async def test_the_button_says_how_many_it_accepts_and_skips_those_with_warnings(visiting):
    visit = visiting()
    kept = propose(visit, findings=[WARNING])
    propose(visit, "biology/leaves", new=OTHER)
    propose(visit, "biology/stems", field="page_keywords")
    page = (await visit.get("/proposals")).text
    assert "Accept all 2 clean proposals" in page and "1 with warnings: decide on each of them" in page
    assert "Accept 1 clean proposal" in (await visit.get("/proposals?field=page_keywords")).text
    assert (await visit.post("/proposals/accept-clean", {"seen": "0" * 64})).status_code == 409
    assert (await visit.post("/proposals/accept-clean", {"seen": 2})).status_code == 422
    seen = seen_in(await visit.get("/proposals?field=page_keywords"))
    answer = (await visit.post("/proposals/accept-clean?field=page_keywords", {"seen": seen})).json()
    assert (answer["go"], answer["undo"]) == ("/proposals?field=page_keywords", True)
    answer = (
        await visit.post("/proposals/accept-clean", {"seen": seen_in(await visit.get("/proposals"))})
    ).json()
    assert "Accepted 1 proposal." in answer["message"]
    assert "1 proposal with warnings not approved: description-target (1)" in answer["message"]
    assert visit.services.proposals.get(kept.id).state == "proposed"
    assert "clean proposal" not in (await visit.get("/proposals")).text


async def test_a_list_with_another_proposal_than_the_page_showed_is_not_accepted(visiting):
    visit = visiting()
    first, _ = propose(visit), propose(visit, "biology/leaves", new=OTHER)
    seen = seen_in(await visit.get("/proposals"))
    await visit.post(f"/proposals/{first.id}/skip", {"lock": first.lock}, token="token-of-grace")
    propose(visit, "biology/stems", field="page_keywords")
    assert (await visit.post("/proposals/accept-clean", {"seen": seen})).status_code == 409
    assert visit.services.proposals.counts()["page_description"]["proposed"] == 1


async def test_a_proposal_that_comes_while_the_page_is_made_does_not_count_as_shown(visiting, monkeypatch):
    visit = visiting()
    propose(visit)

    def page_then_another(*args, **options):
        found = proposal_page(*args, **options)
        propose(visit, "biology/leaves", new=OTHER)
        return found

    monkeypatch.setattr("generator.web.proposals.page.proposal_page", page_then_another)
    seen = seen_in(await visit.get("/proposals"))
    assert (await visit.post("/proposals/accept-clean", {"seen": seen})).status_code == 409


async def test_undo_reverts_the_last_decision_and_shows_the_proposal(visiting):
    visit = visiting()
    rows = [propose(visit, f"biology/plant-{n}", new=sentences(n, 1)[0]) for n in range(52)]
    proposals = visit.services.proposals
    assert (await visit.post(f"/proposals/{rows[51].id}/accept", {"lock": rows[51].lock})).json()["undo"]
    await visit.post(f"/proposals/{rows[0].id}/skip", {"lock": rows[0].lock})
    assert (await visit.post("/undo", token="token-of-grace")).status_code == 422
    answer = (await visit.post("/undo")).json()
    assert (answer["go"], answer["item"]) == (f"/proposals?item={rows[0].id}", rows[0].id)
    assert answer["message"] == f"No longer skipped: {rows[0].question}"
    answer = (await visit.post("/undo")).json()
    assert answer["message"] == f"No longer accepted: {rows[51].question}"
    assert f'data-item="{rows[51].id}"' in (await visit.get(answer["go"])).text
    await visit.post("/proposals/accept-clean", {"seen": seen_in(await visit.get("/proposals"))})
    assert (await visit.post("/undo")).json()["message"] == "No longer accepted: 52 proposals."
    assert proposals.counts()["page_description"] == {"proposed": 52}
    assert 'data-key="u"' in (await visit.get("/proposals")).text


async def test_undo_of_what_is_applied_names_the_decision_before_and_reverts_it_when_asked(visiting):
    visit = visiting()
    first, second = propose(visit, "biology/leaves", new=OTHER), propose(visit)
    await visit.post(f"/proposals/{first.id}/skip", {"lock": first.lock})
    await visit.post(f"/proposals/{second.id}/accept", {"lock": second.lock})
    services = visit.services
    services.proposals.decide(
        services.proposals.get(second.id), "applied", who="generator", now=services.now()
    )
    answer = await visit.post("/undo")
    assert (answer.status_code, answer.json()["earlier"]) == (409, True)
    assert answer.json()["error"].endswith("Before that, Ada skipped biology/leaves description.")
    assert services.proposals.get(first.id).state == "skipped"
    assert (await visit.post("/undo", {"earlier": "yes"})).status_code == 422
    answer = await visit.post("/undo", {"earlier": True})
    assert answer.json()["message"] == f"No longer skipped: {first.question}"
    answer = (await visit.post("/undo")).json()
    assert ("is applied, which cannot be undone" in answer["error"], "earlier" in answer) == (True, False)


@pytest.mark.parametrize("number", ["0", "99", "9" * 30])
async def test_an_unknown_proposal_is_not_found(visiting, number):
    visit = visiting()
    assert (await visit.post(f"/proposals/{number}/accept", {"lock": 0})).status_code == 404


async def test_a_long_list_is_shown_in_pages(visiting):
    visit = visiting()
    for number in range(55):
        propose(visit, f"biology/plant-{number}")
    page = (await visit.get("/proposals")).text
    assert page.count('data-item="') == 50
    assert (await visit.get("/proposals?page=2")).text.count('data-item="') == 5
    assert "51–55 of 55 proposals" in (await visit.get("/proposals?page=99")).text
    for odd in ("page=x", "item=x", "page=-1", "item=" + "9" * 30, "sort=best", "state=none"):
        assert (await visit.get(f"/proposals?{odd}")).text.count('data-item="') == 50
