"""Writes the report about runs as one self-contained HTML file with charts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from generator.content.checks import RULES
from generator.content.display import in_words
from generator.workflows.html_reports.charts import Limits, bars, histogram, stacked_columns
from generator.workflows.html_reports.page import write_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.config import Settings
    from generator.workflows.report.figures import RunReport

_MOST_RULES = 25


def write_report_page(report: RunReport, settings: Settings, file: Path) -> None:
    """Write the report to a file. Links to drafts are relative to it.

    Raises:
        StorageError: the file cannot be written.
    """
    limits = settings.limits
    words, description = limits.answer.words, limits.seo.shown_lengths
    rules = {
        RULES[code].title if code in RULES else code: float(count)
        for code, count in list(report.rules.items())[:_MOST_RULES]
    }
    failures = {name: count for name, count in report.outcomes.items() if name != "ok"}
    write_page(
        file,
        Path(__file__).parent / "templates",
        "report.html",
        created_at=report.created_at,
        report=report,
        folder=_relative(settings.output_dir, file),
        charts={
            "timeline": stacked_columns(
                "Articles by state over time", report.times, _named(report.timeline), unit="articles"
            )
            if report.times
            else "",
            "latency": histogram("Seconds of a call", report.latency.seconds, unit="seconds")
            if report.latency
            else "",
            "failures": bars("Calls without a usable answer", _counts(failures), unit="calls"),
            "rules": bars("Findings by rule", rules, unit="drafts"),
            "verdicts": bars("Claims by verdict", _counts(report.verdicts), unit="claims"),
            "words": histogram(
                "Words of answers", report.lengths.words, unit="words", limits=Limits(words.min, words.max)
            ),
            "descriptions": histogram(
                "Characters of descriptions, with the site's prefix",
                report.lengths.descriptions,
                unit="characters",
                limits=Limits(description.min, description.max),
            ),
            "releases": bars("Accepted articles by release", _counts(report.releases), unit="articles"),
        },
    )


def _named(timeline: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    return {in_words(state): counts for state, counts in timeline.items()}


def _counts(counts: Mapping[str, int]) -> dict[str, float]:
    return {in_words(name): float(count) for name, count in counts.items()}


def _relative(folder: Path, file: Path) -> str:
    """The way from the report to the output folder, for links; its address where they are on two drives."""
    try:
        return Path(os.path.relpath(folder.resolve(), file.resolve().parent)).as_posix()
    except ValueError:
        return folder.resolve().as_uri()
