"""The report on search texts as one page that needs nothing else."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from generator.content.histograms import Bar, bars, length_bars
from generator.content.limits import SeoLimits
from generator.content.text import clean
from generator.store.files import write_file
from generator.workflows.seo.report import MOST_KEYWORDS, MOST_OPENINGS, SeoReport, Side


def write_report_page(report: SeoReport, file: Path) -> None:
    """Write the page.

    Raises:
        StorageError: the file cannot be written.
    """
    write_file(file.resolve(), render_page(report).encode())


def render_page(report: SeoReport) -> str:
    """The page, as HTML."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    limits = report.limits
    page = environment.get_template("seo.html").render(
        report=report,
        limits=limits,
        made=report.made[:16].replace("T", " "),
        sides=[
            ("Before", report.before, *_histograms(report.before, limits)),
            ("After", report.after, *_histograms(report.after, limits)),
        ],
        most_openings=MOST_OPENINGS,
        per_thousand=_per_thousand(report),
    )
    return clean(page)


def _histograms(side: Side, limits: SeoLimits) -> tuple[tuple[Bar, ...], tuple[Bar, ...]]:
    keywords = bars(
        (
            str(number) if number < MOST_KEYWORDS else f"{number} and more",
            side.keywords[number],
            number in limits.keywords,
        )
        for number in range(MOST_KEYWORDS + 1)
    )
    return length_bars(side.lengths, limits), keywords


def _per_thousand(report: SeoReport) -> float | None:
    """US dollars for a thousand proposed texts of a real model; None without any, or without a price."""
    if not report.spend.calls or (report.spend.unpriced and not report.spend.cost):
        return None
    texts = sum(
        count for states in report.states.values() for state, count in states.items() if state != "skipped"
    )
    return report.spend.cost / 1e9 / texts * 1000 if texts else None
