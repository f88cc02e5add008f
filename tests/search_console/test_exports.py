"""Exports of Search Console in every form: as downloaded in many languages, of the API, of BigQuery."""

import gzip
import json
import zipfile
from pathlib import Path

import pytest

from generator.content.search_data.exports import NewExport
from generator.content.search_data.totals import SearchTotals
from generator.errors import UsageError
from generator.search_console.exports import DateRange, ReadExports, read_exports
from tests.support import console_exports as made
from tests.support.workbooks import workbook_of

GIVEN = DateRange("2026-08-01", "2026-10-31")
HEADER = "Top pages,Clicks,Impressions,CTR,Position\n"


def path_of(address: str) -> str | None:
    subject, _, slug = address.removeprefix(f"{made.ORIGIN}/learn/").partition("/questions/")
    return f"{subject}/{slug}.md" if slug else None


def read(*files: Path, given: DateRange | None = None) -> ReadExports:
    return read_exports(files, path_of, given)


def read_text(folder: Path, text: str, name: str = "Pages.csv") -> NewExport:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    (export,) = read(file, given=GIVEN).exports
    return export


def page(number: int = 0) -> str:
    return f"{made.ORIGIN}/learn/biology/questions/thing-{number}"


def close(found: SearchTotals, expected: SearchTotals) -> bool:
    return (found.clicks, found.impressions) == (expected.clicks, expected.impressions) and (
        found.position == pytest.approx(expected.position, abs=0.006)
    )


@pytest.mark.parametrize("language", made.LANGUAGES)
def test_a_download_is_read_in_every_language(tmp_path: Path, language: str) -> None:
    rows = made.made_rows(2_000)
    file = made.website_zip(tmp_path / "export.zip", rows, language=language, thousands=".", decimal=",")
    found = read(file)
    pages, queries = sorted(found.exports, key=lambda export: export.kind)
    assert (pages.kind, pages.rows, pages.is_cut, pages.filters) == ("pages", 400, False, "")
    assert (queries.kind, queries.rows, queries.is_cut) == ("queries", 1_000, True)
    assert (pages.first_day, pages.last_day) == (made.FIRST_DAY, made.LAST_DAY)
    expected = made.by_page(rows)
    assert pages.counted.keys() == {(path, "") for path in expected}
    assert all(close(pages.counted[path, ""], totals) for path, totals in expected.items())
    assert bool(found.notes) == (language == "unknown")


@pytest.mark.parametrize(
    ("thousands", "decimal"), [("", "."), (",", "."), (".", ","), ("\u202f", ","), ("'", "."), (" ", ",")]
)
def test_numbers_are_read_as_each_country_writes_them(tmp_path: Path, thousands: str, decimal: str) -> None:
    rows = made.made_rows(100)
    file = made.website_zip(tmp_path / "export.zip", rows, thousands=thousands, decimal=decimal)
    pages = next(export for export in read(file).exports if export.kind == "pages")
    assert all(close(pages.counted[path, ""], totals) for path, totals in made.by_page(rows).items())


@pytest.mark.parametrize("keys", [False, True])
def test_an_export_of_the_api_has_queries_by_page(tmp_path: Path, keys: bool) -> None:
    rows = made.made_rows()
    file = made.api_csv(tmp_path / "api.csv", rows, keys=keys)
    (export,) = read(file, given=GIVEN).exports
    assert (export.kind, export.rows, export.is_cut) == ("page_queries", 5_000, False)
    assert len(export.counted) == 5_000
    assert all(close(export.counted[row.path, row.query], row.totals) for row in rows)


def test_an_answer_of_the_api_is_read_as_json(tmp_path: Path) -> None:
    row = {
        "keys": ["what is x", "2026-09-01", page()],
        "clicks": 3.0,
        "impressions": 40,
        "ctr": 0.075,
        "position": 4.5,
    }
    file = tmp_path / "answer.json"
    file.write_text(
        json.dumps({"rows": [row], "responseAggregationType": "byPage"}, indent=1), encoding="utf-8"
    )
    (export,) = read(file).exports
    assert export.counted == {("biology/thing-0.md", "what is x"): SearchTotals(3, 40, 4.5)}
    assert (export.first_day, export.last_day) == ("2026-09-01", "2026-09-01")


