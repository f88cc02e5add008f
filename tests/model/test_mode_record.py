"""The response mode follows the share of recent replies that have JSON, in both directions and over several runs."""

import json
from collections.abc import Iterable

from generator.model.endpoint_profile import EndpointProfiles, InMemoryProfileStore
from generator.model.failures import ErrorBody
from generator.model.mode_record import REPLIES_TO_PROBE
from generator.model.refusals import Refusal
from generator.model.reply.reply import Reply, read_reply
from generator.model.requests import ModelRequest

URL, MODEL = "http://models.test/v1", "small"
JSON, PROSE = '{"a": 1}', "Sure!"


def reply(content: str, mode: str) -> Reply:
    body = {"choices": [{"message": {"content": content}, "finish_reason": "stop"}]}
    return read_reply(json.dumps(body).encode(), mode=mode, output_cap=100)


def refusal() -> Refusal:
    request = ModelRequest(
        ({"role": "user", "content": "Why?"},), "s", {}, MODEL, {"max_completion_tokens": 100}
    )
    error = ErrorBody("response_format json_schema is not supported")
    return Refusal(400, error, b"", request, {"response_format": {}})


def modes_asked(profiles: EndpointProfiles, answers: Iterable[str]) -> list[str]:
    """Ask once for each answer, and learn from it as a run does; the modes in which the calls were sent."""
    asked = []
    for content in answers:
        mode = profiles.for_call(MODEL).mode
        asked.append(mode)
        profiles.learn_from_reply(MODEL, reply(content, mode), "max_completion_tokens")
        if content == PROSE:
            profiles.learn_from_ignored_mode(MODEL, mode)
    return asked


def test_one_prose_reply_among_many_changes_nothing():
    store = InMemoryProfileStore()
    profiles = EndpointProfiles(URL, store)
    assert set(modes_asked(profiles, [*[JSON] * 6, PROSE, *[JSON] * 30])) == {"json_schema"}
    assert EndpointProfiles(URL, store).of(MODEL).mode == "json_schema"


def test_an_endpoint_that_gives_prose_every_third_time_is_asked_in_a_simpler_mode():
    profiles = EndpointProfiles(URL, InMemoryProfileStore())
    asked = modes_asked(profiles, [JSON, JSON, PROSE, JSON, JSON])
    assert asked == ["json_schema"] * 3 + ["json_object"] * 2


def test_the_stronger_mode_is_tried_now_and_then_and_comes_back():
    store = InMemoryProfileStore()
    first = EndpointProfiles(URL, store)
    asked = modes_asked(first, [PROSE, *[JSON] * REPLIES_TO_PROBE * 2, JSON])
    assert asked.count("json_schema") == 1 + 2
    later = EndpointProfiles(URL, store)
    assert later.of(MODEL).mode == "json_object"
    asked = modes_asked(later, [JSON] * (REPLIES_TO_PROBE * 2 + 5))
    assert asked[-1] == "json_schema"
    assert EndpointProfiles(URL, store).of(MODEL).mode == "json_schema"


def test_a_probe_that_gives_prose_leaves_the_simpler_mode_and_takes_one_call():
    profiles = EndpointProfiles(URL, InMemoryProfileStore())
    asked = modes_asked(profiles, [PROSE, *[JSON] * REPLIES_TO_PROBE])
    assert asked[-1] == "json_object"
    assert [profiles.for_call(MODEL).mode for _ in range(3)] == ["json_schema", "json_object", "json_object"]
    profiles.learn_from_ignored_mode(MODEL, "json_schema")
    assert profiles.of(MODEL).mode == "json_object"


def test_a_mode_that_the_endpoint_refuses_is_not_probed():
    profiles = EndpointProfiles(URL, InMemoryProfileStore())
    learned = profiles.learn_from_refusal(MODEL, profiles.of(MODEL), refusal())
    assert learned is not None
    assert set(modes_asked(profiles, [JSON] * 60)) == {"json_object"}


def test_a_probe_that_is_refused_is_the_last():
    profiles = EndpointProfiles(URL, InMemoryProfileStore())
    modes_asked(profiles, [PROSE, *[JSON] * REPLIES_TO_PROBE])
    probe = profiles.for_call(MODEL)
    assert probe.mode == "json_schema"
    learned = profiles.learn_from_refusal(MODEL, probe, refusal())
    assert learned is not None
    assert learned.mode == "json_object"
    assert set(modes_asked(profiles, [JSON] * 60)) == {"json_object"}


def test_the_place_of_replies_is_stored():
    store = InMemoryProfileStore()
    EndpointProfiles(URL, store).learn_place(MODEL, "reasoning_content")
    assert EndpointProfiles(URL, store).of(MODEL).place == "reasoning_content"


def test_usual_replies_write_nothing():
    class Counting(InMemoryProfileStore):
        written = 0

        def set(self, endpoint: str, model: str, profile: str) -> None:
            self.written += 1
            super().set(endpoint, model, profile)

    store = Counting()
    modes_asked(EndpointProfiles(URL, store), [JSON] * 50)
    assert store.written == 0
