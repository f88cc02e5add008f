"""Endpoint profiles are used at once, and by the next run after a flush."""

from generator.store.ledger.runs.endpoints import LedgerProfileStore


def test_profiles_are_written_by_a_flush(ledger):
    profile_store = LedgerProfileStore(ledger.endpoints)
    assert profile_store.get("https://one", "small") is None
    profile_store.set("https://one", "small", "plain")
    assert profile_store.get("https://one", "small") == "plain"
    assert LedgerProfileStore(ledger.endpoints).get("https://one", "small") is None
    profile_store.flush()
    assert LedgerProfileStore(ledger.endpoints).get("https://one", "small") == "plain"
    assert LedgerProfileStore(ledger.endpoints).get("https://one", "large") is None


def test_profiles_are_stored_for_each_endpoint_and_model(ledger):
    assert ledger.endpoints.get("u", "m") is None
    ledger.endpoints.put("u", "m", "json_object")
    assert ledger.endpoints.get("u", "m") == "json_object"
