"""The tables of claims: what checks say, what replaces what, and decisions that are kept."""

import pytest

from generator.content.claims.find import find_claims
from generator.content.claims.verdict import UNCHECKED, Verdict
from generator.store.ledger.claims import CheckedClaim, Claims
from generator.store.ledger.pages import draft_page, file_page, path_of

PAGE = draft_page(1)
CLAIM = find_claims({"introduction": "It began in 1803."})[0]
DOUBT = Verdict("doubtful", "model", right="1804", reason="r")
SUPPORT = Verdict("supported", "rule", "s1", "Handbook", "It began in 1803.")


@pytest.fixture
def claims(ledger):
    return Claims(ledger)


def record(claims, verdict, *, page=PAGE, model=None):
    claims.record(page, [CheckedClaim(CLAIM, verdict, "rules", model)], now="now")
    return claims.find(page, CLAIM.identity)


def test_a_claim_is_read_as_it_was_recorded(claims):
    row = record(claims, DOUBT, model="m")
    assert (row.words, row.sentence, row.kind, row.verdict, row.model) == (
        "1803",
        CLAIM.sentence,
        "date",
        DOUBT,
        "m",
    )
    assert claims.of(PAGE) == [row]
    assert claims.find(PAGE, "other") is None


def test_rules_that_decide_nothing_leave_what_a_model_said(claims):
    record(claims, DOUBT, model="m")
    assert record(claims, UNCHECKED).verdict == DOUBT
    assert record(claims, SUPPORT).verdict == SUPPORT
    assert record(claims, UNCHECKED).verdict == UNCHECKED
    record(claims, DOUBT, model="m")
    assert record(claims, Verdict("unsupported"), model="m").verdict.name == "unsupported"


def test_a_confirmation_counts_until_the_verdict_changes_and_is_kept(claims):
    row = record(claims, DOUBT, model="m")
    claims.decide(row, "confirmed", who="Ada", now="later", note="Book, p. 3")
    row = claims.find(PAGE, CLAIM.identity)
    assert row.is_settled and (row.decision.who, row.decision.note) == ("Ada", "Book, p. 3")
    row = record(claims, Verdict("contradicted", "model", "s1", "T", "q"), model="m")
    assert not row.is_settled and row.decision.who == "Ada"


def test_claims_are_listed_by_verdict_of_drafts_or_of_files(claims):
    record(claims, DOUBT, model="m")
    record(claims, DOUBT, model="m", page=file_page("biology/a.md"))
    assert [row.page for row in claims.with_verdict("doubtful", published=False)] == [PAGE]
    assert [path_of(row.page) for row in claims.with_verdict("doubtful", published=True)] == ["biology/a.md"]
    assert path_of(PAGE) is None
    assert claims.with_verdict("contradicted", published=True) == []
