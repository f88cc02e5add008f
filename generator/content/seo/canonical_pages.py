"""Which page of the site a canonical address leads to, and where chains of such addresses end."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from generator.content.site import Site
from generator.content.slugs import ArticleKey


def canonical_target(site: Site, address: str) -> ArticleKey | None:
    """The article of this site that a canonical address leads to; None for an address elsewhere."""
    host = urlsplit(address).netloc if "://" in address else ""
    if host and site.origin and host.lower() != urlsplit(site.origin).netloc.lower():
        return None
    return site.key_of_address(address)


def absolute_address(site: Site, key: ArticleKey) -> str:
    """The absolute address of an article's page, as ``canonical`` has it.

    Raises:
        ValueError: the settings have no ``site.origin``.
    """
    if site.origin is None:
        raise ValueError("site.origin is not set in config.yaml: a canonical address is absolute")
    return f"{site.origin}{site.address_of(key)}"


def final_targets(targets: Mapping[str, str]) -> dict[str, str]:
    """Where chains end: for each page with a target, the last page of its chain. Pages of a circle are left out."""
    found: dict[str, str] = {}
    for start in targets:
        seen = {start}
        key = targets[start]
        while key in targets and key not in seen:
            seen.add(key)
            key = targets[key]
        if key not in targets:
            found[start] = key
    return found