@pytest.mark.parametrize("packed", [False, True])
def test_an_export_of_bigquery_counts_positions_from_1_and_says_its_dates(
    tmp_path: Path, packed: bool
) -> None:
    rows = made.made_rows(1_000)[:997]
    file = made.bigquery_csv(tmp_path / "table.csv", rows, anonymous=50)
    if packed:
        file = tmp_path / "table.csv.gz"
        file.write_bytes(gzip.compress((tmp_path / "table.csv").read_bytes()))
    (export,) = read(file).exports
    assert (export.kind, export.rows, export.is_cut) == ("page_queries", 998, False)
    assert (export.first_day, export.last_day) == (made.FIRST_DAY, made.LAST_DAY)
    assert all(close(export.counted[row.path, row.query], row.totals) for row in rows)
    assert export.counted[rows[0].path, ""] == SearchTotals(0, 50, 1.0)


def test_rows_of_several_days_and_devices_are_added_up(tmp_path: Path) -> None:
    text = "date,page,query,device,clicks,impressions,position\n"
    text += f"2026-08-02,{page()},x,MOBILE,1,10,2.0\n2026-08-01,{page()}?utm_source=a,X,DESKTOP,3,30,6.0\n"
    file = tmp_path / "api.csv"
    file.write_text(text, encoding="utf-8")
    (export,) = read_exports([file], lambda address: path_of(address.partition("?")[0]), None).exports
    assert export.counted == {("biology/thing-0.md", "x"): SearchTotals(4, 40, 5.0)}
    assert (export.first_day, export.last_day, export.rows) == ("2026-08-01", "2026-08-02", 2)


def test_parts_of_one_table_are_one_export(tmp_path: Path) -> None:
    rows = made.made_rows(40)
    parts = [made.api_csv(tmp_path / "1.csv", rows[:20]), made.api_csv(tmp_path / "2.csv", rows[20:])]
    (export,) = read(*parts, given=GIVEN).exports
    assert len(export.counted) == export.rows == 40
    assert export.source == "1.csv, 2.csv"


@pytest.mark.parametrize("form", ["same file", "other name", "other folder", "other encoding", "packed"])
def test_the_same_rows_in_two_files_count_once(tmp_path: Path, form: str) -> None:
    rows = made.made_rows(40)
    file = made.api_csv(tmp_path / "1.csv", rows)
    text = file.read_text(encoding="utf-8")
    copy = tmp_path / {"other folder": "copies/1.csv", "packed": "1.csv.gz"}.get(form, "2.csv")
    if form == "same file":
        copy = file
    else:
        copy.parent.mkdir(exist_ok=True)
        data = text.encode("utf-16" if form == "other encoding" else "utf-8")
        copy.write_bytes(gzip.compress(data) if form == "packed" else data)
    part = made.api_csv(tmp_path / "3.csv", made.made_rows(60)[40:])
    once = read(file, part, given=GIVEN).exports[0]
    found = read(file, copy, part, given=GIVEN)
    assert found.exports == [once]
    assert once.rows == 60
    assert f"{copy.name}: the same rows as in 1.csv, which count once" in found.notes


def test_the_same_archive_given_twice_is_one_export(tmp_path: Path) -> None:
    file, copy = made.website_zip(tmp_path / "a.zip", made.made_rows(20)), tmp_path / "b.zip"
    copy.write_bytes(file.read_bytes())
    found = read(file, copy)
    assert found.exports == read(file).exports
    assert found.notes == ["b.zip: the same file as a.zip, which counts once"]


def test_rows_that_repeat_within_a_part_still_add_up(tmp_path: Path) -> None:
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    first.write_text(f"{HEADER}{page()},1,20,5%,2\n", encoding="utf-8")
    second.write_text(f"{HEADER}{page()},1,20,5%,2\n{page(1)},1,20,5%,2\n", encoding="utf-8")
    (export,) = read(first, second, given=GIVEN).exports
    assert export.counted["biology/thing-0.md", ""] == SearchTotals(2, 40, 2.0)
    assert export.rows == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEADER, "there is no table of pages or queries with rows"),
        ("", "there is no table of pages or queries with rows"),
        ('{"rows": []}', "there is no table of pages or queries with rows"),
        (f"{HEADER}https://other.example.com/x,1,20,5%,3.5\n", "no row is about an article of the site"),
        (
            f"page,query,clicks,impressions,position\n{made.ORIGIN}/about,x,1,20,3\n",
            f"such as {made.ORIGIN}/about",
        ),
        (
            f"page,search_type,clicks,impressions,position\n{page()},IMAGE,9,90,1\n",
            "no row is about web search",
        ),
    ],
)
def test_a_file_that_counts_nothing_of_the_site_is_refused_alone_and_beside_another(
    tmp_path: Path, text: str, message: str
) -> None:
    bad, good = tmp_path / "bad.csv", tmp_path / "good.zip"
    bad.write_text(text, encoding="utf-8")
    made.website_zip(good, made.made_rows(20))
    for files in ((bad,), (good, bad)):
        with pytest.raises(UsageError) as raised:
            read(*files, given=GIVEN)
        assert message in str(raised.value)
        assert "bad.csv" in str(raised.value)


