"""Drafting questions again: the note and the facts reach the model, and the draft keeps its cost and its history."""

import io

import httpx2
import pytest

from generator.errors import UsageError
from generator.workflows.drafting.draft import draft_list
from generator.workflows.drafting.requests import DraftRequest, PlanRequest, QuestionSource, Redo
from generator.workflows.engine.progress import NoProgress
from generator.workflows.review.decisions.decide import reject_drafts
from generator.workflows.review.decisions.decisions import DraftDecisions
from generator.workflows.review.decisions.undo import ReviewUndo
from generator.workflows.review.redrafts.redraft import RedraftRequest, redraft
from generator.workflows.review.redrafts.redrafts import DraftRedrafts, WantedDraft
from generator.workflows.review.team.work_done import days_until, work_done
from tests.support.drafts import QUESTIONS, WHO, draft_of, draft_questions, with_drafts
from tests.support.replies import GOOD, Endpoint, completion, declined, failure
from tests.support.services import scripted_services

NOTE = WantedDraft("The figure shows a cell.", "The cell of the figure is dividing.")
DECLINED = completion(declined("The figure is not given."))


@pytest.fixture
def opened(tmp_path):
    """Services over three drafts, the first without an article; ``reopened`` with what the model answers next."""
    made = []

    def reopened(*replies, first=None, by=None):
        if not made:
            with_drafts(
                tmp_path, QUESTIONS, *(first or [DECLINED]), completion(GOOD), completion(GOOD)
            ).close()
        endpoint = Endpoint(*replies, by=by)
        made.append(scripted_services(tmp_path, endpoint))
        return made[-1], endpoint

    yield reopened
    for services in made:
        services.close()


def ask(services, *names, wanted=NOTE):
    return redraft(services, RedraftRequest(names, wanted, reviewer=WHO), NoProgress())


def test_the_note_and_the_facts_reach_the_model_and_the_draft_keeps_its_cost(opened):
    services, endpoint = opened(completion(GOOD))
    before = draft_of(services)
    outcome = ask(services, QUESTIONS[0])
    assert dict(outcome.drafting.drafted.states) == {"drafted": 1} and not outcome.left
    message = endpoint.requests[0]["messages"][-1]["content"]
    assert "<notes>\nThe figure shows a cell.\n</notes>" in message
    assert 'kind="source"' in message and "The cell of the figure is dividing." in message
    after = draft_of(services)
    assert (after.id, after.key, after.state) == (before.id, before.key, "drafted")
    assert services.drafts.cost(after).calls == 2
    notes = [decision.note for decision in services.drafts.decisions.of(after.id)]
    assert "to be drafted again: The figure shows a cell." in notes
    assert work_done(services, days_until(services.now(), 1)) == []  # to ask is no edit


def test_the_same_note_is_never_paid_for_twice(opened):
    services, endpoint = opened(DECLINED, completion(GOOD))
    ask(services, QUESTIONS[0])
    again = ask(services, QUESTIONS[0])
    assert again.drafting is None and "with this note already" in again.left[0]
    assert len(endpoint.requests) == 1
    ask(services, QUESTIONS[0], wanted=WantedDraft("Another note."))
    assert len(endpoint.requests) == 2 and draft_of(services).state == "drafted"


def test_a_note_is_not_paid_for_twice_after_another_note(opened):
    services, endpoint = opened(by=lambda _: DECLINED)
    for note in ("A", "B"):
        assert not ask(services, QUESTIONS[0], wanted=WantedDraft(note)).left
    for note in ("A", "B"):
        again = ask(services, QUESTIONS[0], wanted=WantedDraft(note))
        assert again.drafting is None and "with this note already" in again.left[0]
    assert len(endpoint.requests) == 2


def test_a_note_whose_request_failed_can_be_asked_again(opened):
    services, endpoint = opened(failure(400, message="Invalid value"), DECLINED, completion(GOOD))
    for note in ("A", "B", "A"):
        ask(services, QUESTIONS[0], wanted=WantedDraft(note))
    assert len(endpoint.requests) == 3 and draft_of(services).state == "drafted"


