"""Decisions on proposals, through the functions that the command line and the review page share."""

from dataclasses import fields, replace

import pytest

from generator.content.findings import Finding
from generator.errors import UsageError
from generator.store.ledger.row_versions import digest_of
from generator.store.ledger.seo.proposals import NewProposal, StaleProposal
from generator.workflows.review.decisions.undo import ReviewUndo, undo_proposals
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
def services(tmp_path):
    answers = iter([GOOD, OTHER])
    opened = scripted_services(tmp_path, Endpoint(by=lambda body: completion(reply(next(answers)))))
    page(tmp_path)
    page(tmp_path, "What is activation energy?", "Physics", id=2)
    propose(opened, concurrency=1)
    yield opened
    opened.close()


def rows(services):
    return list(services.proposals.rows())


def new_of(row):
    """The same proposal as a run would record it."""
    return NewProposal(**{item.name: getattr(row, item.name) for item in fields(NewProposal)})


def test_an_edit_is_polished_checked_and_waits_for_approval(services):
    row = rows(services)[0]
    text = "  Enzymes hold a substrate\nin their active site, strain its bonds, and so let the reaction run at body heat. "
    edited = ProposalReview(services).edit(row, text, who="Ada")
    assert (edited.state, edited.edited, edited.new) == ("proposed", True, " ".join(text.split()))
    assert ProposalReview(services).accept(edited, who="Ada").state == "approved"


def test_edited_keywords_are_cleaned(services):
    row = services.proposals.record(
        replace(new_of(rows(services)[0]), field="page_keywords"), now=services.now()
    )
    edited = ProposalReview(services).edit(row, '"gdp", GDP, growth.;\n15,000 crore', who="Ada")
    assert edited.new == "gdp, growth, 15000 crore"


def test_an_edit_with_an_error_cannot_be_accepted(services):
    edited = ProposalReview(services).edit(rows(services)[0], LONG, who="Ada")
    assert edited.state == "needs_fix"
    assert "description-self-reference" in {item.code for item in edited.findings}
    with pytest.raises(StaleProposal, match="errors"):
        ProposalReview(services).accept(edited, who="Ada")


def test_an_edit_that_echoes_another_page_is_reported(services):
    findings = ProposalReview(services).check(rows(services)[0], OTHER)
    assert [item.code for item in findings] == ["description-echo"]


def test_all_clean_ones_are_accepted_and_the_rest_left(services):
    ProposalReview(services).edit(rows(services)[0], LONG, who="Ada")
    assert ProposalReview(services).accept_all_clean(who="Ada").decided == 1
    assert [row.state for row in rows(services)] == ["needs_fix", "approved"]


def test_a_skipped_proposal_is_out_of_the_way_and_keeps_who_said_so(services):
    row = ProposalReview(services).skip(rows(services)[0], who="Ada")
    assert (row.state, row.reason) == ("skipped", "skipped by Ada")
    assert services.proposals.decisions.of(row.id)[-1].who == "Ada"


def test_what_another_reviewer_changed_meanwhile_is_refused(services):
    row = rows(services)[0]
    ProposalReview(services).accept(row, who="Ada")
    with pytest.raises(StaleProposal):
        ProposalReview(services).edit(row, OTHER, who="Bob")


WARNING = Finding("description-target", "warning", "page_description", "has room")


def with_warning(services, row):
    """The proposal as a check that only warns leaves it."""
    return services.proposals.edit(row, row.new, [WARNING], who="Ada", now=services.now())


def states(services):
    return [row.state for row in rows(services)]


def test_a_proposal_with_a_warning_is_not_clean_and_the_reason_is_given(services):
    with_warning(services, rows(services)[0])
    result = ProposalReview(services).accept_all_clean(who="Ada")
    assert (result.decided, states(services)) == (1, ["proposed", "approved"])
    assert result.not_clean == ["1 proposal with warnings not approved: description-target (1)"]


def test_one_field_of_an_article_may_be_clean_and_the_other_not(services):
    (first, _) = rows(services)
    keywords = services.proposals.record(
        replace(new_of(first), field="page_keywords", findings=[WARNING]), now=services.now()
    )
    ProposalReview(services).accept_all_clean(who="Ada")
    assert [services.proposals.get(row.id).state for row in (first, keywords)] == ["approved", "proposed"]


def test_a_bulk_acceptance_of_other_proposals_than_were_shown_takes_nothing(services):
    with pytest.raises(StaleProposal, match="list has changed"):
        ProposalReview(services).accept_all_clean(who="Ada", seen=digest_of("1:5"))
    assert states(services) == ["proposed", "proposed"]


def test_a_bulk_acceptance_is_undone_as_a_whole(services):
    ProposalReview(services).accept_all_clean(who="Ada")
    with pytest.raises(UsageError, match="Bob made no decision that can be undone"):
        ReviewUndo(services).undo(who="Bob", only_proposals=True)
    undone = ReviewUndo(services).undo(who="Ada", only_proposals=True)
    assert (undone.decision, len(undone.rows), undone.left) == ("approved", 2, ())
    assert states(services) == ["proposed", "proposed"]
    assert [step.decision for step in services.proposals.decisions.of(1)] == [
        "proposed",
        "approved",
        "proposed",
    ]
    with pytest.raises(UsageError):
        ReviewUndo(services).undo(who="Ada", only_proposals=True)


