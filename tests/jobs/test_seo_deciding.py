"""What reviewers do with proposals, through the functions that shell and browser share."""

import pytest

from generator.store.proposals import StaleProposal
from tests.replies import Endpoint, completion
from tests.seo_pages import GOOD, LONG, OTHER, page, propose, reply
from tests.workshops import workshop


@pytest.fixture
def shop(tmp_path):
    answers = iter([GOOD, OTHER])
    opened = workshop(tmp_path, Endpoint(by=lambda body: completion(reply(next(answers)))))
    page(tmp_path)
    page(tmp_path, "What is activation energy?", "Physics", id=2)
    propose(opened, concurrency=1)
    yield opened
    opened.close()


def rows(shop):
    return list(shop.proposals.rows())


def test_an_edit_is_polished_checked_and_waits_for_approval(shop):
    row = rows(shop)[0]
    text = "  Enzymes hold a substrate\nin their active site, strain its bonds, and so let the reaction run at body heat. "
    edited = shop.proposal_review.edit(row, text, who="Ada")
    assert (edited.state, edited.edited, edited.new) == ("proposed", True, " ".join(text.split()))
    assert shop.proposal_review.accept(edited, who="Ada").state == "approved"


def test_an_edit_with_an_error_cannot_be_accepted(shop):
    edited = shop.proposal_review.edit(rows(shop)[0], LONG, who="Ada")
    assert edited.state == "needs_fix"
    assert "description-self-reference" in {item.code for item in edited.findings}
    with pytest.raises(StaleProposal, match="errors"):
        shop.proposal_review.accept(edited, who="Ada")


def test_an_edit_that_echoes_another_page_is_told(shop):
    findings = shop.proposal_review.check(rows(shop)[0], OTHER)
    assert [item.code for item in findings] == ["description-echo"]


def test_all_clean_ones_are_accepted_and_the_rest_left(shop):
    shop.proposal_review.edit(rows(shop)[0], LONG, who="Ada")
    assert shop.proposal_review.accept_all_clean(who="Ada") == 1
    assert [row.state for row in rows(shop)] == ["needs_fix", "approved"]


def test_a_skipped_proposal_is_out_of_the_way_and_keeps_who_said_so(shop):
    row = shop.proposal_review.skip(rows(shop)[0], who="Ada")
    assert (row.state, row.reason) == ("skipped", "skipped by Ada")
    assert shop.proposals.decisions(row.id)[-1].who == "Ada"


def test_what_another_reviewer_changed_meanwhile_is_refused(shop):
    row = rows(shop)[0]
    shop.proposal_review.accept(row, who="Ada")
    with pytest.raises(StaleProposal):
        shop.proposal_review.edit(row, OTHER, who="Bob")
