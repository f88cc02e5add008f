"""The use case of ``search-data import``: reads exports of Google Search Console and stores what they count."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from generator.content.dates import parse_date
from generator.content.search_data.totals import sum_totals
from generator.errors import UsageError
from generator.search_console.exports import DateRange, read_exports
from generator.workflows.ports import HasCorpus, HasSearchData, HasSettings, HasTime
from generator.workflows.search_data.requests import ImportedExport, ImportOutcome
from generator.workflows.site.corpus import refresh_corpus

if TYPE_CHECKING:
    from generator.content.search_data.exports import Export, NewExport
    from generator.content.site.site import Site
    from generator.workflows.engine.progress import Progress
    from generator.workflows.search_data.requests import ImportRequest


class ImportServices(HasSettings, HasCorpus, HasSearchData, HasTime, Protocol):
    """The services that importing search data needs."""


def import_search_data(services: ImportServices, request: ImportRequest, progress: Progress) -> ImportOutcome:
    """Import exports: all files or, after an error, none. A file that was imported before changes nothing.

    Raises:
        UsageError: a file is no export, or its dates are not known or in the future; see ``read_exports``.
        StorageError: the search data cannot be written.
    """
    given = _given(request)
    refresh_corpus(services, progress)
    with progress.bar("reading"):
        read = read_exports(request.files, partial(article_path, services.settings.site), given)
    today = services.now()[:10]
    for new in read.exports:
        if new.last_day > today:
            raise UsageError(f"{new.source}: its last day {new.last_day} is in the future")
    stored = services.search_data.add(read.exports, now=services.now())
    published = {row.path for row in services.index.published_before("9999")}
    imported = (_imported(new, export, published) for new, export in zip(read.exports, stored, strict=True))
    return ImportOutcome(tuple(imported), tuple(read.notes))


def article_path(site: Site, address: str) -> str | None:
    """The path of the article file that an address of the site leads to; None for any other address.

    The host must be that of ``site.origin``, where that is set; ``www.``, the scheme, a query and a fragment make no
    difference.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    if host and site.origin and host.removeprefix("www.") != site.host.removeprefix("www."):
        return None
    key = site.key_of_address(unquote(parts.path))
    return None if key is None else key.path


def _given(request: ImportRequest) -> DateRange | None:
    """The dates of the request. Raises UsageError for half of a range, and for what is no range."""
    if request.first_day is None and request.last_day is None:
        return None
    if request.first_day is None or request.last_day is None:
        raise UsageError("--from and --to belong together")
    for option, text in (("--from", request.first_day), ("--to", request.last_day)):
        if parse_date(text) is None:
            raise UsageError(f"{option} {text!r} is not a date of the form YYYY-MM-DD")
    if request.first_day > request.last_day:
        raise UsageError(f"--from {request.first_day} is after --to {request.last_day}")
    return DateRange(request.first_day, request.last_day)


def _imported(new: NewExport, export: Export | None, published: set[str]) -> ImportedExport:
    pages = {path for path, _ in new.counted if path}
    return ImportedExport(
        kind=new.kind,
        first_day=new.first_day,
        last_day=new.last_day,
        rows=new.rows,
        is_cut=new.is_cut,
        pages=len(pages),
        queries=len({query for _, query in new.counted if query}),
        totals=sum_totals(new.counted.values()),
        unpublished=len(pages - published),
        export=export,
    )
