"""Undo of decisions on drafts and proposals: the last one first, and nothing is undone unasked."""

import pytest

from generator.errors import UsageError
from generator.store.ledger.drafts.rows import StaleDraft
from generator.store.ledger.seo.proposals import NewProposal, StaleProposal
from generator.workflows.publish.publisher import Publisher
from generator.workflows.review.decisions.decisions import DraftDecisions
from generator.workflows.review.decisions.undo import CannotUndoLast, ReviewUndo
from generator.workflows.review.editing.editor import DraftEditor
from generator.workflows.seo.decisions import ProposalReview
from tests.support.drafts import HELD, QUESTIONS, WHO, draft_of, hold, with_drafts
from tests.support.replies import GOOD as REPLY
from tests.support.seo_pages import GOOD, OTHER

KEYWORDS = ", ".join(REPLY["page_keywords"][:8])


def proposed(services, key, **changes):
    """A proposal for an article."""
    values = {
        "job": None,
        "key": key,
        "path": f"{key}.md",
        "field": "page_description",
        "question": f"{key}?",
        "subject": None,
        "basis": "b",
        "old": "old",
        "new": OTHER,
        "state": "proposed",
        "reason": None,
        "findings": [],
        "offline": False,
        **changes,
    }
    return services.proposals.record(NewProposal(**values), now=services.now())


def applied(services, row):
    """The proposal accepted by the reviewer and then written into its file."""
    row = ProposalReview(services).accept(row, who=WHO)
    return services.proposals.decide(row, "applied", who="generator", now=services.now())


TIMES = ("2026-01-31T00:00:00.000+00:00",) * 60
BACKWARDS = tuple(f"2026-01-31T00:00:{second:02}.000+00:00" for second in range(59, -1, -1))


@pytest.mark.parametrize("times", [TIMES, BACKWARDS, BACKWARDS[::-1]])
def test_one_undo_reverts_whatever_the_reviewer_decided_last_whatever_the_clock_says(services, times):
    ticks = iter(times)
    services.now = lambda: next(ticks)
    row = proposed(services, "biology/x")
    DraftDecisions(services).approve(draft_of(services), who=WHO)
    ProposalReview(services).accept(row, who=WHO)
    DraftDecisions(services).approve(draft_of(services, QUESTIONS[1]), who=WHO)
    first, second, third = (ReviewUndo(services).undo(who=WHO) for _ in range(3))
    assert first.rows[0].question == QUESTIONS[1]
    assert second.rows[0].id == row.id
    assert third.rows[0].question == QUESTIONS[0]
    with pytest.raises(UsageError, match="no decision that can be undone"):
        ReviewUndo(services).undo(who=WHO)


def test_after_an_undo_the_next_one_reverts_the_decision_before_on_the_same_draft(services):
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    DraftDecisions(services).reject(row, reason="on second thoughts", who=WHO)
    DraftDecisions(services).approve(draft_of(services), who=WHO)
    undone = [ReviewUndo(services).undo(who=WHO).rows[0].state for _ in range(3)]
    assert undone == ["rejected", "approved", "drafted"]
    with pytest.raises(UsageError, match="no decision that can be undone"):
        ReviewUndo(services).undo(who=WHO)
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    assert Publisher(services).publish([row], who=WHO).published


def test_after_an_undo_the_next_one_reverts_the_decision_before_on_the_same_proposal(services):
    row = ProposalReview(services).accept(proposed(services, "biology/a"), who=WHO)
    ProposalReview(services).reject_named([row], who=WHO, note="wrong")
    undone = [ReviewUndo(services).undo(who=WHO).rows[0] for _ in range(2)]
    assert [(row.state, row.reason) for row in undone] == [("approved", None), ("proposed", None)]
    with pytest.raises(UsageError, match="no decision that can be undone"):
        ReviewUndo(services).undo(who=WHO)


