"""The report on search texts as one page that needs nothing else."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from generator.content.limits import SeoLimits
from generator.content.text import clean
from generator.store.files import write_file
from generator.workflows.seo.report import (
    BIN,
    LAST_BIN,
    MOST_KEYWORDS,
    MOST_OPENINGS,
    SeoReport,
    Side,
    length_label,
)


@dataclass(frozen=True)
class Bar:
    """One bar of a histogram; ``share`` is its length, 1 for the longest, ``within`` whether the limits allow it."""

    label: str
    count: int
    share: float
    within: bool


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


def _histograms(side: Side, limits: SeoLimits) -> tuple[list[Bar], list[Bar]]:
    shown = limits.shown_lengths
    lengths = _bars(
        [(low, length_label(low)) for low in range(0, LAST_BIN + 1, BIN)],
        side.lengths,
        lambda low: low + BIN >= shown.min and low < shown.max,
    )
    keywords = _bars(
        (
            (number, str(number) if number < MOST_KEYWORDS else f"{number} and more")
            for number in range(MOST_KEYWORDS + 1)
        ),
        side.keywords,
        lambda number: number in limits.keywords,
    )
    return lengths, keywords


def _bars(
    labels: Iterable[tuple[int, str]], counts: Counter[int], within: Callable[[int], bool]
) -> list[Bar]:
    top = max(counts.values(), default=0) or 1
    return [Bar(label, counts[value], counts[value] / top, within(value)) for value, label in labels]


def _per_thousand(report: SeoReport) -> float | None:
    """US dollars for a thousand proposed texts of a real model; None without any, or without a price."""
    if not report.spend.calls or (report.spend.unpriced and not report.spend.cost):
        return None
    texts = sum(
        count for states in report.states.values() for state, count in states.items() if state != "skipped"
    )
    return report.spend.cost / 1e9 / texts * 1000 if texts else None
