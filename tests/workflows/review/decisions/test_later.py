"""Drafts set aside for later, and decisions on drafts as they were seen; undo takes back the last of them all."""

import pytest

from generator.errors import UsageError
from generator.workflows.review.decisions.decisions import DraftDecisions
from generator.workflows.review.decisions.later import LaterDrafts
from generator.workflows.review.decisions.undo import ReviewUndo, UndoneDrafts, UndoneJudgements
from generator.workflows.review.editing.editor import DraftEditor
from generator.workflows.review.redrafts.redrafts import DraftRedrafts, WantedDraft
from generator.workflows.seo.decisions import ProposalReview
from tests.support.drafts import QUESTIONS, WHO, draft_of
from tests.support.lots import judge, new_lot
from tests.support.proposals import record

TIMES = ("2026-01-31T00:00:00.000+00:00",) * 60
BACKWARDS = tuple(f"2026-01-31T00:00:{second:02}.000+00:00" for second in range(59, -1, -1))


def rows_of(services):
    return [draft_of(services, question) for question in QUESTIONS]


def set_aside(services, *rows, until="", note="", is_bulk=False, who=WHO):
    return LaterDrafts(services).set_aside(rows, until=until, note=note, who=who, is_bulk=is_bulk)


def test_a_draft_that_changed_or_is_decided_on_is_not_set_aside(services):
    first, second, third = rows_of(services)
    DraftEditor(services).save_fields(first, {"no_index": True}, who="Grace")
    approved = DraftDecisions(services).approve(second, who="Grace")
    outcome = set_aside(services, first, approved, third)
    assert [row.id for row in outcome.decided] == [third.id] == list(services.set_aside.all())
    assert len(outcome.left) == 2 and "approved" in outcome.left[1]


@pytest.mark.parametrize("until", ["tomorrow", "2020-01-01", "2026-02-30"])
def test_a_day_that_is_not_after_today_is_refused(services, until):
    with pytest.raises(UsageError):
        set_aside(services, *rows_of(services), until=until)
    assert services.set_aside.all() == {}


def test_drafts_are_brought_back_by_hand(services):
    first, second, _ = rows_of(services)
    set_aside(services, first, until="2999-01-01", note=" ask Grace ")
    assert services.set_aside.all()[first.id].note == "ask Grace"
    outcome = LaterDrafts(services).bring_back([first, second], who="Grace")
    assert [row.id for row in outcome.decided] == [first.id]
    assert outcome.left == (f"{second.name} is not set aside",)
    assert services.set_aside.all() == {}


@pytest.mark.parametrize("times", [TIMES, BACKWARDS, BACKWARDS[::-1]])
def test_undo_brings_back_in_the_order_of_decisions_whatever_the_clock_says(services, times):
    first, second, third = rows_of(services)
    row = record(services.proposals)
    ticks = iter(times)
    services.now = lambda: next(ticks)
    DraftDecisions(services).approve(first, who=WHO)
    set_aside(services, second, third, is_bulk=True)
    ProposalReview(services).accept(row, who=WHO)
    set_aside(services, third)
    undone = [ReviewUndo(services).undo(who=WHO) for _ in range(3)]
    assert [each.decision for each in undone] == ["set aside again", "approved", "set aside"]
    assert [len(each.rows) for each in undone] == [1, 1, 2]
    assert services.set_aside.all() == {}
    assert ReviewUndo(services).undo(who=WHO).rows[0].id == first.id


def test_the_bulk_that_was_set_aside_is_brought_back_together(services):
    rows = rows_of(services)
    set_aside(services, *rows, is_bulk=True)
    DraftDecisions(services).approve(draft_of(services), who="Grace")
    undone = ReviewUndo(services).undo(who=WHO)
    assert [row.id for row in undone.rows] == [row.id for row in rows[1:]]
    with pytest.raises(UsageError):
        ReviewUndo(services).undo(who=WHO)


