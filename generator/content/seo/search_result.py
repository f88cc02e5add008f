"""Composes the search result of an article: title and description as the site writes and a search engine cuts them.

A search engine cuts by width, not by characters: about two lines of a description on a desktop, fewer on a phone.
"""

from typing import NamedTuple

from generator.content.limits import SeoLimits
from generator.content.seo.text_width import (
    DESCRIPTION_SIZE,
    DESCRIPTION_WIDTH,
    PHONE_DESCRIPTION_WIDTH,
    TITLE_SIZE,
    TITLE_WIDTH,
    fitting,
    width,
)
from generator.content.site.site import Site


class SearchResult(NamedTuple):
    """A search result. ``*_shown`` is the visible part of a text on a desktop.

    ``*_chars`` is the length of the whole text, ``*_width`` its width in pixels, ``title_fixed`` the width of what the
    site adds to the title. Title and description include the site's pattern and prefix.
    """

    title: str
    title_chars: int
    title_width: int
    title_fixed: int
    title_shown: str
    host: str
    address: str
    description: str
    description_chars: int
    description_width: int
    description_shown: str
    description_shown_on_phone: str
    description_limit: int
    """How many characters the site allows for the description."""

    title_pixels: int = TITLE_WIDTH
    """How many pixels of the title are shown."""
    description_pixels: int = DESCRIPTION_WIDTH
    """How many pixels of the description are shown on a desktop."""
    phone_pixels: int = PHONE_DESCRIPTION_WIDTH
    """How many pixels of the description are shown on a phone."""

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
        title_width=round(width(whole_title, TITLE_SIZE)),
        title_fixed=round(width(whole_title, TITLE_SIZE) - width(title, TITLE_SIZE)),
        title_shown=fitting(whole_title, TITLE_SIZE, TITLE_WIDTH),
        host=site.host,
        address=" › ".join(part for part in url.split("/") if part),
        description=whole,
        description_chars=len(whole),
        description_width=round(width(whole, DESCRIPTION_SIZE)),
        description_shown=fitting(whole, DESCRIPTION_SIZE, DESCRIPTION_WIDTH),
        description_shown_on_phone=fitting(whole, DESCRIPTION_SIZE, PHONE_DESCRIPTION_WIDTH),
        description_limit=seo.description_total,
    )
