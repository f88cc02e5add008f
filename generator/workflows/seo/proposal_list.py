"""Finds proposals by state or by the names of articles: for ``seo list``, ``seo diff`` and the review page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.content.display import in_words
from generator.errors import UsageError
from generator.workflows.ports import HasLedger, HasProposals, HasSettings
from generator.workflows.site.article_names import plain_name

if TYPE_CHECKING:
    from generator.content.seo.fields import SeoField
    from generator.content.seo.proposal_states import ProposalState
    from generator.store.ledger.seo.proposals import ProposalRow

IN_REVIEW: tuple[ProposalState, ...] = ("proposed", "needs_fix", "approved")
"""The states of proposals that a reviewer looks at: their texts can still be applied."""

_NO_NAME = "give the names of articles: subject/slug or slug"

Counts = Mapping["SeoField", Mapping["ProposalState", int]]


class ProposalListServices(HasSettings, HasLedger, HasProposals, Protocol):
    """The services that finding proposals needs."""


@dataclass(frozen=True)
class ProposalList:
    """The requested proposals, and the number of all proposals by field and state.

    ``rows`` can be iterated once. They are read from the ledger during the iteration, so that a long list needs no more
    memory. ``counts`` is None if there is no ledger yet.
    """

    rows: Iterable[ProposalRow]
    counts: Counts | None


def list_proposals(
    services: ProposalListServices,
    names: Sequence[str] = (),
    *,
    states: Sequence[ProposalState] = (),
    field: SeoField | None = None,
    after: int = 0,
    limit: int | None = None,
) -> ProposalList:
    """The proposals of the named articles, or all proposals, oldest first.

    Args:
        names: ``subject/slug`` or slug. With names, ``field``, ``after`` and ``limit`` are ignored.
        states: only proposals in these states; empty for all states.
        field: only proposals for this field; None for all.
        after: only proposals with a higher number, for paging.
        limit: the most proposals; None for no limit.

    Raises:
        UsageError: a named article has no such proposal.
    """
    if names:
        rows: Iterable[ProposalRow] = proposals_of(services, names, states)
    elif services.has_ledger:
        rows = services.proposals.rows(states=states, field=field, after=after, limit=limit)
    else:
        rows = ()
    return ProposalList(rows, services.proposals.counts() if services.has_ledger else None)


def proposals_of(
    services: ProposalListServices, names: Sequence[str], states: Sequence[ProposalState] = ()
) -> list[ProposalRow]:
    """The proposals of the named articles in one of the states.

    Raises:
        UsageError: an article has none, or no article is named.
    """
    if not names:
        raise UsageError(_NO_NAME)
    return [row for name in names for row in _in_states(services, name, states)]


def proposals_to_decide(
    services: ProposalListServices, names: Sequence[str], states: Sequence[ProposalState]
) -> list[ProposalRow]:
    """The proposals as :func:`proposals_of`; each name must match one article.

    Raises:
        UsageError: as :func:`proposals_of`, or a name matches proposals of several articles.
    """
    if not names:
        raise UsageError(_NO_NAME)
    found: list[ProposalRow] = []
    for name in names:
        rows = _in_states(services, name, states)
        _require_one(name, {row.key for row in rows})
        found += rows
    return found


def article_with_proposals(services: ProposalListServices, name: str) -> str | None:
    """The ``subject/slug`` of the article with this name that has proposals, or None.

    Raises:
        UsageError: several articles match.
    """
    keys = {row.key for row in _named(services, name)}
    _require_one(name, keys)
    return next(iter(keys), None)


def _in_states(
    services: ProposalListServices, name: str, states: Sequence[ProposalState]
) -> list[ProposalRow]:
    rows = [row for row in _named(services, name) if not states or row.state in states]
    if not rows:
        in_state = f" that is {' or '.join(map(in_words, states))}" if states else ""
        raise UsageError(f"{name!r} has no proposal{in_state}")
    return rows


def _require_one(name: str, keys: Collection[str]) -> None:
    if len(keys) > 1:
        raise UsageError(f"several articles are named {name!r}: {', '.join(sorted(keys))}")


def _named(services: ProposalListServices, name: str) -> list[ProposalRow]:
    if not services.has_ledger:
        return []
    return services.proposals.named(plain_name(name, services.settings))
