"""Calls: replies are read in order, and everything that was paid is counted."""

from generator.store.ledger.runs.calls import CallResult, Cost
from tests.support.ledgers import call, job, plan, start

OK = CallResult(outcome="ok", cost=250, reply=b"{}", prompt_tokens=10, completion_tokens=5)


def test_a_claimed_job_has_its_paid_replies_in_order(ledger):
    run = start(ledger)
    (number,) = plan(ledger, run, job("a"))
    call(ledger, run, number, step=0, result=CallResult(outcome="ok", cost=1, reply=b"first"))
    call(ledger, run, number, step=1, result=CallResult(outcome="http-503", cost=0))
    call(ledger, run, number, step=1, result=CallResult(outcome="ok", cost=1, reply=b"second"))
    (claimed,) = ledger.jobs.claim(run.id, 1)
    assert [(reply.step, reply.body) for reply in claimed.replies] == [(0, b"first"), (1, b"second")]


def test_spend_counts_failed_and_lost_calls(ledger):
    run = start(ledger)
    (number,) = plan(ledger, run, job("a"))
    call(ledger, run, number, result=OK)
    call(ledger, run, number, result=CallResult(outcome="timeout", cost=900))
    call(ledger, run, number, result=CallResult(outcome="http-429", cost=0))
    call(ledger, run, number)  # never answered: counts at its reservation
    spend = ledger.calls.spend()
    assert (spend.calls, spend.cost, spend.open_calls) == (4, 250 + 900 + 0 + 900, 1)


def test_the_cost_of_a_call_without_a_price_is_unknown_not_zero(ledger):
    run = start(ledger)
    (number,) = plan(ledger, run, job("a"))
    call(ledger, run, number, result=CallResult(outcome="ok", cost=None, reply=b"{}"))
    assert ledger.calls.spend().unpriced == 1


def test_the_cost_of_jobs_is_that_of_all_calls_and_unknown_if_one_is(ledger):
    run = start(ledger)
    one, other = plan(ledger, run, job("a"), job("b"))
    assert ledger.calls.cost([one, other]) == Cost(0, 0)
    call(ledger, run, one, result=OK)
    call(ledger, run, other)
    call(ledger, run, other, result=CallResult(outcome="timeout", cost=900))
    assert ledger.calls.cost([one, other]) == Cost(3, 250 + 900 + 900)
    assert [item["charge"] for item in ledger.calls.of_jobs([other])] == [900, 900]
    call(ledger, run, other, result=CallResult(outcome="timeout", cost=None))
    assert ledger.calls.cost([one, other]) == Cost(4, None)
    assert ledger.calls.spend().unpriced == 1


def test_offline_spend_is_counted_separately(ledger):
    run = start(ledger)
    (number,) = plan(ledger, run, job("a", backend="offline"))
    call(ledger, run, number, result=OK)
    assert ledger.calls.spend().calls == 0
    assert ledger.calls.spend(backend="offline").calls == 1
    assert not ledger.calls.has_model_replies()


def test_the_share_of_cached_tokens_is_that_of_all_prompt_tokens(ledger):
    run = start(ledger)
    (number,) = plan(ledger, run, job("a"))
    assert ledger.calls.spend().cached_share is None
    call(ledger, run, number, result=CallResult("ok", cost=1, prompt_tokens=3000, cached_tokens=2000))
    call(ledger, run, number, result=CallResult("ok", cost=1, prompt_tokens=1000, cached_tokens=None))
    assert ledger.calls.spend().cached_share == 0.5
