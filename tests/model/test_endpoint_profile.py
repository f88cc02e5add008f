"""What is learned of an endpoint by several processes that share one store."""

from dataclasses import replace

from generator.model.endpoint_profile import EndpointProfiles, InMemoryProfileStore
from generator.model.requests import EndpointProfile

URL, MODEL = "http://models.test/v1", "small"


def test_what_a_probe_found_stays_when_another_process_learns_something():
    store = InMemoryProfileStore()
    running, found = EndpointProfiles(URL, store), '{"mode": "ok"}'
    assert running.of(MODEL).findings == ""
    store.set(URL, MODEL, replace(EndpointProfile(), findings=found).dump())
    running.learn_place(MODEL, "reasoning_content")
    stored = EndpointProfile.load(store.get(URL, MODEL))
    assert (stored.findings, stored.place) == (found, "reasoning_content")
