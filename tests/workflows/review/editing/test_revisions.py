"""Revisions: requested once, compared field by field, and accepted only by a person."""

import json

import pytest

from generator.content.frontmatter import read
from generator.errors import ModelUnavailable, UsageError
from generator.store.ledger.drafts.revisions import StaleRevision
from generator.store.ledger.runs.calls import Cost
from generator.workflows.drafting.requests import Redo
from generator.workflows.ledger.history import draft_histories
from generator.workflows.review.decisions.decisions import DraftDecisions
from generator.workflows.review.editing.editor import DraftEditor
from generator.workflows.review.editing.revise import ReviseRequest, revise_draft
from generator.workflows.review.editing.revisions import DraftRevisions
from generator.workflows.review.views.draft_view import DraftViews
from tests.support.drafts import QUESTIONS, QUOTED, WHO, draft_of, draft_questions, with_drafts
from tests.support.published_articles import article, publish_by_hand
from tests.support.replies import GOOD, Endpoint, completion, failure, spoilt

NEW_INTRO = GOOD["introduction"].replace("millions of times", "many million times")
NEW_DESCRIPTION = (
    "Enzymes lower activation energy: how the active site, induced fit, temperature and inhibitors matter."
)
REVISED = spoilt(introduction=NEW_INTRO, page_description=NEW_DESCRIPTION)


def revise(services, comment="shorter", **options):
    request = ReviseRequest(QUESTIONS[0], comment, reviewer=WHO, **options)
    return revise_draft(services, request).revision.revision


@pytest.fixture
def services_and_endpoint(tmp_path):
    opened = []

    def made(*script, **changes):
        endpoint = Endpoint(*script)
        services = with_drafts(tmp_path, QUESTIONS[:1], endpoint=endpoint, **changes)
        opened.append(services)
        return services, endpoint

    yield made
    for services in opened:
        services.close()


def test_the_request_has_the_draft_and_the_comment(services_and_endpoint):
    services, endpoint = services_and_endpoint(completion(REVISED))
    revise(services, "mention </comment> viruses")
    user = endpoint.requests[0]["messages"][1]["content"]
    assert "mention ‹/comment> viruses" in user
    assert GOOD["points"][2]["body"] in user


def test_a_revision_is_a_proposal_and_leaves_the_draft_alone(services_and_endpoint):
    services, _ = services_and_endpoint(completion(REVISED))
    revision = revise(services)
    assert revision.state == "proposed"
    assert [change.field for change in DraftRevisions(services).changes(revision)] == [
        "introduction",
        "page_description",
    ]
    assert draft_of(services).version == 1


def test_only_accepted_fields_are_saved(services_and_endpoint):
    services, _ = services_and_endpoint(completion(REVISED))
    before = read(services.drafts.data(draft_of(services)))
    row = DraftRevisions(services).accept(revise(services), ["page_description"], who=WHO)
    after = read(services.drafts.data(row))
    assert after.get("seo.page_description") == NEW_DESCRIPTION
    assert after.get("answer") == before.get("answer")
    assert [version.origin for version in services.drafts.versions.of(row.id)] == ["model", "revise"]
    assert (row.state, row.edited) == ("drafted", True)


def test_all_fields_are_saved_by_default(services_and_endpoint):
    services, _ = services_and_endpoint(completion(REVISED))
    row = DraftRevisions(services).accept(revise(services), who=WHO)
    assert NEW_INTRO in read(services.drafts.data(row)).get("answer")
    assert services.revisions.of(row.id)[0].accepted == ("introduction", "page_description")


def test_one_point_is_saved_and_not_the_other(services_and_endpoint):
    points = [dict(point) for point in GOOD["points"]]
    points[0]["body"] = points[0]["body"].replace("Lysozyme", "Egg-white lysozyme")
    points[1]["heading"] = "Less Energy Needed"
    services, _ = services_and_endpoint(completion(spoilt(points=points)))
    row = DraftRevisions(services).accept(revise(services), ["points[0].body"], who=WHO)
    answer = read(services.drafts.data(row)).get("answer")
    assert "Egg-white lysozyme" in answer
    assert "Less Energy Needed" not in answer


def test_a_changed_number_of_points_is_saved_as_a_whole(services_and_endpoint):
    services, _ = services_and_endpoint(completion(spoilt(points=GOOD["points"][:4])))
    revision = revise(services)
    assert [change.field for change in DraftRevisions(services).changes(revision)] == ["points"]
    with pytest.raises(UsageError, match="does not change"):
        DraftRevisions(services).accept(revision, ["points[4].body"], who=WHO)
    assert (
        "Inhibitors"
        not in DraftViews(services).view(DraftRevisions(services).accept(revision, who=WHO)).answer
    )


def test_a_declined_revision_keeps_the_draft(services_and_endpoint):
    services, _ = services_and_endpoint(completion(REVISED))
    revision = revise(services)
    assert DraftRevisions(services).decline(revision, who=WHO).state == "declined"
    with pytest.raises(StaleRevision):
        DraftRevisions(services).accept(revision, who=WHO)
    assert draft_of(services).version == 1


