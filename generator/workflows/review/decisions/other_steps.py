"""What a reviewer did that undo does not take back: undo then says so, instead of undoing something older at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.workflows.ports import HasDrafts, HasLedger

if TYPE_CHECKING:
    from generator.workflows.review.decisions.decision_order import AnyDecision


class OtherStepServices(HasLedger, HasDrafts, Protocol):
    """The services that :func:`step_after` needs."""


def step_after(services: OtherStepServices, decision: AnyDecision | None, who: str) -> str | None:
    """The newest step of a reviewer that cannot be undone, in words; None if the decision came later.

    Steps of one time with the decision count as earlier.
    """
    steps: list[tuple[str, str]] = []
    redraft = services.ledger.redrafts.newest_of(who)
    if redraft is not None:
        name = services.drafts.get(redraft.draft).name
        steps.append((redraft.asked_at, f"asked for {name} to be drafted again"))
    written = services.drafts.decisions.last_written(who)
    if written is not None:
        steps.append((written.at, f"wrote the article of {services.drafts.get(written.row).name}"))
    at, text = max(steps, default=("", ""))
    is_newer = decision is None or at > decision.at
    return f"{who} {text}, which undo does not take back" if text and is_newer else None