def test_an_empty_file_beside_a_part_of_the_same_table_is_refused(tmp_path: Path) -> None:
    part, empty = tmp_path / "1.csv", tmp_path / "2.csv"
    part.write_text(f"{HEADER}{page()},1,20,5%,2\n", encoding="utf-8")
    empty.write_text(HEADER, encoding="utf-8")
    with pytest.raises(UsageError, match="2.csv: there is no table of pages or queries with rows"):
        read(part, empty, given=GIVEN)


def test_an_empty_table_of_a_download_is_left_out_with_a_note(tmp_path: Path) -> None:
    file = tmp_path / "export.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("Pages.csv", f"{HEADER}{page()},1,20,5%,2\n")
        archive.writestr("Queries.csv", HEADER.replace("pages", "queries"))
    found = read(file, given=GIVEN)
    assert [export.kind for export in found.exports] == ["pages"]
    assert found.notes == ["export.zip/Queries.csv: no rows, left out"]


def test_a_workbook_as_downloaded_is_read(tmp_path: Path) -> None:
    columns = ["Clicks", "Impressions", "CTR", "Position"]
    file = tmp_path / "export.xlsx"
    file.write_bytes(
        workbook_of(
            {
                "Pages": [["Top pages", *columns], [page(), 12, 1200, 0.01, 8.5]],
                "Chart": [["Date", *columns], ["2026-10-01", 1, 2, 0.5, 3], ["2026-10-28", 1, 2, 0.5, 3]],
            }
        )
    )
    (export,) = read(file).exports
    assert export.counted == {("biology/thing-0.md", ""): SearchTotals(12, 1200, 8.5)}
    assert (export.first_day, export.last_day) == ("2026-10-01", "2026-10-28")


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_is_read_with_every_separator_and_encoding(
    tmp_path: Path, separator: str, codec: str
) -> None:
    rows = ["Die häufigsten Seiten|Klicks|Impressionen|CTR|Position", f"{page()}|1|20|5%|3.5"]
    file = tmp_path / "Seiten.csv"
    file.write_bytes("\r\n".join(rows).replace("|", separator).encode(codec))
    (export,) = read(file, given=GIVEN).exports
    assert export.counted == {("biology/thing-0.md", ""): SearchTotals(1, 20, 3.5)}


def test_single_files_take_the_dates_of_a_table_of_days_beside_them(tmp_path: Path) -> None:
    pages, days = tmp_path / "Pages.csv", tmp_path / "Dates.csv"
    pages.write_text(f"{HEADER}{page()},1,20,5%,3.5\n", encoding="utf-8")
    days.write_text(
        "Date,Clicks,Impressions,CTR,Position\n2026-09-01,1,20,5%,3\n2026-09-28,0,0,0%,0\n", encoding="utf-8"
    )
    (export,) = read(pages, days).exports
    assert (export.first_day, export.last_day) == ("2026-09-01", "2026-09-28")


def test_filters_of_a_download_are_kept(tmp_path: Path) -> None:
    file = made.website_zip(tmp_path / "export.zip", made.made_rows(20), filters=[("Country", "Germany")])
    assert {export.filters for export in read(file).exports} == {
        "Search type: Web; Date: Last 3 months; Country: Germany"
    }


@pytest.mark.parametrize("rows", [999, 1_000, 1_001, 25_000])
def test_only_a_number_of_rows_at_which_exports_are_cut_is_a_cut(tmp_path: Path, rows: int) -> None:
    text = HEADER + "".join(f"{page(n)},1,20,5%,3.5\n" for n in range(rows))
    assert read_text(tmp_path, text).is_cut == (rows in (1_000, 25_000))


def test_rows_of_other_addresses_are_counted_and_shown(tmp_path: Path) -> None:
    file = tmp_path / "Pages.csv"
    file.write_text(f"{HEADER}{made.ORIGIN}/about,5,20,25%,1.5\n{page()},1,20,5%,3.5\n", encoding="utf-8")
    found = read(file, given=GIVEN)
    assert (found.exports[0].elsewhere, found.exports[0].rows) == (1, 2)
    assert found.notes == [
        f"Pages.csv: 1 row about other addresses than articles, such as {made.ORIGIN}/about"
    ]


