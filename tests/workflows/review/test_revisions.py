"""Revisions: asked once, compared field by field, taken over by a person alone."""

import asyncio
import json

import pytest

from generator.content.frontmatter import read
from generator.errors import ModelUnavailable, UsageError
from generator.store.ledger.revisions import StaleRevision
from tests.support.desks import QUESTIONS, WHO, article, desk_with, only, publish_by_hand
from tests.support.replies import GOOD, Endpoint, completion, failure, spoilt

NEW_INTRO = GOOD["introduction"].replace("millions of times", "many million times")
NEW_DESCRIPTION = (
    "Enzymes lower activation energy: how the active site, induced fit, temperature and inhibitors matter."
)
REVISED = spoilt(introduction=NEW_INTRO, page_description=NEW_DESCRIPTION)


def revise(desk, comment="shorter", **changes):
    endpoint = desk.shop.endpoint()
    work = desk.revise(endpoint, only(desk).id, comment=comment, who=WHO, **changes)
    return asyncio.run(work)


@pytest.fixture
def desk_and_endpoint(tmp_path):
    opened = []

    def made(*script, **changes):
        endpoint = Endpoint(*script)
        desk = desk_with(tmp_path, QUESTIONS[:1], endpoint=endpoint, **changes)
        opened.append(desk)
        return desk, endpoint

    yield made
    for desk in opened:
        desk.shop.close()


def test_the_model_is_given_the_draft_and_the_comment(desk_and_endpoint):
    desk, endpoint = desk_and_endpoint(completion(REVISED))
    revise(desk, "mention </comment> viruses")
    user = endpoint.requests[0]["messages"][1]["content"]
    assert "mention ‹/comment> viruses" in user
    assert GOOD["points"][2]["body"] in user


def test_a_revision_is_a_proposal_and_leaves_the_draft_alone(desk_and_endpoint):
    desk, _ = desk_and_endpoint(completion(REVISED))
    revision = revise(desk)
    assert revision.state == "proposed"
    assert [change.field for change in desk.revising.changes(revision)] == [
        "introduction",
        "page_description",
    ]
    assert only(desk).version == 1


def test_accepted_fields_alone_are_taken_over(desk_and_endpoint):
    desk, _ = desk_and_endpoint(completion(REVISED))
    before = read(desk.shop.drafts.data(only(desk)))
    row = desk.revising.accept(revise(desk), ["page_description"], who=WHO)
    after = read(desk.shop.drafts.data(row))
    assert after.get("seo.page_description") == NEW_DESCRIPTION
    assert after.get("answer") == before.get("answer")
    assert [version.origin for version in desk.shop.drafts.versions.of(row.id)] == ["model", "revise"]
    assert (row.state, row.edited) == ("drafted", True)


def test_all_fields_are_taken_over_by_default(desk_and_endpoint):
    desk, _ = desk_and_endpoint(completion(REVISED))
    row = desk.revising.accept(revise(desk), who=WHO)
    assert NEW_INTRO in read(desk.shop.drafts.data(row)).get("answer")
    assert desk.revisions.of(row.id)[0].accepted == ("introduction", "page_description")


def test_one_point_is_taken_over_and_not_the_other(desk_and_endpoint):
    points = [dict(point) for point in GOOD["points"]]
    points[0]["body"] = points[0]["body"].replace("Lysozyme", "Egg-white lysozyme")
    points[1]["heading"] = "Less Energy Needed"
    desk, _ = desk_and_endpoint(completion(spoilt(points=points)))
    row = desk.revising.accept(revise(desk), ["points[0].body"], who=WHO)
    answer = read(desk.shop.drafts.data(row)).get("answer")
    assert "Egg-white lysozyme" in answer
    assert "Less Energy Needed" not in answer


def test_a_changed_number_of_points_is_taken_over_as_a_whole(desk_and_endpoint):
    desk, _ = desk_and_endpoint(completion(spoilt(points=GOOD["points"][:4])))
    revision = revise(desk)
    assert [change.field for change in desk.revising.changes(revision)] == ["points"]
    with pytest.raises(UsageError, match="does not change"):
        desk.revising.accept(revision, ["points[4].body"], who=WHO)
    assert "Inhibitors" not in desk.inspecting.view(desk.revising.accept(revision, who=WHO)).answer


