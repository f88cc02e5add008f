"""Makes exports of Search Console: rows from a seed, written as the website, the API and BigQuery write them."""

import csv
import datetime
import io
import json
import random
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.content.search_data.totals import SearchTotals, sum_totals

ORIGIN = "https://www.example.org"
FIRST_DAY, LAST_DAY = "2026-08-01", "2026-10-31"

# Title of the file and name of the first column for pages and queries, then the other four columns.
LANGUAGES = {
    "en": ("Pages.csv", "Top pages", "Queries.csv", "Top queries", "Clicks", "Impressions", "CTR", "Position"),
    "de": ("Seiten.csv", "Die häufigsten Seiten", "Suchanfragen.csv", "Die häufigsten Suchanfragen", "Klicks", "Impressionen", "CTR", "Position"),
    "fr": ("Pages.csv", "Pages les plus populaires", "Requêtes.csv", "Requêtes les plus fréquentes", "Clics", "Impressions", "CTR", "Position"),
    "es": ("Páginas.csv", "Páginas principales", "Consultas.csv", "Consultas principales", "Clics", "Impresiones", "CTR", "Posición"),
    "it": ("Pagine.csv", "Pagine più popolari", "Query.csv", "Query più frequenti", "Clic", "Impressioni", "CTR", "Posizione"),
    "pt": ("Páginas.csv", "Principais páginas", "Consultas.csv", "Principais consultas", "Cliques", "Impressões", "CTR", "Posição"),
    "nl": ("Pagina's.csv", "Populairste pagina's", "Zoekopdrachten.csv", "Populairste zoekopdrachten", "Klikken", "Vertoningen", "CTR", "Positie"),
    "pl": ("Strony.csv", "Najpopularniejsze strony", "Zapytania.csv", "Najczęstsze zapytania", "Kliknięcia", "Wyświetlenia", "CTR", "Pozycja"),
    "tr": ("Sayfalar.csv", "En popüler sayfalar", "Sorgular.csv", "En çok yapılan sorgular", "Tıklamalar", "Gösterimler", "TO", "Konum"),
    "ru": ("Страницы.csv", "Популярные страницы", "Запросы.csv", "Популярные запросы", "Клики", "Показы", "CTR", "Позиция"),
    "ja": ("ページ.csv", "上位のページ", "クエリ.csv", "上位のクエリ", "クリック数", "表示回数", "CTR", "掲載順位"),
    "zh": ("网页.csv", "热门网页", "查询数.csv", "热门查询", "点击次数", "展示", "点击率", "排名"),
    "unknown": ("X.csv", "Xpaxa", "Q.csv", "Xquxa", "Xclixa", "Ximpa", "Xrata", "Xposa"),
}  # fmt: skip


@dataclass(frozen=True)
class MadeRow:
    """What was counted for one article and one query."""

    path: str
    query: str
    totals: SearchTotals

    @property
    def address(self) -> str:
        """The address of the article's page, by the pattern of the default settings."""
        subject, slug = self.path.removesuffix(".md").split("/")
        return f"{ORIGIN}/learn/{subject}/questions/{slug}"


def made_rows(count: int = 5_000, *, seed: int = 1) -> list[MadeRow]:
    """So many rows, five for each of the pages. Every tenth query is shared with the page before."""
    draw = random.Random(seed)
    rows = []
    for number in range(count):
        page, nth = divmod(number, 5)
        shared = nth == 0 and page % 2 == 1
        query = f"what is thing {page - 1 if shared else page}" + (f" part {nth}" if nth else "")
        impressions = draw.randint(1, 5_000)
        position = round(draw.uniform(1, 30), 2)
        clicks = min(impressions, round(impressions * draw.random() * 0.4 / position))
        rows.append(MadeRow(f"biology/thing-{page}.md", query, SearchTotals(clicks, impressions, position)))
    return rows


def by_page(rows: Iterable[MadeRow]) -> dict[str, SearchTotals]:
    """The totals of each page by its path."""
    found: dict[str, list[SearchTotals]] = defaultdict(list)
    for row in rows:
        found[row.path].append(row.totals)
    return {path: sum_totals(items) for path, items in found.items()}


