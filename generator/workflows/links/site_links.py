"""The related links of a whole content folder, by which a link to no article is judged."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from generator.content.site import Site
from generator.errors import FrontMatterError
from generator.workflows.audit.article_facts import load
from generator.workflows.audit.link_targets import LinkTargets


class SiteLinks:
    """The articles of one content folder, and the links between them.

    Args:
        files: all article files by their path below the folder, those that cannot be read included.
    """

    def __init__(self, content_dir: Path, files: Iterable[str], site: Site) -> None:
        self._folder = content_dir
        self._files = sorted(files)
        self.targets = LinkTargets(frozenset(path.removesuffix(".md") for path in self._files), site)

    @cached_property
    def counted(self) -> LinkTargets:
        """The targets with the links of every file counted; reads every file."""
        for path in self._files:
            try:
                document = load(self._folder / path)
            except FrontMatterError:
                continue
            self.targets.count(link.url for link in document.related)
        return self.targets
