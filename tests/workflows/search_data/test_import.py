"""Importing exports: which addresses are pages of the site, what is stored, and what is imported twice."""

from pathlib import Path

import pytest

from generator.content.search_data.totals import SearchTotals
from generator.content.site.site import Site
from generator.errors import UsageError
from generator.services import Services
from generator.workflows.engine.progress import NoProgress
from generator.workflows.search_data.figures import figures_of, search_data_overview
from generator.workflows.search_data.import_exports import article_path, import_search_data
from generator.workflows.search_data.remove import remove_export
from generator.workflows.search_data.requests import ImportRequest
from tests.support import console_exports as made
from tests.support.search_data import import_files, import_pages
from tests.support.services import publish


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("https://www.example.org/learn/biology/questions/what-is-life", "biology/what-is-life.md"),
        ("http://example.org/learn/biology/questions/what-is-life/", "biology/what-is-life.md"),
        (
            "https://www.example.org/learn/biology/questions/what-is-life?utm_source=x#:~:text=a",
            "biology/what-is-life.md",
        ),
        ("https://www.example.org/learn/biology/questions/what%2Dis%2Dlife", "biology/what-is-life.md"),
        ("/learn/biology/questions/what-is-life", "biology/what-is-life.md"),
        ("https://other.example.com/learn/biology/questions/what-is-life", None),
        ("https://www.example.org/learn/biology", None),
        ("https://[bad/learn/biology/questions/what-is-life", None),
        ("https://www.example.org/learn/biology/questions/../../x", None),
    ],
)
def test_an_address_leads_to_the_file_of_its_article(address: str, path: str | None) -> None:
    assert article_path(Site(origin="https://www.example.org"), address) == path


def test_without_an_origin_every_host_is_that_of_the_site() -> None:
    address = "https://staging.example.net/learn/biology/questions/what-is-life"
    assert article_path(Site(), address) == "biology/what-is-life.md"


def test_five_thousand_rows_are_imported_and_shown(services: Services, tmp_path: Path) -> None:
    rows = made.made_rows()
    publish(tmp_path, "Thing 3", "Biology", id=3)
    (imported,) = import_files(services, made.api_csv(tmp_path / "api.csv", rows)).imported
    assert (imported.rows, imported.pages, imported.unpublished, imported.is_cut) == (
        5_000,
        1_000,
        999,
        False,
    )
    overview = search_data_overview(services)
    assert (overview.pages, len(overview.exports)) == (1_000, 1)
    assert overview.totals.clicks == sum(row.totals.clicks for row in rows)
    first = max(made.by_page(rows).items(), key=lambda pair: pair[1].impressions)
    assert (overview.top[0].path, overview.top[0].totals.impressions) == (first[0], first[1].impressions)
    figures = figures_of(services, "biology/thing-3.md")
    assert figures is not None
    assert figures.totals.impressions == made.by_page(rows)["biology/thing-3.md"].impressions


def test_the_same_file_is_imported_once(services: Services, tmp_path: Path) -> None:
    file = made.website_zip(tmp_path / "a.zip", made.made_rows(20))
    assert all(item.export for item in import_files(services, file, first_day=None, last_day=None).imported)
    assert not any(
        item.export for item in import_files(services, file, first_day=None, last_day=None).imported
    )
    assert len(services.search_data.exports()) == 2


def test_an_error_in_one_file_imports_none(services: Services, tmp_path: Path) -> None:
    good, bad = made.website_zip(tmp_path / "a.zip", made.made_rows(20)), tmp_path / "b.csv"
    bad.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(UsageError, match="b.csv:1: the columns are 'a', 'b'"):
        import_files(services, good, bad, first_day=None, last_day=None)
    assert services.search_data.exports() == []


@pytest.mark.parametrize(
    ("first_day", "last_day", "message"),
    [
        ("2026-08-01", None, "--from and --to belong together"),
        ("2026-08-01", "31.10.2026", "--to '31.10.2026' is not a date"),
        ("2026-11-01", "2026-10-31", "--from 2026-11-01 is after --to 2026-10-31"),
    ],
)
def test_dates_that_are_no_range_are_refused(
    services: Services, tmp_path: Path, first_day: str, last_day: str | None, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        import_files(services, tmp_path / "x.csv", first_day=first_day, last_day=last_day)


def test_a_complete_export_is_preferred_to_one_that_is_cut(services: Services, tmp_path: Path) -> None:
    rows = made.made_rows()
    import_files(services, made.website_zip(tmp_path / "a.zip", rows), first_day=None, last_day=None)
    assert len(services.search_data.page_totals()) == 1_000
    import_pages(services, tmp_path, {"biology/only": (1, 10, 2.0)})
    assert services.search_data.page_totals() == {"biology/only.md": SearchTotals(1, 10, 2.0)}


@pytest.mark.parametrize(("today", "refused"), [("2026-10-30", True), ("2026-10-31", False)])
def test_a_last_day_in_the_future_is_refused(
    services: Services, tmp_path: Path, today: str, refused: bool
) -> None:
    file = made.website_zip(tmp_path / "a.zip", made.made_rows(20))
    services.now = lambda: f"{today}T23:00:00.000+00:00"
    if refused:
        with pytest.raises(UsageError, match="its last day 2026-10-31 is in the future"):
            import_search_data(services, ImportRequest((file,)), NoProgress())
    else:
        import_search_data(services, ImportRequest((file,)), NoProgress())
    assert (services.search_data.exports() == []) == refused


def test_a_removed_export_is_no_longer_used_and_can_be_imported_again(
    services: Services, tmp_path: Path
) -> None:
    import_pages(services, tmp_path, {"biology/one": (1, 10, 2.0)})
    for _ in range(2):
        outcome = import_pages(
            services, tmp_path, {"biology/two": (2, 20, 2.0)}, first_day="2026-09-01", last_day="2026-11-30"
        )
        export = outcome.imported[0].export
        assert export is not None
        assert set(services.search_data.page_totals()) == {"biology/two.md"}
        assert remove_export(services, export.id) == export
        assert services.search_data.page_totals() == {"biology/one.md": SearchTotals(1, 10, 2.0)}
    with pytest.raises(UsageError, match=f"no export has the id {export.id}"):
        remove_export(services, export.id)
