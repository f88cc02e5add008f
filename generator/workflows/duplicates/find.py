"""The use case of ``duplicates``: finds the clusters of pages that one page would serve, and records them."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import closing
from functools import cache
from typing import TYPE_CHECKING, Protocol

from generator.content.duplicates.clusters import Cluster, components, form_clusters
from generator.content.duplicates.keeper import PageStrength, keeper_reason
from generator.content.duplicates.pairs import KINDS
from generator.content.text import normalise_question
from generator.store.corpus.site_pages import SitePages
from generator.store.ledger.duplicates.clusters import ClusterPage, FoundCluster
from generator.store.ledger.storage.hashes import question_key
from generator.workflows.audit.kept_audit import KeptAudit, audit_context, kept_results
from generator.workflows.duplicates.evidence import Evidence
from generator.workflows.duplicates.requests import FoundDuplicates, SearchFigures
from generator.workflows.duplicates.site import ComparedPages
from generator.workflows.ports import HasClusters, HasCorpus, HasLedger, HasSearchData, HasSettings
from generator.workflows.search_data.competing import competing_page_pairs
from generator.workflows.site.corpus import refresh_corpus
from generator.workflows.site.selection import whole_site

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from generator.content.duplicates.cluster_states import ClusterState
    from generator.content.duplicates.pairs import DuplicatePair
    from generator.store.corpus.rows import ArticleRow
    from generator.workflows.engine.progress import Progress

UNFIT = "the answer of the page that is kept is refused, cut off or too short"


class FindServices(HasSettings, HasLedger, HasClusters, HasCorpus, HasSearchData, Protocol):
    """The services that the search for duplicates needs."""


def find_duplicates(
    services: FindServices, progress: Progress, *, figures: SearchFigures | None = None
) -> FoundDuplicates:
    """Find the clusters of duplicate pages and record those that nobody has decided on.

    Pages that are hidden, that name another page as their canonical one, or whose cluster is decided on are left out.
    Two pages that a person called no duplicates are never paired again, nor are other pages with their questions.

    Args:
        figures: decide first which page is kept; those of the imported search data by default.

    Raises:
        StorageError: the index or the ledger cannot be written.
    """
    refresh_corpus(services, progress)
    if figures is None:
        figures = SearchFigures(services.search_data.page_totals(), tuple(competing_page_pairs(services)))
    started = time.monotonic()
    rows = SitePages(services.index).rows()
    pages = ComparedPages(rows, _settled(services))
    with progress.bar("comparing") as show:
        settings = services.settings.duplicates
        evidence = Evidence(
            pages,
            SitePages(services.index).answers(),
            similarity=settings.similarity,
            ask_from=settings.ask_from,
            on_step=show,
        )
        pairs = evidence.pairs()
    pairs += evidence.competing(figures.competing)
    pairs = _without_rejected(services, pages, pairs)
    pairs = _with_verdicts(services, pages, pairs)
    strengths = _strengths(services, pages, pairs, figures, progress)
    clusters = form_clusters(pairs, lambda key: strengths[key].rank)
    found = [_found(pages, strengths, cluster) for cluster in clusters]
    found.sort(key=lambda cluster: (KINDS.index(cluster.kind), cluster.keeper))
    services.clusters.record(found, now=services.now())
    return FoundDuplicates(
        examined=len(pages.rows),
        clusters=tuple(services.clusters.rows(["open"])),
        open_pairs=_open_pairs(pairs, clusters),
        decided=_decided(services.clusters.counts()),
        seconds=time.monotonic() - started,
    )


def _settled(services: HasClusters) -> set[str]:
    """The pages that are decided on: those that are not kept, of all clusters that are."""
    kept = services.clusters.rows(["kept", "merge"])
    return {page.key for cluster in kept for page in cluster.others}


def _decided(counts: Counter[ClusterState]) -> Mapping[str, int]:
    return {state: count for state, count in counts.items() if state != "open"}


def _without_rejected(
    services: HasClusters, pages: ComparedPages, pairs: Iterable[DuplicatePair]
) -> list[DuplicatePair]:
    """The pairs without those that a person called no duplicates."""
    by_page: set[frozenset[str]] = set()
    by_question: set[frozenset[str]] = set()
    for cluster in services.clusters.rows(["rejected"]):
        for number, one in enumerate(cluster.pages):
            for other in cluster.pages[number + 1 :]:
                by_page.add(frozenset((one.key, other.key)))
                questions = frozenset(map(normalise_question, (one.question, other.question)))
                if len(questions) == 2:
                    by_question.add(questions)
    if not by_page:
        return list(pairs)
    normal = {key: normalise_question(row.question) for key, row in pages.rows.items()}
    return [
        pair
        for pair in pairs
        if pair.keys not in by_page and frozenset((normal[pair.one], normal[pair.other])) not in by_question
    ]


def _with_verdicts(
    services: HasLedger, pages: ComparedPages, pairs: Sequence[DuplicatePair]
) -> list[DuplicatePair]:
    """The pairs with what a model said: sure where one page would serve both, else none; equal ones stay as they are."""
    verdicts = services.ledger.same_page.by_pair()
    if not verdicts:
        return list(pairs)
    key_of = cache(lambda key: question_key(pages.rows[key].question))
    found: list[DuplicatePair] = []
    for pair in pairs:
        verdict = None
        if pair.kind not in ("same_question", "same_answer"):
            verdict = verdicts.get(frozenset((key_of(pair.one), key_of(pair.other))))
        if verdict is None:
            found.append(pair)
        elif verdict == "same":
            found.append(pair._replace(kind="verdict", is_sure=True))
    return found


def _open_pairs(pairs: Iterable[DuplicatePair], clusters: Iterable[Cluster]) -> tuple[DuplicatePair, ...]:
    """The pairs that a model can decide, each once; without pages of one cluster, which are decided together."""
    number = {key: at for at, cluster in enumerate(clusters) for key in cluster.members}
    best: dict[frozenset[str], DuplicatePair] = {}
    for pair in pairs:
        if pair.is_sure or (pair.one in number and number[pair.one] == number.get(pair.other)):
            continue
        known = best.get(pair.keys)
        if known is None or pair.strength < known.strength:
            best[pair.keys] = pair
    return tuple(sorted(best.values(), key=lambda pair: (pair.strength, pair.one, pair.other)))


def _strengths(
    services: FindServices,
    pages: ComparedPages,
    pairs: Sequence[DuplicatePair],
    figures: SearchFigures,
    progress: Progress,
) -> dict[str, PageStrength]:
    """What speaks for keeping each page of a pair. Findings are counted only where all before them is equal to that of another page of its group."""
    groups = components(pairs)
    inbound = _inbound(services, {key for group in groups for key in group})
    strengths = {
        key: _strength(services, pages.rows[key], figures, inbound[key]) for group in groups for key in group
    }
    tied: list[str] = []
    for group in groups:
        # Each of these may be compared with the other: a group can form several clusters.
        counts = Counter(strengths[key].before_findings for key in group)
        tied += [key for key in group if counts[strengths[key].before_findings] > 1]
    for key, count in _findings(services, [pages.rows[key].path for key in tied], progress):
        strengths[key] = strengths[key].with_findings(count)
    return strengths


def _strength(services: FindServices, row: ArticleRow, figures: SearchFigures, inbound: int) -> PageStrength:
    totals = figures.totals.get(row.path)
    return PageStrength(
        key=row.key,
        is_listed=not services.index.is_never_indexed(row),
        clicks=totals.clicks if totals else 0,
        impressions=totals.impressions if totals else 0,
        inbound=inbound,
        findings=None,
        words=row.words,
        id=row.id,
    )


def _inbound(services: FindServices, wanted: set[str]) -> Counter[str]:
    """How many pages link to each of some pages."""
    site = services.settings.site
    counts: Counter[str] = Counter()
    for key, addresses in SitePages(services.index).links():
        targets = {site.target_of(address) for address in addresses}
        counts.update((targets & wanted) - {key})
    return counts


def _findings(services: FindServices, paths: Sequence[str], progress: Progress) -> Iterable[tuple[str, int]]:
    """The number of audit findings of some files, by key; kept results of files that did not change are used."""
    if not paths:
        return
    site = whole_site(services.settings.content_dir)
    context = audit_context(services, site.content_dir)
    with progress.bar("auditing copies") as show, closing(kept_results(services, context)) as kept:
        wanted = sorted(paths)
        examined = KeptAudit(context, site, kept).examined([(path, True) for path in wanted])
        for done, (path, result) in enumerate(zip(wanted, examined, strict=True), start=1):
            show(done, len(wanted))
            yield path.removesuffix(".md"), len(result.findings)


def _found(pages: ComparedPages, strengths: Mapping[str, PageStrength], cluster: Cluster) -> FoundCluster:
    """A cluster with what a person needs to decide on it."""
    keeper = cluster.keeper
    others = sorted(cluster.evidence, key=lambda key: strengths[key].rank)
    weakest = max(cluster.evidence.values(), key=lambda pair: pair.strength)
    doubts = [pair.doubt for pair in cluster.evidence.values() if pair.doubt]
    if not pages.rows[keeper].fit and any(pages.rows[key].fit for key in others):
        doubts.append(UNFIT)
    return FoundCluster(
        pages=tuple(_page(pages.rows[key], strengths[key], cluster) for key in (keeper, *others)),
        keeper=keeper,
        reason=keeper_reason(strengths[keeper], (strengths[key] for key in others)),
        kind=weakest.kind,
        doubt=doubts[0] if doubts else "",
    )


def _page(row: ArticleRow, strength: PageStrength, cluster: Cluster) -> ClusterPage:
    pair = cluster.evidence.get(row.key)
    return ClusterPage(
        key=row.key,
        question=row.question,
        subject=row.subject,
        kind=pair.kind if pair else None,
        similarity=round(pair.similarity, 3) if pair else 1.0,
        words=strength.words,
        inbound=strength.inbound,
        clicks=strength.clicks,
        impressions=strength.impressions,
    )
