"""The use case of ``seo report``: compares the search texts of the whole site before and after the proposals."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from generator.content.limits import SeoLimits
from generator.content.seo.fields import SeoField, shown_length
from generator.content.seo.proposal_states import ProposalState
from generator.content.site.site import Site
from generator.store.corpus.description_pairs import DescriptionPairs
from generator.store.corpus.descriptions import SiteText
from generator.store.ledger.runs.calls import Spend
from generator.store.ledger.seo.proposals import Proposals
from generator.workflows.engine.progress import Progress
from generator.workflows.html_reports.histograms import DESCRIPTION_LENGTHS, HistogramBins
from generator.workflows.ports import HasCorpus, HasLedger, HasProposals, HasSearchData, HasSettings
from generator.workflows.seo.search_comparison import SearchComparison, compare_search_data
from generator.workflows.site.canonical import is_canonicalised
from generator.workflows.site.corpus import refresh_corpus
from generator.workflows.site.files import SiteFiles

KEYWORDS = HistogramBins(width=1, last=19)
MOST_OPENINGS = 12
_MOST_PAIRS = 30
_IN_AFTER: tuple[ProposalState, ...] = ("proposed", "approved", "applied")
"""The states of proposals whose texts are in the "after" side of the report."""


class DescriptionPair(NamedTuple):
    """Two pages whose descriptions are nearly the same."""

    one: str
    other: str
    text: str
    other_text: str


@dataclass
class SeoTextStatistics:
    """Statistics of the search texts of the site at one time. Lengths include the prefix of the site.

    ``within`` counts descriptions within the limits. ``lengths`` and ``keywords`` count articles by the bins of
    ``DESCRIPTION_LENGTHS`` and ``KEYWORDS``, ``openings`` by the first two words of the description.
    ``near_duplicates`` counts pages whose description is nearly that of another page; ``pairs`` are the first of them,
    each with the nearest other page. ``identical_groups`` counts descriptions that two or more pages have, copies of a
    question included, and ``identical_pages`` these pages. Pages that name another one as canonical are not counted.
    """

    articles: int = 0
    within: int = 0
    lengths: Counter[int] = field(default_factory=Counter)
    keywords: Counter[int] = field(default_factory=Counter)
    openings: Counter[str] = field(default_factory=Counter)
    near_duplicates: int = 0
    identical_groups: int = 0
    identical_pages: int = 0
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
        """Count the pages whose descriptions are near duplicates: their similarity is at least ``threshold``."""
        pages: set[str] = set()
        for description, others in descriptions.near(threshold):
            pages.update((description.page, *(other.page for other in others)))
            if len(self.pairs) < _MOST_PAIRS:
                nearest = max(others, key=lambda other: other.similarity)
                self.pairs.append(
                    DescriptionPair(description.page, nearest.page, description.text, nearest.text)
                )
        self.near_duplicates = len(pages)

    def count_identical(self, pages: Mapping[str, Sequence[str]]) -> None:
        """Count the groups of pages with one description; ``pages`` has the pages by the hash of their description."""
        groups = [group for group in pages.values() if len(group) > 1]
        self.identical_groups, self.identical_pages = len(groups), sum(map(len, groups))

    def as_dict(self) -> dict[str, Any]:
        """The statistics as an object for JSON."""
        return {
            "articles": self.articles,
            "within_limits": self.within,
            "lengths": {
                DESCRIPTION_LENGTHS.label(number): count for number, count in sorted(self.lengths.items())
            },
            "keywords": {str(number): count for number, count in sorted(self.keywords.items())},
            "openings": dict(self.openings.most_common(MOST_OPENINGS)),
            "identical_groups": self.identical_groups,
            "identical_pages": self.identical_pages,
            "near_duplicates": self.near_duplicates,
            "pairs": [pair._asdict() for pair in self.pairs],
        }


@dataclass(frozen=True)
class SeoReport:
    """The statistics before and after the proposals, the number of proposals by state, and the cost.

    ``reasons`` count why proposals need a person or were skipped: state, reason and number. ``limits`` are the limits
    that the texts are compared with. ``created_at`` is in the ledger's format: UTC, ISO 8601.
    """

    before: SeoTextStatistics
    after: SeoTextStatistics
    states: dict[SeoField, dict[ProposalState, int]]
    reasons: list[tuple[ProposalState, str, int]]
    spend: Spend
    offline_calls: int
    limits: SeoLimits
    created_at: str
    search: SearchComparison | None = None
    """What the search data says of the applied proposals; None where none is imported."""

    def as_dict(self) -> dict[str, Any]:
        """The report as an object for JSON. Costs are in US dollars."""
        return {
            "before": self.before.as_dict(),
            "after": self.after.as_dict(),
            "states": self.states,
            "reasons": [{"state": state, "reason": why, "proposals": n} for state, why, n in self.reasons],
            "calls": self.spend.calls,
            "offline_calls": self.offline_calls,
            "cost_usd": self.spend.cost / 1e9,
            "unpriced_calls": self.spend.unpriced,
            **({} if self.search is None else {"search": self.search.as_dict()}),
        }


class SeoReportServices(HasSettings, HasLedger, HasProposals, HasCorpus, HasSearchData, Protocol):
    """The services that the report needs."""


def seo_report(services: SeoReportServices, progress: Progress) -> SeoReport:
    """Compare the texts of all articles before the first applied proposal with the texts after all proposals."""
    refresh_corpus(services, progress)
    settings = services.settings
    limits, site = settings.limits.seo, settings.site
    before, after = SeoTextStatistics(), SeoTextStatistics()
    same_before, same_after = _SameTexts(services), _SameTexts(services)
    with (
        progress.bar("comparing"),
        closing(DescriptionPairs()) as pairs_before,
        closing(DescriptionPairs()) as pairs_after,
    ):
        for article in services.site_descriptions.all():
            old, new = _texts(article, services.proposals)
            for side, texts, pairs, same in (
                (before, old, pairs_before, same_before),
                (after, new, pairs_after, same_after),
            ):
                side.add(texts, limits, site)
                pairs.add(article.key, texts["page_description"], question=article.question)
                same.add(article.key, texts["page_description"])
        for side, pairs, same in ((before, pairs_before, same_before), (after, pairs_after, same_after)):
            side.compare(pairs, settings.duplicates.description_similarity)
            side.count_identical(same.groups())
    return SeoReport(
        before=before,
        after=after,
        states=services.proposals.counts(),
        reasons=services.proposals.reasons(),
        spend=services.ledger.calls.spend(kind="seo"),
        offline_calls=services.ledger.calls.spend(kind="seo", backend="offline").calls,
        limits=limits,
        created_at=services.now(),
        search=compare_search_data(services),
    )


class _SameTexts:
    """Groups pages by their description, without case and white space. Only hashes and keys are in memory."""

    def __init__(self, services: SeoReportServices) -> None:
        self._files = SiteFiles(services.settings.content_dir)
        self._site = services.settings.site
        self._pages: dict[bytes, list[str]] = {}

    def add(self, page: str, text: str) -> None:
        """Add the description of a page; an empty one is none."""
        if text.strip():
            key = hashlib.sha256(" ".join(text.casefold().split()).encode()).digest()[:16]
            self._pages.setdefault(key, []).append(page)

    def groups(self) -> dict[str, list[str]]:
        """The pages of each description that several have, without canonicalised ones."""
        several = {key.hex(): pages for key, pages in self._pages.items() if len(pages) > 1}
        return {
            key: [page for page in pages if not is_canonicalised(self._files, page, self._site)]
            for key, pages in several.items()
        }


def _texts(article: SiteText, proposals: Proposals) -> tuple[dict[SeoField, str], dict[SeoField, str]]:
    """The texts of an article before its first applied proposal, and with all proposals applied."""
    old: dict[SeoField, str] = {"page_description": article.description, "page_keywords": article.keywords}
    new = dict(old)
    applied: set[SeoField] = set()
    for row in proposals.named(article.key):
        if row.state == "applied" and row.field not in applied:
            applied.add(row.field)
            old[row.field] = row.old
        if row.state in _IN_AFTER and row.new is not None:
            new[row.field] = row.new
    return old, new