def test_a_proposal_for_a_draft_that_changed_since_is_stale(services_and_endpoint):
    services, _ = services_and_endpoint(completion(REVISED))
    revision = revise(services)
    DraftEditor(services).save_fields(draft_of(services), {"description": NEW_DESCRIPTION}, who="Bob")
    with pytest.raises(StaleRevision, match="changed since"):
        DraftRevisions(services).accept(revision, who=WHO)


def test_the_same_comment_on_the_same_text_is_not_paid_twice(services_and_endpoint):
    services, endpoint = services_and_endpoint(completion(REVISED))
    first = revise(services)
    assert revise(services) == first
    assert len(endpoint.requests) == 1


def test_a_failed_request_is_asked_again_and_the_old_answer_kept(services_and_endpoint):
    services, endpoint = services_and_endpoint(failure(401, "invalid_api_key"), completion(REVISED))
    with pytest.raises(ModelUnavailable):
        revise(services)
    (failed,) = services.revisions.of(draft_of(services).id)
    assert (failed.state, bool(failed.reason)) == ("failed", True)
    assert revise(services).state == "proposed"
    assert len(endpoint.requests) == 2


def test_a_refusal_is_a_failed_revision_with_its_reason(services_and_endpoint):
    services, _ = services_and_endpoint(completion("", refusal="I can't."))
    revision = revise(services)
    assert (revision.state, revision.proposal) == ("failed", None)
    assert "refused" in revision.reason


def test_a_revision_counts_in_the_cost_of_the_draft(services_and_endpoint):
    services, _ = services_and_endpoint(completion(REVISED))
    before = DraftViews(services).view(draft_of(services)).cost
    revise(services)
    view = DraftViews(services).view(draft_of(services))
    assert view.cost.amount == 2 * before.amount > 0
    assert view.revisions[0].comment == "shorter"


def test_what_a_redo_replaced_counts_in_the_cost_of_the_draft_wherever_it_is_shown(tmp_path):
    services = with_drafts(tmp_path, QUESTIONS[:1], endpoint=Endpoint(completion(GOOD), completion(REVISED)))
    (before,) = draft_histories(services, QUESTIONS[0])
    draft_questions(services, QUESTIONS[0], redo=Redo())
    revise(services)
    (history,) = draft_histories(services, QUESTIONS[0])
    view = DraftViews(services).view(draft_of(services))
    assert history.cost == view.cost == Cost(3, sum(call.charge for call in history.calls))
    assert before.cost.amount > 0 and view.cost.amount == 3 * before.cost.amount
    services.close()


def test_an_approval_is_valid_until_a_revision_is_accepted(services_and_endpoint):
    services, _ = services_and_endpoint(completion(REVISED))
    DraftDecisions(services).approve(draft_of(services), who=WHO)
    revision = revise(services)
    assert draft_of(services).state == "approved"
    assert DraftRevisions(services).accept(revision, who=WHO).state == "drafted"


def test_a_text_revised_by_the_offline_model_stays_marked(services_and_endpoint):
    services, _ = services_and_endpoint()
    revision = revise(services, "remove point 2", offline=True)
    assert DraftRevisions(services).accept(revision, who=WHO).offline


def accepted_findings(services, revision):
    row = DraftRevisions(services).accept(revision, who=WHO)
    assert len(DraftViews(services).view(row).findings) == row.errors + row.warnings
    return row, [(item.code, item.severity) for item in services.drafts.versions.of(row.id)[-1].findings]


def test_an_accepted_revision_has_the_findings_that_the_comparison_showed(tmp_path):
    publish_by_hand(tmp_path, article("Which factors change how fast enzymes act in chemical reactions?"))
    first, *others = GOOD["points"]
    points = [{**first, "body": first["body"] + "\n\n## A heading\n\nMore of it."}, *others]
    worse = spoilt(points=points, introduction=GOOD["introduction"].rstrip("."))
    own = "Enzymes hold a substrate so that its bonds give way at the warmth of the body, and let the product go."
    original = spoilt(introduction=NEW_INTRO, page_description=own)
    script = Endpoint(*[completion(worse)] * 3)
    services = with_drafts(tmp_path, QUESTIONS[:1], completion(original), endpoint=script, context=QUOTED)
    revision = revise(services)
    shown = [(item.code, item.severity) for item in revision.findings]
    assert {code for code, _ in shown} == {"cut-off", "heading-inside", "verbatim"}
    row, found = accepted_findings(services, revision)
    assert (row.state, found) == ("needs_fix", shown)
    services.close()


def test_an_accepted_answer_that_was_cut_off_has_the_finding(services_and_endpoint):
    text = json.dumps(REVISED)
    cut = completion(text[: text.index('"page_keywords"')], finish_reason="length")
    services, _ = services_and_endpoint(*[cut] * 5)
    revision = revise(services)
    row, found = accepted_findings(services, revision)
    assert ("cut-by-length", "error") in found
    assert row.state == "needs_fix"