def by_query(rows: Iterable[MadeRow]) -> dict[str, SearchTotals]:
    """The totals of each query."""
    found: dict[str, list[SearchTotals]] = defaultdict(list)
    for row in rows:
        found[row.query].append(row.totals)
    return {query: sum_totals(items) for query, items in found.items()}


def api_csv(file: Path, rows: Sequence[MadeRow], *, keys: bool = False) -> Path:
    """A CSV of the API, with columns for page and query, or with both in one of keys."""
    header = ["keys"] if keys else ["page", "query"]
    lines = [[*header, "clicks", "impressions", "ctr", "position"]]
    for row in rows:
        named = [json.dumps([row.address, row.query])] if keys else [row.address, row.query]
        totals = row.totals
        lines.append(
            [
                *named,
                str(totals.clicks),
                str(totals.impressions),
                str(totals.click_rate),
                str(totals.position),
            ]
        )
    file.write_text(_csv(lines), encoding="utf-8")
    return file


def bigquery_csv(file: Path, rows: Sequence[MadeRow], *, anonymous: int = 0) -> Path:
    """A table of page impressions of BigQuery, on the first and the last day in turn.

    Args:
        anonymous: the impressions, without clicks at position 1, of the queries of the first page that have no name.
    """
    lines = [
        [
            "data_date",
            "site_url",
            "url",
            "query",
            "is_anonymized_query",
            "search_type",
            "impressions",
            "clicks",
            "sum_position",
        ]
    ]
    for number, row in enumerate(rows):
        totals = row.totals
        total = ((totals.position or 1) - 1) * totals.impressions
        day = (FIRST_DAY, LAST_DAY)[number % 2]
        lines.append(
            [
                day,
                ORIGIN,
                row.address,
                row.query,
                "false",
                "WEB",
                str(totals.impressions),
                str(totals.clicks),
                str(total),
            ]
        )
    if anonymous:
        lines.append([FIRST_DAY, ORIGIN, rows[0].address, "", "true", "WEB", str(anonymous), "0", "0"])
    file.write_text(_csv(lines), encoding="utf-8")
    return file


def website_zip(
    file: Path, rows: Sequence[MadeRow], *, language: str = "en", thousands: str = "", decimal: str = ".",
    most: int = 1_000, days: tuple[str, str] | None = (FIRST_DAY, LAST_DAY), filters: Sequence[tuple[str, str]] = (),
) -> Path:  # fmt: skip
    """A download of the website, with its first pages and queries.

    Args:
        most: the most rows of a table; the website cuts at 1,000.
        days: the first and the last day of the table of days; None without that table.
        filters: besides search type and dates.
    """
    pages, page, queries, query, *columns = LANGUAGES[language]
    address = {row.path: row.address for row in rows}
    page_rows = [(address[path], totals) for path, totals in by_page(rows).items()][:most]
    with zipfile.ZipFile(file, "w") as archive:
        for name, first, items in (
            (pages, page, page_rows),
            (queries, query, list(by_query(rows).items())[:most]),
        ):
            lines = [[first, *columns]]
            lines += [[text, *_figures(totals, thousands, decimal)] for text, totals in items]
            archive.writestr(name, _csv(lines).encode("utf-8-sig"))
        countries = [["Country", *columns], ["Germany", "1", "10", "10%", "3"]]
        archive.writestr("Countries.csv", _csv(countries))
        if days is not None:
            archive.writestr(
                "Chart.csv", _csv([["Date", *columns], *([day, "1", "10", "10%", "3"] for day in days)])
            )
        named = [("Filter", "Value"), ("Search type", "Web"), ("Date", "Last 3 months"), *filters]
        archive.writestr("Filters.csv", _csv(named))
    return file


def a_day_after(day: str) -> str:
    """The next day."""
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=1)).isoformat()


def _figures(totals: SearchTotals, thousands: str, decimal: str) -> list[str]:
    percent = f"{totals.click_rate * 100:.2f}".replace(".", decimal)
    position = f"{totals.position:.2f}".replace(".", decimal)
    return [
        *(f"{number:,}".replace(",", thousands) for number in (totals.clicks, totals.impressions)),
        f"{percent}%",
        position,
    ]


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
