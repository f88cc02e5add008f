"""Exact costs, and a limit that workers never exceed together."""

import asyncio
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from generator.errors import BudgetExceeded
from generator.model.budget import Budget, Price, cost, nano_dollars, reservation
from generator.model.messages import Message
from generator.model.reply.usage import Usage
from generator.model.requests import ModelRequest

PRICE = Price(input=Decimal("0.15"), cached_input=Decimal("0.075"), output=Decimal("0.6"))


def request(text: str = "What is an enzyme?", cap: int = 100) -> ModelRequest:
    messages = (Message(role="user", content=text),)
    return ModelRequest(messages, "reply", {"type": "object"}, "small", {"max_completion_tokens": cap})


def test_cost_is_exact():
    usage = Usage(prompt_tokens=1000, cached_tokens=400, completion_tokens=500, reasoning_tokens=200)
    assert cost(usage, PRICE) == 600 * 150 + 400 * 75 + 500 * 600


def test_a_price_written_as_a_float_is_exact():
    assert cost(Usage(prompt_tokens=10**9), Price(input=0.1, cached_input=0, output=0)) == 10**11


def test_batches_cost_half_and_cache_writes_have_their_own_price():
    price = PRICE.model_copy(update={"cache_write": Decimal("0.2")})
    usage = Usage(prompt_tokens=10, cache_write_tokens=4, completion_tokens=1)
    assert cost(usage, price) == 6 * 150 + 4 * 200 + 600
    assert cost(usage, price, batch=True) == cost(usage, price) // 2


def test_cost_of_a_fraction_is_rounded_up():
    assert cost(Usage(prompt_tokens=1), Price(input="0.0001", cached_input=0, output=0)) == 1


def test_dollars_become_nano_dollars():
    assert nano_dollars(5.0) == 5_000_000_000
    assert nano_dollars(0.1) + nano_dollars(0.2) == nano_dollars(0.3)


@given(text=st.text(st.characters(exclude_categories=["Cs"])), cap=st.integers(1, 10_000), data=st.data())
def test_no_call_within_its_cap_costs_more_than_its_reservation(text, cap, data):
    asked = request(text, cap)
    prompt = data.draw(st.integers(0, len(text.encode()) + 20))
    usage = Usage(prompt, data.draw(st.integers(0, prompt)), 0, data.draw(st.integers(0, cap)))
    assert cost(usage, PRICE) <= reservation(asked, PRICE)


def test_a_reservation_above_the_limit_is_refused_with_its_figures():
    budget = Budget(nano_dollars(1))
    budget.reserve(nano_dollars(0.75))
    with pytest.raises(BudgetExceeded) as caught:
        budget.reserve(nano_dollars(0.5))
    assert (caught.value.spent, caught.value.needed, caught.value.limit) == (0.75, 0.5, 1.0)
    assert budget.reserved == nano_dollars(0.75)


def test_a_budget_without_a_limit_only_counts():
    budget = Budget(None, spent=5)
    budget.charge(budget.reserve(10**15), 7)
    assert (budget.spent, budget.reserved) == (12, 0)


def test_a_reservation_is_booked_once():
    budget = Budget(100)
    held = budget.reserve(10)
    budget.charge(held, 10)
    with pytest.raises(ValueError, match="once"):
        budget.charge(held, 10)


async def test_a_worker_waits_while_reservations_are_open():
    budget = Budget(100)
    held = budget.reserve(80)
    waiting = asyncio.create_task(budget.acquire(50))
    await asyncio.sleep(0)
    assert not waiting.done()
    budget.charge(held, 10)
    assert (await waiting).amount == 50


async def test_a_worker_is_refused_when_no_reservation_is_open():
    budget = Budget(100)
    held = budget.reserve(80)
    waiting = [asyncio.create_task(budget.acquire(50)) for _ in range(3)]
    await asyncio.sleep(0)
    budget.charge(held, 80)
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [BudgetExceeded] * 3


async def test_a_cancelled_waiter_does_not_block_the_others():
    budget = Budget(100)
    held = budget.reserve(80)
    first, second = (asyncio.create_task(budget.acquire(50)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    budget.charge(held, 0)
    assert (await second).amount == 50
    assert budget.reserved == 50


async def test_sixty_four_workers_never_exceed_the_limit_together():
    budget = Budget(10_000)
    done = 0

    async def worker(number: int) -> None:
        nonlocal done
        for turn in range(50):
            held = await budget.acquire(300)
            assert budget.spent + budget.reserved <= 10_000
            await asyncio.sleep(0)
            budget.charge(held, (number * 7 + turn * 13) % 61)
            done += 1

    outcomes = await asyncio.gather(*(worker(number) for number in range(64)), return_exceptions=True)
    assert all(isinstance(outcome, BudgetExceeded) for outcome in outcomes if outcome is not None)
    assert 9_700 < budget.spent <= 10_000
    assert done > 300


class BudgetMachine(RuleBasedStateMachine):
    """The sums are right and the cap holds, whatever the order of reservations and bookings."""

    reservations = Bundle("reservations")

    def __init__(self) -> None:
        super().__init__()
        self.budget = Budget(1_000)
        self.open = 0
        self.paid = 0

    @rule(target=reservations, amount=st.integers(0, 400))
    def reserve(self, amount):
        if self.paid + self.open + amount > 1_000:
            with pytest.raises(BudgetExceeded):
                self.budget.reserve(amount)
            return multiple()
        self.open += amount
        return self.budget.reserve(amount)

    @rule(held=consumes(reservations), share=st.floats(0, 1))
    def charge(self, held, share):
        actual = int(held.amount * share)
        self.budget.charge(held, actual)
        self.open -= held.amount
        self.paid += actual

    @invariant()
    def sums_are_right_and_the_limit_holds(self):
        assert (self.budget.reserved, self.budget.spent) == (self.open, self.paid)
        assert self.budget.spent + self.budget.reserved <= 1_000


TestBudgetMachine = BudgetMachine.TestCase


async def test_a_call_that_may_cost_more_than_is_reserved_waits_for_all_others():
    budget, unsure = Budget(1000), True
    first = await budget.acquire(10)
    waiting = [asyncio.create_task(budget.acquire(10, alone=lambda: unsure)) for _ in range(3)]
    await asyncio.sleep(0)
    assert budget.reserved == 10
    budget.charge(first, 10)
    second = await waiting[0]
    await asyncio.sleep(0)
    assert budget.reserved == 10
    unsure = False
    budget.charge(second, 10)
    await asyncio.gather(*waiting[1:])
    assert budget.reserved == 20


async def test_without_a_limit_no_call_waits_for_others():
    budget = Budget(None)
    for _ in range(3):
        await budget.acquire(10, alone=lambda: True)
    assert budget.reserved == 30
