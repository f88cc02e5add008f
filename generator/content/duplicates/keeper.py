"""Chooses which of several duplicate pages is kept, and says why."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class PageStrength:
    """What speaks for keeping a page.

    Args:
        key: ``subject/slug``.
        is_listed: whether search engines may index it.
        clicks, impressions: in the imported search data; 0 without any.
        inbound: how many pages link to it.
        findings: how many findings its audit has; None where it was not needed.
        words: the length of its answer.
        id: the number of its article; None without one. Lower ones are older.
    """

    key: str
    is_listed: bool
    clicks: int
    impressions: int
    inbound: int
    findings: int | None
    words: int
    id: int | None

    @property
    def before_findings(self) -> tuple[int, ...]:
        """What decides before the findings are compared; lower is better."""
        return (not self.is_listed, -self.clicks, -self.impressions, -self.inbound)

    def with_findings(self, findings: int) -> "PageStrength":
        """The same page with the number of its findings."""
        return replace(self, findings=findings)

    @property
    def rank(self) -> tuple[Any, ...]:
        """Sorts the page to keep first; no two pages have the same."""
        return (
            *self.before_findings,
            self.findings or 0,
            -self.words,
            self.id is None,
            self.id or 0,
            self.key,
        )


class _Criterion(NamedTuple):
    value: Callable[[PageStrength], Any]
    reason: Callable[[PageStrength, PageStrength], str]


_CRITERIA = (
    _Criterion(lambda page: page.is_listed, lambda one, other: "the others are hidden from search engines"),
    _Criterion(
        lambda page: page.clicks, lambda one, other: f"most clicks: {_pair(one.clicks, other.clicks)}"
    ),
    _Criterion(
        lambda page: page.impressions,
        lambda one, other: f"most impressions: {_pair(one.impressions, other.impressions)}",
    ),
    _Criterion(
        lambda page: page.inbound,
        lambda one, other: f"most pages link to it: {_pair(one.inbound, other.inbound)}",
    ),
    _Criterion(
        lambda page: page.findings or 0,
        lambda one, other: f"fewest findings: {_pair(one.findings or 0, other.findings or 0)}",
    ),
    _Criterion(
        lambda page: page.words, lambda one, other: f"longest answer: {_pair(one.words, other.words)} words"
    ),
    _Criterion(
        lambda page: page.id,
        lambda one, other: (
            f"oldest id: {one.id}" if one.id is not None else "all else is equal: first by address"
        ),
    ),
)


def keeper_reason(keeper: PageStrength, others: Iterable[PageStrength]) -> str:
    """Why a page is kept and not the best of the others: the first criterion in which they differ."""
    second = min(others, key=lambda page: page.rank)
    for criterion in _CRITERIA:
        if criterion.value(keeper) != criterion.value(second):
            return criterion.reason(keeper, second)
    return "all else is equal: first by address"


def _pair(best: int, second: int) -> str:
    return f"{best:,}, the next {second:,}"
