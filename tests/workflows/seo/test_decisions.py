"""Decisions on proposals, through the functions that the command line and the review page share."""

from dataclasses import fields, replace

import pytest

from generator.content.findings import Finding
from generator.errors import UsageError
from generator.store.ledger.proposals import NewProposal, StaleProposal
from generator.workflows.review.undo import ReviewUndo, undo_proposals
from generator.workflows.seo.decide import (
    approve_clean_proposals,
    approve_proposals,
    reject_proposals,
)
from generator.workflows.seo.decisions import ProposalReview
from tests.support.replies import Endpoint, completion
from tests.support.seo_pages import GOOD, KEY, LONG, OTHER, page, propose, reply
from tests.support.services import scripted_services


@pytest.fixture
def shop(tmp_path):
    answers = iter([GOOD, OTHER])
    opened = scripted_services(tmp_path, Endpoint(by=lambda body: completion(reply(next(answers)))))
    page(tmp_path)
    page(tmp_path, "What is activation energy?", "Physics", id=2)
    propose(opened, concurrency=1)
    yield opened
    opened.close()


def rows(shop):
    return list(shop.proposals.rows())


def new_of(row):
    """The same proposal as a run would record it."""
    return NewProposal(**{item.name: getattr(row, item.name) for item in fields(NewProposal)})


def test_an_edit_is_polished_checked_and_waits_for_approval(shop):
    row = rows(shop)[0]
    text = "  Enzymes hold a substrate\nin their active site, strain its bonds, and so let the reaction run at body heat. "
    edited = ProposalReview(shop).edit(row, text, who="Ada")
    assert (edited.state, edited.edited, edited.new) == ("proposed", True, " ".join(text.split()))
    assert ProposalReview(shop).accept(edited, who="Ada").state == "approved"


def test_edited_keywords_are_cleaned(shop):
    row = shop.proposals.record(replace(new_of(rows(shop)[0]), field="page_keywords"), now=shop.now())
    edited = ProposalReview(shop).edit(row, '"gdp", GDP, growth.;\n15,000 crore', who="Ada")
    assert edited.new == "gdp, growth, 15000 crore"


def test_an_edit_with_an_error_cannot_be_accepted(shop):
    edited = ProposalReview(shop).edit(rows(shop)[0], LONG, who="Ada")
    assert edited.state == "needs_fix"
    assert "description-self-reference" in {item.code for item in edited.findings}
    with pytest.raises(StaleProposal, match="errors"):
        ProposalReview(shop).accept(edited, who="Ada")


def test_an_edit_that_echoes_another_page_is_told(shop):
    findings = ProposalReview(shop).check(rows(shop)[0], OTHER)
    assert [item.code for item in findings] == ["description-echo"]


def test_all_clean_ones_are_accepted_and_the_rest_left(shop):
    ProposalReview(shop).edit(rows(shop)[0], LONG, who="Ada")
    assert ProposalReview(shop).accept_all_clean(who="Ada").decided == 1
    assert [row.state for row in rows(shop)] == ["needs_fix", "approved"]


def test_a_skipped_proposal_is_out_of_the_way_and_keeps_who_said_so(shop):
    row = ProposalReview(shop).skip(rows(shop)[0], who="Ada")
    assert (row.state, row.reason) == ("skipped", "skipped by Ada")
    assert shop.proposals.decisions.of(row.id)[-1].who == "Ada"


def test_what_another_reviewer_changed_meanwhile_is_refused(shop):
    row = rows(shop)[0]
    ProposalReview(shop).accept(row, who="Ada")
    with pytest.raises(StaleProposal):
        ProposalReview(shop).edit(row, OTHER, who="Bob")


WARNING = Finding("description-target", "warning", "page_description", "has room")


def with_warning(shop, row):
    """The proposal as a check that only warns leaves it."""
    return shop.proposals.edit(row, row.new, [WARNING], who="Ada", now=shop.now())


def states(shop):
    return [row.state for row in rows(shop)]


def test_a_proposal_with_a_warning_is_not_clean_and_the_reason_is_told(shop):
    with_warning(shop, rows(shop)[0])
    result = ProposalReview(shop).accept_all_clean(who="Ada")
    assert (result.decided, states(shop)) == (1, ["proposed", "approved"])
    assert result.not_clean == ["1 proposal with warnings not approved: description-target (1)"]


def test_one_field_of_an_article_may_be_clean_and_the_other_not(shop):
    (first, _) = rows(shop)
    keywords = shop.proposals.record(
        replace(new_of(first), field="page_keywords", findings=[WARNING]), now=shop.now()
    )
    ProposalReview(shop).accept_all_clean(who="Ada")
    assert [shop.proposals.get(row.id).state for row in (first, keywords)] == ["approved", "proposed"]


def test_a_bulk_acceptance_of_another_number_than_was_shown_takes_nothing(shop):
    with pytest.raises(StaleProposal, match="now has 2 clean proposals, not 5"):
        ProposalReview(shop).accept_all_clean(who="Ada", expected=5)
    assert states(shop) == ["proposed", "proposed"]


def test_a_bulk_acceptance_is_taken_back_as_a_whole(shop):
    ProposalReview(shop).accept_all_clean(who="Ada")
    with pytest.raises(UsageError, match="Bob made no decision that can be undone"):
        ReviewUndo(shop).undo(who="Bob", only_proposals=True)
    undone = ReviewUndo(shop).undo(who="Ada", only_proposals=True)
    assert (undone.decision, len(undone.rows), undone.left) == ("approved", 2, ())
    assert states(shop) == ["proposed", "proposed"]
    assert [step.decision for step in shop.proposals.decisions.of(1)] == ["proposed", "approved", "proposed"]
    with pytest.raises(UsageError):
        ReviewUndo(shop).undo(who="Ada", only_proposals=True)


