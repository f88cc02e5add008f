"""The search texts of the whole site before and after the proposals: lengths, openings, near-duplicates, cost."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from generator.content.limits import SeoLimits
from generator.content.proposal_states import ProposalState
from generator.content.seo import SeoField, seen_length
from generator.content.text import clean
from generator.store.corpus.description_pairs import EchoIndex
from generator.store.corpus.descriptions import SiteDescriptions, SiteText
from generator.store.ledger.calls import Spend
from generator.store.ledger.proposals import Proposals, question_key

_BIN = 20
_LAST_BIN = 400
_MOST_KEYWORDS = 20
_OPENINGS = 12
_PAIRS = 30
_COMING: tuple[ProposalState, ...] = ("proposed", "approved", "applied")


@dataclass(frozen=True)
class Bar:
    """One bar of a histogram; ``within`` tells whether the limits allow it."""

    label: str
    count: int
    share: float
    within: bool


class Pair(NamedTuple):
    """Two pages that say nearly the same."""

    one: str
    other: str
    text: str
    other_text: str


@dataclass
class Side:
    """The site's search texts at one time. Lengths are as searchers see them, the prefix included."""

    articles: int = 0
    within: int = 0
    lengths: Counter[int] = field(default_factory=Counter)
    keywords: Counter[int] = field(default_factory=Counter)
    openings: Counter[str] = field(default_factory=Counter)
    echoing: int = 0
    pairs: list[Pair] = field(default_factory=list)
    _index: EchoIndex = field(default_factory=EchoIndex, repr=False)

    def add(self, key: str, question: str, description: str, keywords: str, limits: SeoLimits) -> None:
        """Count one article."""
        length = seen_length("page_description", description, limits)
        self.articles += 1
        self.within += (
            len(limits.description_prefix) + limits.description_min <= length <= limits.description_total
        )
        self.lengths[min(max(length - 1, 0) // _BIN * _BIN, _LAST_BIN)] += 1
        self.keywords[min(seen_length("page_keywords", keywords, limits), _MOST_KEYWORDS)] += 1
        self.openings[" ".join(description.split()[:2]).casefold()] += 1
        echo = self._index.add(key, description, kin=question_key(question))
        if echo is not None:
            self.echoing += 1
            if len(self.pairs) < _PAIRS:
                self.pairs.append(Pair(key, echo[0], description, echo[1]))

    def close(self) -> None:
        self._index.close()

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "articles": self.articles,
            "within_limits": self.within,
            "lengths": {_label(low): count for low, count in sorted(self.lengths.items())},
            "keywords": {str(number): count for number, count in sorted(self.keywords.items())},
            "openings": dict(self.openings.most_common(_OPENINGS)),
            "near_duplicates": self.echoing,
            "pairs": [pair._asdict() for pair in self.pairs],
        }


@dataclass
class SeoReport:
    """Both sides, the proposals by state, why some are missing, and what was spent."""

    before: Side
    after: Side
    states: dict[SeoField, dict[ProposalState, int]]
    reasons: list[tuple[ProposalState, str, int]]
    spend: Spend
    offline_calls: int

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON; money in US dollars."""
        return {
            "before": self.before.as_dict(),
            "after": self.after.as_dict(),
            "states": self.states,
            "reasons": [{"state": state, "reason": why, "proposals": n} for state, why, n in self.reasons],
            "calls": self.spend.calls,
            "offline_calls": self.offline_calls,
            "cost_usd": self.spend.cost / 1e9,
            "unpriced_calls": self.spend.unpriced,
        }


def compare(
    site: SiteDescriptions, proposals: Proposals, limits: SeoLimits, *, spend: Spend, offline_calls: int
) -> SeoReport:
    """Look at every article once, as it was before the first applied proposal and as it is when all stand."""
    before, after = Side(), Side()
    try:
        for text in site.all():
            old, new = _texts(text, proposals)
            before.add(text.key, text.question, old["page_description"], old["page_keywords"], limits)
            after.add(text.key, text.question, new["page_description"], new["page_keywords"], limits)
    finally:
        before.close()
        after.close()
    return SeoReport(before, after, proposals.counts(), proposals.reasons(), spend, offline_calls)


def _texts(text: SiteText, proposals: Proposals) -> tuple[dict[SeoField, str], dict[SeoField, str]]:
    old: dict[SeoField, str] = {"page_description": text.description, "page_keywords": text.keywords}
    new = dict(old)
    applied: set[SeoField] = set()
    for row in proposals.named(text.key):
        if row.state == "applied" and row.field not in applied:
            applied.add(row.field)
            old[row.field] = row.old
        if row.state in _COMING and row.new is not None:
            new[row.field] = row.new
    return old, new


def render_html(report: SeoReport, limits: SeoLimits, *, made: str) -> str:
    """The report as one page that needs nothing else."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("seo.html").render(
        report=report,
        limits=limits,
        made=made,
        sides=[
            ("Before", report.before, *_histograms(report.before, limits)),
            ("After", report.after, *_histograms(report.after, limits)),
        ],
        most_openings=_OPENINGS,
        per_thousand=_per_thousand(report),
    )
    return clean(page)


def _histograms(side: Side, limits: SeoLimits) -> tuple[list[Bar], list[Bar]]:
    least = len(limits.description_prefix) + limits.description_min
    lengths = _bars(
        [(low, _label(low)) for low in range(0, _LAST_BIN + 1, _BIN)],
        side.lengths,
        lambda low: low + _BIN >= least and low < limits.description_total,
    )
    keywords = _bars(
        (
            (number, str(number) if number < _MOST_KEYWORDS else f"{number} and more")
            for number in range(_MOST_KEYWORDS + 1)
        ),
        side.keywords,
        lambda number: number in limits.keywords,
    )
    return lengths, keywords


def _label(low: int) -> str:
    """The lengths in the bin that begins above ``low``."""
    return f"{low + 1}–{low + _BIN}" if low < _LAST_BIN else f"over {_LAST_BIN}"


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