def test_a_bulk_whose_later_decisions_were_undone_is_undone_as_a_whole(services):
    first, *_ = DraftDecisions(services).approve_clean(who=WHO).decided
    DraftDecisions(services).reject(first, reason="on second thoughts", who=WHO)
    assert len(ReviewUndo(services).undo(who=WHO).rows) == 1
    undone = ReviewUndo(services).undo(who=WHO)
    assert (len(undone.rows), undone.left) == (3, ())


def test_a_new_version_after_an_undo_keeps_the_decision_before_it(services):
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    row = DraftDecisions(services).reject(row, reason="on second thoughts", who=WHO)
    ReviewUndo(services).undo(who=WHO)
    DraftEditor(services).save_fields(draft_of(services), {"keywords": "a, b"}, who="Bob")
    with pytest.raises(StaleDraft, match="was approved and has changed since"):
        ReviewUndo(services).undo(who=WHO)


def test_a_new_version_between_two_decisions_keeps_the_first(services):
    DraftDecisions(services).approve(draft_of(services), who=WHO)
    row = DraftEditor(services).save_fields(draft_of(services), {"keywords": KEYWORDS}, who="Bob")
    DraftDecisions(services).reject(row, reason="dull", who=WHO)
    assert ReviewUndo(services).undo(who=WHO).rows[0].state == "drafted"
    with pytest.raises(StaleDraft, match="was approved and has changed since"):
        ReviewUndo(services).undo(who=WHO)


def test_a_text_typed_between_two_decisions_keeps_the_first(services):
    row = ProposalReview(services).accept(proposed(services, "biology/a"), who=WHO)
    row = ProposalReview(services).edit(row, GOOD, who="Bob")
    ProposalReview(services).reject_named([row], who=WHO)
    assert ReviewUndo(services).undo(who=WHO).rows[0].state == "proposed"
    with pytest.raises(StaleProposal, match="was approved and has changed since"):
        ReviewUndo(services).undo(who=WHO)


def test_a_proposal_that_replaces_another_keeps_its_decisions_after_an_undo(services):
    row = ProposalReview(services).accept(proposed(services, "biology/a"), who=WHO)
    ProposalReview(services).reject_named([row], who=WHO)
    ReviewUndo(services).undo(who=WHO)
    proposed(services, "biology/a", basis="c", old=GOOD)
    with pytest.raises(StaleProposal, match="was approved and has changed since; it is stale now"):
        ReviewUndo(services).undo(who=WHO)


def test_a_near_duplicate_whose_rejection_is_undone_is_allowed_again(tmp_path):
    hold(tmp_path)
    services = with_drafts(tmp_path, ())
    row = DraftDecisions(services).allow(draft_of(services, HELD), who=WHO)
    DraftDecisions(services).reject(row, reason="on second thoughts", who=WHO)
    ReviewUndo(services).undo(who=WHO)
    assert services.ledger.jobs.states_of([row.job]) == {row.job: "planned"}
    assert ReviewUndo(services).undo(who=WHO).decision == "allowed"
    assert services.ledger.jobs.states_of([row.job]) == {row.job: "held"}
    services.close()


def test_decisions_of_an_older_ledger_are_ordered_by_their_times(services):
    ticks = iter(BACKWARDS[::-1])
    services.now = lambda: next(ticks)
    row = proposed(services, "biology/x")
    DraftDecisions(services).approve(draft_of(services), who=WHO)
    ProposalReview(services).accept(row, who=WHO)
    services.database.execute("UPDATE proposal_decision SET after_decision = NULL")
    assert ReviewUndo(services).undo(who=WHO).rows[0].id == row.id