def test_undo_goes_back_one_decision_at_a_time(shop):
    first, second = rows(shop)
    ProposalReview(shop).accept(first, who="Ada")
    ProposalReview(shop).skip(second, who="Ada")
    assert [row.id for row in ReviewUndo(shop).undo(who="Ada", only_proposals=True).rows] == [second.id]
    assert (shop.proposals.get(second.id).state, shop.proposals.get(second.id).reason) == ("proposed", None)
    assert [row.id for row in ReviewUndo(shop).undo(who="Ada", only_proposals=True).rows] == [first.id]


def test_what_went_on_is_left_when_a_bulk_acceptance_is_taken_back(shop):
    ProposalReview(shop).accept_all_clean(who="Ada")
    first = rows(shop)[0]
    ProposalReview(shop).reject_named([first], who="Bob")
    undone = ReviewUndo(shop).undo(who="Ada", only_proposals=True)
    assert states(shop) == ["rejected", "proposed"]
    assert undone.left == (f"{first.key} description was approved and has changed since; it is rejected now",)


def test_undo_of_one_article_leaves_the_rest_of_the_bulk(shop):
    ProposalReview(shop).accept_all_clean(who="Ada")
    first, second = rows(shop)
    ReviewUndo(shop).undo(who="Bob", key=second.key)
    assert states(shop) == ["approved", "proposed"]
    undone = ReviewUndo(shop).undo(who="Ada", only_proposals=True)
    assert ([row.key for row in undone.rows], undone.left) == ([first.key], ())


@pytest.mark.parametrize("approved", [True, False])
def test_an_applied_proposal_is_not_undone_and_the_message_says_how_to_restore_the_text(shop, approved):
    row = rows(shop)[0]
    if approved:
        row = ProposalReview(shop).accept(row, who="Ada")
    shop.proposals.decide(row, "applied", who="Ada", now=shop.now())
    with pytest.raises(
        StaleProposal, match=f"applied, which cannot be undone: .* {row.path} by hand or with git"
    ):
        ReviewUndo(shop).undo(who="Ada", only_proposals=True)


def test_undo_of_an_edited_text_keeps_what_was_typed(shop):
    text = "Enzymes hold a substrate in their active site, strain its bonds, and so let the reaction run at body heat."
    ProposalReview(shop).accept_edited(rows(shop)[0], text, who="Ada")
    (row,) = ReviewUndo(shop).undo(who="Ada", only_proposals=True).rows
    assert (row.state, row.new, row.edited) == ("proposed", text, True)
    propose(shop, redo=True, concurrency=1, offline=True)
    assert shop.proposals.get(row.id).new == text


def test_an_edit_that_cannot_be_accepted_leaves_the_proposal_as_it_was(shop):
    row = rows(shop)[0]
    with pytest.raises(UsageError):
        ProposalReview(shop).accept_edited(row, LONG, who="Ada")
    assert shop.proposals.get(row.id) == row


def test_of_rejections_taken_as_one_those_that_were_not_replaced_are_taken_back(shop):
    first, second = rows(shop)
    ProposalReview(shop).reject_named([first, second], who="Ada")
    shop.proposals.record(replace(new_of(first), basis="of the changed article"), now=shop.now())
    undone = ReviewUndo(shop).undo(who="Ada", only_proposals=True)
    assert [row.id for row in undone.rows] == [second.id]
    assert undone.left == (f"{first.key} description was proposed again since, for the article as it is now",)
    assert states(shop) == ["rejected", "proposed", "proposed"]


def test_the_proposals_of_named_articles_are_one_decision(shop):
    second = "what-is-activation-energy"
    ProposalReview(shop).edit(rows(shop)[0], LONG, who="Ada")
    decided = approve_proposals(shop, [KEY, second], reviewer="Ada")
    assert (decided.decided, decided.needs_person) == (1, True)
    assert decided.left == [f"{KEY}: the proposal has errors; edit it first"]
    assert reject_proposals(shop, [KEY, second], reviewer="Ada").decided == 2
    assert states(shop) == ["rejected", "rejected"]
    undone = undo_proposals(shop, reviewer="Ada")
    assert (states(shop), undone.needs_person) == (["needs_fix", "approved"], False)


def test_names_without_a_proposal_to_decide_on_are_refused(shop):
    ProposalReview(shop).accept(rows(shop)[0], who="Ada")
    with pytest.raises(UsageError, match="has no proposal that is proposed or needs fix"):
        approve_proposals(shop, [KEY], reviewer="Ada")
    with pytest.raises(UsageError, match="give the names of articles"):
        reject_proposals(shop, [], reviewer="Ada")
    with pytest.raises(UsageError, match="'no-such-page' has no proposal"):
        undo_proposals(shop, "no-such-page", reviewer="Ada")


def test_all_clean_ones_are_taken_back_by_the_article_for_it_alone(shop):
    assert approve_clean_proposals(shop, reviewer="Ada", expected=2).decided == 2
    undone = undo_proposals(shop, KEY, reviewer="Bob")
    assert ([row.key for row in undone.rows], states(shop)) == ([KEY], ["proposed", "approved"])


TIMES = ("2026-01-31T00:00:00.000+00:00",) * 60
BACKWARDS = tuple(f"2026-01-31T00:00:{second:02}.000+00:00" for second in range(59, -1, -1))
