"""Whether a published page names another one as its canonical address."""

from generator.content.frontmatter import read
from generator.content.seo.canonical import canonical_elsewhere
from generator.content.site.site import Site
from generator.errors import FrontMatterError, StorageError
from generator.workflows.site.files import SiteFiles


def is_canonicalised(files: SiteFiles, page: str, site: Site) -> bool:
    """Whether search engines show another page in the place of ``page`` (``subject/slug``).

    False where its file is missing or cannot be read.
    """
    try:
        data = files.find(f"{page}.md")
        return data is not None and canonical_elsewhere(read(data), site) is not None
    except (FrontMatterError, StorageError):
        return False