def test_undo_goes_back_one_decision_at_a_time(services):
    first, second = rows(services)
    ProposalReview(services).accept(first, who="Ada")
    ProposalReview(services).skip(second, who="Ada")
    assert [row.id for row in ReviewUndo(services).undo(who="Ada", only_proposals=True).rows] == [second.id]
    assert (services.proposals.get(second.id).state, services.proposals.get(second.id).reason) == (
        "proposed",
        None,
    )
    assert [row.id for row in ReviewUndo(services).undo(who="Ada", only_proposals=True).rows] == [first.id]


def test_an_undone_bulk_acceptance_leaves_what_changed_since(services):
    ProposalReview(services).accept_all_clean(who="Ada")
    first = rows(services)[0]
    ProposalReview(services).reject_named([first], who="Bob")
    undone = ReviewUndo(services).undo(who="Ada", only_proposals=True)
    assert states(services) == ["rejected", "proposed"]
    assert undone.left == (f"{first.key} description was approved and has changed since; it is rejected now",)


def test_undo_of_one_article_leaves_the_rest_of_the_bulk(services):
    ProposalReview(services).accept_all_clean(who="Ada")
    first, second = rows(services)
    ReviewUndo(services).undo(who="Bob", key=second.key)
    assert states(services) == ["approved", "proposed"]
    undone = ReviewUndo(services).undo(who="Ada", only_proposals=True)
    assert ([row.key for row in undone.rows], undone.left) == ([first.key], ())


@pytest.mark.parametrize("approved", [True, False])
def test_what_is_applied_is_not_undone_and_the_message_says_how_to_revert_it(services, approved):
    row = rows(services)[0]
    if approved:
        row = ProposalReview(services).accept(row, who="Ada")
    services.proposals.decide(row, "applied", who="Ada", now=services.now())
    with pytest.raises(
        StaleProposal, match=f"applied, which cannot be undone: .* {row.path} by hand or with git"
    ):
        ReviewUndo(services).undo(who="Ada", only_proposals=True)


def test_undo_of_an_edited_text_keeps_what_was_typed(services):
    text = "Enzymes hold a substrate in their active site, strain its bonds, and so let the reaction run at body heat."
    ProposalReview(services).accept_edited(rows(services)[0], text, who="Ada")
    (row,) = ReviewUndo(services).undo(who="Ada", only_proposals=True).rows
    assert (row.state, row.new, row.edited) == ("proposed", text, True)
    propose(services, redo=True, concurrency=1, offline=True)
    assert services.proposals.get(row.id).new == text


def test_an_edit_that_cannot_be_accepted_leaves_the_proposal_as_it_was(services):
    row = rows(services)[0]
    with pytest.raises(UsageError):
        ProposalReview(services).accept_edited(row, LONG, who="Ada")
    assert services.proposals.get(row.id) == row


def test_undo_of_a_bulk_rejection_leaves_replaced_proposals(services):
    first, second = rows(services)
    ProposalReview(services).reject_named([first, second], who="Ada")
    services.proposals.record(replace(new_of(first), basis="of the changed article"), now=services.now())
    undone = ReviewUndo(services).undo(who="Ada", only_proposals=True)
    assert [row.id for row in undone.rows] == [second.id]
    assert undone.left == (f"{first.key} description was proposed again since, for the article as it is now",)
    assert states(services) == ["rejected", "proposed", "proposed"]


def test_the_proposals_of_named_articles_are_one_decision(services):
    second = "what-is-activation-energy"
    ProposalReview(services).edit(rows(services)[0], LONG, who="Ada")
    decided = approve_proposals(services, [KEY, second], reviewer="Ada")
    assert (decided.decided, decided.needs_person) == (1, True)
    assert decided.left == [f"{KEY}: the proposal has errors; edit it first"]
    assert reject_proposals(services, [KEY, second], reviewer="Ada").decided == 2
    assert states(services) == ["rejected", "rejected"]
    undone = undo_proposals(services, reviewer="Ada")
    assert (states(services), undone.needs_person) == (["needs_fix", "approved"], False)


def test_names_without_a_proposal_to_decide_on_are_refused(services):
    ProposalReview(services).accept(rows(services)[0], who="Ada")
    with pytest.raises(UsageError, match="has no proposal that is proposed or needs fix"):
        approve_proposals(services, [KEY], reviewer="Ada")
    with pytest.raises(UsageError, match="give the names of articles"):
        reject_proposals(services, [], reviewer="Ada")
    with pytest.raises(UsageError, match="'no-such-page' has no proposal"):
        undo_proposals(services, "no-such-page", reviewer="Ada")


def test_a_decision_on_all_clean_ones_can_be_undone_for_one_article(services):
    assert (
        approve_clean_proposals(
            services, reviewer="Ada", seen=digest_of(services.proposals.clean().versions)
        ).decided
        == 2
    )
    undone = undo_proposals(services, KEY, reviewer="Bob")
    assert ([row.key for row in undone.rows], states(services)) == ([KEY], ["proposed", "approved"])


TIMES = ("2026-01-31T00:00:00.000+00:00",) * 60
BACKWARDS = tuple(f"2026-01-31T00:00:{second:02}.000+00:00" for second in range(59, -1, -1))
