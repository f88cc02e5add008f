"""Which pages proposals leave alone, and the command that shows and ends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.content.search_data.hold_out import is_chosen
from generator.errors import UsageError
from generator.workflows.ports import HasLedger, HasProposals

if TYPE_CHECKING:
    from generator.store.ledger.seo.hold_outs import HoldOut, HoldOuts

HELD_OUT = "held out for comparison; generator seo hold-out --end ends that"


class HoldOutServices(HasLedger, HasProposals, Protocol):
    """The services that hold-outs need."""


class HeldOutPages:
    """The pages that a run leaves alone: those of an open hold-out, and those that it would hold out itself.

    Args:
        share: of the pages that the run holds out, 0 to 1; None for none.

    Raises:
        UsageError: a hold-out with another share is open.
    """

    def __init__(self, hold_outs: HoldOuts, share: float | None) -> None:
        current = hold_outs.open()
        if share is not None and current is not None and current.share != share:
            raise UsageError(
                f"--hold-out {share:.0%}: one of {current.share:.0%} is open since {current.started_at[:10]}; use the same"
                " share, or end it with generator seo hold-out --end"
            )
        self._share = share
        self._seed = hold_outs.next_seed() if current is None else current.seed
        self._held_out = hold_outs.held_out()
        self._left = frozenset() if current is None else hold_outs.rewritten(current)

    def is_left_alone(self, path: str) -> bool:
        """Whether an open hold-out has the page."""
        return path in self._held_out

    def is_to_be_held_out(self, path: str) -> bool:
        """Whether this run holds the page out, if it would ask for new texts otherwise."""
        if self._share is None or path in self._left:
            return False
        return is_chosen(path, seed=self._seed, share=self._share)


@dataclass(frozen=True, slots=True)
class HoldOutOutcome:
    """The latest hold-out, None without one, with the numbers of its pages.

    Args:
        asked: the pages that the model was asked for new texts for.
        applied: those of them with an applied proposal.
        left: the pages that were held out until a rewrite of them was published.
    """

    hold_out: HoldOut | None
    held_out: int
    asked: int
    applied: int
    left: int = 0


def find_hold_out(services: HoldOutServices, *, end: bool = False) -> HoldOutOutcome:
    """The latest hold-out.

    Args:
        end: end it first: proposals no longer leave its pages alone.

    Raises:
        UsageError: it is to end, and none is open.
    """
    if not services.has_ledger:
        if end:
            raise UsageError("no hold-out is open")
        return HoldOutOutcome(None, 0, 0, 0)
    hold_outs = services.proposals.hold_outs
    if end and hold_outs.end(now=services.now()) is None:
        raise UsageError("no hold-out is open")
    latest = hold_outs.latest()
    pages = {} if latest is None else hold_outs.pages(latest)
    asked = [path for path, held_out in pages.items() if not held_out]
    applied = services.proposals.applied_days()
    left = 0 if latest is None else len(hold_outs.rewritten(latest))
    return HoldOutOutcome(
        latest, len(pages) - len(asked), len(asked), sum(path in applied for path in asked), left
    )
