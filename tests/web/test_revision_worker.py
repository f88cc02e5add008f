"""Revisions of the review page: one that the model cannot be asked for says why, and can be asked for again."""

import asyncio
import html
import json
import re

import pytest

from generator.workflows.review.editing.editor import DraftEditor
from generator.workflows.review.editing.revisions import DraftRevisions
from tests.support.replies import GOOD, Endpoint, completion, failure, spoilt
from tests.support.services import scripted_services
from tests.support.visits import Visit

REVISED = spoilt(introduction=GOOD["introduction"].replace("Without them", "Without enzymes"))
AWAY = failure(401, "invalid_api_key", "bad key")


async def asked(visit, comment="shorter"):
    """The answer to a request for a revision, after the model was asked."""
    answer = await visit.post("/drafts/1/revise", visit.seen(comment=comment))
    await visit.worker_done()
    return answer


@pytest.fixture
def restarted(tmp_path, visiting):
    """Makes the page of another server over the same ledger, which has asked for what was left."""
    opened = []

    async def restart(*replies, **options):
        endpoint = Endpoint(*replies)
        services = scripted_services(tmp_path, endpoint)
        visit = Visit(services, lambda: scripted_services(tmp_path, endpoint), **options)
        opened.append(visit)
        await asyncio.wrap_future(visit.worker.resume())
        await visit.worker_done()
        return visit, endpoint

    yield restart
    for visit in opened:
        visit.worker.close()
        visit.services.close()


async def test_a_revision_that_could_not_be_asked_for_says_why_and_is_asked_for_again(visiting):
    visit = visiting(endpoint=Endpoint(AWAY, completion(REVISED)))
    comment = 'it\'s "too" <b>long</b>'
    await asked(visit, comment)
    (revision,) = visit.services.revisions.of(1)
    assert (revision.state, "bad key" in revision.reason) == ("failed", True)
    page = (await visit.get("/drafts/1")).text
    assert "bad key" in page and "Ask again" in page and "when the revision is ready" not in page
    assert (await visit.get("/status.json?draft=1")).json()["revision"] == "failed"
    (sent,) = re.findall(r"data-body='([^']*)' data-key=\"g\"", page)
    await asked(visit, **json.loads(html.unescape(sent)))
    assert [item.state for item in visit.services.revisions.of(1)] == ["proposed"]


async def test_a_revision_that_failed_does_not_keep_the_next_one_from_being_asked_for(visiting):
    visit = visiting(endpoint=Endpoint(AWAY, completion(REVISED)))
    await asked(visit, "one")
    await asked(visit, "another")
    assert [item.state for item in visit.services.revisions.of(1)] == ["failed", "proposed"]


async def test_unusable_replies_are_asked_for_again_when_a_person_says_so(visiting):
    endpoint = Endpoint(completion("", refusal="I can't."), completion(REVISED))
    visit = visiting(endpoint=endpoint)
    await asked(visit)
    await asked(visit)
    assert [item.state for item in visit.services.revisions.of(1)] == ["failed", "proposed"]
    assert len(endpoint.requests) == 2


async def test_a_restart_asks_for_what_failed_while_the_model_was_away(visiting, restarted):
    visit = visiting(endpoint=Endpoint(AWAY))
    await asked(visit)
    visit.worker.close()
    again, endpoint = await restarted(completion(REVISED))
    assert [item.state for item in again.services.revisions.of(1)] == ["proposed"]
    assert len(endpoint.requests) == 1


async def test_a_restart_asks_for_what_was_never_sent(visiting, restarted):
    services = visiting().services
    endpoint = services.endpoint()
    with services.run("review", []) as run:
        row = services.drafts.get(1)
        DraftRevisions(services).request(row, comment="x", who="Ada", run=run.id, endpoint=endpoint)
    again, _ = await restarted(completion(REVISED))
    assert [item.state for item in again.services.revisions.of(1)] == ["proposed"]


async def test_a_restart_pays_for_no_revision_of_a_text_that_is_gone(visiting, restarted):
    visit = visiting(endpoint=Endpoint(AWAY))
    await asked(visit)
    visit.worker.close()
    DraftEditor(visit.services).save_fields(visit.row(), {"keywords": "enzymes, cells"}, who="Ada")
    again, endpoint = await restarted()
    (revision,) = again.services.revisions.of(1)
    assert (revision.state, revision.reason) == ("failed", "the draft was changed before the model was asked")
    assert endpoint.requests == []


async def test_the_cap_refuses_revisions_before_anything_is_paid_until_a_higher_one(visiting, restarted):
    endpoint = Endpoint(completion(REVISED), completion(REVISED))
    visit = visiting(endpoint=endpoint, max_cost=0.001)
    await asked(visit)
    (first,) = visit.services.revisions.of(1)
    assert (first.state, "$0.00 is used up" in first.reason) == ("failed", True)
    refused = await asked(visit, "another")
    assert refused.status_code == 422
    assert "higher --max-cost" in refused.json()["error"]
    assert endpoint.requests == [] and len(visit.services.revisions.of(1)) == 1
    visit.worker.close()
    again, _ = await restarted(completion(REVISED), max_cost=10)
    assert again.services.revisions.get(first.id).state == "proposed"


async def test_without_a_model_after_a_restart_the_revision_says_so(tmp_path, visiting):
    visit = visiting(endpoint=Endpoint(AWAY))
    await asked(visit)
    visit.worker.close()
    services = scripted_services(tmp_path)
    services.environment = {}

    def without_key():
        opened = scripted_services(tmp_path)
        opened.environment = {}
        return opened

    again = Visit(services, without_key)
    await asyncio.wrap_future(again.worker.resume())
    (revision,) = again.services.revisions.of(1)
    assert (revision.state, "OPENAI_API_KEY" in revision.reason) == ("failed", True)
    again.worker.close()
    services.close()


async def test_what_another_process_asks_for_is_left_to_it(tmp_path, visiting, restarted):
    services = visiting().services
    endpoint = services.endpoint()
    with services.run("review", []) as run:
        row = services.drafts.get(1)
        asked_for = DraftRevisions(services).request(
            row, comment="x", who="Ada", run=run.id, endpoint=endpoint
        )
        with services.database.transaction():
            services.ledger.jobs.claim_one(asked_for.job, run.id)
        _, sent = await restarted()
        assert sent.requests == []
        assert services.revisions.get(asked_for.id).state == "asked"
