"""Finds proposals: a list by state for ``seo list``, ``seo diff`` and the page, or those of named articles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.content.display import in_words
from generator.errors import UsageError
from generator.workflows.ports import HasLedger, HasProposals, HasSettings
from generator.workflows.site.article_names import plain_name

if TYPE_CHECKING:
    from generator.content.proposal_states import ProposalState
    from generator.content.seo.fields import SeoField
    from generator.store.ledger.proposals import ProposalRow

IN_REVIEW: tuple[ProposalState, ...] = ("proposed", "needs_fix", "approved")
"""The states of proposals whose texts are looked at: they may reach the article."""

_NO_NAME = "name the articles meant: subject/slug or slug"

Counts = Mapping["SeoField", Mapping["ProposalState", int]]


class ProposalListServices(HasSettings, HasLedger, HasProposals, Protocol):
    """What finding proposals takes."""


@dataclass(frozen=True)
class ProposalList:
    """The proposals asked for, and how many there are in all by field and state.

    ``rows`` may be iterated once: they are read from the ledger meanwhile, so that memory does not grow with them.
    ``counts`` is None where nothing was ever proposed or drafted.
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
    """The proposals of the named articles, or else all, in the order in which they were made.

    Args:
        names: ``subject/slug`` or slug; the arguments after ``states`` do not hold for named articles.
        states: only these; by default all.
        field: only those for this field.
        after: only those with a higher number, for paging.
        limit: at most so many.

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
        UsageError: an article has none, or none is named.
    """
    if not names:
        raise UsageError(_NO_NAME)
    return [row for name in names for row in _in_states(services, name, states)]


def proposals_to_decide(
    services: ProposalListServices, names: Sequence[str], states: Sequence[ProposalState]
) -> list[ProposalRow]:
    """The proposals as :func:`proposals_of`, each name that of one article.

    Raises:
        UsageError: as :func:`proposals_of`, or proposals of several articles have a name.
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
    """The ``subject/slug`` of the article of this name that has proposals; None where there is none.

    Raises:
        UsageError: there are several.
    """
    keys = {row.key for row in _named(services, name)}
    _require_one(name, keys)
    return next(iter(keys), None)


def _in_states(
    services: ProposalListServices, name: str, states: Sequence[ProposalState]
) -> list[ProposalRow]:
    rows = [row for row in _named(services, name) if not states or row.state in states]
    if not rows:
        wanted = f" that is {' or '.join(map(in_words, states))}" if states else ""
        raise UsageError(f"{name!r} has no proposal{wanted}")
    return rows


def _require_one(name: str, keys: Collection[str]) -> None:
    if len(keys) > 1:
        raise UsageError(f"several articles are named {name!r}: {', '.join(sorted(keys))}")


def _named(services: ProposalListServices, name: str) -> list[ProposalRow]:
    if not services.has_ledger:
        return []
    return services.proposals.named(plain_name(name, services.settings))