def test_a_queued_redraft_of_a_draft_that_is_approved_waits_for_nothing_until_the_approval_is_undone(opened):
    services, endpoint = opened(completion(GOOD))
    row = draft_of(services, QUESTIONS[1])
    DraftRedrafts(services).ask([row], NOTE, who=WHO)
    DraftDecisions(services).approve(draft_of(services, QUESTIONS[1]), who=WHO)
    assert services.ledger.redrafts.queued_count() == 0
    assert redraft(services, RedraftRequest(), NoProgress()).drafting is None
    ReviewUndo(services).undo(who=WHO)
    assert DraftRedrafts(services).queued(draft_of(services, QUESTIONS[1])) is not None
    assert services.ledger.redrafts.queued_count() == 1
    assert dict(redraft(services, RedraftRequest(), NoProgress()).drafting.drafted.states) == {"drafted": 1}
    assert len(endpoint.requests) == 1


def test_an_interrupted_redraft_goes_on_without_a_second_request(opened):
    def unreachable(_):
        raise httpx2.ConnectError("no network")

    services, _ = opened(by=unreachable)
    assert ask(services, QUESTIONS[0]).drafting.error is not None
    services, endpoint = opened(completion(GOOD))
    assert dict(redraft(services, RedraftRequest(), NoProgress()).drafting.drafted.states) == {"drafted": 1}
    assert redraft(services, RedraftRequest(), NoProgress()).drafting is None
    assert "The figure shows a cell." in endpoint.requests[0]["messages"][-1]["content"]
    jobs = services.drafts.jobs_of(draft_of(services))
    assert len(jobs) == 2 and len(endpoint.requests) == 1


def test_the_next_run_of_the_list_drafts_what_is_queued_and_nothing_else(opened):
    services, endpoint = opened(completion(GOOD))
    DraftRedrafts(services).ask([draft_of(services)], NOTE, who=WHO)
    assert endpoint.requests == []
    outcome = draft_questions(services, *QUESTIONS)
    assert outcome.plan.counts["redo"] == 1 and len(endpoint.requests) == 1
    assert draft_questions(services, *QUESTIONS).plan.to_ask == 0


def test_the_notes_of_the_list_stay(opened, tmp_path):
    services, endpoint = opened(DECLINED, completion(GOOD))
    source = b"question,subject,notes\nWhich organ does the picture show?,Biology,For beginners.\n"
    plan = PlanRequest(QuestionSource(io.BytesIO(source), "q.csv", "q.csv"))
    draft_list(services, DraftRequest(plan), NoProgress())
    ask(services, "Which organ does the picture show?", wanted=WantedDraft("The heart."))
    assert (
        "<notes>\nFor beginners.\n\nThe heart.\n</notes>" in endpoint.requests[1]["messages"][-1]["content"]
    )


@pytest.mark.parametrize("first", [[DECLINED], [failure(400, "content_policy_violation")]])
def test_a_dropped_question_is_not_asked_again_unless_the_list_asks_for_it(opened, first):
    services, endpoint = opened(completion(GOOD), first=first)
    row = draft_of(services)
    assert row.sha is None
    reject_drafts(services, [row.key], reason="Nobody has the figure.", reviewer=WHO)
    assert draft_questions(services, *QUESTIONS).plan.to_ask == 0
    outcome = draft_questions(services, *QUESTIONS, redo=Redo(frozenset({"rejected"})))
    assert outcome.plan.counts["redo"] == 1 and len(endpoint.requests) == 1


def test_what_a_person_decided_or_edited_is_left(opened):
    services, _ = opened()
    near = scripted = draft_of(services, QUESTIONS[1])
    reject_drafts(services, [near.key], reason="no", reviewer=WHO)
    outcome = ask(services, scripted.key)
    assert outcome.drafting is None and "cannot be drafted again" in outcome.left[0]


def test_texts_that_are_too_long_are_refused(opened):
    services, _ = opened()
    with pytest.raises(UsageError, match="at most 4,000"):
        ask(services, QUESTIONS[0], wanted=WantedDraft("x" * 4_001))
    assert services.ledger.redrafts.unfinished() == []
