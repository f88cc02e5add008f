"""Claims in review: confirmed, struck or written anew; what must be settled holds an approval back."""

import pytest

from generator.store.ledger.drafts.rows import StaleDraft
from generator.store.ledger.pages import draft_page
from generator.workflows.claims.list import show_claims
from generator.workflows.claims.view import claims_of_draft
from generator.workflows.review.decisions.claim_decisions import ClaimDecisions, StaleClaim
from generator.workflows.review.decisions.decide import approve_clean_drafts, approve_drafts
from generator.workflows.review.decisions.decisions import DraftDecisions, NotApprovable
from generator.workflows.review.decisions.undo import ReviewUndo
from generator.workflows.review.editing.editor import DraftEditor, EditRefused
from tests.support.claims import CONTRADICTING, SUPPORTING, check, verifier, with_sources
from tests.support.drafts import QUESTIONS, WHO, draft_of, with_drafts

KEY = "biology/how-do-enzymes-speed-up-chemical-reactions"


@pytest.fixture
def services(tmp_path):
    opened = with_sources(tmp_path, CONTRADICTING)
    check(opened, KEY, rules_only=True)
    yield opened
    opened.close()


def wrong(services):
    """The identity of the claim that the source contradicts."""
    return next(
        item.claim.identity
        for item in show_claims(services, KEY).claims
        if item.verdict.name == "contradicted"
    )


def answer_of(services):
    return services.drafts.data(draft_of(services)).decode()


def test_a_contradicted_claim_holds_the_approval_back_until_it_is_confirmed(services):
    with pytest.raises(NotApprovable, match="claim-contradicted"):
        DraftDecisions(services).approve(draft_of(services), who=WHO)
    row = ClaimDecisions(services).confirm(
        draft_of(services), wrong(services), who=WHO, note="Lehninger, p. 7"
    )
    assert row.state == "drafted" and row.errors == 0
    assert DraftDecisions(services).approve(row, who=WHO).state == "approved"
    claim = next(item for item in claims_of_draft(services, row) if item.is_settled)
    assert (claim.row.decision.who, claim.row.decision.note) == (WHO, "Lehninger, p. 7")
    check(services, KEY, rules_only=True)
    assert draft_of(services).state == "approved"


def test_a_strike_removes_the_sentence_and_nothing_else(services):
    before = answer_of(services)
    sentence = CONTRADICTING.replace("95", "75")
    ClaimDecisions(services).strike(draft_of(services), wrong(services), who=WHO)
    assert answer_of(services) == before.replace(f" {sentence}", "")
    row = draft_of(services)
    assert row.edited
    decided = [item.decision for item in services.claims.of(draft_page(row.job)) if item.decision]
    assert [(item.decision, item.who) for item in decided] == [("struck", WHO)]
    assert "contradicted" not in {item.verdict.name for item in show_claims(services, KEY).claims}


def test_an_edit_replaces_the_sentence_and_voids_its_verdict(services):
    right = CONTRADICTING.replace("more than", "over")
    before = answer_of(services)
    row = ClaimDecisions(services).edit(draft_of(services), wrong(services), f" {right}\n", who=WHO)
    assert answer_of(services) == before.replace(CONTRADICTING.replace("95", "75"), right)
    found = [item for item in claims_of_draft(services, row) if item.claim.sentence == right]
    assert {item.verdict.name for item in found} == {"unchecked"}
    assert row.state == "drafted"
    with pytest.raises(EditRefused, match="empty"):
        ClaimDecisions(services).edit(row, found[0].claim.identity, " ", who=WHO)


def test_a_claim_of_the_description_is_edited_there(tmp_path):
    services = with_sources(tmp_path, SUPPORTING)
    row = draft_of(services)
    file = services.settings.output_dir / row.path
    file.write_bytes(
        file.read_bytes().replace(
            b"Enzymes speed up reactions by lowering", b"In 1833 enzymes speed up reactions by lowering"
        )
    )
    claim = next(item.claim for item in show_claims(services, KEY).claims if item.claim.words == "1833")
    assert claim.field == "page_description"
    ClaimDecisions(services).edit(
        draft_of(services),
        claim.identity,
        "Enzymes lower activation energy: active site, induced fit, heat, inhibitors.",
        who=WHO,
    )
    assert "page_description: 'Enzymes lower" in answer_of(
        services
    ) or "Enzymes lower activation" in answer_of(services)
    services.close()


def test_a_claim_that_is_not_in_the_text_cannot_be_decided_on(services):
    identity = wrong(services)
    ClaimDecisions(services).strike(draft_of(services), identity, who=WHO)
    with pytest.raises(StaleClaim):
        ClaimDecisions(services).confirm(draft_of(services), identity, who=WHO)


