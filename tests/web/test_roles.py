"""Roles: each route says what it needs, and no reviewer does or sees more than their role allows."""

import re

import pytest

from generator.content.review.reviewers import Reviewer
from generator.store.ledger.team.assignments import Assignment
from generator.web.permissions import NEEDS
from tests.support.drafts import QUESTIONS
from tests.support.lots import OTHER_KEYWORDS

GRACE = "token-of-grace"
AT = "2026-01-01T00:00:00.000+00:00"
FIRST, SECOND = QUESTIONS[:2]


@pytest.fixture
def team(visiting):
    """Ada may decide; Grace has the role that is given, and only the first draft is assigned to her."""

    def made(role="edit", **options):
        visit = visiting(roles={"Grace": role}, **options)
        with visit.services.drafts.transaction():
            visit.services.assignments.register([Reviewer("Ada"), Reviewer("Grace", role)], now=AT)
            if role != "read":
                visit.services.assignments.assign(visit.row(FIRST).id, "Grace", who="Ada", now=AT)
        return visit

    return made


def routes(visit):
    return {(method, route.path) for route in visit.app.routes for method in route.methods - {"HEAD"}}


def address(path, *, draft=2):
    values = {"{id:int}": draft, "{claim}": "x", "{comment:int}": 1, "{subject}": "biology", "{slug}": "x"}
    for name, value in values.items():
        path = path.replace(name, str(value))
    return path


def test_every_route_says_what_it_needs(visiting):
    assert routes(visiting()) == set(NEEDS)


async def test_an_editor_can_use_no_route_on_a_draft_of_others_and_none_that_decides(team):
    visit = team()
    before = "\n".join(visit.services.database.connection.iterdump())
    for method, path in routes(visit):
        if NEEDS[method, path] == "page":
            continue
        if method == "GET":
            answer = await visit.get(address(path), token=GRACE)
            assert "This draft is not assigned to you" in answer.text or "role" in answer.text
            assert SECOND not in answer.text
        else:
            answer = await visit.post(address(path), visit.seen(SECOND, text="x", reason="x"), token=GRACE)
        assert answer.status_code == 403, path
    for path in [path for (_, path), need in NEEDS.items() if need == "decide"]:
        answer = await visit.post(address(path, draft=1), visit.seen(FIRST, reason="x"), token=GRACE)
        assert answer.status_code in (403, 405), path
    assert "\n".join(visit.services.database.connection.iterdump()) == before


async def test_a_reader_sees_everything_and_can_send_nothing(team):
    visit = team("read")
    for method, path in routes(visit):
        if method == "POST":
            answer = await visit.post(address(path), visit.seen(SECOND, text="x"), token=GRACE)
            assert answer.status_code == 403, path
    page = (await visit.get("/drafts/2", token=GRACE)).text
    assert SECOND in page and "read only" in page
    assert "data-url" not in page and 'href="/publish' not in page
    assert (await visit.get("/drafts/2/edit", token=GRACE)).status_code == 403
    listed = (await visit.get("/", token=GRACE)).text
    assert all(question in listed for question in QUESTIONS)


async def test_an_editor_sees_edits_and_comments_on_their_own_draft(team):
    visit = team()
    page = (await visit.get("/drafts/1", token=GRACE)).text
    assert "/drafts/1/edit" in page and "/drafts/1/comments" in page
    for control in (
        "/approve",
        "/reject",
        "/revise",
        "/undo",
        "/drafts/assign",
        'href="/proposals',
        'href="/publish',
        "Next",
    ):
        assert control not in page
    assert "Only a reviewer with the role approve may do this." in page
    assert "Save and approve" not in (await visit.get("/drafts/1/edit", token=GRACE)).text
    assert "/undo" not in (await visit.get("/drafts/1/versions", token=GRACE)).text
    with visit.services.drafts.transaction():
        visit.services.assignments.assign(visit.row(SECOND).id, "Grace", who="Ada", now=AT)
    listed = (await visit.get("/", token=GRACE)).text
    assert SECOND in listed and "/samples/create" not in listed and "/approve-clean" not in listed
    text = {
        "description": "How enzymes lower the energy that a reaction needs, and why cells cannot do without."
    }
    answer = await visit.post("/drafts/1/save", visit.seen(FIRST, **text), token=GRACE)
    assert (answer.status_code, answer.json()["message"]) == (200, "Saved.")
    answer = await visit.post("/drafts/1/comments", {"text": "Please look."}, token=GRACE)
    assert answer.status_code == 200
    assert visit.services.drafts.decisions.of(1)[-1].who == "Grace"


@pytest.mark.parametrize("decision", ["approve", "reject"])
async def test_an_editor_cannot_revert_a_decision_by_an_edit(team, decision):
    visit = team()
    assert (await visit.post(f"/drafts/1/{decision}", visit.seen(FIRST, reason="x"))).status_code == 200
    answer = await visit.post("/drafts/1/save", visit.seen(FIRST, description="Other."), token=GRACE)
    assert answer.status_code == 403 and "would revert that decision" in answer.json()["error"]
    assert "/drafts/1/edit" not in (await visit.get("/drafts/1", token=GRACE)).text


