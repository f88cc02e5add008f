"""The search texts of the whole site before and after the proposals: lengths, openings, near-duplicates, cost."""

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from generator.content.limits import SeoLimits
from generator.content.proposal_states import ProposalState
from generator.content.seo.fields import SeoField, shown_length
from generator.content.site import Site
from generator.store.corpus.description_pairs import DescriptionPairs
from generator.store.corpus.descriptions import SiteText
from generator.store.ledger.calls import Spend
from generator.store.ledger.proposals import Proposals
from generator.workflows.engine.progress import Progress
from generator.workflows.html_reports.histograms import DESCRIPTION_LENGTHS, Scale
from generator.workflows.ports import HasCorpus, HasLedger, HasProposals, HasSettings
from generator.workflows.site.corpus import refresh_corpus

KEYWORDS = Scale(width=1, last=19)
MOST_OPENINGS = 12
_MOST_PAIRS = 30
_COMING: tuple[ProposalState, ...] = ("proposed", "approved", "applied")


class DescriptionPair(NamedTuple):
    """Two pages that say nearly the same."""

    one: str
    other: str
    text: str
    other_text: str


@dataclass
class SearchTexts:
    """The site's search texts at one time. Lengths are as searchers see them, the prefix included.

    ``lengths`` and ``keywords`` count by the bins of ``DESCRIPTION_LENGTHS`` and ``KEYWORDS``. ``echoing`` counts pages whose
    description is nearly that of another; ``pairs`` are the first of them, each with the nearest.
    """

    articles: int = 0
    within: int = 0
    lengths: Counter[int] = field(default_factory=Counter)
    keywords: Counter[int] = field(default_factory=Counter)
    openings: Counter[str] = field(default_factory=Counter)
    echoing: int = 0
    pairs: list[DescriptionPair] = field(default_factory=list)

    def add(self, texts: dict[SeoField, str], limits: SeoLimits, site: Site) -> None:
        """Count the texts of one article."""
        description = texts["page_description"]
        length = shown_length("page_description", description, site)
        self.articles += 1
        self.within += length in limits.shown_lengths
        self.lengths[DESCRIPTION_LENGTHS.bin_of(length)] += 1
        keywords = shown_length("page_keywords", texts["page_keywords"], site)
        self.keywords[KEYWORDS.bin_of(keywords)] += 1
        self.openings[" ".join(description.split()[:2]).casefold()] += 1

    def compare(self, descriptions: DescriptionPairs, threshold: float) -> None:
        """Count the pages whose descriptions are near each other."""
        echoing: set[str] = set()
        for description, others in descriptions.near(threshold):
            echoing.update((description.page, *(other.page for other in others)))
            if len(self.pairs) < _MOST_PAIRS:
                nearest = max(others, key=lambda other: other.similarity)
                self.pairs.append(
                    DescriptionPair(description.page, nearest.page, description.text, nearest.text)
                )
        self.echoing = len(echoing)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "articles": self.articles,
            "within_limits": self.within,
            "lengths": {
                DESCRIPTION_LENGTHS.label(number): count for number, count in sorted(self.lengths.items())
            },
            "keywords": {str(number): count for number, count in sorted(self.keywords.items())},
            "openings": dict(self.openings.most_common(MOST_OPENINGS)),
            "near_duplicates": self.echoing,
            "pairs": [pair._asdict() for pair in self.pairs],
        }


@dataclass(frozen=True)
class SeoReport:
    """Both sides, the proposals by state, why some are missing, and what was spent.

    ``limits`` are those that the texts are measured by; ``made`` is when, as the ledger keeps times.
    """

    before: SearchTexts
    after: SearchTexts
    states: dict[SeoField, dict[ProposalState, int]]
    reasons: list[tuple[ProposalState, str, int]]
    spend: Spend
    offline_calls: int
    limits: SeoLimits
    made: str

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


class SeoReportServices(HasSettings, HasLedger, HasProposals, HasCorpus, Protocol):
    """What comparing the site before and after its proposals takes."""


def seo_report(services: SeoReportServices, progress: Progress) -> SeoReport:
    """Look at every article once, as it was before the first applied proposal and as it is with all of them applied."""
    refresh_corpus(services, progress)
    settings = services.settings
    limits, site = settings.limits.seo, settings.site
    before, after = SearchTexts(), SearchTexts()
    with (
        progress.bar("comparing"),
        closing(DescriptionPairs()) as pairs_before,
        closing(DescriptionPairs()) as pairs_after,
    ):
        for article in services.site_descriptions.all():
            old, new = _texts(article, services.proposals)
            for side, texts, pairs in ((before, old, pairs_before), (after, new, pairs_after)):
                side.add(texts, limits, site)
                pairs.add(article.key, texts["page_description"], question=article.question)
        for side, pairs in ((before, pairs_before), (after, pairs_after)):
            side.compare(pairs, settings.duplicates.description_similarity)
    return SeoReport(
        before=before,
        after=after,
        states=services.proposals.counts(),
        reasons=services.proposals.reasons(),
        spend=services.ledger.calls.spend(kind="seo"),
        offline_calls=services.ledger.calls.spend(kind="seo", backend="offline").calls,
        limits=limits,
        made=services.now(),
    )


def _texts(article: SiteText, proposals: Proposals) -> tuple[dict[SeoField, str], dict[SeoField, str]]:
    """The article's texts before its first applied proposal, and with all proposals applied."""
    old: dict[SeoField, str] = {"page_description": article.description, "page_keywords": article.keywords}
    new = dict(old)
    applied: set[SeoField] = set()
    for row in proposals.named(article.key):
        if row.state == "applied" and row.field not in applied:
            applied.add(row.field)
            old[row.field] = row.old
        if row.state in _COMING and row.new is not None:
            new[row.field] = row.new
    return old, new
