"""Reading on the page: reported, limited to the time that passed, and the evidence of an approval."""

import pytest

from generator.content.evidence.release import Release, release_of
from generator.workflows.review.decisions.decide import approve_drafts
from tests.support.drafts import QUESTIONS
from tests.support.reading import Clock

MINUTES = 120


@pytest.fixture
def visit(visiting):
    found = visiting()
    found.clock = found.services.now = Clock()
    return found


async def report(visit, number: int = 1, **values):
    row = visit.row()
    body = {"sha": row.sha, "seconds": 0, "to_end": False, **values}
    reply = await visit.post(f"/drafts/{number}/reading", body)
    assert reply.status_code == 200, reply.text
    return reply.json()


async def read(visit, seconds: float = MINUTES, *, to_end: bool = True) -> None:
    await report(visit, opened=True)
    visit.clock.wait(seconds)
    await report(visit, seconds=seconds, to_end=to_end)


async def approved(visit, **reading) -> Release:
    more = {"reading": reading} if reading else {}
    reply = await visit.post("/drafts/1/approve", visit.seen(**more))
    assert reply.status_code == 200, reply.text
    return release_of(visit.services.drafts.decisions.approval(1).release)


async def test_an_approval_after_reading_says_who_read_for_how_long(visit):
    await read(visit)
    assert await approved(visit) == Release("read", MINUTES)
    page = (await visit.get("/drafts/1")).text
    assert "drafted → approved by Ada after reading 2 min" in page


async def test_an_approval_without_reading_or_without_the_end_is_in_bulk(visit):
    await read(visit, to_end=False)
    state = (await report(visit))["text"]
    assert "you have not seen all of it" in state and state in (await visit.get("/drafts/1")).text
    assert await approved(visit) == Release("bulk")
    assert "without a record of reading it" in (await visit.get("/drafts/1")).text


async def test_a_text_that_was_open_for_less_than_a_tenth_of_its_time_is_not_read(visit):
    await read(visit, 4)
    assert "it was open for 4 s" in (await report(visit))["text"]
    assert (await approved(visit)).kind == "bulk"


async def test_the_last_seconds_come_along_with_the_approval(visit):
    await report(visit, opened=True)
    visit.clock.wait(60)
    assert await approved(visit, seconds=60, to_end=True) == Release("read", 60)


async def test_a_client_cannot_claim_more_time_than_has_passed(visit):
    await report(visit, opened=True)
    visit.clock.wait(3)
    await report(visit, seconds=5000, to_end=True)
    assert (await approved(visit, seconds=5000, to_end=True)).kind == "bulk"


async def test_the_reading_of_another_reviewer_does_not_count(visit):
    await read(visit)
    reply = await visit.post("/drafts/1/approve", visit.seen(), token="token-of-grace")
    assert reply.status_code == 200
    assert release_of(visit.services.drafts.decisions.approval(1).release).kind == "bulk"


async def test_an_approval_in_the_shell_counts_the_reading_that_is_on_record(visit):
    await read(visit)
    approve_drafts(visit.services, [QUESTIONS[0]], reviewer="Ada")
    approve_drafts(visit.services, [QUESTIONS[1]], reviewer="Ada")
    releases = [release_of(visit.services.drafts.decisions.approval(number).release) for number in (1, 2)]
    assert [release.kind for release in releases] == ["read", "bulk"]


async def test_the_reading_counts_again_after_an_undo(visit):
    await read(visit)
    await approved(visit)
    assert (await visit.post("/undo", {})).status_code == 200
    assert visit.row().state == "drafted"
    assert await approved(visit) == Release("read", MINUTES)


async def saved(visit, token: str = "token-of-ada") -> None:
    reply = await visit.post("/drafts/1/save", visit.seen(no_index=True), token=token)
    assert reply.status_code == 200, reply.text


async def test_who_read_a_text_and_edits_it_need_not_read_it_again(visit):
    await read(visit)
    await saved(visit)
    assert await approved(visit) == Release("read", MINUTES, edited=True)


async def test_an_edit_by_somebody_else_must_be_read(visit):
    await read(visit)
    await saved(visit, "token-of-grace")
    assert (await approved(visit)).kind == "bulk"
    await visit.post("/undo", {})
    await read(visit)
    assert await approved(visit) == Release("read", MINUTES, edited=True)


async def test_reports_about_unknown_bytes_or_without_values_are_not_recorded(visit):
    assert await report(visit, sha="0" * 64, seconds=9, to_end=True) == {"recorded": False, "text": ""}
    await report(visit, sha="0" * 64, opened=True)
    assert visit.services.drafts.readings.of(1, "Ada") == {}
    for wrong in ({"seconds": "9"}, {"seconds": True}, {"to_end": 1}, {"seconds": None}, {"sha": 3}):
        body = {"sha": visit.row().sha, "seconds": 1, "to_end": True, **wrong}
        assert (await visit.post("/drafts/1/reading", body)).status_code == 422
    wrong = visit.seen(reading={"seconds": 1})
    assert (await visit.post("/drafts/1/approve", wrong)).status_code == 422
    assert visit.row().state == "drafted"


async def test_a_read_only_page_reports_nothing(visiting):
    reader = visiting(read_only=True)
    assert 'id="reading"' not in (await reader.get("/drafts/1")).text


async def test_the_page_says_where_publishing_requires_reading(visiting):
    visit = visiting()
    words = "Publishing requires that it was read"
    assert words not in (await visit.get("/drafts/1")).text
    settings = visit.services.settings
    publish = settings.publish.model_copy(update={"require": "read"})
    visit.services.settings = settings.model_copy(update={"publish": publish})
    assert words in (await visit.get("/drafts/1")).text
    assert (await visit.post("/drafts/1/approve", visit.seen())).status_code == 200
    plan = (await visit.post("/publish/plan", {"drafts": [1]})).json()
    assert plan["seen"] == [] and "was not read before it was approved" in plan["plan"]


async def test_the_plan_counts_the_drafts_by_evidence(visit):
    await read(visit)
    approve_drafts(visit.services, QUESTIONS, reviewer="Ada")
    plan = (await visit.post("/publish/plan", {"drafts": [1, 2, 3]})).json()["plan"]
    assert "Approved on this evidence: 1 read, 2 bulk." in plan
