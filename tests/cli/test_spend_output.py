"""The cost of calls as a line and as JSON."""

from dataclasses import replace

from generator.cli.terminal.spend_output import spend_line, spend_object
from generator.store.ledger.runs.calls import Spend

SPEND = Spend(
    calls=2,
    cost=1_000_000,
    unpriced=0,
    open_calls=0,
    estimated_calls=0,
    prompt_tokens=4000,
    cached_tokens=2520,
    completion_tokens=900,
    reasoning_tokens=0,
)


def test_the_share_of_cached_tokens_is_said():
    assert "4,000 tokens in (2,520 cached = 63%), 900 out" in spend_line(SPEND)
    assert spend_object(SPEND)["cached_share"] == 0.63


def test_no_share_is_said_where_nothing_was_cached_or_read():
    nothing = replace(SPEND, cached_tokens=0)
    assert "(0 cached)" in spend_line(nothing)
    assert "cached_share" not in spend_object(nothing)
