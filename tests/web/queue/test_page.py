"""The page of the queue with many drafts: places in the list, selected drafts and what is done to them, drafts for later."""

import html
import json
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from generator.workflows.review.decisions.decisions import DraftDecisions
from generator.workflows.review.decisions.undo import undo_decision
from generator.workflows.review.editing.editor import DraftEditor
from tests.support.drafts import QUESTIONS, draft_of
from tests.support.many_drafts import add_drafts
from tests.support.services import scripted_services
from tests.support.visits import Visit


@pytest.fixture
def many(tmp_path):
    """A visit over 200 drafts, of which 140 are to review: all but each fifth and each tenth and first."""
    services = scripted_services(tmp_path)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(add_drafts, services, 200).result()
    made = Visit(services, lambda: scripted_services(tmp_path))
    yield made
    made.worker.close()
    services.close()


TO_REVIEW = [number for number in range(1, 201) if number % 5 and number % 10 != 1]


async def shown(visit, path):
    """The drafts of a page of the list, and the one that is current."""
    page = (await visit.get(path)).text
    rows = re.findall(r'<li data-item="(\d+)" data-lock="\d+" class="(\w+)( current)?"', page)
    return [int(number) for number, _, _ in rows], [int(number) for number, _, current in rows if current]


async def test_a_page_is_opened_by_a_draft(many):
    assert await shown(many, "/") == (TO_REVIEW[:50], [])
    for index in (0, 49, 50, 139):
        page = index // 50 * 50
        assert await shown(many, f"/?at={TO_REVIEW[index]}") == (
            TO_REVIEW[page : page + 50],
            [TO_REVIEW[index]],
        )
    assert await shown(many, "/?at=abc,,9999999999999999999999") == (TO_REVIEW[:50], [])


async def test_a_step_across_the_border_of_a_page_skips_no_draft(many):
    last, first = TO_REVIEW[49], TO_REVIEW[50]
    page = (await many.get("/")).text
    assert f'data-step="/?at={last}&amp;step=1"' in page
    assert await shown(many, f"/?at={last}&step=1") == (TO_REVIEW[50:100], [first])
    assert await shown(many, f"/?at={first}&step=-1") == (TO_REVIEW[:50], [last])
    assert (await shown(many, f"/?at={TO_REVIEW[0]}&step=-1"))[1] == [TO_REVIEW[0]]
    assert (await shown(many, f"/?at={TO_REVIEW[-1]}&step=1"))[1] == [TO_REVIEW[-1]]
    # Two drafts leave the list meanwhile: the next one is still the next one.
    for number in (TO_REVIEW[3], last):
        row = many.services.drafts.get(number)
        await many.post(f"/drafts/{number}/approve", {"lock": row.lock, "sha": row.sha})
    assert (await shown(many, f"/?at={last}&step=1"))[1] == [first]


async def test_a_draft_that_left_the_list_leads_to_the_one_that_follows(many):
    number = TO_REVIEW[60]
    row = many.services.drafts.get(number)
    back = re.search(r'<a href="/([^"]*)" data-key="Escape"', (await many.get(f"/drafts/{number}")).text)
    assert back[1] == f"?at={number}%2C{TO_REVIEW[61]}%2C{TO_REVIEW[59]}"
    await many.post(f"/drafts/{number}/approve", {"lock": row.lock, "sha": row.sha})
    assert (await shown(many, f"/{back[1]}"))[1] == [TO_REVIEW[61]]
    assert (await shown(many, f"/?at={number}"))[1] == [TO_REVIEW[61]]
    # Its key in this order changed, so its own place says nothing about the list that was left.
    assert (await shown(many, f"/{back[1]}&sort=changed"))[1] == [TO_REVIEW[61]]


async def test_the_page_of_a_draft_says_its_place_and_what_remains(many):
    page = (await many.get(f"/drafts/{TO_REVIEW[11]}")).text
    assert '<span class="place">12 of 140</span>' in page
    assert 'data-poll="/status.json' in page and '<b data-count="review">140</b>' in page
    assert 'class="place"' not in (await many.get("/drafts/1")).text


async def test_a_search_shows_where_the_words_are(many):
    page = (await many.get("/?q=%22case+77%22")).text
    numbers, _ = await shown(many, "/?q=%22case+77%22")
    assert numbers == [77]
    assert re.search(r'class="excerpt">[^\n]*<mark class="hit">Case 77</mark>', page)
    assert (await many.get("/?" + urlencode({"q": "\"*') OR ("}))).status_code == 200


def chosen(visit, *numbers, **more):
    rows = [visit.services.drafts.get(number) for number in numbers]
    return {"drafts": [{"id": row.id, "lock": row.lock} for row in rows], **more}


