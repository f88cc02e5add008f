"""Which articles links can lead to, and whether so many targets are missing that the folder must be a part of the site."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from generator.content.site import Site
from generator.content.slugs import ArticleKey
from generator.workflows.audit.audited_corpus import MOST_MISSING

_URL = re.compile(rb"^ +url: *[\"']?([^\s\"']+)", re.MULTILINE)


class LinkTargets:
    """The articles of one content folder.

    Args:
        files: all article files by their path below the folder, those that cannot be read included.
        site: whose articles they are.
    """

    def __init__(self, content_dir: Path, files: Iterable[str], site: Site) -> None:
        self._site = site
        self._folder = content_dir
        self._files = sorted(files)
        self._keys = frozenset(path.removesuffix(".md") for path in self._files)

    def has(self, key: ArticleKey) -> bool:
        """Whether there is such an article."""
        return str(key) in self._keys

    @cached_property
    def missing_share(self) -> float:
        """The part of all links to articles whose target does not exist; reads every file."""
        total = missing = 0
        for key in self._linked():
            total += 1
            missing += not self.has(key)
        return missing / total if total else 0.0

    @property
    def is_part(self) -> bool:
        """Whether so many targets are missing that this must be a part of the site."""
        return self.missing_share > MOST_MISSING

    def _linked(self) -> Iterator[ArticleKey]:
        # By the lines alone: parsing every file of the site takes minutes.
        for path in self._files:
            try:
                data = (self._folder / path).read_bytes()
            except OSError:
                continue
            for url in _URL.findall(data):
                key = self._site.key_of_address(url.decode("utf-8", "replace"))
                if key is not None:
                    yield key
