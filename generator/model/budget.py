"""Computes what calls cost, and keeps their sum below a limit.

Money is counted in integer nano-dollars (10^-9 US dollars), so sums are exact in any order. Before a call the most
that it can cost is reserved; after it the reservation is replaced by the actual cost. As long as no call costs more
than its reservation, the total never exceeds the limit, however many tasks share the budget.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from pydantic import Field

from generator.content.frozen_model import FrozenModel
from generator.errors import BudgetExceeded
from generator.events import emit
from generator.model.reply.usage import Usage
from generator.model.requests import ModelRequest, reservation_tokens

NANO_DOLLARS = 1_000_000_000
# Prices are per million tokens: one dollar per million tokens is a thousand nano-dollars per token.
_NANO_PER_TOKEN = 1_000


class Price(FrozenModel):
    """US dollars per million tokens of one model.

    ``cached_input`` is for input read from the endpoint's cache, ``cache_write`` for input written to it (by default as
    ``input``). ``batch_discount`` is the share (0 to 1) that batches are cheaper.
    """

    input: Decimal = Field(ge=0)
    cached_input: Decimal = Field(ge=0)
    output: Decimal = Field(ge=0)
    cache_write: Decimal | None = Field(default=None, ge=0)
    batch_discount: Decimal = Field(default=Decimal("0.5"), ge=0, le=1)

    @property
    def cache_write_price(self) -> Decimal:
        """The price of input that the endpoint writes to its cache."""
        return self.input if self.cache_write is None else self.cache_write

    @property
    def in_batches(self) -> "Price":
        """The prices of the same tokens in a batch, with the discount applied."""
        share = 1 - self.batch_discount
        return Price(
            input=self.input * share,
            cached_input=self.cached_input * share,
            output=self.output * share,
            cache_write=self.cache_write_price * share,
            batch_discount=Decimal(0),
        )


def cost(usage: Usage, price: Price, *, batch: bool = False) -> int:
    """The cost of one call in nano-dollars, rounded up. Completion tokens include reasoning tokens."""
    cached = min(usage.cached_tokens, usage.prompt_tokens)
    written = min(usage.cache_write_tokens, usage.prompt_tokens - cached)
    dollars = (
        (usage.prompt_tokens - cached - written) * price.input
        + cached * price.cached_input
        + written * price.cache_write_price
        + usage.completion_tokens * price.output
    )
    return _nano(dollars, price, batch)


def reservation(request: ModelRequest, price: Price, *, most_tokens: int = 0, batch: bool = False) -> int:
    """The most nano-dollars that one call can cost, by the upper bounds of :func:`reservation_tokens`."""
    return maximum_cost(*reservation_tokens(request, most_tokens), price, batch=batch)


def maximum_cost(input_tokens: int, output_tokens: int, price: Price, *, batch: bool = False) -> int:
    """The most nano-dollars that so many tokens can cost, whether the input is cached or not."""
    highest_input_price = max(price.input, price.cache_write_price, price.cached_input)
    return _nano(input_tokens * highest_input_price + output_tokens * price.output, price, batch)


def nano_dollars(dollars: float | Decimal) -> int:
    """An amount of US dollars in nano-dollars."""
    return int((Decimal(str(dollars)) * NANO_DOLLARS).to_integral_value())


def _nano(dollars_per_million: Decimal, price: Price, batch: bool) -> int:
    amount = dollars_per_million * _NANO_PER_TOKEN
    if batch:
        amount *= 1 - price.batch_discount
    return int(amount.to_integral_value(rounding=ROUND_CEILING))


@dataclass(frozen=True, eq=False)
class Reservation:
    """The part of a budget that is reserved for one call, in nano-dollars."""

    amount: int


class Budget:
    """The money of one run, in nano-dollars. Shared by the tasks of one event loop.

    Args:
        limit: the most that may be spent; None for no limit.
        spent: what was spent before.
    """

    def __init__(self, limit: int | None, *, spent: int = 0) -> None:
        self.limit = limit
        self.spent = spent
        self.reserved = 0
        self._open: set[Reservation] = set()
        self._turn = asyncio.Lock()
        self._charged = asyncio.Event()
        self._is_logged = False

    def reserve(self, amount: int, reason: str = "") -> Reservation:
        """Reserve money for a call, without waiting.

        Args:
            reason: why the amount is unusually large, for the error message.

        Raises:
            BudgetExceeded: the rest of the budget is smaller than ``amount``.
        """
        if not self._fits(amount):
            assert self.limit is not None
            used = self.spent + self.reserved
            error = BudgetExceeded(
                used / NANO_DOLLARS, amount / NANO_DOLLARS, self.limit / NANO_DOLLARS, reason
            )
            self._log(error)
            raise error
        reservation = Reservation(amount)
        self._open.add(reservation)
        self.reserved += amount
        return reservation

    async def acquire(
        self, amount: int, reason: str = "", *, alone: Callable[[], bool] = lambda: False
    ) -> Reservation:
        """Reserve money for a call; waits while other reservations are open. First come, first served.

        Reservations are far above what calls cost. By waiting, a run near its limit slows down instead of ending early.

        Args:
            reason: as in :meth:`reserve`.
            alone: whether, at this moment, the call may cost more than ``amount``. It then waits for all others, so
                that no more than one call exceeds a limit.

        Raises:
            BudgetExceeded: no reservation is open, and the rest of the budget is smaller than ``amount``.
        """
        async with self._turn:
            while self._open and not (self._fits(amount) and (self.limit is None or not alone())):
                self._charged.clear()
                await self._charged.wait()
            return self.reserve(amount, reason)

    def charge(self, reservation: Reservation, actual: int) -> None:
        """Close a reservation and add what the call cost to what is spent.

        Args:
            actual: the cost; 0 where nothing was billed, ``reservation.amount`` where the cost is not known.

        Raises:
            ValueError: the reservation was charged before, or the cost is negative.
        """
        if reservation not in self._open or actual < 0:
            raise ValueError("a reservation is charged once, at a cost of 0 or more")
        self._open.remove(reservation)
        self.reserved -= reservation.amount
        self.spent += actual
        self._charged.set()

    def _log(self, error: BudgetExceeded) -> None:
        """Record the first refusal: many tasks may meet the same limit."""
        if self._is_logged:
            return
        self._is_logged = True
        emit(
            "budget.exceeded",
            str(error),
            level=logging.WARNING,
            spent_usd=error.spent,
            needed_usd=error.needed,
            limit_usd=error.limit,
        )

    def _fits(self, amount: int) -> bool:
        return self.limit is None or self.spent + self.reserved + amount <= self.limit
