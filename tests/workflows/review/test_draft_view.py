"""What a reviewer sees of a draft: findings at their places, the search result, the cost."""

import pytest

from tests.support.desks import QUESTIONS, desk_with, only
from tests.support.replies import GOOD, completion, spoilt


@pytest.fixture
def view_of(tmp_path):
    opened = []

    def view(*replies):
        desk = desk_with(tmp_path, QUESTIONS[:1], *map(completion, replies))
        opened.append(desk)
        return desk.inspecting.view(only(desk))

    yield view
    for desk in opened:
        desk.shop.close()


def test_a_finding_on_a_point_of_the_reply_is_placed_in_the_article(view_of):
    points = [dict(point) for point in GOOD["points"]]
    points[2]["body"] += " It is <b>fast</b>."
    view = view_of(*[spoilt(points=points)] * 3)
    finding = next(item for item in view.findings if item.code == "html")
    assert finding.field == "answer"
    assert view.answer[finding.start : finding.end].startswith("<b>")


def test_a_description_too_long_is_cut_where_a_search_engine_cuts(view_of):
    view = view_of(*[spoilt(page_description="Enzymes speed up reactions. " * 9)] * 3)
    assert view.search.length > view.search.limit == len(view.search.shown) == 160
    assert view.search.shown.endswith("…")


def test_cost_passages_and_provenance_come_along(view_of):
    view = view_of(GOOD)
    assert (view.calls, view.cost, len(view.prompt_hash)) == (1, 8_078_400, 64)
    assert [decision.decision for decision in view.decisions] == ["drafted"]
    assert view.publication is None
