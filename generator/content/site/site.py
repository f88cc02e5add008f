"""The facts of the site that shows the articles, set in config.yaml: its brand, its patterns, its addresses.

Titles, descriptions and addresses that follow from these facts are composed and parsed here.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import ConfigDict, StringConstraints, ValidationInfo, field_validator

from generator.content.frozen_model import FrozenModel
from generator.content.slugs import ArticleKey
from generator.content.text import clean

_Trimmed = Annotated[str, StringConstraints(strip_whitespace=True)]
_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

_BRAND = "{brand}"
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_NEEDED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "author": frozenset(),
        "page_title": frozenset({"title"}),
        "seo_title": frozenset({"subject"}),
        "description_prefix": frozenset(),
        "address": frozenset({"subject", "slug"}),
    }
)
_OPTIONAL: Mapping[str, frozenset[str]] = MappingProxyType(
    dict.fromkeys(_NEEDED, frozenset({"brand"}))
    | {"page_title": frozenset({"brand", "subject"}), "address": frozenset()}
)
_PATH = re.compile(r"/[\w.~!$&()*+,;=:@%/-]*", re.ASCII)  # no quotes, so that YAML needs no quoting
_ORIGIN = re.compile(r"https?://[^\s/?#@]+")


class Site(FrozenModel):
    """What is the same for all articles of one site.

    Every text except ``address``, ``origin`` and ``body`` may contain ``{brand}``, which is replaced when the settings
    are read.

    Attributes:
        brand: the name of the site.
        author: the ``author`` of every file.
        page_title: the pattern of the title that a page shows.
        seo_title: the pattern of the ``seo.title`` in a file.
        description_prefix: what the site puts in front of every description.
        address: the pattern of a page's path.
        origin: the address of the site, without a path; None where it is not set.
        body: the text below the front matter of every file.
    """

    model_config = ConfigDict(validate_default=True)  # the defaults contain {brand} too

    brand: _Name = "QuickTakes"
    author: _Name = _BRAND
    page_title: _Trimmed = f"Student Question : {{title}} | {{subject}} | {_BRAND}"
    seo_title: _Trimmed = f"{_BRAND} | {{subject}}"
    description_prefix: str = f"Get the full answer from {_BRAND} - "
    address: _Trimmed = "/learn/{subject}/questions/{slug}"
    origin: _Trimmed | None = None
    body: _Trimmed = "&nbsp;"

    @field_validator("*")
    @classmethod
    def _one_line(cls, text: str | None) -> str | None:
        if text and (clean(text) != text or not set(text).isdisjoint("\n\t")):
            raise ValueError("must be one line, without control or invisible characters")
        return text

    @field_validator("brand", "origin", "body")
    @classmethod
    def _no_braces(cls, text: str | None) -> str | None:
        if text and not set(text).isdisjoint("{}"):
            raise ValueError("must not contain braces")
        return text

    @field_validator(*_NEEDED)
    @classmethod
    def _with_brand(cls, pattern: str, info: ValidationInfo) -> str:
        """The pattern with the brand filled in. Raises ValueError for unknown, missing or repeated placeholders."""
        name = info.field_name or ""
        _check_placeholders(pattern, _NEEDED[name], _OPTIONAL[name])
        return pattern.replace(_BRAND, info.data.get("brand", ""))

    @field_validator("address")
    @classmethod
    def _readable_back(cls, pattern: str) -> str:
        if not _PATH.fullmatch(_PLACEHOLDER.sub("", pattern)) or "//" in pattern:
            raise ValueError("must be a path that begins with /, without a query, spaces or quotes")
        between = pattern[pattern.index("}") : pattern.rindex("{")]
        if "/" not in between:
            raise ValueError("must have a / between {subject} and {slug}")
        return pattern

    @field_validator("origin")
    @classmethod
    def _without_path(cls, origin: str | None) -> str | None:
        if origin is None:
            return None
        origin = origin.removesuffix("/")
        if not _ORIGIN.fullmatch(origin) or not _has_host(origin):
            raise ValueError(
                "must be an http or https address without a path, such as https://www.example.org"
            )
        return origin

    @property
    def host(self) -> str:
        """How a search result names the site: the host of its origin, or the brand in lower case without an origin."""
        return (urlsplit(self.origin).hostname if self.origin else None) or self.brand.lower()

    def page_title_of(self, title: str, subject: str) -> str:
        """The title of an article's page."""
        values = {"title": title, "subject": subject}
        return _PLACEHOLDER.sub(lambda match: values[match[1]], self.page_title)

    def seo_title_of(self, subject: str) -> str:
        """The ``seo.title`` of every article of a subject."""
        return self.seo_title.replace("{subject}", subject)

    def subject_of_seo_title(self, title: str) -> str | None:
        """The subject that a ``seo.title`` names; None where it does not match the pattern. Spaces may differ."""
        match = _seo_title_expression(self.seo_title).fullmatch(title)
        return match["subject"] if match else None

    def description_of(self, text: str) -> str:
        """A description as searchers see it: after the prefix, without white space around it."""
        return f"{self.description_prefix}{text.strip()}"

    def address_of(self, key: ArticleKey) -> str:
        """The address of an article's page, from the site's root."""
        return self.address.replace("{subject}", key.subject_slug).replace("{slug}", key.slug)

    def key_of_address(self, address: str) -> ArticleKey | None:
        """The article that an address, absolute or relative, leads to; None for any other address."""
        return _key_of_address(self.address, address)

    def target_of(self, address: str) -> str:
        """A text that is equal for all spellings of an article's address: its key; other addresses stay unchanged."""
        return str(self.key_of_address(address) or address)


def _check_placeholders(pattern: str, needed: frozenset[str], optional: frozenset[str]) -> None:
    """Raise ValueError for a placeholder that is unknown, repeated or missing, and for an unpaired brace."""
    if not set(_PLACEHOLDER.sub("", pattern)).isdisjoint("{}"):
        raise ValueError("contains an unpaired brace")
    found = _PLACEHOLDER.findall(pattern)
    for name in found:
        if name not in needed | optional:
            raise ValueError(f"{{{name}}} is unknown; known are {_listed(needed | optional)}")
        if name != "brand" and found.count(name) > 1:
            raise ValueError(f"{{{name}}} is used more than once")
    if missing := needed.difference(found):
        raise ValueError(f"{_listed(missing)} is missing")


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))


def _has_host(origin: str) -> bool:
    try:
        parts = urlsplit(origin)
        _ = parts.port
    except ValueError:
        return False
    return bool(parts.hostname)


@lru_cache(maxsize=65_536)  # the addresses of all articles of a site, each of which several articles link to
def _key_of_address(pattern: str, address: str) -> ArticleKey | None:
    match = _address_expression(pattern).fullmatch(address)
    return ArticleKey(match["subject"], match["slug"]) if match else None


@lru_cache
def _address_expression(pattern: str) -> re.Pattern[str]:
    path = re.escape(pattern.rstrip("/"))
    for name in ("subject", "slug"):
        path = path.replace(rf"\{{{name}\}}", f"(?P<{name}>[a-z0-9-]+)")
    return re.compile(rf"(?:https?://[^/?#]+)?{path}/?(?:[?#].*)?")


@lru_cache
def _seo_title_expression(pattern: str) -> re.Pattern[str]:
    before, after = (r"\s*".join(map(re.escape, part.split(" "))) for part in pattern.split("{subject}"))
    return re.compile(rf"{before}(?P<subject>\S(?:.*\S)?){after}\s*")
