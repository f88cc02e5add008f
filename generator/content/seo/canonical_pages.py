"""Which page of the site a canonical address leads to, and where chains of such addresses end."""

import re
from collections.abc import Mapping

from generator.content.site.site import Site
from generator.content.slugs import ArticleKey

_ORIGIN = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//([^/?#]*)", re.ASCII | re.IGNORECASE)


def canonical_target(site: Site, address: str) -> ArticleKey | None:
    """The article of this site that a canonical address leads to; None for an address elsewhere."""
    return None if is_on_other_host(site, address) else site.key_of_address(address)


def is_on_other_host(site: Site, address: str) -> bool:
    """Whether an address has another host than ``site.origin``; False for a site without an origin."""
    host = _host(address)
    return bool(host and site.origin) and host != _host(site.origin or "")


def path_of_address(address: str) -> str:
    """The path of an absolute or relative address, without query, fragment and final slash."""
    match = _ORIGIN.match(address)
    return address[match.end() if match else 0 :].partition("?")[0].partition("#")[0].rstrip("/")


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


def _host(address: str) -> str:
    """The host of an address with its port, in lower case; empty for a relative address."""
    match = _ORIGIN.match(address)
    return match[1].lower() if match else ""
