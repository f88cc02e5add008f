"""Composes the search result of an article: title and description as the site writes and a search engine cuts them."""

from typing import NamedTuple

from generator.content.limits import SeoLimits
from generator.content.site import Site

TITLE_CHARS = 60
"""About how many characters of a title a search result shows."""
_CUT = " …"


class SearchResult(NamedTuple):
    """A search result. ``*_shown`` is the visible part of a text, ``*_chars`` the length of the whole text.

    Title and description include the site's pattern and prefix.
    """

    title: str
    title_chars: int
    title_shown: str
    host: str
    address: str
    description: str
    description_chars: int
    description_shown: str
    description_limit: int
    """How many characters of the description are shown."""

    @property
    def description_room(self) -> int:
        """How many characters the description may still grow; negative where it is too long."""
        return self.description_limit - self.description_chars


def search_result(
    site: Site, seo: SeoLimits, *, title: str, subject: str, url: str, description: str
) -> SearchResult:
    """The search result of an article with these fields; ``url`` is its path."""
    whole_title = site.page_title_of(title, subject)
    whole = site.description_of(description)
    return SearchResult(
        title=whole_title,
        title_chars=len(whole_title),
        title_shown=shown(whole_title, TITLE_CHARS),
        host=site.host,
        address=" › ".join(part for part in url.split("/") if part),
        description=whole,
        description_chars=len(whole),
        description_shown=shown(whole, seo.description_total),
        description_limit=seo.description_total,
    )


def shown(text: str, limit: int) -> str:
    """The text, or as many of its words as fit in ``limit`` characters with an ellipsis."""
    if len(text) <= limit:
        return text
    room = limit - len(_CUT)
    cut = text[:room]
    if text[room] != " " and " " in cut:
        cut = cut[: cut.rfind(" ")]
    return cut.rstrip(" ,;:-") + _CUT
