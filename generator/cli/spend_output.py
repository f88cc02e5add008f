"""What calls cost, for a person and for a program."""

from dataclasses import asdict
from typing import Any

from generator.content.display import dollars, plural
from generator.store.ledger.calls import Spend


def spend_line(spend: Spend) -> str:
    """What calls cost, for a person."""
    cost = dollars(None) if spend.unpriced and not spend.cost else dollars(spend.cost)
    unpriced = (
        f" and {plural(spend.unpriced, 'call')} without a known price"
        if spend.unpriced and spend.cost
        else ""
    )
    return (
        f"{plural(spend.calls, 'call')}, {spend.prompt_tokens:,} tokens in ({spend.cached_tokens:,} cached),"
        f" {spend.completion_tokens:,} out, cost {cost}{unpriced}"
    )


def usd(nano: int | None) -> float | None:
    """An amount of nano-dollars in US dollars, for a program; None where it is not known."""
    return None if nano is None else nano / 1e9


def spend_object(spend: Spend) -> dict[str, Any]:
    """What calls cost, for a program; money in US dollars."""
    values = asdict(spend)
    values["cost_usd"] = usd(values.pop("cost"))
    return values
