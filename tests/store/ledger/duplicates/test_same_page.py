"""Verdicts on pairs of questions: found in both orders, and the first one stays."""

from generator.content.duplicates.same_page import SamePage
from generator.store.ledger.duplicates.same_page import PairVerdict


def test_a_pair_has_one_verdict_in_both_orders(ledger):
    verdicts = ledger.same_page
    with ledger.database.transaction():
        verdicts.record("b", "a", SamePage("same", "both ask it"), model="m", now="now")
        verdicts.record("a", "b", SamePage("different", "no"), model="n", now="later")
    assert verdicts.of("a", ["b", "c"]) == {"b": PairVerdict("same", "both ask it", "m")}
    assert verdicts.of("b", ["a"]) == {"a": PairVerdict("same", "both ask it", "m")}
    assert verdicts.of("c", ["a", "b"]) == {}
    assert verdicts.by_pair() == {frozenset("ab"): "same"}
