"""How many of those who are shown a search result usually click it, by its position."""

from collections.abc import Sequence
from dataclasses import dataclass

USUAL_CLICK_RATES = (0.285, 0.157, 0.11, 0.08, 0.072, 0.051, 0.04, 0.032, 0.028, 0.025, *(0.005,) * 10)
"""The rates of positions 1 to 20. The first ten are averages of a study of 80 million keywords (SISTRIX, "Why almost
everything you knew about Google CTR is no longer valid", July 2020). It only says of the second page that each rate is
well below 1 %: 0.5 % is assumed here."""


@dataclass(frozen=True, slots=True)
class ClickRates:
    """The usual click rates.

    Args:
        by_position: those of position 1 and the next ones, 0 to 1; further positions have 0.
    """

    by_position: Sequence[float] = USUAL_CLICK_RATES

    def usual(self, position: float) -> float:
        """The usual click rate at an average position, from 1; between two positions on the line between their rates."""
        below = max(1, int(position))
        rest = max(position, 1) - below
        rate, following = self._at(below), self._at(below + 1)
        return rate - (rate - following) * rest

    def _at(self, position: int) -> float:
        return self.by_position[position - 1] if position <= len(self.by_position) else 0.0
