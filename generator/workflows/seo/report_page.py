"""Writes the report of ``seo report`` as one self-contained HTML file."""

from pathlib import Path

from generator.content.limits import SeoLimits
from generator.content.search_data.wording import comparison_lines, left_hold_out_line
from generator.workflows.html_reports.histograms import DESCRIPTION_LENGTHS, HistogramBar
from generator.workflows.html_reports.page import write_page
from generator.workflows.seo.report import KEYWORDS, MOST_OPENINGS, SeoReport, SeoTextStatistics


def write_report_page(report: SeoReport, file: Path) -> None:
    """Write the report to a file.

    Raises:
        StorageError: the file cannot be written.
    """
    before, after, limits = report.before, report.after, report.limits
    write_page(
        file,
        Path(__file__).parent / "templates",
        "seo.html",
        created_at=report.created_at,
        report=report,
        limits=limits,
        sides=[
            ("Before", before, *_histograms(before, after, limits)),
            ("After", after, *_histograms(after, before, limits)),
        ],
        most_openings=MOST_OPENINGS,
        per_thousand=_per_thousand(report),
        search_lines=comparison_lines(report.search.comparison)
        if report.search and report.search.comparison
        else [],
        left_hold_out=left_hold_out_line(report.search.left_hold_out)
        if report.search and report.search.left_hold_out
        else "",
    )


def _histograms(
    side: SeoTextStatistics, beside: SeoTextStatistics, limits: SeoLimits
) -> tuple[tuple[HistogramBar, ...], tuple[HistogramBar, ...]]:
    """The histograms of the description lengths and of the numbers of keywords."""
    shown, keywords = limits.shown_lengths, limits.keywords
    return (
        DESCRIPTION_LENGTHS.bars(side.lengths, least=shown.min, most=shown.max, beside=beside.lengths),
        KEYWORDS.bars(side.keywords, least=keywords.min, most=keywords.max, beside=beside.keywords),
    )


def _per_thousand(report: SeoReport) -> float | None:
    """The cost of a thousand proposed texts in US dollars; None without texts, calls or a known price."""
    if not report.spend.calls or (report.spend.unpriced and not report.spend.cost):
        return None
    texts = sum(
        count for states in report.states.values() for state, count in states.items() if state != "skipped"
    )
    return report.spend.cost / 1e9 / texts * 1000 if texts else None
