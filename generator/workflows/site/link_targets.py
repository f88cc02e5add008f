"""Tests whether the targets of related links exist, and whether the content folder is only a part of the site."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from functools import cached_property

from generator.content.site.site import Site
from generator.content.slugs import ArticleKey

_MAX_MISSING_SHARE = 0.05


class LinkTargets:
    """The articles of one content folder that links can lead to.

    Args:
        keys: ``subject/slug`` of all article files, including those that cannot be read.
        addresses: returns the addresses of all related links; called once, when first needed.
        site: the site of the articles.
        missing_share: what :attr:`missing_share` is, where it is known.
    """

    def __init__(
        self,
        keys: Collection[str],
        addresses: Callable[[], Iterable[str]],
        site: Site,
        *,
        missing_share: float | None = None,
    ) -> None:
        self._keys = keys
        self._addresses = addresses
        self._site = site
        self._known_share = missing_share

    def has(self, key: ArticleKey) -> bool:
        """Whether the article exists."""
        return str(key) in self._keys

    def is_dead(self, address: str) -> bool:
        """Whether an address is the address of an article that does not exist."""
        key = self._site.key_of_address(address)
        return key is not None and not self.has(key)

    @cached_property
    def missing_share(self) -> float:
        """The share, 0 to 1, of the links to articles whose target does not exist."""
        if self._known_share is not None:
            return self._known_share
        existing = missing = 0
        for address, times in Counter(self._addresses()).items():
            key = self._site.key_of_address(address)
            if key is not None and self.has(key):
                existing += times
            elif key is not None:
                missing += times
        return missing / (existing + missing) if missing else 0.0

    @property
    def is_partial_site(self) -> bool:
        """Whether more than 5 % of the targets are missing: the folder is then taken for a part of the site."""
        return self.missing_share > _MAX_MISSING_SHARE