def test_what_is_applied_hides_no_earlier_decision_and_none_is_undone_unasked(services):
    draft = DraftDecisions(services).approve(draft_of(services), who=WHO)
    row = proposed(services, "biology/a")
    ProposalReview(services).reject_named([row], who=WHO)
    applied(services, proposed(services, "biology/b", new=GOOD))
    for _ in range(2):
        with pytest.raises(
            CannotUndoLast,
            match=r"biology/b description is applied.* Before that, Ada rejected biology/a description: --earlier",
        ):
            ReviewUndo(services).undo(who=WHO)
    assert [row.state for row in services.proposals.rows()] == ["rejected", "applied"]
    assert ReviewUndo(services).undo(who=WHO, earlier=True).rows[0].key == "biology/a"
    with pytest.raises(CannotUndoLast, match=f"Before that, Ada approved {draft.key}: --earlier"):
        ReviewUndo(services).undo(who=WHO)
    assert ReviewUndo(services).undo(who=WHO, earlier=True).rows[0].id == draft.id
    with pytest.raises(StaleProposal, match="biology/b description is applied"):
        ReviewUndo(services).undo(who=WHO)
    with pytest.raises(UsageError, match="Ada made no decision that can be undone"):
        ReviewUndo(services).undo(who=WHO, earlier=True)


def test_a_published_draft_does_not_hide_an_earlier_decision(services):
    bulk = [proposed(services, f"biology/{name}", new=text) for name, text in (("a", GOOD), ("b", OTHER))]
    ProposalReview(services).accept_named(bulk, who=WHO)
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    Publisher(services).publish([row], who=WHO)
    with pytest.raises(
        CannotUndoLast, match="generator withdraw .* Before that, Ada approved 2 proposals: --earlier"
    ):
        ReviewUndo(services).undo(who=WHO)
    assert len(ReviewUndo(services).undo(who=WHO, earlier=True).rows) == 2


def test_the_number_of_drafts_of_an_earlier_bulk_approval_is_named(services):
    rows_ = DraftDecisions(services).approve_clean(who=WHO).decided
    applied(services, proposed(services, "biology/a"))
    Publisher(services).publish(rows_[:1], who=WHO)
    with pytest.raises(CannotUndoLast, match="Before that, Ada approved 2 drafts: --earlier"):
        ReviewUndo(services).undo(who=WHO)
    undone = ReviewUndo(services).undo(who=WHO, earlier=True)
    assert ([row.id for row in undone.rows], undone.left) == ([row.id for row in rows_[1:]], ())


def test_the_other_field_of_an_article_can_be_undone_by_its_name(services):
    applied(services, proposed(services, "biology/a", field="page_keywords"))
    rejected = proposed(services, "biology/a")
    ProposalReview(services).reject_named([rejected], who="Bob")
    applied(services, proposed(services, "biology/a", field="page_keywords", basis="c", old=OTHER))
    with pytest.raises(CannotUndoLast, match="Before that, Bob rejected biology/a description"):
        ReviewUndo(services).undo(who=WHO, key="biology/a")
    undone = ReviewUndo(services).undo(who=WHO, key="biology/a", earlier=True)
    assert [row.id for row in undone.rows] == [rejected.id]


def test_an_undo_of_proposals_only_names_no_draft(services):
    DraftDecisions(services).approve(draft_of(services), who=WHO)
    applied(services, proposed(services, "biology/a"))
    with pytest.raises(StaleProposal, match="is applied"):
        ReviewUndo(services).undo(who=WHO, only_proposals=True)
    with pytest.raises(UsageError, match="no decision that can be undone"):
        ReviewUndo(services).undo(who=WHO, only_proposals=True, earlier=True)
    assert draft_of(services).state == "approved"


def test_a_draft_that_is_being_written_does_not_hide_an_earlier_decision(tmp_path):
    hold(tmp_path)
    services = with_drafts(tmp_path, ())
    other = proposed(services, "biology/x")
    ProposalReview(services).skip(other, who=WHO)
    row = DraftDecisions(services).allow(draft_of(services, HELD), who=WHO)
    services.database.execute("UPDATE job SET state = 'claimed' WHERE id = ?", (row.job,))
    with pytest.raises(CannotUndoLast, match="being drafted already. Before that, Ada skipped biology/x"):
        ReviewUndo(services).undo(who=WHO)
    assert ReviewUndo(services).undo(who=WHO, earlier=True).rows[0].id == other.id
    services.close()
