"""What checking claims would cost, before anything is asked."""

from generator.workflows.claims.estimate import estimate_check
from generator.workflows.claims.requests import CheckRequest
from generator.workflows.drafting.draft import plan_drafts
from generator.workflows.drafting.requests import DraftRequest, PlanRequest, QuestionSource
from generator.workflows.engine.progress import NoProgress
from tests.support.claims import check, verifier
from tests.support.drafts import QUESTIONS, with_drafts
from tests.support.replies import Endpoint
from tests.support.services import DATE, rows

KEY = "biology/how-do-enzymes-speed-up-chemical-reactions"


def test_a_plan_counts_three_calls_a_page_and_asks_nothing(tmp_path):
    endpoint = Endpoint()  # any call fails
    services = with_drafts(tmp_path, QUESTIONS, endpoint=endpoint)
    request = CheckRequest(states=("drafted",))
    plan = estimate_check(services, request, NoProgress())
    assert (plan.pages, plan.known, plan.estimate.calls, endpoint.requests) == (3, 0, 9, [])
    halved = estimate_check(services, request, NoProgress(), in_batches=True)
    assert 0 < halved.estimate.typical < plan.estimate.typical
    assert (
        estimate_check(services, CheckRequest(names=(KEY,), rules_only=True), NoProgress()).estimate is None
    )
    services.close()


def test_pages_that_were_checked_cost_nothing_more(tmp_path):
    services = with_drafts(tmp_path, QUESTIONS, endpoint=verifier())
    check(services, KEY)
    plan = estimate_check(services, CheckRequest(states=("drafted",)), NoProgress())
    assert (plan.known, plan.estimate.calls, plan.estimate.measured_on > 0) == (1, 6, True)
    services.close()


def test_the_plan_of_a_list_has_the_checks_of_its_drafts(tmp_path):
    services = with_drafts(tmp_path, QUESTIONS[:1], endpoint=Endpoint())
    plan = PlanRequest(
        QuestionSource(rows("What is a glacier?", "What is a fjord?"), "q.csv", "q.csv"), date=DATE
    )
    assert plan_drafts(services, DraftRequest(plan), NoProgress()).claims is None
    outcome = plan_drafts(services, DraftRequest(plan, check_claims=True), NoProgress())
    assert (outcome.claims.calls, outcome.claims.typical > 0) == (6, True)
    services.close()
