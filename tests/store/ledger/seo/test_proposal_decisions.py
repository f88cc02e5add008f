"""Decisions about proposals are recorded, and can be undone where no newer proposal exists."""

import pytest

from generator.store.ledger.ledger import Ledger
from generator.store.ledger.seo.proposals import Proposals, StaleProposal
from generator.store.ledger.storage.database import Database
from tests.support.ledgers import ledger_of_version
from tests.support.proposals import NOW, record


def test_an_undone_decision_restores_the_reason_that_stood_before(proposals):
    row = record(proposals, state="needs_fix", reason="description-too-long")
    proposals.decide(row, "rejected", who="Ada", now=NOW, note="no")
    decision = proposals.decisions.last(who="Ada")
    back = proposals.undo(proposals.get(row.id), decision, who="Ada", now=NOW)
    assert (back.state, back.reason) == ("needs_fix", "description-too-long")
    last = proposals.decisions.of(row.id)[-1]
    assert (last.undoes, last.before, last.who) == (decision.id, "rejected", "Ada")
    assert proposals.decisions.last(who="Ada") is None


def test_undoing_the_rejection_of_an_approved_text_restores_the_approval(proposals):
    approved = proposals.decide(record(proposals), "approved", who="Ada", now=NOW)
    row = proposals.decide(approved, "rejected", who="Ada", now=NOW)
    with pytest.raises(StaleProposal):
        proposals.decide(row, "approved", who="Ada", now=NOW)
    decision = proposals.decisions.last(who="Ada")
    assert proposals.undo(row, decision, who="Ada", now=NOW).state == "approved"


def test_a_rejection_is_not_undone_beside_a_later_proposal(proposals):
    row = proposals.decide(record(proposals), "rejected", who="Ada", now=NOW)
    decision = proposals.decisions.of(row.id)[-1]
    later = record(proposals, basis="b2")
    for state in ("proposed", "skipped", "rejected"):
        if state != "proposed":
            later = proposals.decide(later, state, who="Bob", now=NOW)
        with pytest.raises(StaleProposal, match="description was proposed again since"):
            proposals.undo(row, decision, who="Ada", now=NOW)
        with pytest.raises(StaleProposal, match="proposed again since"):
            proposals.edit(row, "Another text.", [], who="Ada", now=NOW)
        assert proposals.decisions.last(who="Ada", undoable=True) is None
    assert proposals.get(row.id) == row


def test_a_rejection_is_undone_where_the_other_proposal_is_no_newer(proposals):
    first = record(proposals)
    second = record(proposals, basis="b2")
    proposals.reopen(proposals.get(first.id), now=NOW)
    row = proposals.decide(proposals.get(first.id), "rejected", who="Ada", now=NOW)
    assert proposals.get(second.id).state == "stale"
    decision = proposals.decisions.last(who="Ada", undoable=True)
    assert proposals.undo(row, decision, who="Ada", now=NOW).state == "proposed"


def test_a_later_proposal_that_was_skipped_does_not_prevent_an_undo(proposals):
    row = proposals.decide(record(proposals), "rejected", who="Ada", now=NOW)
    record(proposals, basis="b2", new=None, state="skipped", reason="the file cannot be read")
    record(proposals, field="page_keywords", basis="b2")
    decision = proposals.decisions.last(who="Ada", undoable=True)
    assert proposals.undo(row, decision, who="Ada", now=NOW).state == "proposed"


def test_a_decision_recorded_before_undo_existed_can_be_undone(tmp_path):
    old = ledger_of_version(tmp_path / "old.sqlite3", 6)
    old.execute(
        "INSERT INTO proposal (key, path, field, question, question_key, basis, old, new, state, findings, offline,"
        " updated_at) VALUES ('a/b', 'a/b.md', 'page_keywords', 'q', 'k', 'b', 'o', 'n', 'approved', '[]', 0, 't')"
    )
    old.execute(
        "INSERT INTO proposal_decision (proposal, decision, before, new, who, at) VALUES"
        " (1, 'approved', 'proposed', 'n', 'Ada', 't')"
    )
    old.commit()
    old.close()
    database = Database(tmp_path / "old.sqlite3")
    opened = Proposals(Ledger(database))
    decision = opened.decisions.last(who="Ada")
    assert (decision.bulk, decision.undoes, decision.before) == (None, None, "proposed")
    assert opened.undo(opened.get(1), decision, who="Ada", now=NOW).state == "proposed"
    database.close()
