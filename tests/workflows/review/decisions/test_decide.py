"""Decisions on named drafts: one command is one decision, and a draft that is skipped does not stop the others."""

import pytest

from generator.errors import UsageError
from generator.workflows.review.decisions.decide import allow_drafts, approve_drafts, reject_drafts
from generator.workflows.review.decisions.undo import ReviewUndo, undo_decision
from tests.support.drafts import HELD, QUESTIONS, WHO, draft_of, draft_questions, file_of, hold, with_drafts
from tests.support.replies import GOOD, Endpoint, completion

CHIEF = "What are the main major functions of the liver?"


def states(services):
    return [row.state for row in services.drafts.all()]


def bulks(services):
    return [services.drafts.decisions.of(row.id)[-1].bulk for row in services.drafts.all()]


def test_an_approval_of_several_is_undone_as_one(services):
    reject_drafts(services, QUESTIONS[2:], reason="dull", reviewer=WHO)
    assert len(approve_drafts(services, QUESTIONS[:2], reviewer=WHO).decided) == 2
    assert bulks(services) == [1, 1, None]
    undone = ReviewUndo(services).undo(who=WHO)
    assert (undone.decision, len(undone.rows)) == ("approved", 2)
    assert states(services) == ["drafted", "drafted", "rejected"]


def test_a_rejection_of_several_is_undone_as_one(services):
    reject_drafts(services, QUESTIONS, reason="dull", reviewer=WHO)
    assert states(services) == ["rejected"] * 3
    assert len(ReviewUndo(services).undo(who=WHO).rows) == 3
    assert states(services) == ["drafted"] * 3


def test_the_permission_of_several_near_duplicates_is_undone_as_one(tmp_path):
    hold(tmp_path, HELD, CHIEF)
    services = with_drafts(tmp_path, (), endpoint=Endpoint(by=lambda _: completion(GOOD)))
    allowed = allow_drafts(services, [HELD, CHIEF], reviewer=WHO)
    assert (len(allowed.decided), allowed.left) == (2, ())
    assert len(ReviewUndo(services).undo(who=WHO).rows) == 2
    assert draft_questions(services, HELD, CHIEF).plan.counts == {"near_duplicate": 2}
    services.close()


def test_a_decision_on_several_can_be_undone_for_one_draft_by_its_name(services):
    approve_drafts(services, QUESTIONS, reviewer=WHO)
    assert len(undo_decision(services, QUESTIONS[1], reviewer=WHO).rows) == 1
    assert states(services) == ["approved", "drafted", "approved"]
    assert len(undo_decision(services, reviewer=WHO).rows) == 2
    assert states(services) == ["drafted"] * 3


def test_a_decision_on_one_draft_is_undone_alone(services):
    for question in QUESTIONS:
        approve_drafts(services, [question], reviewer=WHO)
    assert bulks(services) == [None, None, None]
    assert len(ReviewUndo(services).undo(who=WHO).rows) == 1


def test_a_draft_that_cannot_be_decided_on_does_not_stop_the_others(services):
    file_of(services, draft_of(services)).write_bytes(b"---\ntitle: a: b\n---\n")
    with file_of(services, draft_of(services, QUESTIONS[1])).open("ab") as file:
        file.truncate(4_000_001)
    outcome = approve_drafts(services, QUESTIONS, reviewer=WHO)
    assert [row.question for row in outcome.decided] == [QUESTIONS[2]]
    assert [line.rpartition(": ")[2] for line in outcome.left] == ["draft-unreadable", "larger than 4 MB"]
    assert len(ReviewUndo(services).undo(who=WHO).rows) == 1


def test_a_draft_named_twice_is_decided_on_once(services):
    outcome = reject_drafts(services, [QUESTIONS[0]] * 2, reason="dull", reviewer=WHO)
    assert (len(outcome.decided), outcome.left) == (1, ())
    assert states(services) == ["rejected", "drafted", "drafted"]


def test_nothing_is_decided_if_a_name_is_wrong(services):
    with pytest.raises(UsageError, match="no draft is named"):
        approve_drafts(services, [QUESTIONS[0], "what-is-dark"], reviewer=WHO)
    assert states(services) == ["drafted"] * 3


def test_without_a_reason_nothing_is_rejected(services):
    outcome = reject_drafts(services, QUESTIONS, reason=" ", reviewer=WHO)
    assert (outcome.decided, outcome.left) == ((), ("a rejection needs a reason",) * 3)