def test_an_unchecked_claim_can_be_confirmed(tmp_path):
    services = with_drafts(tmp_path, QUESTIONS[:1])
    item = show_claims(services, KEY).claims[0]
    assert item.verdict.name == "unchecked" and item.row is None
    ClaimDecisions(services).confirm(draft_of(services), item.claim.identity, who=WHO)
    assert show_claims(services, KEY).claims[0].is_settled
    services.close()


def test_doubts_hold_approval_back_only_where_the_setting_says_so(tmp_path):
    endpoint = verifier(judged=lambda claim: {"verdict": "doubtful"})
    services = with_sources(tmp_path, SUPPORTING, endpoint=endpoint)
    check(services, KEY)
    assert approve_drafts(services, [KEY], reviewer=WHO).decided
    services.close()


@pytest.mark.parametrize("settings", [
    {"review": {"require_claims": "doubtful"}},
    {"subjects": [{"name": "Biology", "require_claims": "doubtful"}]},
])  # fmt: skip
def test_a_strict_setting_wants_every_claim_checked_or_confirmed(tmp_path, settings):
    with_drafts(tmp_path, QUESTIONS[:1]).close()
    services = with_drafts(tmp_path, (), **settings)
    left = approve_drafts(services, [KEY], reviewer=WHO).left
    assert "to settle first" in left[0]
    assert not approve_clean_drafts(services, reviewer=WHO).decided
    for item in show_claims(services, KEY).open:
        ClaimDecisions(services).confirm(draft_of(services), item.claim.identity, who=WHO)
    assert approve_drafts(services, [KEY], reviewer=WHO).decided
    services.close()


def test_with_none_nothing_need_be_settled(tmp_path):
    with_drafts(tmp_path, QUESTIONS[:1]).close()
    services = with_drafts(tmp_path, (), review={"require_claims": "none"})
    assert approve_drafts(services, [KEY], reviewer=WHO).decided
    services.close()


def test_only_those_named_may_approve_a_subject(tmp_path):
    with_drafts(tmp_path, QUESTIONS[:1]).close()
    services = with_drafts(tmp_path, (), subjects=[{"name": "Biology", "signoff": ["Grace  Hopper"]}])
    left = approve_drafts(services, [KEY], reviewer="Ada").left
    assert "must be approved by Grace" in left[0]
    assert not approve_clean_drafts(services, reviewer="Ada").decided
    assert approve_drafts(services, [KEY], reviewer="grace hopper").decided
    services.close()


def test_undo_restores_no_approval_while_a_claim_is_open(tmp_path):
    services = with_sources(tmp_path, CONTRADICTING)
    approve_drafts(services, [KEY], reviewer=WHO)
    DraftDecisions(services).reject(draft_of(services), reason="dull", who=WHO)
    check(services, KEY, rules_only=True)
    with pytest.raises(StaleDraft, match="to settle first"):
        ReviewUndo(services).undo(who=WHO, draft=draft_of(services))
    assert draft_of(services).state == "rejected"
    services.close()


def test_a_struck_sentence_comes_back_with_its_claim_by_an_undo(services):
    before, identity = draft_of(services), wrong(services)
    ClaimDecisions(services).strike(before, identity, who=WHO)
    undone = ReviewUndo(services).undo(who=WHO)
    row = undone.rows[0]
    assert (undone.decision, row.sha, row.state) == ("edited", before.sha, "needs_fix")
    assert wrong(services) == identity
    with pytest.raises(NotApprovable, match="claim-contradicted"):
        DraftDecisions(services).approve(row, who=WHO)


def test_an_edit_is_undone_although_its_claims_were_checked_since(tmp_path):
    services = with_sources(tmp_path, CONTRADICTING)
    DraftDecisions(services).approve(draft_of(services), who=WHO)
    before = draft_of(services)
    DraftEditor(services).save_fields(before, {"keywords": "enzymes, cells"}, who=WHO)
    check(services, KEY, rules_only=True)
    assert draft_of(services).version == 3 and draft_of(services).state == "needs_fix"
    with pytest.raises(StaleDraft, match="has claims to settle first"):
        ReviewUndo(services).undo(who=WHO)
    ClaimDecisions(services).confirm(draft_of(services), wrong(services), who=WHO)
    undone = ReviewUndo(services).undo(who=WHO)
    assert (undone.rows[0].sha, undone.rows[0].state) == (before.sha, "approved")
    assert ReviewUndo(services).undo(who=WHO).rows[0].state == "drafted"
    services.close()