def states(visit, *numbers):
    return [visit.services.drafts.get(number).state for number in numbers]


async def test_selected_drafts_are_approved_as_one_decision_and_what_changed_is_named(visiting):
    visit = visiting()
    body = chosen(visit, 1, 2, 3)
    DraftEditor(visit.services).save_fields(visit.row(QUESTIONS[1]), {"no_index": True}, who="Grace")
    answer = (await visit.post("/drafts/approve", body)).json()
    assert answer["message"] == "Approved: 2 drafts. Left as they were: 1."
    assert answer["left"] == [f"{visit.row(QUESTIONS[1]).key} was changed since the list was loaded"]
    assert states(visit, 1, 2, 3) == ["approved", "drafted", "approved"]
    assert (await visit.post("/undo")).status_code == 200
    assert states(visit, 1, 2, 3) == ["drafted"] * 3


async def test_bulk_approval_takes_only_what_single_approval_takes(many):
    row = many.services.drafts.get(TO_REVIEW[0])
    many.services.revisions.ask(
        draft=row.id, job=row.job, basis=row.sha, comment="c", who="Grace", now=many.services.now()
    )
    body = chosen(many, row.id, TO_REVIEW[1], 5, 1)  # a revision, fine, errors, approved
    answer = (await many.post("/drafts/approve", body)).json()
    assert len(answer["left"]) == 3 and "revision" in " ".join(answer["left"])
    assert states(many, row.id, TO_REVIEW[1], 5, 1) == ["drafted", "approved", "needs_fix", "approved"]


async def whole_list(visit, query=""):
    """What the page of a list sends for all drafts of the list."""
    bar = re.search(r'data-filter="([^"]*)" data-seen="([^"]*)"', (await visit.get(f"/{query}")).text)
    return {"filter": html.unescape(bar[1]), "seen": bar[2]}


ACTIONS_ON_MANY = {
    "/drafts/approve": {},
    "/drafts/reject": {"reason": "x"},
    "/drafts/later": {"until": "", "note": ""},
    "/drafts/back": {},
    "/drafts/assign": {"to": "Grace"},
    "/drafts/redraft": {"note": "x"},
}


@pytest.mark.parametrize("change", ["text", "left", "swapped"])
async def test_a_whole_list_is_refused_when_it_is_not_what_was_shown(visiting, change):
    visit = visiting()
    decisions = DraftDecisions(visit.services)
    if change == "swapped":
        rejected = decisions.reject(visit.row(QUESTIONS[1]), reason="x", who="Grace")
    body = await whole_list(visit)
    if change == "text":
        DraftEditor(visit.services).save_fields(visit.row(), {"no_index": True}, who="Grace")
    else:
        decisions.reject(visit.row(), reason="x", who="Grace")
    if change == "swapped":
        undo_decision(visit.services, rejected.key, reviewer="Grace")
    before = states(visit, 1, 2, 3)
    for path, more in ACTIONS_ON_MANY.items():
        answer = await visit.post(path, {**body, **more})
        assert answer.status_code == 409 and "list has changed" in answer.json()["error"], path
    assert states(visit, 1, 2, 3) == before
    assert not visit.services.assignments.of([1, 2, 3]) and not visit.services.set_aside.of([1, 2, 3])
    answer = await visit.post("/drafts/approve", await whole_list(visit))
    assert answer.json()["message"] == f"Approved: {before.count('drafted')} drafts."


async def test_only_the_clean_drafts_that_were_shown_are_approved_in_bulk(visiting):
    visit = visiting()

    async def seen():
        page = (await visit.get("/")).text
        return {"seen": re.search(r'data-url="/approve-clean" data-seen="(\w+)"', page)[1]}

    before = await seen()
    DraftEditor(visit.services).save_fields(visit.row(), {"no_index": True}, who="Grace")
    answer = await visit.post("/approve-clean", before)
    assert answer.status_code == 409 and states(visit, 1, 2, 3) == ["drafted"] * 3
    assert (await visit.post("/approve-clean", {"seen": 1})).status_code == 422
    assert "Approved 3 clean drafts" in (await visit.post("/approve-clean", await seen())).json()["message"]


