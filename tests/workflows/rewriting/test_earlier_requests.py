"""What is asked of a page that was rewritten before: nothing is dropped without a line that says so."""

import pytest

from generator.store.ledger.drafts.rewritten_page import rewritten_page_of
from generator.workflows.drafting.drafter import DrafterReport
from generator.workflows.review.decisions.decide import approve_drafts
from tests.support.drafts import WHO
from tests.support.rewrites import KEY, publish_rewrite, rewrite, rewrite_of


def page_file(services):
    return services.settings.content_dir / f"{KEY}.md"


@pytest.mark.parametrize(
    ("changes", "unused"),
    [
        ({"note": "Say more."}, "the note"),
        ({"mode": "fresh"}, "the mode fresh"),
        ({"note": "Say more.", "mode": "fresh"}, "the note, the mode fresh"),
    ],
)
def test_a_request_that_an_earlier_rewrite_was_not_asked_is_reported(rewriting, changes, unused):
    services, endpoint = rewriting()
    rewrite(services)
    plan = rewrite(services, **changes).plan
    assert plan.to_ask == 0 and len(endpoint.requests) == 1
    (line,) = plan.notes
    assert line == f"{KEY}: {unused} not used: it was asked for before; --redo asks for it again"
    assert rewrite(services, redo=True, **changes).plan.notes == []
    assert len(endpoint.requests) == 2
    assert rewrite(services, **changes).plan.notes == []


def test_a_rewrite_that_was_asked_the_same_is_not_reported(rewriting):
    services, _ = rewriting()
    rewrite(services, note="Say more.")
    assert rewrite(services, note="Say more.").plan.notes == []
    assert rewrite(services).plan.notes == []


def test_an_approved_rewrite_is_not_said_to_be_asked_for_again(rewriting):
    services, _ = rewriting()
    rewrite(services)
    approve_drafts(services, [KEY], reviewer=WHO)
    (line,) = rewrite(services, note="Say more.").plan.notes
    assert line.endswith("its rewrite is edited or approved; generator revise changes it")


def test_a_page_that_has_the_text_from_before_its_published_rewrite_is_asked_for_again(rewriting):
    services, endpoint = rewriting()
    before = page_file(services).read_bytes()
    rewrite(services)
    first = rewrite_of(services)
    publish_rewrite(services)
    page_file(services).write_bytes(before)
    plan = rewrite(services).plan
    assert (plan.to_ask, dict(plan.before)) == (0, {"published": 1})
    assert plan.notes == [
        f"{KEY}: its rewrite was published, but the page has the text from before it; --redo asks for it again"
    ]
    again = rewrite(services, redo=True)
    assert isinstance(again.drafted, DrafterReport) and again.drafted.states == {"drafted": 1}
    second = rewrite_of(services)
    assert (second.state, services.drafts.get(first.id).state) == ("drafted", "published")
    assert second.id != first.id and len(endpoint.requests) == 2
    assert rewritten_page_of(services.ledger.jobs.get(second.job)).basis == first.basis
    (published,) = publish_rewrite(services).published
    assert published.draft == second.id and page_file(services).read_bytes() != before
    assert list(services.ledger.verify()) == []
