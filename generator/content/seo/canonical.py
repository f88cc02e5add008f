"""Whether a page names another one as its canonical address: search engines then show that one in its place."""

from collections.abc import Iterator
from typing import NamedTuple

from generator.content.frontmatter import Document
from generator.content.seo.canonical_pages import is_on_other_host, path_of_address
from generator.content.site.site import Site

CANONICAL_FIELDS = ("canonical", "canonical_url")
"""The fields that may hold a canonical address. The first is the one that is written."""
_NO_ADDRESS = frozenset({"", "~", "null"})


class CanonicalField(NamedTuple):
    """A field of an article file with a canonical address."""

    name: str
    address: str


def canonical_fields(document: Document) -> Iterator[CanonicalField]:
    """The fields of an article file that have a canonical address, whichever page it is of."""
    for name in CANONICAL_FIELDS:
        address = (document.get(name) or "").strip()
        if address.casefold() not in _NO_ADDRESS:
            yield CanonicalField(name, address)


def other_canonical_fields(document: Document, site: Site) -> Iterator[CanonicalField]:
    """The fields that name another page than the file's own ``url``.

    A page's own address is its own with or without the site's origin, a query, a fragment or a final slash. The same
    path on another host than that of ``site.origin`` is another page. Where the site has no origin, the host says
    nothing: a page with its own path on any host is taken for itself, because otherwise every page that names itself
    by an absolute address would be left out of lists and search.
    """
    own = path_of_address((document.get("url") or "").strip())
    for field in canonical_fields(document):
        is_own = path_of_address(field.address) == own and not is_on_other_host(site, field.address)
        if not (own and is_own):
            yield field


def other_canonical_field(document: Document, site: Site) -> CanonicalField | None:
    """The first of :func:`other_canonical_fields`; None without one."""
    return next(other_canonical_fields(document, site), None)


def canonical_elsewhere(document: Document, site: Site) -> str | None:
    """The address of the other page that an article file names as its canonical one; None without one.

    That of :func:`other_canonical_field`.
    """
    field = other_canonical_field(document, site)
    return None if field is None else field.address