def test_a_few_bad_rows_are_left_out_and_named(tmp_path: Path) -> None:
    file = tmp_path / "Pages.csv"
    good = "".join(f"{page(n)},1,20,5%,3.5\n" for n in range(5))
    file.write_text(f"{HEADER}{good}{page(9)},many,20,5%,3.5\n{page(8)},30,20,5%,3.5\n", encoding="utf-8")
    found = read(file, given=GIVEN)
    assert len(found.exports[0].counted) == 5
    assert found.notes == [
        "Pages.csv: 2 rows left out, the first: Pages.csv:7: 'many' is no number of clicks"
    ]


def test_a_value_that_is_not_available_is_none(tmp_path: Path) -> None:
    text = f"{HEADER}{page(0)},0,0,0%,0\n{page(1)},~,20,~,~\n{page(2)},-,-,-,-\n"
    assert read_text(tmp_path, text).counted == {
        ("biology/thing-0.md", ""): SearchTotals(0, 0, None),
        ("biology/thing-1.md", ""): SearchTotals(0, 20, None),
        ("biology/thing-2.md", ""): SearchTotals(0, 0, None),
    }


def test_rows_about_images_are_left_out(tmp_path: Path) -> None:
    text = f"page,search_type,clicks,impressions,position\n{page()},WEB,1,20,3\n{page()},IMAGE,9,90,1\n"
    assert read_text(tmp_path, text).counted == {("biology/thing-0.md", ""): SearchTotals(1, 20, 3.0)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "name,price\nx,3\n",
            "the columns are 'name', 'price'; expected are those of a Search Console export",
        ),
        ("Top pages,Clicks\nhttps://a/b,3\n", "the columns are 'Top pages', 'Clicks'; expected"),
        (
            "Top pages,Last 3 months Clicks,Previous 3 months Clicks,Last 3 months Impressions,Previous 3 months Impressions\n",
            "it compares two ranges of dates",
        ),
        (
            "Country,Clicks,Impressions,CTR,Position\nGermany,1,10,10%,3\n",
            "there is no table of pages or queries",
        ),
        (
            f"{HEADER}{page()},20,1,5%,3.5\n",
            "more clicks (20) than impressions (1); 1 of 1 row cannot be read",
        ),
        (f"{HEADER}{page()},1,2K,5%,3.5\n", "'2K' is no number of impressions"),
        (f"{HEADER}{page()},1,20,5%,03. Mai\n", "'03. Mai' is no position"),
        (f"{HEADER}{page()},1,20,5%,0.4\n", "positions of Search Console begin at 1"),
        (f"{HEADER}{page()},5,500,50%,2\n", "its click rates are not clicks divided by impressions"),
        ("", "there is no table of pages or queries"),
        ('{"rows": [', "not valid JSON"),
    ],
)
def test_what_is_no_export_is_a_clear_error(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_text(tmp_path, text, "data.csv")
    assert message in str(raised.value)
    assert "data.csv" in str(raised.value)


def test_unknown_dates_are_asked_for(tmp_path: Path) -> None:
    file = made.website_zip(tmp_path / "export.zip", made.made_rows(20), days=None)
    with pytest.raises(UsageError, match="Last 3 months.* has no dates: give --from and --to"):
        read(file)
    assert {export.first_day for export in read(file, given=GIVEN).exports} == {"2026-08-01"}


def test_dates_that_are_not_those_of_the_file_are_refused(tmp_path: Path) -> None:
    file = made.website_zip(tmp_path / "export.zip", made.made_rows(20))
    with pytest.raises(UsageError, match="has dates from 2026-08-01 to 2026-10-31, which are not within"):
        read(file, given=DateRange("2026-09-01", "2026-10-31"))


@pytest.mark.parametrize("name", ["export.zip", "export.csv.gz", "missing.csv"])
def test_a_damaged_file_is_a_clear_error(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    if name.endswith("zip"):
        made.website_zip(file, made.made_rows(20))
        file.write_bytes(file.read_bytes()[:200])
    elif name.endswith("gz"):
        file.write_bytes(gzip.compress(HEADER.encode() * 9)[:-9])
    with pytest.raises(UsageError, match=rf"{name}.*cannot be read"):
        read(file, given=GIVEN)


def test_the_same_file_has_the_same_hash_under_another_name(tmp_path: Path) -> None:
    one = made.website_zip(tmp_path / "one.zip", made.made_rows(20))
    other = tmp_path / "other.zip"
    other.write_bytes(one.read_bytes())
    assert read(one).exports[0].sha256 == read(other).exports[0].sha256


def test_parts_of_an_archive_that_are_no_tables_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "export.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("__MACOSX/._Pages.csv", b"\0\1\2")
        archive.writestr("a folder/Pages.csv", f"{HEADER}{page()},1,20,5%,3.5\n")
        archive.writestr("picture.png", b"\x89PNG")
    (export,) = read(file, given=GIVEN).exports
    assert export.rows == 1
