"""The audit as one HTML file that needs no other: counts, histograms, and all findings by subject.

Everything shown comes from article files, so it is escaped by the template, or inserted as text by the script.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from generator.content.checks import RULES
from generator.content.limits import Limits
from generator.content.text import clean
from generator.workflows.audit.audit import AuditReport

_TEMPLATE = "audit.html"


class Bar(NamedTuple):
    """So many articles; ``share`` is the bar's length, 1 for the longest, ``within`` whether the limits allow it."""

    label: str
    articles: int
    share: float
    within: bool


class Histogram(NamedTuple):
    """A distribution over the articles. ``note`` says what the limits are."""

    title: str
    note: str
    bars: tuple[Bar, ...]


def render_report(report: AuditReport, limits: Limits, *, made: str) -> str:
    """The page. ``made`` is the time, as it is to be shown."""
    errors = {finding.path for finding in report.findings if finding.severity == "error"}
    return _template().render(
        made=made,
        folder=clean(str(report.selection.content_dir)),
        files=report.examined,
        with_errors=len(errors),
        counts=report.counts,
        rules=RULES,
        histograms=_histograms(report, limits),
        data=Markup(_script_safe(_data(report))),
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(_TEMPLATE)


def _data(report: AuditReport) -> dict[str, Any]:
    """Findings by subject and file; rules and files are named once, since there may be a hundred thousand findings."""
    codes = sorted({finding.code for finding in report.findings})
    number = {code: index for index, code in enumerate(codes)}
    subjects: defaultdict[str, defaultdict[str, list[list[object]]]] = defaultdict(lambda: defaultdict(list))
    for finding in report.findings:
        subject, _, name = finding.path.rpartition("/")
        row = [number[finding.code], int(finding.severity == "error"), finding.line, finding.field]
        subjects[subject][name].append([*row, clean(finding.message)])
    return {"codes": codes, "subjects": subjects}


def _script_safe(data: dict[str, Any]) -> str:
    """JSON in which nothing ends a script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _histograms(report: AuditReport, limits: Limits) -> tuple[Histogram, ...]:
    seo, answer = limits.seo, limits.answer
    prefix = len(seo.description_prefix)
    shown = [len(facts.description) + prefix for facts in report.facts]
    return (
        Histogram(
            "Description as searchers see it",
            f"characters, the site's prefix of {prefix} included; search results show about {seo.description_total}",
            _bars(shown, 20, 500, prefix + seo.description_min, seo.description_total),
        ),
        Histogram(
            "Words per answer",
            f"the limits are {answer.words}",
            _bars([facts.words for facts in report.facts], 50, 1000, answer.words.min, answer.words.max),
        ),
        Histogram(
            "Points per answer",
            f"numbered points; the limits are {answer.points}",
            _bars([facts.points for facts in report.facts], 1, 15, answer.points.min, answer.points.max),
        ),
    )


def _bars(values: Iterable[int], width: int, last: int, least: int, most: int) -> tuple[Bar, ...]:
    """Bars of ``width`` from the first to the last that holds something; what lies past ``last`` is put in one."""
    counts = Counter(min(value, last) // width for value in values)
    if not counts:
        return ()
    tallest = max(counts.values())
    bars = []
    for number in range(min(counts), max(counts) + 1):
        low, high = number * width, number * width + width - 1
        label = str(low) if width == 1 else f"{low}–{high}"
        if low >= last:
            label = f"{low}+"
        count = counts[number]
        bars.append(Bar(label, count, count / tallest, least <= high <= most))
    return tuple(bars)
