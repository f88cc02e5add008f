"""What an existing site's articles tell of its settings: subjects, patterns of titles and addresses, lengths, ids, language."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from generator.content.limits import Range

_CERTAIN = 0.9
"""The share of articles that must agree on a value, so that it counts as the site's."""
_FEWEST_FOR_LENGTHS = 100
"""The fewest articles whose lengths say what is usual."""
_LOW, _HIGH = 0.05, 0.95
_ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "in",
        "is",
        "that",
        "for",
        "as",
        "are",
        "with",
        "by",
        "this",
        "an",
        "be",
        "it",
        "on",
        "or",
        "from",
        "which",
    ]
)
_LEAST_ENGLISH = 0.15
"""The share of these words in English prose is about 0.3; in other European languages it is below 0.06."""


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """What one article says of its site. Texts are empty where the file lacks them.

    Args:
        folder, slug: the names of the folder and of the file, without the suffix.
        words: in the answer.
        points: the numbered points of the answer; 0 without.
        is_hidden: whether search engines are kept away from it.
        body: the text below the front matter.
        canonical: the absolute address that the file names as its canonical one.
    """

    folder: str
    slug: str
    id: int | None
    author: str
    subject: str
    seo_title: str
    url: str
    canonical: str
    is_hidden: bool
    words: int
    points: int
    body: str
    text: str


@dataclass(frozen=True, slots=True)
class FoundSubject:
    """A subject by the spelling of most of its articles; ``spellings`` are the others."""

    name: str
    articles: int
    hidden: int
    spellings: tuple[str, ...] = ()

    @property
    def is_hidden(self) -> bool:
        """Whether all its articles are hidden from search engines."""
        return self.hidden == self.articles


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What the articles of a site tell; None where they do not agree.

    Args:
        brand: the author of the articles, where their SEO titles name it too.
        seo_title: its pattern with ``{brand}`` and ``{subject}``.
        address: its pattern with ``{subject}`` and ``{slug}``.
        ids: the smallest and the largest.
        words, target_words: the 5th to 95th percentile of the lengths of answers, and the 25th to 75th.
        points: the 5th to 95th percentile, of answers with numbered points.
        is_english: None where there is no text.
    """

    articles: int
    subjects: tuple[FoundSubject, ...]
    author: str | None = None
    brand: str | None = None
    seo_title: str | None = None
    address: str | None = None
    origin: str | None = None
    body: str | None = None
    ids: tuple[int, int] | None = None
    words: Range | None = None
    target_words: Range | None = None
    points: Range | None = None
    is_english: bool | None = None


def site_facts(articles: Sequence[ArticleFacts]) -> SiteFacts:
    """What these articles tell of their site."""
    author = _agreed(article.author for article in articles)
    seo_title = _agreed(
        article.seo_title.replace(article.subject, "{subject}", 1) if article.subject else ""
        for article in articles
    )
    if seo_title is not None and seo_title.count("{subject}") != 1:
        seo_title = None
    brand = author if author and seo_title and author in seo_title else None
    ids = sorted(article.id for article in articles if article.id is not None)
    enough = len(articles) >= _FEWEST_FOR_LENGTHS
    words = sorted(article.words for article in articles if article.words)
    points = sorted(article.points for article in articles if article.points)
    return SiteFacts(
        articles=len(articles),
        subjects=tuple(_subjects(articles)),
        author=author,
        brand=brand,
        seo_title=seo_title.replace(brand, "{brand}") if seo_title and brand else seo_title,
        address=_address(articles),
        origin=_origin(articles),
        body=_agreed(article.body for article in articles),
        ids=(ids[0], ids[-1]) if ids else None,
        words=_between(words, _LOW, _HIGH) if enough else None,
        target_words=_between(words, 0.25, 0.75) if enough else None,
        points=_between(points, _LOW, _HIGH) if enough and len(points) * 2 > len(articles) else None,
        is_english=_is_english(articles),
    )


def _subjects(articles: Sequence[ArticleFacts]) -> list[FoundSubject]:
    """One subject of each folder, by name."""
    found: dict[str, Counter[str]] = {}
    hidden: Counter[str] = Counter()
    for article in articles:
        found.setdefault(article.folder, Counter())[article.subject] += 1
        hidden[article.folder] += article.is_hidden
    subjects = []
    for folder, spellings in found.items():
        names = [name for name, _ in spellings.most_common() if name]
        name = names[0] if names else folder.replace("-", " ").capitalize()
        subjects.append(FoundSubject(name, spellings.total(), hidden[folder], tuple(names[1:])))
    return sorted(subjects, key=lambda subject: subject.name.casefold())


def _address(articles: Sequence[ArticleFacts]) -> str | None:
    """The pattern of the addresses: the parts of the path that are the names of the folder and of the file."""

    def pattern(article: ArticleFacts) -> str:
        parts = urlsplit(article.url).path.split("/")
        names = {article.folder: "{subject}", article.slug: "{slug}"}
        return "/".join(names.get(part, part) for part in parts)

    found = _agreed(pattern(article) for article in articles if article.url)
    return found if found and found.count("{subject}") == found.count("{slug}") == 1 else None


def _origin(articles: Sequence[ArticleFacts]) -> str | None:
    """The scheme and host of the absolute addresses, of which there may be few."""
    hosts: Counter[str] = Counter()
    for article in articles:
        for address in (article.url, article.canonical):
            parts = urlsplit(address)
            if parts.scheme in ("http", "https") and parts.netloc:
                hosts[f"{parts.scheme}://{parts.netloc}"] += 1
    return _agreed(hosts.elements())


def _agreed(values: Iterable[str]) -> str | None:
    """The value of nearly all; None without one."""
    found = Counter(values)
    if not found:
        return None
    value, count = found.most_common(1)[0]
    return value if value and count >= _CERTAIN * found.total() else None


def _between(ordered: Sequence[int], low: float, high: float) -> Range | None:
    """The range of two quantiles (0 to 1); None without values."""
    if not ordered:
        return None
    last = len(ordered) - 1
    return Range(min=ordered[round(low * last)], max=max(1, ordered[round(high * last)]))


def _is_english(articles: Sequence[ArticleFacts]) -> bool | None:
    words: Counter[bool] = Counter()
    for article in articles:
        words.update(word in _ENGLISH for word in re.findall(r"[^\W\d_]+", article.text.lower()))
    return words[True] >= _LEAST_ENGLISH * words.total() if words else None
