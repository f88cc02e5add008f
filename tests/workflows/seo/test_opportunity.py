"""Proposals in the order of what pages miss, pages that are held out of them, and the comparison of both later."""

import json
from pathlib import Path
from typing import Any

import pytest

from generator.errors import UsageError
from generator.services import Services
from generator.workflows.engine.progress import NoProgress
from generator.workflows.search_data.figures import figures_by_path, figures_of
from generator.workflows.seo.apply import apply_proposals
from generator.workflows.seo.hold_out import find_hold_out
from generator.workflows.seo.report import seo_report
from generator.workflows.seo.requests import ApplyRequest
from generator.workflows.seo.search_comparison import SearchComparison
from tests.support import console_exports as made
from tests.support.search_data import Figures, import_files, import_pages
from tests.support.seo_pages import GOOD, page, propose
from tests.support.services import scripted_services

NUMBERS = range(24)
KEYWORDS = {"offline": True, "fields": ("page_keywords",), "by": "opportunity"}


@pytest.fixture
def services(tmp_path: Path):  # type: ignore[no-untyped-def]
    opened = scripted_services(tmp_path, publish={"allow_offline": True}, review={"reviewer": "Ada"})
    opened.now = lambda: "2026-11-05T09:00:00.000+00:00"
    yield opened
    opened.close()


def key(number: int) -> str:
    return f"biology/how-does-enzyme-number-{number}-speed-up-reactions"


def question(number: int) -> str:
    return f"How does enzyme number {number} speed up reactions?"


def site(folder: Path, numbers: Any = NUMBERS) -> None:
    for number in numbers:
        page(folder, question(number), id=number + 1)


def figures(clicks: int, shown: int = 1_000, position: float = 2.0) -> Figures:
    return clicks, shown, position


def proposed(services: Services) -> list[str]:
    """The pages that were asked about and have a proposal, in order."""
    return list(dict.fromkeys(row.key for row in services.proposals.rows() if row.state != "skipped"))


def test_pages_that_miss_most_clicks_are_asked_about_first(services: Services, tmp_path: Path) -> None:
    site(tmp_path, range(4))
    page(tmp_path, question(9), id=10, description=GOOD)  # without a finding
    pages = {
        key(0): figures(150),
        key(1): figures(10),
        key(2): figures(900),
        key(9): figures(90),
        key(50): figures(0),
    }
    import_pages(services, tmp_path, pages)
    outcome = propose(services, offline=True, by="opportunity", concurrency=1)
    assert outcome.plan.to_ask == 3
    assert proposed(services) == [key(1), key(9), key(0)]


def test_a_rule_and_a_subject_narrow_the_order(services: Services, tmp_path: Path) -> None:
    site(tmp_path, range(2))
    page(tmp_path, question(9), id=10, description=GOOD)
    import_pages(services, tmp_path, {key(0): figures(150), key(1): figures(10), key(9): figures(0)})
    outcome = propose(services, offline=True, by="opportunity", rule="description-self-reference")
    assert outcome.plan.to_ask == 2
    # The answers are alike, so that the same description is proposed for the first one only.
    assert list(dict.fromkeys(row.key for row in services.proposals.rows())) == [key(1), key(0)]
    assert propose(services, offline=True, by="opportunity", targets=[key(9)]).plan.to_ask == 1


def test_the_figures_stand_beside_a_proposal(services: Services, tmp_path: Path) -> None:
    site(tmp_path, range(2))
    import_pages(services, tmp_path, {key(0): figures(10)})
    found = figures_of(services, f"{key(0)}.md")
    assert found is not None and found.opportunity is not None
    assert found.opportunity.missed_clicks == pytest.approx(147)
    assert figures_by_path(services)(f"{key(0)}.md") == found
    assert figures_of(services, f"{key(1)}.md") is None
    assert figures_by_path(services)(f"{key(1)}.md") is None


def test_without_search_data_nothing_can_be_ordered_by_it(services: Services, tmp_path: Path) -> None:
    site(tmp_path, range(2))
    with pytest.raises(UsageError, match="no search data with the positions of pages"):
        propose(services, offline=True, by="opportunity")


def test_a_hold_out_needs_the_order(services: Services, tmp_path: Path) -> None:
    site(tmp_path, range(2))
    with pytest.raises(UsageError, match="--hold-out needs --by opportunity"):
        propose(services, offline=True, hold_out=0.2)


def test_a_share_of_the_pages_is_left_alone_by_this_run_and_by_later_ones(
    services: Services, tmp_path: Path
) -> None:
    site(tmp_path)
    import_pages(services, tmp_path, {key(number): figures(10) for number in NUMBERS})
    outcome = propose(services, **KEYWORDS, hold_out=0.4)
    held_out = outcome.plan.counts["held_out"]
    assert 3 < held_out < 20
    assert outcome.plan.to_ask == 24 - held_out
    left_alone = {path.removesuffix(".md") for path in services.proposals.hold_outs.held_out()}
    assert left_alone.isdisjoint(proposed(services))
    assert left_alone | set(proposed(services)) == {key(number) for number in NUMBERS}
    selections: list[dict[str, Any]] = [
        KEYWORDS | {"hold_out": 0.4},
        KEYWORDS,
        KEYWORDS | {"by": "path", "all_articles": True},
        KEYWORDS | {"by": "path", "all_articles": True, "targets": sorted(left_alone)},
    ]
    for selection in selections:
        again = propose(services, **selection)
        assert (again.plan.to_ask, again.plan.counts["held_out"]) == (0, held_out)
        assert not again.needs_person
    found = find_hold_out(services)
    assert (found.held_out, found.asked, found.applied) == (held_out, 24 - held_out, 0)


