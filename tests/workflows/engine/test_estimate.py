"""Estimates: an upper bound that a run without retries does not exceed."""

from generator.model.budget import Price, maximum_cost
from generator.store.ledger.runs.calls import JobTokens
from generator.store.ledger.runs.new_jobs import NewJob
from generator.workflows.engine.estimate import RequestSample

PRICE = Price(input=1, cached_input="0.1", cache_write="1.25", output=10)
PRICE_OF_USE = Price(input=1, cached_input="0.1", output=10)  # nothing is written to the cache


def job(user, cap=100):
    request = {"schema_name": "s", "schema": {}, "model": "m", "parameters": {"max_completion_tokens": cap}}
    texts = dict.fromkeys(("identity", "question_key", "question", "system", "prompt_hash"), "")
    return NewJob(
        "answer", "model", subject=None, key=None, date=None, request=request, user=user, context={}, **texts
    )


def test_the_bound_assumes_the_longest_prompt_the_larger_cap_and_every_repair():
    sample = RequestSample(PRICE, longer_cap=3, rounds=2)
    sample.add(job("x"))
    short = (sample.estimate(1, seen=None, typical_completion=9).most_prompt_tokens - 2 * 300) // 4
    sample.add(job("x" * 1001))
    guess = sample.estimate(7, seen=(10, 20, 5), typical_completion=9)
    prompt = short + 1000
    assert guess.most_calls == 28
    assert guess.most_prompt_tokens == 7 * (2 * prompt + 2 * (prompt + 300))
    assert guess.most_completion_tokens == 7 * (100 + 300 + 2 * 300)
    assert guess.most == 7 * maximum_cost(2 * prompt + 2 * (prompt + 300), 1000, PRICE)
    assert (guess.prompt_tokens, guess.completion_tokens, guess.measured_on) == (70, 140, 5)


def test_the_bound_includes_replies_beyond_their_caps():
    sample = RequestSample(PRICE, longer_cap=3, rounds=2, most_tokens=250)
    sample.add(job("x"))
    guess = sample.estimate(1, seen=None, typical_completion=9)
    assert guess.most_completion_tokens == 250 + 300 + 2 * 300


def test_the_likely_range_leaves_out_the_cheapest_and_the_dearest_tenth_of_earlier_jobs():
    sample = RequestSample(PRICE, longer_cap=3, rounds=2)
    history = [JobTokens(prompt=100 * n, cached=0, completion=10 * n) for n in range(1, 12)]
    likely = sample.estimate(5, seen=None, typical_completion=9, history=history).likely
    assert likely is not None
    assert likely.jobs == 11
    assert likely.prompt_tokens == (5 * 200, 5 * 1000)
    assert likely.completion_tokens == (5 * 20, 5 * 100)
    assert likely.cost == (5 * maximum_cost(200, 20, PRICE_OF_USE), 5 * maximum_cost(1000, 100, PRICE_OF_USE))


def test_without_history_the_range_is_the_prior_of_the_kind():
    sample = RequestSample(PRICE_OF_USE, longer_cap=3, rounds=2)
    sample.add(job("x"))
    guess = sample.estimate(5, seen=(1000, 300, 2), typical_completion=9, prior_completion=(110, 900))
    assert guess.likely is not None
    assert (guess.likely.jobs, guess.likely.completion_tokens) == (0, (550, 4500))
    assert guess.likely.cost == (
        5 * maximum_cost(1000, 110, PRICE_OF_USE),
        5 * maximum_cost(1000, 900, PRICE_OF_USE),
    )
    history = [JobTokens(100, 0, 10)] * 10
    seen = sample.estimate(
        5, seen=None, typical_completion=9, history=history, prior_completion=(110, 900)
    ).likely
    assert seen is not None
    assert (seen.jobs, seen.completion_tokens) == (10, (50, 50))


def test_a_safe_cap_covers_the_likely_cost_and_the_reservation_of_the_last_call():
    sample = RequestSample(PRICE_OF_USE, longer_cap=3, rounds=2, most_tokens=0)
    sample.add(job("x"))
    guess = sample.estimate(5, seen=None, typical_completion=100, prior_completion=(50, 200))
    prompt = guess.most_prompt_tokens // 5
    assert guess.likely is not None
    assert guess.likely.cost is not None
    assert guess.safe_cap is not None
    assert guess.safe_cap >= guess.likely.cost[1] + maximum_cost(0, 300, PRICE_OF_USE)
    assert guess.most is not None
    assert guess.safe_cap < guess.most
    assert prompt > 0
    free = RequestSample(None, longer_cap=3, rounds=2).estimate(5, seen=None, typical_completion=100)
    assert free.safe_cap is None


def test_a_few_earlier_jobs_and_no_price_give_no_range_of_cost():
    history = [JobTokens(100, 50, 10)] * 10
    few = RequestSample(PRICE, longer_cap=3, rounds=2).estimate(
        5, seen=None, typical_completion=9, history=history[:9]
    )
    assert few.likely is None
    free = RequestSample(None, longer_cap=3, rounds=2).estimate(
        5, seen=None, typical_completion=9, history=history
    )
    assert free.likely is not None
    assert (free.likely.cost, free.likely.prompt_tokens) == (None, (500, 500))
