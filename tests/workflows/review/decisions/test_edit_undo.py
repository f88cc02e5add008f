"""Undo of edits: the bytes, the address, the state and the file are those before it, while nobody changed it since."""

import pytest

from generator.content.frontmatter import read
from generator.content.markdown.answer import decode
from generator.errors import UsageError
from generator.store.ledger.drafts.rows import StaleDraft
from generator.store.ledger.queue.queue_filter import QueueFilter
from generator.workflows.publish.publisher import Publisher
from generator.workflows.review.decisions.decisions import DraftDecisions
from generator.workflows.review.decisions.undo import CannotUndoLast, ReviewUndo, undo_decision
from generator.workflows.review.editing.editor import DraftEditor
from generator.workflows.review.editing.revise import (
    ReviseRequest,
    accept_revision,
    decline_revision,
    revise_draft,
)
from tests.support.drafts import QUESTIONS, WHO, draft_of, with_drafts
from tests.support.reading import read_by
from tests.support.replies import GOOD as REPLY
from tests.support.replies import Endpoint, completion, spoilt

KEYWORDS = ", ".join(REPLY["page_keywords"][:8])
REVISED = spoilt(introduction=REPLY["introduction"].replace("Without them", "Without enzymes"))


def edited(services, row=None, who=WHO, **changes):
    return DraftEditor(services).save_fields(
        row or draft_of(services), changes or {"keywords": KEYWORDS}, who=who
    )


def undo(services, **options):
    return ReviewUndo(services).undo(who=WHO, **options)


def file_of(services, row):
    return services.settings.output_dir / row.path


def test_an_edit_is_undone_before_an_older_decision_elsewhere(services):
    DraftDecisions(services).approve(draft_of(services, QUESTIONS[1]), who=WHO)
    before = draft_of(services)
    after = edited(services)
    undone = undo(services)
    row = undone.rows[0]
    assert (undone.decision, row.id, row.sha, row.state) == ("edited", before.id, before.sha, "drafted")
    assert (row.version, row.edited, after.edited) == (3, False, True)
    assert [version.origin for version in services.drafts.versions.of(row.id)] == ["model", "edit", "undo"]
    assert file_of(services, row).read_bytes() == services.drafts.data(row)
    assert undo(services).rows[0].question == QUESTIONS[1]


def test_edits_are_undone_one_after_the_other(services):
    first = draft_of(services)
    second = edited(services)
    edited(services, second, description=REPLY["page_description"] + " More.")
    assert [undo(services).rows[0].sha for _ in range(2)] == [second.sha, first.sha]
    with pytest.raises(UsageError, match="no decision that can be undone"):
        undo(services)


def test_an_edit_that_ended_an_approval_gives_it_back_and_can_be_published(services):
    DraftDecisions(services).approve(draft_of(services), who=WHO)
    edited(services)
    row = undo(services).rows[0]
    assert row.state == "approved"
    assert Publisher(services).publish([row], who=WHO).published


def test_an_edit_that_moved_the_draft_moves_it_back_with_its_file(services):
    before = draft_of(services)
    moved = edited(services, question="How do enzymes make reactions fast?")
    assert moved.key != before.key
    row = undo(services).rows[0]
    assert (row.key, row.question, row.path) == (before.key, before.question, before.path)
    assert file_of(services, row).exists() and not file_of(services, moved).exists()
    assert services.ledger.jobs.get(row.job).key == before.key


def test_an_edit_that_broke_a_rule_is_undone_with_its_findings(services):
    edited(services, description="Too short.")
    assert draft_of(services).state == "needs_fix"
    row = undo(services).rows[0]
    assert (row.state, row.errors, row.warnings) == ("drafted", 0, 0)
    assert services.draft_queue.rules() == {}


def test_an_edit_of_a_draft_that_somebody_changed_since_stays_and_an_earlier_decision_is_offered(services):
    DraftDecisions(services).approve(draft_of(services, QUESTIONS[1]), who=WHO)
    after = edited(services)
    edited(services, after, who="Grace", description=REPLY["page_description"] + " More.")
    with pytest.raises(CannotUndoLast, match=r"was edited and has changed since.*Before that, Ada approved"):
        undo(services)
    assert undo(services, earlier=True).rows[0].question == QUESTIONS[1]


def test_an_edit_of_a_file_since_is_not_overwritten_by_an_undo(services):
    after = edited(services)
    file = file_of(services, after)
    text = file.read_text(encoding="utf-8").replace("Enzymes", "ENZYMES", 1)
    file.write_text(text, encoding="utf-8", newline="\n")
    with pytest.raises(StaleDraft, match="was edited and has changed since"):
        undo(services)
    assert file.read_text(encoding="utf-8") == text


def test_a_draft_does_not_move_back_to_an_address_that_is_taken(services):
    edited(services, question="How do enzymes make reactions fast?")
    other = draft_of(services, QUESTIONS[1])
    edited(services, other, who="Grace", question=QUESTIONS[0])
    with pytest.raises(StaleDraft, match="cannot move back"):
        undo(services)
    assert draft_of(services, "How do enzymes make reactions fast?").version == 2


