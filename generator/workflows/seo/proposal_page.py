"""One page of the proposals to review: filtered, in the order of the reviewer's choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from generator.errors import UsageError
from generator.store.ledger.seo.proposal_queue import ProposalOrder
from generator.workflows.ports import HasLedger, HasProposals, HasSearchData, HasSettings
from generator.workflows.search_data.figures import opportunities

if TYPE_CHECKING:
    from generator.store.ledger.seo.proposal_queue import ProposalFilter
    from generator.store.ledger.seo.proposals import ProposalRow

PageOrder = ProposalOrder | Literal["opportunity"]
"""``opportunity``: the pages that miss most clicks first, those without search data last."""


class ProposalPageServices(HasSettings, HasLedger, HasProposals, HasSearchData, Protocol):
    """The services that listing proposals for review needs."""


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """The proposals of one page, its number from 1, and the number of all proposals of the filter."""

    rows: list[ProposalRow]
    number: int
    total: int


def proposal_page(
    services: ProposalPageServices,
    wanted: ProposalFilter,
    *,
    order: PageOrder = "oldest",
    number: int = 1,
    size: int,
    item: int | None = None,
) -> ProposalPage:
    """The proposals of one page; of the last one where there are fewer pages.

    Args:
        number: of the page, from 1.
        size: the most proposals on a page.
        item: show the page that has this proposal, where the filter finds it.
    """
    ids = _ordered(services, wanted, order)
    if item in ids:
        number = ids.index(item) // size + 1
    number = max(1, min(number, -(-len(ids) // size)))
    rows = services.proposals.with_ids(ids[(number - 1) * size : number * size])
    return ProposalPage(rows, number, len(ids))


def _ordered(services: ProposalPageServices, wanted: ProposalFilter, order: PageOrder) -> list[int]:
    if order != "opportunity":
        return [proposal for proposal, _ in services.proposals.queue.ids(wanted, order)]
    try:
        missed = {
            path: position for position, path in enumerate(opportunities(services))
        }  # those that miss most first
    except UsageError:  # nothing is imported: all pages are alike
        missed = {}
    found = services.proposals.queue.ids(wanted)
    return [proposal for proposal, path in sorted(found, key=lambda pair: missed.get(pair[1], len(missed)))]
