"""Plans the application of decided clusters: which page is to name which other one, and which files link to them.

Chains never come about: a page that is to name B names C where B is to name C. Pages that name one of the others already
are pointed to the keeper too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from generator.content.seo.canonical_pages import canonical_target, final_targets
from generator.store.corpus.site_pages import SitePages
from generator.workflows.duplicates.decide import ClusterReview
from generator.workflows.ports import HasClusters, HasCorpus, HasLedger, HasSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.store.corpus.rows import ArticleRow
    from generator.store.ledger.duplicates.clusters import ClusterRow
    from generator.workflows.duplicates.requests import ApplyReport, ApplyRequest


@dataclass
class SubjectPlan:
    """The clusters whose keepers are of one subject, and the paths of the files that they concern.

    Args:
        subject: its name.
    """

    subject: str
    clusters: list[ClusterRow] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ApplicationPlan:
    """What an application does, by the keys of pages.

    Args:
        subjects: the work, in the order of subjects.
        keepers: the keeper of each page that is not kept, and of each that names such a page already.
        decided: the pages that are not kept, without those that only name one.
        released: the keepers that name a page of their own cluster until now.
        rows: the keepers' articles.
    """

    subjects: tuple[SubjectPlan, ...]
    keepers: Mapping[str, str]
    decided: frozenset[str]
    released: frozenset[str]
    rows: Mapping[str, ArticleRow]


class PlanServices(HasSettings, HasLedger, HasClusters, HasCorpus, Protocol):
    """The services that planning an application needs."""


def plan_application(services: PlanServices, request: ApplyRequest, report: ApplyReport) -> ApplicationPlan:
    """Plan the decided clusters of a request that are not applied yet. The index must be up to date.

    Args:
        report: receives the clusters that wait, and those that cannot be applied.
    """
    rows = {row.key: row for row in SitePages(services.index).rows()}
    clusters = _selected(services, request, rows, report)
    overlay, released = _overlay(services, clusters, rows)
    final = final_targets(overlay)
    clusters = [
        cluster for cluster in clusters if _is_possible(services, cluster, final, released, rows, report)
    ]
    if request.limit is not None:
        clusters = clusters[: request.limit]
    decided = {page.key for cluster in clusters for page in cluster.others if page.key in rows}
    keepers = {
        key: final[key]
        for key, target in overlay.items()
        if key in final and (key in decided or target in decided)
    }
    keepers = {key: keeper for key, keeper in keepers.items() if keeper in rows and key in rows}
    return ApplicationPlan(
        subjects=_by_subject(services, clusters, keepers, rows),
        keepers=keepers,
        decided=frozenset(decided),
        released=frozenset(released & {cluster.keeper for cluster in clusters}),
        rows={keeper: rows[keeper] for keeper in keepers.values()},
    )


def site_canonicals(services: PlanServices, rows: Iterable[ArticleRow]) -> dict[str, str]:
    """The pages that name another article of the site as their canonical one, with that article; by key."""
    site = services.settings.site
    found: dict[str, str] = {}
    for row in rows:
        target = canonical_target(site, row.canonical) if row.canonical else None
        if target is not None and str(target) != row.key:
            found[row.key] = str(target)
    return found


def _selected(
    services: PlanServices, request: ApplyRequest, rows: Mapping[str, ArticleRow], report: ApplyReport
) -> list[ClusterRow]:
    """The clusters to apply, in the order of the keepers' subjects."""
    folder = None if request.subject is None else services.index.folder_of(request.subject)
    review = ClusterReview(services)
    found: list[ClusterRow] = []
    for cluster in services.clusters.rows(["kept", "merge"]):
        if cluster.applied_by is not None:
            continue
        if folder is not None and cluster.keeper.partition("/")[0] != folder:
            continue
        if cluster.state == "merge" and not review.rewritten(cluster):
            report.waiting.append(cluster.keeper)
            continue
        found.append(cluster)
    return sorted(found, key=lambda cluster: (cluster.keeper.partition("/")[0], cluster.id))


