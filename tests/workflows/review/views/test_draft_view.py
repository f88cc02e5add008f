"""The view of a draft: positions of findings, search result, cost."""

import pytest

from generator.store.ledger.runs.calls import Cost
from generator.workflows.review.views.draft_view import DraftViews
from tests.support.drafts import QUESTIONS, draft_of, with_drafts
from tests.support.replies import GOOD, completion, spoilt


@pytest.fixture
def view_of(tmp_path):
    opened = []

    def view(*replies):
        services = with_drafts(tmp_path, QUESTIONS[:1], *map(completion, replies))
        opened.append(services)
        return DraftViews(services).view(draft_of(services))

    yield view
    for services in opened:
        services.close()


def test_a_finding_on_a_point_of_the_reply_is_placed_in_the_article(view_of):
    points = [dict(point) for point in GOOD["points"]]
    points[2]["body"] += " It is <b>fast</b>."
    view = view_of(*[spoilt(points=points)] * 3)
    finding = next(item for item in view.findings if item.code == "html")
    assert finding.field == "answer"
    assert view.answer[finding.start : finding.end].startswith("<b>")


def test_a_description_too_long_is_cut_where_a_search_engine_cuts(view_of):
    view = view_of(*[spoilt(page_description="Enzymes speed up reactions. " * 9)] * 3)
    assert view.search.description_chars > view.search.description_limit == 160
    assert view.search.description_width > view.search.description_pixels == 920
    assert view.search.description_shown.endswith(" reactions. Enzymes speed …")


def test_a_view_has_cost_passages_and_provenance(view_of):
    view = view_of(GOOD)
    assert (view.cost, len(view.prompt_hash)) == (Cost(1, 8_078_400), 64)
    assert [decision.decision for decision in view.decisions] == ["drafted"]
    assert view.publication is None
