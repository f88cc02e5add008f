"""Whether a page names another one as its canonical address: search engines then show that one in its place."""

from generator.content.frontmatter import Document
from generator.content.site import Site

_FIELDS = ("canonical", "canonical_url")
_NO_ADDRESS = frozenset({"", "~", "null"})


def canonical_elsewhere(document: Document, site: Site) -> str | None:
    """The canonical address in an article file where it is that of another page; else None.

    Every spelling of the page's own address is its own, with or without the site's origin.
    """
    own = site.target_of((document.get("url") or "").strip())
    for field in _FIELDS:
        address = (document.get(field) or "").strip()
        if address.casefold() not in _NO_ADDRESS and site.target_of(address) != own:
            return address
    return None
