"""With a canary, the first questions of a batch are asked live, and the rest goes by batch only if they end well."""

import httpx2
import pytest

from generator.errors import ModelUnavailable
from generator.fake_openai.service import build
from generator.fake_openai.settings import BatchSettings, ServerSettings
from generator.services import Services
from generator.workflows.batch.requests import SentOutcome
from generator.workflows.batch.sending.lists import send_drafts, send_proposals
from generator.workflows.drafting.requests import DraftOutcome, DraftRequest, PlanRequest, QuestionSource
from generator.workflows.engine.progress import NoProgress
from generator.workflows.seo.requests import ProposedOutcome, ProposeRequest
from tests.support import seo_pages
from tests.support.replies import Endpoint, completion
from tests.support.services import DATE, rows, settings

LIST = rows(*(f"What does enzyme {number} of the liver cell do?" for number in range(30)))


@pytest.fixture
def send(tmp_path):
    opened = []

    def send_list(transport, **options):
        services = Services(
            settings(tmp_path), environment={"OPENAI_API_KEY": "test-key"}, transport=transport
        )
        opened.append(services)
        plan = PlanRequest(QuestionSource(LIST, "q.csv", "q.csv"), date=DATE, near="allow")
        return services, send_drafts(services, DraftRequest(plan, **options), NoProgress())

    yield send_list
    for services in opened:
        services.close()


@pytest.fixture
def provider(tmp_path):
    batches = BatchSettings(tmp_path / "provider")
    batches.folder.mkdir()
    return httpx2.ASGITransport(build(ServerSettings(canned=True, batches=batches)))


def test_the_canary_is_drafted_live_and_the_rest_is_sent(send, provider):
    services, sent = send(provider, canary=True, max_cost=10)
    assert isinstance(sent, SentOutcome)
    assert (sum(services.drafts.counts().values()), sent.ordered) == (20, 10)
    (batch,) = sent.report.sent
    assert services.batches.get(batch).requests == 10
    live = services.ledger.calls.spend(run=1).cost - services.batches.spent(1)
    (cap,) = services.database.execute("SELECT max_cost FROM batch_order").fetchone()
    assert cap == 10 * 10**9 - live


def test_without_it_all_is_sent(send, provider):
    services, sent = send(provider)
    assert (services.drafts.counts(), sent.ordered) == ({}, 30)


def test_nothing_is_sent_after_a_canary_that_failed(send):
    endpoint = Endpoint(by=lambda _: completion("null"))
    services, outcome = send(endpoint.transport, canary=True)
    assert isinstance(outcome, DraftOutcome)
    assert isinstance(outcome.error, ModelUnavailable)
    assert (len(endpoint.requests), services.drafts.counts(), outcome.left) == (20, {"needs_fix": 10}, 20)
    assert services.batches.all() == []


def test_search_fields_have_a_canary_too(tmp_path):
    for number in range(30):
        seo_pages.page(tmp_path, f"What does enzyme {number} of the liver cell do?", id=number + 1)
    endpoint = Endpoint(by=lambda _: completion("null"))
    services = Services(
        settings(tmp_path), environment={"OPENAI_API_KEY": "test-key"}, transport=endpoint.transport
    )
    outcome = send_proposals(services, ProposeRequest(canary=True), NoProgress())
    assert isinstance(outcome, ProposedOutcome)
    assert isinstance(outcome.error, ModelUnavailable)
    assert (len(endpoint.requests), outcome.left, services.batches.all()) == (20, 20, [])
    services.close()