def test_a_plan_holds_nothing_out(services: Services, tmp_path: Path) -> None:
    from generator.workflows.seo.propose import plan_proposed
    from generator.workflows.seo.requests import ProposeRequest, SelectionRequest

    site(tmp_path)
    import_pages(services, tmp_path, {key(number): figures(10) for number in NUMBERS})
    selection = SelectionRequest(fields=("page_keywords",), by="opportunity", hold_out=0.4)
    planned = plan_proposed(services, ProposeRequest(selection, offline=True), NoProgress())
    assert services.proposals.hold_outs.latest() is None
    done = propose(services, **KEYWORDS, hold_out=0.4)
    assert planned.plan.counts == done.plan.counts


def test_an_ended_hold_out_leaves_nothing_alone(services: Services, tmp_path: Path) -> None:
    site(tmp_path)
    import_pages(services, tmp_path, {key(number): figures(10) for number in NUMBERS})
    held_out = propose(services, **KEYWORDS, hold_out=0.4).plan.counts["held_out"]
    with pytest.raises(UsageError, match="one of 40% is open since 2026-11-05"):
        propose(services, **KEYWORDS, hold_out=0.5)
    ended = find_hold_out(services, end=True).hold_out
    assert ended is not None and ended.ended_at is not None
    with pytest.raises(UsageError, match="no hold-out is open"):
        find_hold_out(services, end=True)
    assert propose(services, **KEYWORDS).plan.to_ask == held_out


def test_an_earlier_proposal_is_not_applied_to_a_page_that_is_held_out(
    services: Services, tmp_path: Path
) -> None:
    site(tmp_path, (3, 4))
    propose(services, **KEYWORDS | {"by": "path", "all_articles": True})
    services.proposals.hold_outs.assign(f"{key(3)}.md", held_out=True, share=0.2, now=services.now())
    report = apply_proposals(services, ApplyRequest(names=(key(3), key(4))), NoProgress()).report
    assert report.changed == [f"{key(4)}.md"]
    assert report.refused == [
        f"{key(3)}.md: its list of keywords is held out for comparison; generator seo hold-out --end ends that"
    ]


def compared(services: Services) -> SearchComparison:
    found = seo_report(services, NoProgress()).search
    assert found is not None
    json.dumps(found.as_dict())
    return found


def test_a_report_compares_applied_with_held_out_pages_once_a_later_export_is_imported(
    services: Services, tmp_path: Path
) -> None:
    site(tmp_path)
    import_pages(services, tmp_path, {key(number): figures(40 + number % 7) for number in NUMBERS})
    propose(services, **KEYWORDS, hold_out=0.4)
    assert compared(services).missing == "import an export with dates from after the hold-out began"
    applied = apply_proposals(services, ApplyRequest(names=tuple(proposed(services))), NoProgress()).report
    held_out = services.proposals.hold_outs.held_out()
    after = {
        key(number): figures((40 if f"{key(number)}.md" in held_out else 80) + number % 5)
        for number in NUMBERS
    }
    import_pages(services, tmp_path, after, first_day="2026-11-06", last_day="2027-01-31")
    found = compared(services)
    assert found.comparison is not None and found.comparison.held_out is not None
    assert found.comparison.applied.pages == len(applied.changed)
    assert found.comparison.held_out.pages == len(held_out)
    assert found.comparison.conclusion == "gained"
    assert found.left_out == 0


def test_pages_that_a_cut_export_lacks_are_left_out_of_the_comparison(
    services: Services, tmp_path: Path
) -> None:
    site(tmp_path, range(3))
    import_pages(services, tmp_path, {key(number): figures(10) for number in range(3)})
    propose(services, **KEYWORDS)
    apply_proposals(services, ApplyRequest(names=(key(0), key(1), key(2))), NoProgress())
    rows = [made.MadeRow(f"{key(0)}.md", f"query {n}", made.made_rows(1)[0].totals) for n in range(1)]
    rows += made.made_rows(5_000)
    file = made.website_zip(tmp_path / "later.zip", rows, days=("2026-12-01", "2026-12-31"))
    import_files(services, file, first_day=None, last_day=None)
    found = compared(services)
    assert found.comparison is not None
    assert (found.comparison.applied.pages, found.left_out) == (1, 2)
    assert found.comparison.conclusion == "no hold-out"


def test_nothing_is_compared_without_an_earlier_export_or_an_applied_proposal(
    services: Services, tmp_path: Path
) -> None:
    site(tmp_path, range(2))
    assert seo_report(services, NoProgress()).search is None
    import_pages(services, tmp_path, {key(0): figures(10)})
    assert compared(services).missing == "import an export with dates from before the newest one"
    import_pages(services, tmp_path, {key(0): figures(10)}, first_day="2026-12-01", last_day="2026-12-31")
    assert compared(services).missing == "no proposal was applied between 2026-10-31 and 2026-12-01"