async def test_a_whole_list_is_evaluated_when_it_is_decided_on(many):
    body = {**await whole_list(many, "?state=fix&q=stress"), "reason": "too shallow"}
    assert (await many.post("/drafts/reject", {**body, "seen": "0" * 64})).status_code == 409
    assert (await many.post("/drafts/reject", {**body, "reason": " "})).status_code == 422
    assert states(many, 5) == ["needs_fix"]
    answer = (await many.post("/drafts/reject?state=fix&q=stress", body)).json()
    assert answer["message"] == "Rejected: 40 drafts."
    assert (await many.post("/drafts/reject", body)).status_code == 409
    assert many.services.drafts.counts()["rejected"] == 40
    await many.post("/undo")
    assert many.services.drafts.counts()["needs_fix"] == 40


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"drafts": []},
        {"drafts": 1},
        {"drafts": [1]},
        {"drafts": [{"id": 1}]},
        {"drafts": [{"id": True, "lock": 1}]},
        {"drafts": [{"id": 1, "lock": 1}] * 1001},
        {"filter": 1, "seen": ""},
        {"filter": "?"},
        {"filter": "?", "seen": 1},
        {"filter": "?q=\ud800", "seen": ""},
        {"filter": "?subject=" + "x" * 9_000, "seen": ""},
    ],
)
async def test_a_selection_that_cannot_be_read_is_refused(visiting, body):
    visit = visiting()
    sent = {
        "json": None,
        "content": json.dumps(body).encode(),
    }  # it may have characters that UTF-8 does not have
    headers = {"Content-Type": "application/json"}
    answer = await visit.post("/drafts/approve", headers=headers, **sent)
    assert answer.status_code == 422
    assert answer.json()["error"].partition(" ")[0] in ("no", "a", "drafts", "filter", "seen")
    assert states(visit, 1) == ["drafted"]


async def test_drafts_for_later_leave_their_list_and_come_back(visiting):
    visit = visiting()
    body = visit.seen(until="2999-12-31", note="ask <Grace>")
    answer = (await visit.post("/drafts/1/later", body)).json()
    assert (answer["go"], answer["undo"]) == ("/drafts/2", True)
    page = (await visit.get("/?state=later")).text
    assert "Set aside by Ada" in page and "until 2999-12-31: ask &lt;Grace&gt;" in page
    assert await shown(visit, "/") == ([2, 3], [])
    counts = (await visit.get("/status.json")).json()["counts"]
    assert (counts["review"], counts["later"], counts["all"]) == (2, 1, 3)
    assert "Set aside for later by Ada" in (await visit.get("/drafts/1?state=later")).text
    assert states(visit, 1) == ["drafted"]
    assert "No longer set aside" in (await visit.post("/undo")).json()["message"]
    assert await shown(visit, "/") == ([1, 2, 3], [])


async def test_many_drafts_are_set_aside_and_brought_back(visiting):
    visit = visiting()
    answer = (await visit.post("/drafts/later", chosen(visit, 1, 2, until="", note=""))).json()
    assert answer["message"] == "Set aside: 2 drafts."
    assert (await visit.post("/approve-clean")).json()["message"].startswith("Approved 1 clean draft.")
    answer = (await visit.post("/drafts/back?state=later", chosen(visit, 1, 3))).json()
    assert answer["message"] == "Brought back: 1 draft. Left as they were: 1."
    assert await shown(visit, "/") == ([1], [])
    answer = await visit.post("/drafts/1/later", visit.seen(until="2020-01-01", note=""))
    assert answer.status_code == 422


async def test_open_claims_and_words_are_in_the_row(visiting):
    visit = visiting()
    visit.services.database.execute("UPDATE draft SET open_claims = 2 WHERE id = 2")
    page = (await visit.get("/?sort=claims")).text
    assert "2 open claims" in page and re.search(r"<span>\d+ words</span>", page)
    assert (await shown(visit, "/?sort=claims"))[0] == [2, 3, 1]


async def test_a_page_that_is_read_only_selects_nothing(visiting):
    visit = visiting(read_only=True)
    page = (await visit.get("/")).text
    assert "data-pick" not in page and 'data-action="bulk"' not in page
    assert 'data-action="density"' in page


async def test_the_approval_of_all_clean_drafts_offers_none_that_is_queued_to_be_drafted_again(visiting):
    visit = visiting()
    await visit.post("/drafts/1/redraft", visit.seen(note="Shorter.", facts=""))
    assert "Approve all 2 clean drafts" in (await visit.get("/")).text
    assert (await visit.post("/approve-clean")).json()["message"].startswith("Approved 2 clean drafts.")
    assert draft_of(visit.services).state == "drafted"


async def test_the_undo_of_a_second_set_aside_says_that_the_draft_is_aside_as_before(visiting):
    visit = visiting()
    for until in ("2999-01-01", ""):
        await visit.post("/drafts/1/later", visit.seen(until=until, note=""))
    undone = (await visit.post("/undo")).json()
    assert undone["message"].startswith("No longer set aside again")
    assert visit.services.set_aside.all()[1].until == "2999-01-01"