async def test_the_list_of_an_editor_has_only_their_drafts_whatever_its_address_asks_for(team):
    visit = team()
    for path in ("/", "/?assigned=Ada", "/?assigned=:nobody", "/?state=all&q=enzymes"):
        page = re.sub("</?mark[^>]*>", "", (await visit.get(path, token=GRACE)).text)
        assert FIRST in page and SECOND not in page and QUESTIONS[2] not in page
    counts = (await visit.get("/status.json?draft=2", token=GRACE)).json()["counts"]
    assert counts["review"] == 1


async def test_a_list_s_owner_has_the_draft_until_somebody_assigns_it(team, monkeypatch):
    visit = team()
    services, row = visit.services, visit.row(SECOND)
    with services.drafts.transaction():
        (identity,) = services.database.execute(
            "SELECT identity FROM job WHERE id = ?", (row.job,)
        ).fetchone()
        services.database.execute(
            "INSERT INTO question_details VALUES (?, '{}', NULL, 'grace', NULL, NULL, '2026-01-01')",
            (identity,),
        )
    assert services.assignments.of([1, 2, 3]) == {
        1: Assignment("Grace", "Ada", AT),
        2: Assignment("Grace"),
    }
    page = (await visit.get("/", token=GRACE)).text
    assert FIRST in page and SECOND in page
    assert "the owner in the list" in (await visit.get("/drafts/2")).text
    assert QUESTIONS[2] in (free := (await visit.get("/?assigned=:nobody")).text) and SECOND not in free
    answer = await visit.post("/drafts/assign", {"drafts": [{"id": 2, "lock": row.lock}], "to": ""})
    assert answer.json()["message"] == "Assigned 1 draft to nobody."
    assert (await visit.get("/drafts/2", token=GRACE)).status_code == 403
    assert SECOND in (await visit.get("/?assigned=:nobody")).text


async def test_drafts_are_assigned_as_they_were_seen(team):
    visit = team()
    locks = {row.id: row.lock for row in map(visit.row, QUESTIONS)}
    await visit.post("/drafts/3/reject", visit.seen(QUESTIONS[2], reason="x"))
    drafts = [{"id": number, "lock": lock} for number, lock in locks.items()] + [{"id": 99, "lock": 0}]
    answer = await visit.post("/drafts/assign", {"drafts": drafts, "to": "grace"})
    message = answer.json()["message"]
    assert message.startswith("Assigned 2 drafts to Grace.") and "no draft 99" in message
    assert "was changed since the list was loaded" in message
    assert set(visit.services.assignments.of([1, 2, 3])) == {1, 2}
    assert visit.row(FIRST).lock == locks[1]
    assert (
        "has no link yet"
        in (await visit.post("/drafts/assign", {"drafts": drafts[:1], "to": "Zoe"})).json()["message"]
    )
    for body in ({}, {"drafts": [1]}, {"drafts": [{"id": True, "lock": 1}]}, {"drafts": drafts, "to": 1}):
        assert (await visit.post("/drafts/assign", body)).status_code == 422


async def test_the_list_can_be_filtered_by_who_decided(team):
    visit = team("approve")
    await visit.post("/drafts/1/approve", visit.seen(FIRST), token=GRACE)
    await visit.post("/drafts/2/approve", visit.seen(SECOND))
    page = (await visit.get("/?state=all&decided=grace")).text
    assert FIRST in page and SECOND not in page
    await visit.post("/undo", token=GRACE)
    assert FIRST not in (await visit.get("/?state=all&decided=Grace")).text


async def test_an_editor_cannot_approve_by_saving(team):
    visit = team()
    answer = await visit.post("/drafts/1/save", visit.seen(FIRST, approve=True), token=GRACE)
    assert answer.status_code == 200 and "Not approved" in answer.json()["message"]
    assert visit.services.drafts.get(1).state == "drafted"


async def test_an_editor_is_offered_no_undo_that_the_role_does_not_allow(team):
    visit = team()
    edit = visit.seen(FIRST, keywords=OTHER_KEYWORDS)
    assert (await visit.post("/drafts/1/save", edit, token=GRACE)).json()["undo"] is False
    restore = visit.seen(FIRST, version=1)
    answer = (await visit.post("/drafts/1/restore", restore, token=GRACE)).json()
    assert (answer["message"], answer["undo"]) == ("Version 1 was restored.", False)
    save = await visit.post("/drafts/1/save", visit.seen(FIRST, keywords=OTHER_KEYWORDS))
    assert save.json()["undo"] is True


async def test_an_editor_does_not_learn_which_other_drafts_exist(team):
    visit = team()
    own, other = visit.row(FIRST), visit.row(SECOND)
    assert (await visit.get(f"/drafts/{own.key}", token=GRACE)).headers["location"] == "/drafts/1"
    hidden = await visit.get(f"/drafts/{other.key}", token=GRACE)
    missing = await visit.get("/drafts/biology/no-such-draft", token=GRACE)
    assert (hidden.status_code, hidden.text) == (404, missing.text)
    assert (await visit.get(f"/drafts/{other.key}")).headers["location"] == "/drafts/2"


async def test_a_conflict_of_addresses_does_not_quote_the_other_draft(team):
    visit = team()
    typed = {**visit.seen(FIRST), "question": f"{SECOND}?"}
    answer = await visit.post("/drafts/1/save", typed, token=GRACE)
    assert answer.status_code == 422
    assert (
        answer.json()["error"] == f"question: another draft has this address already: {visit.row(SECOND).key}"
    )
