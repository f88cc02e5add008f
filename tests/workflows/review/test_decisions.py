"""Decisions: on the bytes that were seen, each on record, taken back by another one."""

import asyncio

import pytest

from generator.errors import UsageError
from generator.store.ledger.drafts import StaleDraft
from generator.workflows.review.decisions import NotApprovable
from tests.support.desks import HELD, QUESTIONS, WHO, approved, desk_with, file_of, hold, only
from tests.support.replies import GOOD, Endpoint, completion, spoilt
from tests.support.workshops import draft, rows


@pytest.fixture
def desk(tmp_path):
    made = desk_with(tmp_path)
    yield made
    made.shop.close()


def test_an_approval_keeps_who_when_and_which_bytes(desk):
    row = desk.deciding.approve(only(desk), who=WHO)
    last = desk.shop.drafts.decisions.of(row.id)[-1]
    assert (row.state, last.decision, last.who, last.sha) == ("approved", "approved", WHO, row.sha)
    assert last.covered and last.covered != row.sha


def test_a_draft_with_errors_must_be_edited_first(tmp_path):
    bad = spoilt(page_description="x" * 200)
    desk = desk_with(tmp_path, QUESTIONS[:1], *[completion(bad)] * 3)
    with pytest.raises(NotApprovable, match="description-too-long") as caught:
        desk.deciding.approve(only(desk), who=WHO)
    assert "description-too-long" in caught.value.codes
    desk.shop.close()


def test_a_draft_that_changed_on_disk_since_it_was_seen_is_not_approved(desk):
    row = only(desk)
    file = file_of(desk, row)
    file.write_bytes(file.read_bytes().replace(b"Lysozyme", b"Pepsin"))
    with pytest.raises(StaleDraft, match="changed meanwhile"):
        desk.deciding.approve(row, who=WHO)
    assert desk.deciding.approve(only(desk), who=WHO).edited


def test_a_rejection_needs_a_reason(desk):
    with pytest.raises(UsageError):
        desk.deciding.reject(only(desk), reason=" ", who=WHO)
    row = desk.deciding.reject(only(desk), reason="answers another question", who=WHO)
    assert desk.shop.drafts.decisions.of(row.id)[-1].note == "answers another question"


def test_undo_takes_back_the_last_decision_as_a_new_one(desk):
    desk.deciding.approve(only(desk), who=WHO)
    desk.deciding.reject(only(desk, QUESTIONS[1]), reason="dull", who=WHO)
    assert [row.question for row in desk.deciding.undo(who=WHO).drafts] == [QUESTIONS[1]]
    assert [row.question for row in desk.deciding.undo(who=WHO).drafts] == [QUESTIONS[0]]
    with pytest.raises(UsageError, match="nothing that could be undone"):
        desk.deciding.undo(who=WHO)
    history = [item.decision for item in desk.shop.drafts.decisions.of(only(desk).id)]
    assert history == ["drafted", "approved", "drafted"]


def test_undo_leaves_the_decisions_of_others_alone(desk):
    desk.deciding.approve(only(desk), who="Bob")
    with pytest.raises(UsageError):
        desk.deciding.undo(who=WHO)
    assert desk.deciding.undo(who=WHO, draft=only(desk)).drafts[0].state == "drafted"


def test_a_rejection_of_an_approved_draft_undone_gives_the_approval_back(desk):
    desk.deciding.approve(only(desk), who=WHO)
    desk.deciding.reject(only(desk), reason="on second thoughts", who=WHO)
    row = desk.deciding.undo(who=WHO).drafts[0]
    first, *_, last = [item for item in desk.shop.drafts.decisions.of(row.id) if item.decision == "approved"]
    assert (row.state, last.covered) == ("approved", first.covered)
    assert desk.publishing.publish([row], who=WHO).published


def test_a_bulk_approval_is_taken_back_as_a_whole(desk):
    assert len(approved(desk)) == 3
    bulks = {desk.shop.drafts.decisions.of(row.id)[-1].bulk for row in desk.shop.drafts.all()}
    assert bulks == {1}
    undone = desk.deciding.undo(who=WHO)
    assert [row.state for row in undone.drafts] == ["drafted"] * 3


def test_bulk_undo_leaves_drafts_that_went_on(desk):
    rows = approved(desk)
    desk.editing.save_fields(rows[0], {"keywords": "a, b"}, who="Bob")
    undone = desk.deciding.undo(who=WHO)
    assert len(undone.drafts) == 2
    assert "has changed since" in undone.left[0]


def test_only_drafts_without_any_finding_are_clean(tmp_path):
    dull = completion(
        spoilt(page_description="Enzymes speed up reactions by lowering activation energy: a site, a fit.")
    )
    desk = desk_with(tmp_path, QUESTIONS[:1], dull)
    assert only(desk).warnings
    assert approved(desk) == []
    desk.shop.close()


def test_publishing_cannot_be_undone(desk):
    row = desk.deciding.approve(only(desk), who=WHO)
    desk.publishing.publish([row], who=WHO)
    with pytest.raises(StaleDraft, match="generator withdraw"):
        desk.deciding.undo(who=WHO)


