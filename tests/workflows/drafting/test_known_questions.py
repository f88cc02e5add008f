"""A rerun tells what became of its questions before, and which of them another run is drafting."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from generator.workflows.drafting.draft import draft_list, plan_drafts
from generator.workflows.drafting.requests import DraftRequest, PlanRequest, QuestionSource
from generator.workflows.engine.progress import NoProgress
from tests.support.replies import GOOD, Endpoint, completion, failure, spoilt
from tests.support.services import DATE, rows, scripted_services

LIST = rows(*(f"What does enzyme {number} of the liver cell do?" for number in range(40)))


def request(questions, *, concurrency=1, canary=False):
    plan = PlanRequest(QuestionSource(questions, "q.csv", "q.csv"), date=DATE, near="allow")
    return DraftRequest(plan, concurrency=concurrency, canary=canary)


def run(services, questions, **options):
    outcome = draft_list(services, request(questions, **options), NoProgress())
    assert outcome.error is None
    return outcome


def test_what_has_ended_before_is_counted_by_its_state(services_with):
    answers = [
        completion(GOOD),
        completion(spoilt(cannot_answer="The play is not named.")),
        completion("", refusal="No."),
        *[completion("null")] * 2,
        failure(400),
    ]
    services, _ = services_with(*answers)
    run(services, LIST[:5])
    services, _ = services_with(failure(400))
    again = run(services, LIST[:5])
    assert again.plan.counts == {"drafted": 4, "resume": 1}
    assert again.plan.before == {"drafted": 1, "refused": 2, "needs_fix": 1}


def test_a_question_that_is_only_planned_for_the_real_model_was_not_drafted(services_with):
    services, _ = services_with(failure(401))
    assert draft_list(services, request(LIST[:2]), NoProgress()).error is not None
    outcome = draft_list(services, DraftRequest(request(LIST[:2]).plan, offline=True), NoProgress())
    assert outcome.plan.before == {"planned": 2}


@pytest.mark.parametrize("count", [3, 40])
def test_a_run_beside_a_busy_one_says_what_that_one_drafts_and_takes_over_the_rest(tmp_path, count):
    """With 3 questions the first run has claimed all; of 40 questions it has claimed 16."""
    seen, other = [], []

    def answer(_):
        if not seen:
            seen.append(None)
            with ThreadPoolExecutor(1) as thread:
                thread.submit(run_beside).result()
        return completion(GOOD)

    def run_beside():
        beside = scripted_services(tmp_path, Endpoint(by=lambda _: completion(GOOD)))
        other.append(plan_drafts(beside, request(LIST[:count]), NoProgress()).plan)
        other.append(run(beside, LIST[:count]))
        beside.close()

    services = scripted_services(tmp_path, Endpoint(by=answer))
    first = run(services, LIST[:count])
    planned, second = other
    claimed = min(count, 16)
    assert planned.counts["busy"] == second.plan.counts["busy"] == claimed
    assert second.plan.counts["resume"] == first.taken == count - claimed
    assert (second.taken, services.drafts.counts()) == (0, {"drafted": count})
    services.close()


def test_what_a_dead_run_claimed_is_not_in_the_hands_of_another(services_with):
    services, _ = services_with(failure(500), failure(500), failure(500))
    run(services, LIST[:1])
    with services.database.transaction():
        services.database.execute("UPDATE job SET state = 'claimed', claimed_by = 1")
        services.database.execute("UPDATE run SET finished_at = NULL")
    assert plan_drafts(services, request(LIST[:1]), NoProgress()).plan.counts == {"resume": 1}
    services, _ = services_with(completion(GOOD))
    assert run(services, LIST[:1]).plan.counts == {"resume": 1}
