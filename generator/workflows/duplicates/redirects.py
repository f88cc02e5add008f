"""Lists from which address to which one visitors should be led, for whoever keeps the redirects of the site."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, NamedTuple

from generator.content.seo.canonical_pages import final_targets
from generator.content.slugs import ArticleKey
from generator.store.corpus.site_pages import SitePages
from generator.store.files import write_file
from generator.workflows.duplicates.plan import PlanServices, site_canonicals

if TYPE_CHECKING:
    from pathlib import Path


class Redirect(NamedTuple):
    """From the address of a duplicate to that of the page that is kept; absolute where ``site.origin`` is set."""

    source: str
    target: str


def all_redirects(services: PlanServices) -> list[Redirect]:
    """The redirects of all applied clusters and of all other pages that name a canonical one, by address."""
    targets = site_canonicals(services, SitePages(services.index).rows())
    for cluster in services.clusters.rows(["kept", "merge"]):
        if cluster.applied_by is not None:
            for page in cluster.others:
                targets.setdefault(page.key, cluster.keeper)
    found = (
        Redirect(_address(services, key), _address(services, keeper))
        for key, keeper in final_targets(targets).items()
    )
    return sorted(found)


def write_redirects(services: PlanServices, file: Path) -> int:
    """Write all redirects as CSV with the columns ``from`` and ``to``; returns their number.

    Raises:
        StorageError: the file cannot be written.
    """
    redirects = all_redirects(services)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("from", "to"))
    writer.writerows(redirects)
    write_file(file.resolve(), text.getvalue().encode())
    return len(redirects)


def _address(services: PlanServices, key: str) -> str:
    site = services.settings.site
    return f"{site.origin or ''}{site.address_of(ArticleKey(*key.split('/', 1)))}"