def _overlay(
    services: PlanServices, clusters: Sequence[ClusterRow], rows: Mapping[str, ArticleRow]
) -> tuple[dict[str, str], set[str]]:
    """What each page names after the decisions, and the keepers that named a page of their cluster before."""
    overlay = site_canonicals(services, rows.values())
    released: set[str] = set()
    for cluster in clusters:
        members = {page.key for page in cluster.pages}
        if overlay.get(cluster.keeper) in members:
            del overlay[cluster.keeper]
            released.add(cluster.keeper)
    for cluster in clusters:
        overlay.update({page.key: cluster.keeper for page in cluster.others})
    return overlay, released


def _is_possible(
    services: PlanServices,
    cluster: ClusterRow,
    final: Mapping[str, str],
    released: Collection[str],
    rows: Mapping[str, ArticleRow],
    report: ApplyReport,
) -> bool:
    """Whether a cluster can be applied; else the report says why not."""
    reason = _obstacle(services, cluster, final, released, rows)
    if reason:
        report.refused.append(f"{cluster.name} ({cluster.kept_page.question}): {reason}; keep another page")
    return not reason


def _obstacle(
    services: PlanServices,
    cluster: ClusterRow,
    final: Mapping[str, str],
    released: Collection[str],
    rows: Mapping[str, ArticleRow],
) -> str:
    """Why search engines would not show the page that a cluster is to name; empty where nothing is in the way."""
    ends = {final.get(page.key) for page in cluster.others}
    if None in ends:
        return "the decisions on its pages contradict each other in a circle"
    others = [rows[page.key] for page in cluster.others if page.key in rows]
    for keeper in sorted(end for end in ends if end is not None):
        if keeper not in rows:
            return f"{keeper} is missing or cannot be read"
        row = rows[keeper]
        if row.no_index:
            return f"{keeper} is hidden from search engines"
        if row.canonical and not (keeper == cluster.keeper and keeper in released):
            return f"{keeper} names {row.canonical} as its canonical page"
        if _is_unlisted(services, row) and not all(_is_unlisted(services, other) for other in others):
            return f"{keeper} is of a subject that the site does not list"
    return ""


def _is_unlisted(services: PlanServices, row: ArticleRow) -> bool:
    return services.subjects.is_unlisted(row.subject_slug, row.subject)


def _by_subject(
    services: PlanServices,
    clusters: Sequence[ClusterRow],
    keepers: Mapping[str, str],
    rows: Mapping[str, ArticleRow],
) -> tuple[SubjectPlan, ...]:
    linking = _linking(services, keepers)
    named_by: defaultdict[str, list[str]] = defaultdict(list)
    for key, target in site_canonicals(services, rows.values()).items():
        named_by[target].append(key)
    plans: dict[str, SubjectPlan] = {}
    for cluster in clusters:
        folder = cluster.keeper.partition("/")[0]
        plan = plans.setdefault(
            folder, SubjectPlan(services.subjects.canonical(rows[cluster.keeper].subject))
        )
        plan.clusters.append(cluster)
        concerned = {cluster.keeper}
        for page in cluster.others:
            concerned |= {page.key, *named_by[page.key], *linking[page.key]}
            for follower in named_by[page.key]:
                concerned |= linking[follower]
        plan.paths += [rows[key].path for key in concerned if key in rows]
    for plan in plans.values():
        plan.paths = sorted(set(plan.paths))
    return tuple(plans.values())


def _linking(services: PlanServices, wanted: Mapping[str, str]) -> defaultdict[str, set[str]]:
    """The pages that link to each of some pages."""
    site = services.settings.site
    found: defaultdict[str, set[str]] = defaultdict(set)
    for key, addresses in SitePages(services.index).links():
        for address in addresses:
            target = site.target_of(address)
            if target in wanted:
                found[target].add(key)
    return found
