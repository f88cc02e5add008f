"""Tests whether the targets of related links exist, and whether the content folder is only a part of the site."""

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
    """

    def __init__(self, keys: Collection[str], addresses: Callable[[], Iterable[str]], site: Site) -> None:
        self._keys = keys
        self._addresses = addresses
        self._site = site

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
        keys = [key for key in map(self._site.key_of_address, self._addresses()) if key is not None]
        return sum(not self.has(key) for key in keys) / len(keys) if keys else 0.0

    @property
    def is_partial_site(self) -> bool:
        """Whether more than 5 % of the targets are missing: the folder is then taken for a part of the site."""
        return self.missing_share > _MAX_MISSING_SHARE
