"""Formats the cost of calls as text or JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from generator.content.display import dollars, plural

if TYPE_CHECKING:
    from generator.store.ledger.runs.calls import Spend


def spend_line(spend: Spend) -> str:
    """The cost of calls as a line of text."""
    cost = dollars(None) if spend.unpriced and not spend.cost else dollars(spend.cost)
    unpriced = (
        f" and {plural(spend.unpriced, 'call')} without a known price"
        if spend.unpriced and spend.cost
        else ""
    )
    share = f" = {spend.cached_share:.0%}" if spend.cached_tokens and spend.cached_share else ""
    return (
        f"{plural(spend.calls, 'call')}, {spend.prompt_tokens:,} tokens in ({spend.cached_tokens:,} cached{share}),"
        f" {spend.completion_tokens:,} out, cost {cost}{unpriced}"
    )


def usd(nano: int | None) -> float | None:
    """Nano-dollars in US dollars; None if unknown."""
    return None if nano is None else nano / 1e9


def spend_object(spend: Spend) -> dict[str, Any]:
    """The cost of calls as JSON; money in US dollars.

    ``estimated_calls``, and ``cached_share`` (the share of the prompt tokens, from 0 to 1, that came from the endpoint's
    cache), are there only where there are any.
    """
    values = asdict(spend)
    if not spend.estimated_calls:
        del values["estimated_calls"]
    if spend.cached_tokens:
        values["cached_share"] = spend.cached_share
    values["cost_usd"] = usd(values.pop("cost"))
    return values
