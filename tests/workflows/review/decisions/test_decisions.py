"""Decisions on drafts: on the bytes that the reviewer saw, each recorded, and undone by a new decision."""

import pytest

from generator.errors import UsageError
from generator.store.ledger.drafts.rows import StaleDraft
from generator.workflows.publish.publisher import Publisher
from generator.workflows.review.decisions.decisions import DraftDecisions, NotApprovable
from generator.workflows.review.decisions.undo import ReviewUndo
from generator.workflows.review.editing.editor import DraftEditor
from generator.workflows.review.editing.revise import ReviseRequest, revise_draft
from generator.workflows.review.editing.revisions import DraftRevisions
from tests.support.drafts import (
    HELD,
    QUESTIONS,
    WHO,
    approve_all,
    draft_of,
    draft_questions,
    file_of,
    hold,
    with_drafts,
)
from tests.support.replies import GOOD, Endpoint, completion, spoilt


def test_an_approval_keeps_who_when_and_which_bytes(services):
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    last = services.drafts.decisions.of(row.id)[-1]
    assert (row.state, last.decision, last.who, last.sha) == ("approved", "approved", WHO, row.sha)
    assert last.covered and last.covered != row.sha


def test_a_draft_with_errors_must_be_edited_first(tmp_path):
    bad = spoilt(page_description="x" * 200)
    services = with_drafts(tmp_path, QUESTIONS[:1], *[completion(bad)] * 3)
    with pytest.raises(NotApprovable, match="description-too-long") as caught:
        DraftDecisions(services).approve(draft_of(services), who=WHO)
    assert "description-too-long" in caught.value.codes
    services.close()


def test_a_draft_that_changed_on_disk_since_it_was_seen_is_not_approved(services):
    row = draft_of(services)
    file = file_of(services, row)
    file.write_bytes(file.read_bytes().replace(b"Lysozyme", b"Pepsin"))
    with pytest.raises(StaleDraft, match="changed meanwhile"):
        DraftDecisions(services).approve(row, who=WHO)
    assert DraftDecisions(services).approve(draft_of(services), who=WHO).edited


def test_a_rejection_needs_a_reason(services):
    with pytest.raises(UsageError):
        DraftDecisions(services).reject(draft_of(services), reason=" ", who=WHO)
    row = DraftDecisions(services).reject(draft_of(services), reason="answers another question", who=WHO)
    assert services.drafts.decisions.of(row.id)[-1].note == "answers another question"


def test_undo_reverts_the_last_decision_as_a_new_one(services):
    DraftDecisions(services).approve(draft_of(services), who=WHO)
    DraftDecisions(services).reject(draft_of(services, QUESTIONS[1]), reason="dull", who=WHO)
    assert [row.question for row in ReviewUndo(services).undo(who=WHO).rows] == [QUESTIONS[1]]
    assert [row.question for row in ReviewUndo(services).undo(who=WHO).rows] == [QUESTIONS[0]]
    with pytest.raises(UsageError, match="no decision that can be undone"):
        ReviewUndo(services).undo(who=WHO)
    history = [item.decision for item in services.drafts.decisions.of(draft_of(services).id)]
    assert history == ["drafted", "approved", "drafted"]


def test_undo_leaves_the_decisions_of_others_alone(services):
    DraftDecisions(services).approve(draft_of(services), who="Bob")
    with pytest.raises(UsageError):
        ReviewUndo(services).undo(who=WHO)
    assert ReviewUndo(services).undo(who=WHO, draft=draft_of(services)).rows[0].state == "drafted"


def test_undoing_the_rejection_of_an_approved_draft_restores_the_approval(services):
    DraftDecisions(services).approve(draft_of(services), who=WHO)
    DraftDecisions(services).reject(draft_of(services), reason="on second thoughts", who=WHO)
    row = ReviewUndo(services).undo(who=WHO).rows[0]
    first, *_, last = [item for item in services.drafts.decisions.of(row.id) if item.decision == "approved"]
    assert (row.state, last.covered) == ("approved", first.covered)
    assert Publisher(services).publish([row], who=WHO).published


def test_a_bulk_approval_is_undone_as_a_whole(services):
    assert len(approve_all(services)) == 3
    bulks = {services.drafts.decisions.of(row.id)[-1].bulk for row in services.drafts.all()}
    assert bulks == {1}
    undone = ReviewUndo(services).undo(who=WHO)
    assert [row.state for row in undone.rows] == ["drafted"] * 3


def test_bulk_undo_skips_drafts_that_changed_since(services):
    rows = approve_all(services)
    DraftEditor(services).save_fields(rows[0], {"keywords": "a, b"}, who="Bob")
    undone = ReviewUndo(services).undo(who=WHO)
    assert len(undone.rows) == 2
    assert "has changed since" in undone.left[0]


def test_a_bulk_undo_does_not_mention_what_was_undone_before(services):
    first, *rest = approve_all(services)
    assert ReviewUndo(services).undo(who="Bob", draft=first).rows[0].id == first.id
    undone = ReviewUndo(services).undo(who=WHO)
    assert ([row.id for row in undone.rows], undone.left) == ([row.id for row in rest], ())


def test_only_drafts_without_any_finding_are_clean(tmp_path):
    dull = completion(
        spoilt(page_description="Enzymes speed up reactions by lowering activation energy: a site, a fit.")
    )
    services = with_drafts(tmp_path, QUESTIONS[:1], dull)
    assert draft_of(services).warnings
    assert approve_all(services) == []
    services.close()


