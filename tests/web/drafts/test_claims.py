"""Claims beside the text of a draft: coloured by verdict, decided on one by one, and in the way of an approval."""

import re

import pytest

from generator.content.evidence.release import release_of
from tests.support.claims import CONTRADICTING, check, verifier, with_sources
from tests.support.visits import Visit

KEY = "biology/how-do-enzymes-speed-up-chemical-reactions"


@pytest.fixture
def visit(tmp_path):
    services = with_sources(tmp_path, CONTRADICTING, endpoint=verifier())
    check(services, KEY, rules_only=True)
    yield Visit(services, lambda: services)
    services.close()


def addresses(page: str, action: str) -> list[str]:
    return re.findall(rf'data-url="(/drafts/1/claims/[0-9a-f]+/{action})', page)


async def test_claims_are_marked_in_the_text_and_listed_the_open_ones_first(visit):
    page = (await visit.get("/drafts/1")).text
    assert 'class="claim-ref contradicted"' in page
    assert re.search(r'<mark class="(error|claim contradicted)">', page)
    assert '<mark class="claim unchecked">' in page
    listed = re.findall(r'<li id="claim-\d+"[^>]*class="(\w+)"', page)
    assert listed[0] == "contradicted" and "unchecked" in listed
    assert "95 to 23 kilojoules" in page and "1 to settle" in page
    assert "/approve" not in page.replace("approve-clean", "")


async def test_a_confirmation_lets_the_draft_be_approved_and_names_who_gave_it(visit):
    page = (await visit.get("/drafts/1")).text
    reply = await visit.post(addresses(page, "confirm")[0], visit.seen())
    assert reply.status_code == 200 and reply.json()["message"] == "Confirmed."
    page = (await visit.get("/drafts/1")).text
    assert "confirmed by Ada" in page and "/drafts/1/approve" in page
    assert (await visit.post("/drafts/1/approve", visit.seen())).status_code == 200
    assert release_of(visit.services.drafts.decisions.approval(1).release).claims == 1
    assert "without a record of reading it, 1 claim settled" in (await visit.get("/drafts/1")).text


async def test_the_keys_of_a_read_only_page_change_no_claim(visit):
    read_only = Visit(visit.services, lambda: visit.services, read_only=True)
    assert "confirm the claim" in (await visit.get("/drafts/1")).text
    assert "the claim</dd>" not in (await read_only.get("/drafts/1")).text


async def test_only_who_may_undo_is_offered_to_undo_a_changed_sentence(visit):
    team = Visit(visit.services, lambda: visit.services, roles={"Grace": "edit"})
    with visit.services.drafts.transaction():
        visit.services.assignments.assign(1, "Grace", who="Ada", now=visit.services.now())
    edit = addresses((await team.get("/drafts/1")).text, "edit")[0]
    for token, may_undo in (("token-of-grace", False), ("token-of-ada", True)):
        body = team.seen(sentence=f"Catalase lowers the barrier, says {token}.")
        assert (await team.post(edit, body, token=token)).json()["undo"] is may_undo
        edit = addresses((await team.get("/drafts/1")).text, "edit")[0]


async def test_a_sentence_is_struck_or_rewritten(visit):
    page = (await visit.get("/drafts/1")).text
    edit = addresses(page, "edit")[0]
    reply = await visit.post(edit, visit.seen(sentence="Catalase lowers the barrier a great deal."))
    assert reply.status_code == 200
    page = (await visit.get("/drafts/1")).text
    assert "Catalase lowers the barrier a great deal." in page and "75 to 23" not in page
    strike = addresses(page, "strike")[0]
    assert (await visit.post(strike, visit.seen())).status_code == 200
    assert (await visit.post(strike, visit.seen())).status_code == 409
    assert (await visit.post(edit, {**visit.seen(), "lock": -1, "sentence": "x"})).status_code == 409


async def test_a_reader_sees_claims_and_decides_on_none(visit):
    reader = Visit(visit.services, lambda: visit.services, read_only=True)
    page = (await reader.get("/drafts/1")).text
    assert "contradicted" in page and addresses(page, "confirm") == []


async def test_text_of_claims_never_becomes_markup(visit):
    row = visit.row()
    file = visit.services.settings.output_dir / row.path
    file.write_bytes(file.read_bytes().replace(b"about 75 to", b"<script>x</script> about 74 to"))
    await visit.post("/drafts/1/refresh", visit.seen())
    page = (await visit.get("/drafts/1")).text
    assert "<script>x" not in page