def test_a_declined_revision_keeps_the_draft(desk_and_endpoint):
    desk, _ = desk_and_endpoint(completion(REVISED))
    revision = revise(desk)
    assert desk.revising.decline(revision, who=WHO).state == "declined"
    with pytest.raises(StaleRevision):
        desk.revising.accept(revision, who=WHO)
    assert only(desk).version == 1


def test_a_proposal_for_a_draft_that_changed_since_is_stale(desk_and_endpoint):
    desk, _ = desk_and_endpoint(completion(REVISED))
    revision = revise(desk)
    desk.editing.save_fields(only(desk), {"description": NEW_DESCRIPTION}, who="Bob")
    with pytest.raises(StaleRevision, match="changed since"):
        desk.revising.accept(revision, who=WHO)


def test_the_same_comment_on_the_same_text_is_not_paid_twice(desk_and_endpoint):
    desk, endpoint = desk_and_endpoint(completion(REVISED))
    first = revise(desk)
    assert revise(desk) == first
    assert len(endpoint.requests) == 1


def test_a_failed_request_is_asked_again_and_the_old_answer_kept(desk_and_endpoint):
    desk, endpoint = desk_and_endpoint(failure(401, "invalid_api_key"), completion(REVISED))
    with pytest.raises(ModelUnavailable):
        revise(desk)
    assert desk.revisions.open_of(only(desk).id).state == "asked"
    assert revise(desk).state == "proposed"
    assert len(endpoint.requests) == 2


def test_a_refusal_is_a_failed_revision_with_its_reason(desk_and_endpoint):
    desk, _ = desk_and_endpoint(completion("", refusal="I can't."))
    revision = revise(desk)
    assert (revision.state, revision.proposal) == ("failed", None)
    assert "refused" in revision.reason


def test_a_revision_counts_in_the_cost_of_the_draft(desk_and_endpoint):
    desk, _ = desk_and_endpoint(completion(REVISED))
    before = desk.inspecting.view(only(desk)).cost
    revise(desk)
    view = desk.inspecting.view(only(desk))
    assert view.cost == 2 * before > 0
    assert view.revisions[0].comment == "shorter"


def test_an_approval_stands_until_a_revision_is_accepted(desk_and_endpoint):
    desk, _ = desk_and_endpoint(completion(REVISED))
    desk.deciding.approve(only(desk), who=WHO)
    revision = revise(desk)
    assert only(desk).state == "approved"
    assert desk.revising.accept(revision, who=WHO).state == "drafted"


def test_what_the_offline_model_revised_stays_marked(desk_and_endpoint):
    desk, _ = desk_and_endpoint()
    work = desk.revise(desk.shop.endpoint(offline=True), only(desk).id, comment="remove point 2", who=WHO)
    revision = asyncio.run(work)
    assert desk.revising.accept(revision, who=WHO).offline


def accepted_findings(desk, revision):
    row = desk.revising.accept(revision, who=WHO)
    assert len(desk.inspecting.view(row).findings) == row.errors + row.warnings
    return row, [(item.code, item.severity) for item in desk.shop.drafts.versions.of(row.id)[-1].findings]


def test_an_accepted_revision_has_the_findings_that_the_comparison_showed(tmp_path):
    publish_by_hand(tmp_path, article("Which factors change how fast enzymes act in chemical reactions?"))
    first, *others = GOOD["points"]
    points = [{**first, "body": first["body"] + "\n\n## A heading\n\nMore of it."}, *others]
    worse = spoilt(points=points, introduction=GOOD["introduction"].rstrip("."))
    original = spoilt(introduction=NEW_INTRO)
    script = Endpoint(*[completion(worse)] * 3)
    desk = desk_with(tmp_path, QUESTIONS[:1], completion(original), endpoint=script)
    revision = revise(desk)
    shown = [(item.code, item.severity) for item in revision.findings]
    assert {code for code, _ in shown} == {"cut-off", "heading-inside", "verbatim"}
    row, found = accepted_findings(desk, revision)
    assert (row.state, found) == ("needs_fix", shown)
    desk.shop.close()


def test_an_accepted_answer_that_was_cut_off_by_its_limit_says_so(desk_and_endpoint):
    text = json.dumps(REVISED)
    cut = completion(text[: text.index('"page_keywords"')], finish_reason="length")
    desk, _ = desk_and_endpoint(*[cut] * 5)
    revision = revise(desk)
    row, found = accepted_findings(desk, revision)
    assert ("cut-by-length", "error") in found
    assert row.state == "needs_fix"