def test_publishing_cannot_be_undone(services):
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    Publisher(services).publish([row], who=WHO)
    with pytest.raises(StaleDraft, match="generator withdraw"):
        ReviewUndo(services).undo(who=WHO)


@pytest.fixture
def holding(tmp_path):
    """Services over a near duplicate, whose model answers."""
    hold(tmp_path)
    made = with_drafts(tmp_path, (), endpoint=Endpoint(by=lambda _: completion(GOOD)))
    yield made
    made.close()


def test_a_near_duplicate_that_is_allowed_is_drafted_by_the_next_run(holding):
    allowed = DraftDecisions(holding).allow_named([draft_of(holding, HELD)], who=WHO, note="another angle")
    (row,) = allowed.decided
    last = holding.drafts.decisions.of(row.id)[-1]
    assert (row.state, last.allows, last.who) == ("near_duplicate", True, WHO)
    assert last.note == "to be drafted anyway: another angle"
    outcome = draft_questions(holding, HELD)
    assert (outcome.plan.counts, outcome.drafted.states) == ({"resume": 1}, {"drafted": 1})
    assert draft_of(holding, HELD).id == row.id
    with pytest.raises(StaleDraft, match="has changed since"):
        ReviewUndo(holding).undo(who=WHO)


def test_only_a_held_near_duplicate_can_be_allowed(holding, tmp_path):
    with_drafts(tmp_path).close()
    with pytest.raises(UsageError, match="is drafted, not a near duplicate"):
        DraftDecisions(holding).allow(draft_of(holding), who=WHO)
    row = DraftDecisions(holding).allow(draft_of(holding, HELD), who=WHO)
    with pytest.raises(UsageError, match="is allowed already"):
        DraftDecisions(holding).allow(row, who=WHO)


def test_a_rejected_near_duplicate_is_not_asked_about_again(holding):
    DraftDecisions(holding).reject(draft_of(holding, HELD), reason="answered already", who=WHO)
    for near in ("hold", "allow"):
        plan = draft_questions(holding, HELD, near=near).plan
        assert (plan.counts, plan.needs_person) == ({"drafted": 1}, False)


def test_a_rejected_near_duplicate_is_not_drafted_by_the_next_run(holding):
    row = DraftDecisions(holding).allow(draft_of(holding, HELD), who=WHO)
    DraftDecisions(holding).reject(row, reason="on second thoughts", who=WHO)
    assert draft_questions(holding, HELD).plan.counts == {"drafted": 1}


def test_undo_holds_an_allowed_near_duplicate_again(holding):
    DraftDecisions(holding).allow(draft_of(holding, HELD), who=WHO)
    undone = ReviewUndo(holding).undo(who=WHO)
    assert (undone.decision, [row.state for row in undone.rows]) == ("allowed", ["near_duplicate"])
    assert draft_questions(holding, HELD).plan.counts == {"near_duplicate": 1}
    with pytest.raises(UsageError, match="no decision that can be undone"):
        ReviewUndo(holding).undo(who=WHO)


def test_undo_of_a_rejection_makes_it_a_near_duplicate_again(holding):
    DraftDecisions(holding).reject(draft_of(holding, HELD), reason="answered already", who=WHO)
    assert ReviewUndo(holding).undo(who=WHO).rows[0].state == "near_duplicate"
    assert draft_questions(holding, HELD).plan.counts == {"near_duplicate": 1}
    DraftDecisions(holding).allow(draft_of(holding, HELD), who=WHO)
    assert draft_questions(holding, HELD).plan.counts == {"resume": 1}


def test_planning_is_not_a_decision_that_can_be_undone(holding):
    with pytest.raises(UsageError, match="no decision"):
        ReviewUndo(holding).undo(who=WHO, draft=draft_of(holding, HELD))


def test_a_draft_that_is_being_written_is_not_held_again(holding):
    row = DraftDecisions(holding).allow(draft_of(holding, HELD), who=WHO)
    with holding.database.transaction():
        holding.database.execute("UPDATE job SET state = 'claimed' WHERE id = ?", (row.job,))
    with pytest.raises(StaleDraft, match="being drafted already"):
        ReviewUndo(holding).undo(who=WHO)


def ask_for_a_revision(services, row):
    """As a reviewer does, before the model has answered."""
    endpoint = services.endpoint()
    with services.run("revise", [row.key]) as run:
        return DraftRevisions(services).request(
            row, comment="shorter", who=WHO, run=run.id, endpoint=endpoint
        )


def test_a_bulk_approval_skips_drafts_with_an_open_revision(tmp_path):
    answer = spoilt(introduction=GOOD["introduction"].replace("Without them", "Without enzymes"))
    services = with_drafts(tmp_path, endpoint=Endpoint(completion(answer)))
    ask_for_a_revision(services, draft_of(services))
    proposed = revise_draft(services, ReviseRequest(QUESTIONS[1], "shorter", reviewer=WHO)).revision
    result = DraftDecisions(services).approve_clean(who=WHO)
    assert [row.question for row in result.decided] == [QUESTIONS[2]]
    assert [line.split(" ", 1)[1] for line in result.left] == ["has an open revision"] * 2
    DraftRevisions(services).decline(proposed.revision, who=WHO)
    assert [row.question for row in DraftDecisions(services).approve_clean(who=WHO).decided] == [QUESTIONS[1]]
    assert DraftDecisions(services).approve(draft_of(services), who=WHO).state == "approved"
    services.close()
