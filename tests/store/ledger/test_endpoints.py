"""What is learned of an endpoint serves at once, and the next run after a flush."""

from generator.store.ledger.endpoints import LedgerProfileStore


def test_what_was_learned_is_written_down_by_a_flush(ledger):
    profile_store = LedgerProfileStore(ledger.endpoints)
    assert profile_store.get("https://one", "small") is None
    profile_store.set("https://one", "small", "plain")
    assert profile_store.get("https://one", "small") == "plain"
    assert LedgerProfileStore(ledger.endpoints).get("https://one", "small") is None
    profile_store.flush()
    assert LedgerProfileStore(ledger.endpoints).get("https://one", "small") == "plain"
    assert LedgerProfileStore(ledger.endpoints).get("https://one", "large") is None


def test_what_was_learnt_of_an_endpoint_is_remembered(ledger):
    assert ledger.endpoints.get("u", "m") is None
    ledger.endpoints.put("u", "m", "json_object")
    assert ledger.endpoints.get("u", "m") == "json_object"
