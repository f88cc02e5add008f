"""What calls cost and the cap that they never pass together.

Money is counted in integer nano-dollars, so that sums are exact in any order. Before a call its upper bound
is reserved; after it the reservation is replaced by what the reply really cost. As long as no call costs more
than was reserved for it, what is spent never passes the limit, however many workers share the budget.
"""

import asyncio
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from pydantic import Field

from generator.content.values import Value
from generator.errors import BudgetExceeded
from generator.model.replies import Usage
from generator.model.requests import ModelRequest, reservation_tokens

NANO_DOLLARS = 1_000_000_000
# A price is given per million tokens: one dollar there is a thousand nano-dollars a token.
_NANO_PER_TOKEN = 1_000


class Price(Value):
    """US dollars per million tokens of one model; ``cache_write`` defaults to ``input``."""

    input: Decimal = Field(ge=0)
    cached_input: Decimal = Field(ge=0)
    output: Decimal = Field(ge=0)
    cache_write: Decimal | None = Field(default=None, ge=0)
    batch_discount: Decimal = Field(default=Decimal("0.5"), ge=0, le=1)

    @property
    def cache_write_price(self) -> Decimal:
        """What input costs that the endpoint writes to its cache."""
        return self.input if self.cache_write is None else self.cache_write

    @property
    def in_batches(self) -> "Price":
        """What the same tokens cost in a batch, as a price of its own."""
        share = 1 - self.batch_discount
        return Price(
            input=self.input * share,
            cached_input=self.cached_input * share,
            output=self.output * share,
            cache_write=self.cache_write_price * share,
            batch_discount=Decimal(0),
        )


def cost(usage: Usage, price: Price, *, batch: bool = False) -> int:
    """Nano-dollars of one call, rounded up. Reasoning tokens are part of the completion's."""
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
    """Nano-dollars that one call can cost at most: its bytes as input tokens, and the whole output cap, or
    ``most_tokens`` (see ``reservation_tokens``) where that is more."""
    return maximum_cost(*reservation_tokens(request, most_tokens), price, batch=batch)


def maximum_cost(input_tokens: int, output_tokens: int, price: Price, *, batch: bool = False) -> int:
    """Nano-dollars that so many tokens can cost at most, wherever the input is read from."""
    dearest_input = max(price.input, price.cache_write_price, price.cached_input)
    return _nano(input_tokens * dearest_input + output_tokens * price.output, price, batch)


def nano_dollars(dollars: float | Decimal) -> int:
    """An amount of dollars, as a person writes it, in nano-dollars."""
    return int((Decimal(str(dollars)) * NANO_DOLLARS).to_integral_value())


def _nano(dollars_per_million: Decimal, price: Price, batch: bool) -> int:
    amount = dollars_per_million * _NANO_PER_TOKEN
    if batch:
        amount *= 1 - price.batch_discount
    return int(amount.to_integral_value(rounding=ROUND_CEILING))


@dataclass(frozen=True, eq=False)
class Reservation:
    """Room held for one call, in nano-dollars."""

    amount: int


class Budget:
    """The money of one run, in nano-dollars; for the tasks of one event loop.

    Args:
        limit: the cap, or None for none.
        spent: what counts as spent already.
    """

    def __init__(self, limit: int | None, *, spent: int = 0) -> None:
        self.limit = limit
        self.spent = spent
        self.reserved = 0
        self._open: set[Reservation] = set()
        self._turn = asyncio.Lock()
        self._charged = asyncio.Event()

    def reserve(self, amount: int, because: str = "") -> Reservation:
        """Hold room for a call, now.

        Args:
            because: what to say where the amount is unusual.

        Raises:
            BudgetExceeded: what is spent and reserved leaves too little.
        """
        if not self._fits(amount):
            assert self.limit is not None
            taken = self.spent + self.reserved
            raise BudgetExceeded(
                taken / NANO_DOLLARS, amount / NANO_DOLLARS, self.limit / NANO_DOLLARS, because
            )
        held = Reservation(amount)
        self._open.add(held)
        self.reserved += amount
        return held

    async def acquire(self, amount: int, because: str = "") -> Reservation:
        """Hold room for a call, waiting while calls in flight may still leave some; first come, first served.

        Reservations are far above what calls cost, so a run near its cap slows down instead of ending early.

        Raises:
            BudgetExceeded: no call is in flight, and what is spent leaves too little.
        """
        async with self._turn:
            while self._open and not self._fits(amount):
                self._charged.clear()
                await self._charged.wait()
            return self.reserve(amount, because)

    def charge(self, held: Reservation, actual: int) -> None:
        """Give the room back and count what the call cost: 0 when nothing was billed, the reservation itself
        (``held.amount``) when it may have been.

        Raises:
            ValueError: it was charged before, or the cost is negative.
        """
        if held not in self._open or actual < 0:
            raise ValueError("a reservation is charged once, at a cost of 0 or more")
        self._open.remove(held)
        self.reserved -= held.amount
        self.spent += actual
        self._charged.set()

    def _fits(self, amount: int) -> bool:
        return self.limit is None or self.spent + self.reserved + amount <= self.limit
