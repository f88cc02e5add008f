"""Which articles links can lead to, and whether so many targets are missing that the folder must be a part of the site."""

from collections.abc import Collection, Iterable

from generator.content.site import Site
from generator.content.slugs import ArticleKey

MOST_MISSING = 0.05
"""From a larger share of missing targets on, the folder is taken for a part of the site."""


class LinkTargets:
    """The articles of one content folder, and what was counted of the links between them.

    Args:
        keys: of all files, those that cannot be read included.
    """

    def __init__(self, keys: Collection[str], site: Site) -> None:
        self._keys = keys
        self._site = site
        self._linked = 0
        self._missing = 0

    def count(self, urls: Iterable[str]) -> None:
        """Count the related links of an article."""
        for url in urls:
            self._linked += self._site.key_of_address(url) is not None
            self._missing += self.is_dead(url)

    def has(self, key: ArticleKey) -> bool:
        """Whether there is such an article."""
        return str(key) in self._keys

    def is_dead(self, url: str) -> bool:
        """Whether an address is that of an article, and there is none."""
        key = self._site.key_of_address(url)
        return key is not None and not self.has(key)

    @property
    def missing_share(self) -> float:
        """The part of all counted links to articles whose target does not exist."""
        return self._missing / self._linked if self._linked else 0.0

    @property
    def is_part(self) -> bool:
        """Whether so many targets are missing that the folder must be a part of the site."""
        return self.missing_share > MOST_MISSING
