"""Proposals: one for each field and basis, changed by compare-and-swap, with every decision recorded."""

import pytest

from generator.content.findings import Finding
from generator.store.ledger.row_versions import versions_of
from generator.store.ledger.seo.proposals import StaleProposal
from tests.support.proposals import NOW, TEXT, record


def test_a_recorded_proposal_is_read_unchanged(proposals):
    finding = Finding("description-target", "warning", "page_description", "has room")
    row = record(proposals, findings=[finding])
    assert proposals.get(row.id) == row
    assert (row.findings, row.lock, row.cost) == ((finding,), 0, None)


def test_the_same_basis_is_one_row_and_every_decision_is_recorded(proposals):
    first = record(proposals, state="skipped", new=None, reason="the answer is empty")
    second = record(proposals)
    assert (first.id, second.lock) == (second.id, 1)
    assert [(step.before, step.decision) for step in proposals.decisions.of(first.id)] == [
        (None, "skipped"),
        ("skipped", "proposed"),
    ]


def test_a_new_basis_makes_the_open_ones_stale(proposals):
    old = record(proposals)
    record(proposals, basis="b2")
    assert proposals.get(old.id).state == "stale"


@pytest.mark.parametrize("state", ["approved", "rejected"])
def test_a_later_reply_does_not_replace_a_persons_decision(proposals, state):
    row = proposals.decide(record(proposals), state, who="Ada", now=NOW)
    assert record(proposals, new="Something else.") == row


def test_a_decision_on_a_stale_proposal_is_refused(proposals):
    row = record(proposals)
    proposals.decide(row, "approved", who="Ada", now=NOW)
    with pytest.raises(StaleProposal, match="meanwhile"):
        proposals.decide(row, "rejected", who="Bob", now=NOW)


def test_a_step_that_the_transitions_do_not_allow_is_refused(proposals):
    row = proposals.decide(record(proposals), "applied", who="Ada", now=NOW)
    with pytest.raises(StaleProposal, match="cannot become"):
        proposals.decide(row, "approved", who="Ada", now=NOW)


def test_nothing_can_be_approved_without_a_text(proposals):
    row = record(proposals, new=None, state="needs_fix")
    with pytest.raises(StaleProposal, match="no new text"):
        proposals.decide(row, "approved", who="Ada", now=NOW)


def test_an_edit_ends_an_approval_and_is_marked(proposals):
    row = proposals.decide(record(proposals), "approved", who="Ada", now=NOW)
    edited = proposals.edit(row, "Another text.", [], who="Ada", now=NOW)
    assert (edited.state, edited.new, edited.edited) == ("proposed", "Another text.", True)


def test_rows_are_read_in_pages_and_may_change_meanwhile(proposals, database):
    seen = 0
    with database.transaction():
        for number in range(1101):
            record(proposals, f"biology/q{number}", new=None, state="skipped")
        for row in proposals.rows(states=["skipped"]):
            proposals.decide(row, "rejected", who="Ada", now=NOW)
            seen += 1
    assert seen == 1101
    assert [row.key for row in proposals.rows(limit=2, after=5)] == ["biology/q5", "biology/q6"]
    assert proposals.counts() == {"page_description": {"rejected": 1101}}


def test_proposals_are_found_by_key_or_slug(proposals):
    row = record(proposals)
    record(proposals, "biology/more-roots")
    assert [proposals.named(name) for name in ("biology/roots", "roots", "%", "root_")] == [
        [row],
        [row],
        [],
        [],
    ]


def test_a_text_without_any_finding_is_clean(proposals):
    warning = Finding("description-target", "warning", "page_description", "has room")
    made = [
        record(proposals, "biology/a"),
        record(proposals, "biology/b", findings=[warning]),
        record(proposals, "biology/c", field="page_keywords"),
        record(proposals, "biology/d", new=None, state="skipped"),
    ]
    assert [row.is_clean for row in made] == [True, False, True, False]
    assert proposals.clean() == (2, versions_of([made[0], made[2]]))
    assert proposals.clean("page_keywords") == (1, versions_of([made[2]]))
    assert proposals.clean("page_description").number == 1


def test_a_later_reply_does_not_replace_what_a_person_typed(proposals):
    row = proposals.edit(record(proposals, offline=True), "Typed by Ada.", [], who="Ada", now=NOW)
    assert record(proposals, new="Something else.") == row
    assert not row.is_offline_text


def test_after_an_edit_that_changes_nothing_the_text_is_still_the_offline_models(proposals):
    row = proposals.edit(record(proposals, offline=True), TEXT, [], who="Ada", now=NOW)
    assert (row.edited, row.is_offline_text) == (False, True)


OFFLINE = "A substrate fits into a pocket of the enzyme, where weak bonds hold it in place."


@pytest.mark.parametrize(
    "typed", [OFFLINE, OFFLINE.upper(), OFFLINE.replace(", where", ",\u2028 where"), OFFLINE.rstrip(".")]
)
def test_the_offline_models_text_typed_by_a_person_is_still_the_offline_models(proposals, typed):
    row = record(proposals, new=OFFLINE, offline=True)
    other = proposals.edit(row, TEXT, [], who="Ada", now=NOW)
    assert (other.edited, other.is_offline_text, other.own) == (True, False, OFFLINE)
    back = proposals.edit(other, typed, [], who="Ada", now=NOW)
    assert (back.edited, back.is_offline_text) == (typed != OFFLINE, True)
    assert proposals.edit(back, TEXT, [], who="Ada", now=NOW).is_offline_text is False


def test_no_other_decision_makes_a_persons_text_the_offline_models(proposals):
    row = proposals.edit(record(proposals, offline=True), "Another text.", [], who="Ada", now=NOW)
    row = proposals.decide(row, "approved", who="generator", now=NOW)
    row = proposals.undo(row, proposals.decisions.of(row.id)[-1], who="generator", now=NOW)
    record(proposals, basis="b2", offline=True)
    proposals.reopen(proposals.get(row.id), now=NOW)
    reopened = proposals.get(row.id)
    assert (reopened.state, reopened.own, reopened.is_offline_text) == ("proposed", TEXT, False)


def test_a_reopened_proposal_makes_those_of_other_bases_stale(proposals):
    first = record(proposals)
    second = record(proposals, basis="b2")
    proposals.reopen(proposals.get(first.id), now=NOW)
    assert [proposals.get(row.id).state for row in (first, second)] == ["proposed", "stale"]
