"""Proposals in the ledger: one for a field and basis, changed by compare-and-swap, every step kept."""

import sqlite3
from importlib import resources

import pytest

from generator.content.findings import Finding
from generator.store.ledger.database import Database
from generator.store.ledger.ledger import Ledger
from generator.store.ledger.proposals import NewProposal, Proposals, StaleProposal

NOW = "2026-01-31T00:00:00.000+00:00"
TEXT = "Roots take up water by osmosis and push it upwards, while leaves pull it by transpiration."


@pytest.fixture
def database(tmp_path):
    opened = Database(tmp_path / "ledger.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def proposals(database):
    return Proposals(Ledger(database))


def new(key="biology/roots", **changes):
    values = {
        "job": None,
        "key": key,
        "path": f"{key}.md",
        "field": "page_description",
        "question": f"What of {key}?",
        "subject": "Biology",
        "basis": "b1",
        "old": "old",
        "new": TEXT,
        "state": "proposed",
        "reason": None,
        "findings": [],
        "offline": False,
    }
    return NewProposal(**{**values, **changes})


def record(proposals, *args, **changes):
    return proposals.record(new(*args, **changes), now=NOW)


def echoes(proposals, text, key="biology/other", question="Another question?"):
    return proposals.echoes(text, key=key, question=question, frequency=len)


def test_what_is_recorded_reads_back(proposals):
    finding = Finding("description-target", "warning", "page_description", "has room")
    row = record(proposals, findings=[finding])
    assert proposals.get(row.id) == row
    assert (row.findings, row.lock, row.cost) == ((finding,), 0, None)


def test_the_same_basis_is_one_row_and_every_step_is_kept(proposals):
    first = record(proposals, state="skipped", new=None, reason="the answer is empty")
    second = record(proposals)
    assert (first.id, second.lock) == (second.id, 1)
    assert [(step.before, step.decision) for step in proposals.decisions(first.id)] == [
        (None, "skipped"),
        ("skipped", "proposed"),
    ]


def test_a_new_basis_makes_the_open_ones_stale(proposals):
    old = record(proposals)
    record(proposals, basis="b2")
    assert proposals.get(old.id).state == "stale"


@pytest.mark.parametrize("state", ["approved", "rejected"])
def test_a_persons_decision_stands_against_a_later_reply(proposals, state):
    row = proposals.decide(record(proposals), state, who="Ada", now=NOW)
    assert record(proposals, new="Something else.") == row


def test_a_decision_on_what_changed_meanwhile_is_refused(proposals):
    row = record(proposals)
    proposals.decide(row, "approved", who="Ada", now=NOW)
    with pytest.raises(StaleProposal, match="meanwhile"):
        proposals.decide(row, "rejected", who="Bob", now=NOW)


def test_a_step_outside_the_table_is_refused(proposals):
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


def test_an_echo_is_found_whatever_the_order_of_its_words(proposals):
    record(proposals)
    text = "Leaves pull water by transpiration, while roots take it up by osmosis and push it upwards."
    assert echoes(proposals, text) == [TEXT]
    assert echoes(proposals, "Roots hold the soil together and so keep the rain from washing it away.") == []


def test_neither_the_page_itself_nor_a_copy_of_its_question_echoes(proposals):
    row = record(proposals)
    assert echoes(proposals, TEXT, key=row.key) == []
    assert echoes(proposals, TEXT, question=row.question.upper()) == []


@pytest.mark.parametrize("state", ["rejected", "skipped"])
def test_what_will_not_reach_the_site_does_not_count_as_an_echo(proposals, state):
    proposals.decide(record(proposals), state, who="Ada", now=NOW)
    assert echoes(proposals, TEXT) == []


def test_an_edited_text_is_found_by_its_new_words(proposals):
    proposals.edit(
        record(proposals), "Stems carry sugar from the leaves to the fruit.", [], who="Ada", now=NOW
    )
    assert echoes(proposals, TEXT) == []
    assert len(echoes(proposals, "Stems carry sugar from leaves to fruit.")) == 1


def test_rows_come_in_pages_and_may_change_on_the_way(proposals, database):
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


def test_an_article_is_named_by_key_or_slug(proposals):
    row = record(proposals)
    record(proposals, "biology/more-roots")
    assert [proposals.named(name) for name in ("biology/roots.md", "roots")] == [[row], [row]]


def test_clean_is_a_text_without_any_finding(proposals):
    warning = Finding("description-target", "warning", "page_description", "has room")
    made = [
        record(proposals, "biology/a"),
        record(proposals, "biology/b", findings=[warning]),
        record(proposals, "biology/c", field="page_keywords"),
        record(proposals, "biology/d", new=None, state="skipped"),
    ]
    assert [row.is_clean for row in made] == [True, False, True, False]
    assert (proposals.clean_count(), proposals.clean_count("page_keywords")) == (2, 1)


def test_a_decision_is_taken_back_with_the_reason_that_stood_before(proposals):
    row = record(proposals, state="needs_fix", reason="description-too-long")
    proposals.decide(row, "rejected", who="Ada", now=NOW, note="no")
    decision = proposals.history.last_of("Ada")
    back = proposals.take_back(
        proposals.get(row.id), decision, who="Ada", now=NOW, note="takes back: rejected"
    )
    assert (back.state, back.reason) == ("needs_fix", "description-too-long")
    last = proposals.decisions(row.id)[-1]
    assert (last.undoes, last.before, last.who) == (decision.id, "rejected", "Ada")
    assert proposals.history.last_of("Ada") is None


def test_a_rejection_of_an_approved_text_is_taken_back_to_the_approval(proposals):
    approved = proposals.decide(record(proposals), "approved", who="Ada", now=NOW)
    row = proposals.decide(approved, "rejected", who="Ada", now=NOW)
    with pytest.raises(StaleProposal):
        proposals.decide(row, "approved", who="Ada", now=NOW)
    decision = proposals.history.last_of("Ada")
    assert proposals.take_back(row, decision, who="Ada", now=NOW, note="").state == "approved"


def test_what_a_person_typed_stands_against_a_later_reply(proposals):
    row = proposals.edit(record(proposals, offline=True), "Typed by Ada.", [], who="Ada", now=NOW)
    assert record(proposals, new="Something else.") == row
    assert not row.is_offline_text


def test_an_edit_that_changes_nothing_leaves_the_text_the_offline_models(proposals):
    row = proposals.edit(record(proposals, offline=True), TEXT, [], who="Ada", now=NOW)
    assert (row.edited, row.is_offline_text) == (False, True)


OFFLINE = "A substrate fits into a pocket of the enzyme, where weak bonds hold it in place."


@pytest.mark.parametrize(
    "typed", [OFFLINE, OFFLINE.upper(), OFFLINE.replace(", where", ",\u2028 where"), OFFLINE.rstrip(".")]
)
def test_the_offline_models_text_typed_again_is_still_its_own(proposals, typed):
    row = record(proposals, new=OFFLINE, offline=True)
    other = proposals.edit(row, TEXT, [], who="Ada", now=NOW)
    assert (other.edited, other.is_offline_text, other.own) == (True, False, OFFLINE)
    back = proposals.edit(other, typed, [], who="Ada", now=NOW)
    assert (back.edited, back.is_offline_text) == (typed != OFFLINE, True)
    assert proposals.edit(back, TEXT, [], who="Ada", now=NOW).is_offline_text is False


def test_no_other_step_makes_a_persons_text_the_offline_models(proposals):
    row = proposals.edit(record(proposals, offline=True), "Another text.", [], who="Ada", now=NOW)
    row = proposals.decide(row, "approved", who="generator", now=NOW)
    row = proposals.take_back(row, proposals.decisions(row.id)[-1], who="generator", now=NOW, note="")
    record(proposals, basis="b2", offline=True)
    proposals.reopen(proposals.get(row.id), now=NOW)
    reopened = proposals.get(row.id)
    assert (reopened.state, reopened.own, reopened.is_offline_text) == ("proposed", TEXT, False)


def test_a_text_offered_again_makes_those_of_other_bases_stale(proposals):
    first = record(proposals)
    second = record(proposals, basis="b2")
    proposals.reopen(proposals.get(first.id), now=NOW)
    assert [proposals.get(row.id).state for row in (first, second)] == ["proposed", "stale"]


def test_a_rejection_is_not_taken_back_beside_a_later_proposal(proposals):
    row = proposals.decide(record(proposals), "rejected", who="Ada", now=NOW)
    decision = proposals.decisions(row.id)[-1]
    later = record(proposals, basis="b2")
    for state in ("proposed", "skipped", "rejected"):
        if state != "proposed":
            later = proposals.decide(later, state, who="Bob", now=NOW)
        with pytest.raises(StaleProposal, match="description was proposed again since"):
            proposals.take_back(row, decision, who="Ada", now=NOW, note="")
        with pytest.raises(StaleProposal, match="proposed again since"):
            proposals.edit(row, "Another text.", [], who="Ada", now=NOW)
        assert proposals.history.last_of("Ada", undoable=True) is None
    assert proposals.get(row.id) == row


def test_a_rejection_is_taken_back_where_the_other_proposal_is_no_newer(proposals):
    first = record(proposals)
    second = record(proposals, basis="b2")
    proposals.reopen(proposals.get(first.id), now=NOW)
    row = proposals.decide(proposals.get(first.id), "rejected", who="Ada", now=NOW)
    assert proposals.get(second.id).state == "stale"
    decision = proposals.history.last_of("Ada", undoable=True)
    assert proposals.take_back(row, decision, who="Ada", now=NOW, note="").state == "proposed"


def test_a_page_that_was_only_passed_over_since_does_not_keep_a_rejection(proposals):
    row = proposals.decide(record(proposals), "rejected", who="Ada", now=NOW)
    record(proposals, basis="b2", new=None, state="skipped", reason="the file cannot be read")
    record(proposals, field="page_keywords", basis="b2")
    decision = proposals.history.last_of("Ada", undoable=True)
    assert proposals.take_back(row, decision, who="Ada", now=NOW, note="").state == "proposed"


def test_a_decision_recorded_before_undo_existed_can_be_taken_back(tmp_path):
    scripts = sorted(
        (
            file
            for file in resources.files("generator.store.ledger.migrations").iterdir()
            if file.name.endswith(".sql")
        ),
        key=lambda file: file.name,
    )
    old = sqlite3.connect(tmp_path / "old.sqlite3")
    for script in scripts[:6]:
        old.executescript(script.read_text(encoding="utf-8"))
    old.execute("PRAGMA user_version = 6")
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
    decision = opened.history.last_of("Ada")
    assert (decision.bulk, decision.undoes, decision.before) == (None, None, "proposed")
    assert opened.take_back(opened.get(1), decision, who="Ada", now=NOW, note="").state == "proposed"
    database.close()
