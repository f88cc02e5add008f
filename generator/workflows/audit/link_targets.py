"""Which articles links can lead to, and whether so many targets are missing that the folder must be a part of the site."""

from collections.abc import Callable, Collection, Iterable
from functools import cached_property

from generator.content.site import Site
from generator.content.slugs import ArticleKey

_MOST_MISSING = 0.05


class LinkTargets:
    """The articles of one content folder.

    Args:
        keys: of all article files, those that cannot be read included.
        addresses: where the related links of all readable articles lead; asked for once, when first needed.
        site: whose articles they are.
    """

    def __init__(self, keys: Collection[str], addresses: Callable[[], Iterable[str]], site: Site) -> None:
        self._keys = keys
        self._addresses = addresses
        self._site = site

    def has(self, key: ArticleKey) -> bool:
        """Whether there is such an article."""
        return str(key) in self._keys

    def is_dead(self, address: str) -> bool:
        """Whether an address is that of an article, and there is none."""
        key = self._site.key_of_address(address)
        return key is not None and not self.has(key)

    @cached_property
    def missing_share(self) -> float:
        """The part of all links to articles whose target does not exist."""
        keys = [key for key in map(self._site.key_of_address, self._addresses()) if key is not None]
        return sum(not self.has(key) for key in keys) / len(keys) if keys else 0.0

    @property
    def is_partial_site(self) -> bool:
        """Whether so many targets are missing that this must be a part of the site."""
        return self.missing_share > _MOST_MISSING
