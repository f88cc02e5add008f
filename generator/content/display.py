"""Formats counts, money and states for a person."""

from collections.abc import Mapping
from typing import TypeVar

State = TypeVar("State", bound=str)


def dollars(nano: int | None) -> str:
    """US dollars from nano-dollars; None is an unknown price."""
    if nano is None:
        return "unknown (no price in config.yaml)"
    amount = nano / 1_000_000_000
    return f"${amount:,.2f}" if amount >= 1 or amount == 0 else f"${amount:.4f}"


def short_number(value: float) -> str:
    """A number with as many digits as a comparison needs: ``1,234``, ``12.30``, ``0.0012``, ``3.4e-06``."""
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    if size >= 0.01 or size == 0:
        return f"{value:.2f}"
    return f"{value:.4f}" if size >= 0.0001 else f"{value:.1e}"


def plural(count: int, noun: str) -> str:
    """A count with its noun in singular or plural: ``1 call``, ``2 calls``, ``3 queries``, ``4 batches``."""
    if count == 1:
        return f"{count} {noun}"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{count:,} {noun[:-1]}ies"
    return f"{count:,} {noun}{'es' if noun.endswith(('ch', 'sh', 's', 'x')) else 's'}"


def in_words(state: str) -> str:
    """A state of a draft, a proposal or a batch in words: ``needs fix``."""
    return state.replace("_", " ")


def tally(states: Mapping[State, int], spent: int) -> str:
    """The states with their counts on one line, and the cost (in nano-dollars) if there is any."""
    text = ", ".join(f"{count} {in_words(state)}" for state, count in sorted(states.items()))
    return f"{text}  {dollars(spent)}" if spent else text