def test_undoing_a_second_set_aside_leaves_the_first_with_its_day(services):
    first, second, _ = rows_of(services)
    set_aside(services, first, until="2999-01-01", note="ask Grace")
    set_aside(services, first, second, who="Bob", is_bulk=True)
    undone = ReviewUndo(services).undo(who="Bob")
    assert (undone.decision, len(undone.rows)) == ("set aside", 2)
    (row,) = services.set_aside.all().values()
    assert (row.draft, row.until, row.note, row.who) == (first.id, "2999-01-01", "ask Grace", WHO)
    set_aside(services, first, who="Bob")
    assert ReviewUndo(services).undo(who="Bob").decision == "set aside again"
    assert ReviewUndo(services).undo(who=WHO).decision == "set aside"
    assert services.set_aside.all() == {}


def test_a_set_aside_that_was_brought_back_by_hand_does_not_return_by_an_undo(services):
    row = rows_of(services)[0]
    set_aside(services, row, until="2999-01-01")
    LaterDrafts(services).bring_back([row], who="Grace")
    set_aside(services, row, who="Bob")
    ReviewUndo(services).undo(who="Bob")
    assert services.set_aside.all() == {}


@pytest.mark.parametrize("times", [TIMES, BACKWARDS, BACKWARDS[::-1]])
def test_a_judgement_and_a_set_aside_are_undone_in_their_order_whatever_the_clock_says(services, times):
    new_lot(services)
    ticks = iter(times)
    services.now = lambda: next(ticks)
    set_aside(services, rows_of(services)[0])
    judge(services, "fine")
    set_aside(services, rows_of(services)[1])
    judge(services, "fine")
    kinds = [type(ReviewUndo(services).undo(who=WHO)) for _ in range(4)]
    assert kinds == [UndoneJudgements, UndoneDrafts, UndoneJudgements, UndoneDrafts]


def test_what_was_seen_is_approved_and_what_changed_since_is_named(services):
    first, second, third = rows_of(services)
    DraftEditor(services).save_fields(second, {"no_index": True}, who="Grace")
    services.revisions.ask(draft=third.id, job=third.job, basis=third.sha, comment="c", who="G", now="now")
    outcome = DraftDecisions(services).approve_seen([first, second, third], who=WHO)
    assert [row.id for row in outcome.decided] == [first.id]
    assert second.name in outcome.left[0] and "revision" in outcome.left[1]
    assert [row.state for row in rows_of(services)] == ["approved", "drafted", "drafted"]


def test_no_approval_of_many_takes_a_draft_that_is_queued_to_be_drafted_again(services):
    DraftRedrafts(services).ask([draft_of(services)], WantedDraft("Shorter."), who="Grace")
    first, second, third = rows_of(services)
    for outcome in (
        DraftDecisions(services).approve_seen([first, second], who=WHO),
        DraftDecisions(services).approve_clean(who=WHO),
        DraftDecisions(services).approve_named([first, third], who=WHO),
    ):
        assert f"{first.name} is queued to be drafted again" in outcome.left
    assert [row.state for row in rows_of(services)] == ["drafted", "approved", "approved"]
    assert DraftDecisions(services).approve_named([first], who=WHO).decided


def test_a_rejection_of_many_needs_a_reason_and_is_one_decision(services):
    rows = rows_of(services)
    with pytest.raises(UsageError):
        DraftDecisions(services).reject_seen(rows, reason=" ", who=WHO)
    assert len(DraftDecisions(services).reject_seen(rows, reason="too shallow", who=WHO).decided) == 3
    assert len(ReviewUndo(services).undo(who=WHO).rows) == 3


def test_the_approval_of_all_clean_drafts_leaves_those_that_are_set_aside(services):
    rows = rows_of(services)
    set_aside(services, rows[0])
    assert [row.id for row in DraftDecisions(services).approve_clean(who=WHO).decided] == [2, 3]