def test_an_accepted_revision_is_undone_and_proposed_again(tmp_path):
    services = with_drafts(tmp_path, QUESTIONS[:1], endpoint=Endpoint(completion(REVISED)))
    before = draft_of(services)
    revise_draft(services, ReviseRequest(QUESTIONS[0], "name them", reviewer=WHO))
    accept_revision(services, QUESTIONS[0], reviewer=WHO)
    undone = undo_decision(services, reviewer=WHO)
    assert (undone.decision, undone.rows[0].sha) == ("revised", before.sha)
    assert services.revisions.open_of(before.id).state == "proposed"
    accept_revision(services, QUESTIONS[0], reviewer=WHO)
    services.close()


def test_the_next_edit_after_an_undo_is_checked_against_the_models_text(services):
    edited(services)
    undo(services)
    assert edited(services, description=REPLY["page_description"] + " More.").state in (
        "drafted",
        "needs_fix",
    )
    assert undo(services).rows[0].version == 5


def test_a_declined_revision_is_proposed_again_before_an_older_decision_is_undone(tmp_path):
    services = with_drafts(tmp_path, endpoint=Endpoint(completion(REVISED)))
    DraftDecisions(services).approve(draft_of(services, QUESTIONS[1]), who=WHO)
    row = draft_of(services)
    revise_draft(services, ReviseRequest(QUESTIONS[0], "name them", reviewer=WHO))
    decline_revision(services, QUESTIONS[0], reviewer=WHO)
    undone = undo(services)
    assert (undone.decision, undone.rows) == ("declined", (row,))
    assert services.revisions.open_of(row.id).state == "proposed"
    decline_revision(services, QUESTIONS[0], reviewer=WHO)
    edited(services, row, who="Grace")
    with pytest.raises(CannotUndoLast, match="was declined, and the draft has changed since.*Ada approved"):
        undo(services)
    assert undo(services, earlier=True).rows[0].question == QUESTIONS[1]
    services.close()


def test_an_undone_approval_does_not_give_its_evidence_to_the_approval_before_it(services):
    decisions = DraftDecisions(services)
    first = decisions.approve(draft_of(services), who="Bob")
    kind = services.drafts.decisions.approval(first.id).evidence.kind
    row = decisions.reject(first, reason="x", who=WHO)
    read_by(services, row)
    again = decisions.approve(row, who=WHO)
    assert (kind, services.drafts.decisions.approval(again.id).evidence.kind) == ("bulk", "read")
    undo(services)
    row = undo(services).rows[0]
    assert (row.state, services.drafts.decisions.approval(row.id).evidence.kind) == ("approved", "bulk")
    assert services.drafts.decisions.released() == {"bulk": 1}


def test_the_approval_of_an_undone_edit_is_for_the_text_before_it(services):
    decisions = DraftDecisions(services)
    decisions.approve(draft_of(services), who=WHO)
    decisions.approve(edited(services), who=WHO)
    undo(services)
    row = undo(services).rows[0]
    assert row.state == "approved"
    assert Publisher(services).publish([row], who=WHO).published


def test_an_undone_edit_leaves_no_word_in_the_search_or_the_lengths(services):
    services.draft_queue.fill_texts()
    before = draft_of(services)
    answer = decode(read(services.drafts.data(before)).get("answer", ""))
    edited(services, answer=f"{answer} Zebrafish prove it.")
    found = QueueFilter(search="zebrafish")
    assert services.draft_queue.page(found, limit=-1)
    row = undo(services).rows[0]
    assert not services.draft_queue.page(found, limit=-1)
    assert (row.words, row.open_claims) == (before.words, before.open_claims)


def test_an_approval_is_undone_after_a_publication_that_failed(services):
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    for state in ("publishing", "approved"):
        with services.drafts.transaction():
            row = services.drafts.decide(row, state, who=WHO, now=services.now())
    row = undo(services).rows[0]
    assert row.state == "drafted"
    assert DraftDecisions(services).approve(row, who=WHO).state == "approved"
    undo(services)
    assert draft_of(services).state == "drafted"


def test_undo_does_not_skip_a_redraft_that_was_asked_for_after_the_last_decision(tmp_path):
    clock = map("2026-01-31T10:{:02}:00.000+00:00".format, range(60))
    services = with_drafts(tmp_path, QUESTIONS)
    services.now = lambda: next(clock)
    DraftDecisions(services).approve(draft_of(services, QUESTIONS[1]), who=WHO)
    row = draft_of(services)
    with services.drafts.transaction():
        services.ledger.redrafts.ask(row.id, note="n", facts="", who=WHO, now=services.now())
    with pytest.raises(
        CannotUndoLast, match="asked for .* to be drafted again, .* Before that, Ada approved"
    ):
        undo(services)
    assert draft_of(services, QUESTIONS[1]).state == "approved"
    assert undo(services, earlier=True).rows[0].question == QUESTIONS[1]
    services.close()