@pytest.fixture
def holding(tmp_path):
    """A desk with a near duplicate on it, whose model answers."""
    hold(tmp_path)
    made = desk_with(tmp_path, (), endpoint=Endpoint(by=lambda _: completion(GOOD)))
    yield made
    made.shop.close()


def test_a_near_duplicate_that_is_allowed_is_drafted_by_the_next_run(holding):
    row = holding.deciding.allow(only(holding, HELD), who=WHO, note="another angle")
    last = holding.shop.drafts.decisions.of(row.id)[-1]
    assert (row.state, last.allows, last.who) == ("near_duplicate", True, WHO)
    assert last.note == "to be drafted anyway: another angle"
    plan, report = draft(holding.shop, rows(HELD))
    assert (plan.counts, report.states) == ({"resume": 1}, {"drafted": 1})
    assert only(holding, HELD).id == row.id
    with pytest.raises(StaleDraft, match="has changed since"):
        holding.deciding.undo(who=WHO)


def test_only_a_near_duplicate_that_is_held_can_be_allowed(holding, desk):
    with pytest.raises(UsageError, match="is drafted, not a near duplicate"):
        desk.deciding.allow(only(desk), who=WHO)
    row = holding.deciding.allow(only(holding, HELD), who=WHO)
    with pytest.raises(UsageError, match="to be drafted already"):
        holding.deciding.allow(row, who=WHO)


def test_a_rejected_near_duplicate_is_settled(holding):
    holding.deciding.reject(only(holding, HELD), reason="answered already", who=WHO)
    for near in ("hold", "allow"):
        plan, _ = draft(holding.shop, rows(HELD), near=near)
        assert (plan.counts, plan.needs_person) == ({"drafted": 1}, False)


def test_a_rejection_takes_an_allowed_near_duplicate_out_of_the_next_run(holding):
    row = holding.deciding.allow(only(holding, HELD), who=WHO)
    holding.deciding.reject(row, reason="on second thoughts", who=WHO)
    plan, _ = draft(holding.shop, rows(HELD))
    assert plan.counts == {"drafted": 1}


def test_undo_holds_an_allowed_near_duplicate_again(holding):
    holding.deciding.allow(only(holding, HELD), who=WHO)
    undone = holding.deciding.undo(who=WHO)
    assert (undone.decision, [row.state for row in undone.drafts]) == ("allowed", ["near_duplicate"])
    plan, _ = draft(holding.shop, rows(HELD))
    assert plan.counts == {"near_duplicate": 1}
    with pytest.raises(UsageError, match="nothing that could be undone"):
        holding.deciding.undo(who=WHO)


def test_undo_puts_a_rejected_near_duplicate_before_a_person_again(holding):
    holding.deciding.reject(only(holding, HELD), reason="answered already", who=WHO)
    assert holding.deciding.undo(who=WHO).drafts[0].state == "near_duplicate"
    assert draft(holding.shop, rows(HELD))[0].counts == {"near_duplicate": 1}
    assert holding.deciding.allow(only(holding, HELD), who=WHO)


def test_planning_is_no_decision_to_undo(holding):
    with pytest.raises(UsageError, match="no decision"):
        holding.deciding.undo(who=WHO, draft=only(holding, HELD))


def test_what_is_being_drafted_is_not_held_again(holding):
    row = holding.deciding.allow(only(holding, HELD), who=WHO)
    with holding.shop.database.transaction():
        holding.shop.database.execute("UPDATE job SET state = 'claimed' WHERE id = ?", (row.job,))
    with pytest.raises(StaleDraft, match="being drafted already"):
        holding.deciding.undo(who=WHO)


def ask_for_a_revision(desk, row):
    """As a reviewer does, before the model has answered."""
    endpoint = desk.shop.endpoint()
    with desk.shop.run("revise", [row.key]) as run:
        return desk.revising.request(
            row, comment="shorter", who=WHO, run=run.id, realm=endpoint.realm, model=endpoint.model
        )


def test_a_bulk_approval_leaves_drafts_with_an_open_revision(tmp_path):
    answer = spoilt(introduction=GOOD["introduction"].replace("Without them", "Without enzymes"))
    desk = desk_with(tmp_path, endpoint=Endpoint(completion(answer)))
    ask_for_a_revision(desk, only(desk))
    work = desk.revise(desk.shop.endpoint(), only(desk, QUESTIONS[1]).id, comment="shorter", who=WHO)
    proposed = asyncio.run(work)
    result = desk.deciding.approve_clean(who=WHO)
    assert [row.question for row in result.decided] == [QUESTIONS[2]]
    assert [line.split(": ")[1] for line in result.left] == [
        "a revision of it is asked for", "a revision of it waits to be looked at"
    ]  # fmt: skip
    desk.revising.decline(proposed, who=WHO)
    assert [row.question for row in desk.deciding.approve_clean(who=WHO).decided] == [QUESTIONS[1]]
    assert desk.deciding.approve(only(desk), who=WHO).state == "approved"
    desk.shop.close()
