"""Every hash of a ledger can be verified."""

from tests.support.ledgers import job, plan, start


def test_verify_finds_changed_bytes(ledger):
    run = start(ledger)
    plan(ledger, run, job("a"))
    assert list(ledger.verify()) == []
    ledger.database.execute("UPDATE blob SET data = (SELECT data FROM blob ORDER BY hash LIMIT 1)")
    assert list(ledger.verify())
