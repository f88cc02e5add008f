"""What ``doctor`` finds at endpoints that differ, what it costs, and what later runs know of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from generator.errors import BudgetExceeded, UsageError
from generator.fake_openai.service import build
from generator.fake_openai.settings import ServerSettings
from generator.model.requests import EndpointProfile
from generator.services import Services
from generator.workflows.doctor.checks import ENDPOINT, ENDPOINT_CHECKS
from generator.workflows.doctor.doctor import examine
from generator.workflows.doctor.requests import DoctorOutcome, DoctorRequest, Finding
from generator.workflows.engine.progress import NoProgress
from generator.workflows.ledger.status import ledger_status
from generator.workflows.ledger.verify import verify_ledger
from tests.support.probed_endpoint import ProbedEndpoint
from tests.support.replies import failure
from tests.support.services import no_sleep, settings

ADDRESS = "http://models.test/v1"


@dataclass
class Examined:
    """The outcome with what the ledger has afterwards."""

    outcome: DoctorOutcome
    profile: EndpointProfile
    services: Services

    def __getitem__(self, check: str) -> Finding:
        return next(finding for finding in self.outcome.findings if finding.check == check)

    def states(self) -> dict[str, str]:
        return {finding.check: finding.state for finding in self.outcome.findings if finding.state != "ok"}


@pytest.fixture
def opened(tmp_path: Path):
    made: list[Services] = []

    def services(transport: Any, **changes: Any) -> Services:
        model = {"name": "test-model", "attempts": 2, "parameters": {"max_completion_tokens": 4000}}
        each = Services(
            settings(tmp_path, **{"model": {**model, **changes.pop("model", {})}, **changes}),
            environment={"OPENAI_API_KEY": "test-key", "OPENAI_BASE_URL": ADDRESS},
            transport=transport,
            sleep=no_sleep,
            now=lambda: "2026-06-01T12:00:00.000+00:00",
        )
        made.append(each)
        return each

    yield services
    for each in made:
        each.close()


@pytest.fixture
def examined(opened):
    def run(endpoint: ProbedEndpoint, *, max_cost: float | None = None, **changes: Any) -> Examined:
        services = opened(endpoint.transport, **changes)
        outcome = examine(services, DoctorRequest(max_cost=max_cost), NoProgress())
        profile = services.profiles(services.endpoint()).of(services.settings.model.name)
        return Examined(outcome, profile, services)

    return run


def test_all_is_well_at_an_endpoint_that_does_everything(examined):
    endpoint = ProbedEndpoint(cached=4000, headers={"x-ratelimit-limit-requests": "500"})
    found = examined(endpoint)
    assert found.states() == {}
    checks = [finding.check for finding in found.outcome.findings if finding.part == ENDPOINT]
    assert checks == [check.name for check in ENDPOINT_CHECKS]
    assert len(endpoint.bodies) == found.outcome.spend.calls == 5
    assert "(36%)" in found["cache"].found
    assert found["limits"].found.startswith("none in the headers")
    assert found.profile.parameter_rules.taken == {"prompt_cache_key"}


def test_the_test_server_passes(opened):
    services = opened(httpx2.ASGITransport(build(ServerSettings())))
    outcome = examine(services, DoctorRequest(), NoProgress())
    assert {finding.check for finding in outcome.findings if finding.state != "ok"} == {"cache"}


@pytest.mark.parametrize(
    ("server", "mode", "state"),
    [
        (ServerSettings(mode="json_object"), "json_object", "warning"),
        (ServerSettings(mode="plain"), "plain", "warning"),
        (ServerSettings(ignore_response_format=True), "json_object", "warning"),
        (ServerSettings(only_max_tokens=True), "json_schema", "ok"),
    ],
)
def test_the_mode_that_works_is_found_and_kept(opened, server, mode, state):
    services = opened(httpx2.ASGITransport(build(server)))
    outcome = examine(services, DoctorRequest(), NoProgress())
    found = next(finding for finding in outcome.findings if finding.check == "format")
    assert (found.state, found.found.split(":")[0]) == (state, mode)
    profile = services.profiles(services.endpoint()).of("test-model")
    assert profile.mode == mode
    assert profile.parameter_rules.cap_parameter == (
        "max_tokens" if server.only_max_tokens else "max_completion_tokens"
    )


def test_its_cost_is_recorded_and_concerns_no_question(examined):
    found = examined(ProbedEndpoint(fails=failure(500), fails_from=4))
    spend = found.services.ledger.calls.spend()
    assert spend == found.outcome.spend
    assert spend.cost > 0
    status = ledger_status(found.services)
    assert (status.states, status.waiting, status.failures) == ({}, {}, ())
    assert verify_ledger(found.services).problems == ()


def test_a_cap_on_the_cost_ends_it_and_what_was_not_asked_is_unknown(examined):
    endpoint = ProbedEndpoint()
    found = examined(endpoint, max_cost=0.05)
    assert isinstance(found.outcome.error, BudgetExceeded)
    assert found["window"].state == "unknown"
    assert found.services.ledger.calls.spend().cost <= 50_000_000


def test_what_was_found_before_is_kept_where_a_probe_ends_early(examined):
    whole = examined(ProbedEndpoint(cached=4000))
    assert examined(ProbedEndpoint(), max_cost=0.05).profile.findings == whole.profile.findings != ""


def test_a_call_that_may_succeed_later_is_made_twice(examined):
    endpoint = ProbedEndpoint(fails=failure(503), fails_from=4)
    found = examined(endpoint, model={"attempts": 6})
    assert len(endpoint.bodies) == 3 + 2
    assert found["window"].state == "unknown"


def test_a_cap_needs_a_price(examined):
    with pytest.raises(UsageError, match="price"):
        examined(ProbedEndpoint(), max_cost=1, prices={})


@pytest.mark.parametrize(
    ("answer", "check", "words"),
    [
        (
            failure(401, "invalid_api_key", "Incorrect API key provided."),
            "key",
            "does not accept the API key",
        ),
        (failure(402, None, "Insufficient credit"), "key", "used up"),
        (failure(404, "model_not_found", "The model does not exist"), "model", "has no model 'test-model'"),
        (failure(404, None, "Not Found"), "address", "check the base URL"),
        (httpx2.Response(200, text="<html>Login</html>"), "address", "no chat completions endpoint"),
    ],
)
def test_what_no_run_can_work_with_is_broken_and_costs_nothing(examined, answer, check, words):
    endpoint = ProbedEndpoint(fails=answer)
    found = examined(endpoint)
    assert found[check].state == "broken"
    assert words in found[check].found
    assert found[check].advice
    assert found["window"].state == "unknown"
    assert found.outcome.spend.cost == 0


def test_an_endpoint_that_is_not_there_is_not_asked(opened):
    def refuse(_: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    services = opened(httpx2.MockTransport(refuse))
    outcome = examine(services, DoctorRequest(), NoProgress())
    states = {finding.check: finding.state for finding in outcome.findings if finding.part == ENDPOINT}
    assert (states.pop("address"), states.pop("shutdown")) == ("broken", "ok")
    assert set(states.values()) == {"unknown"}
    assert outcome.spend.calls == 0


def test_what_was_known_stays_where_nothing_replies(examined):
    known = examined(ProbedEndpoint(refuses=frozenset({"json_schema"})))
    assert known.profile.mode == "json_object"
    lost = examined(ProbedEndpoint(fails=failure(401, "invalid_api_key", "no")))
    assert lost.profile == known.profile
    assert lost.profile.findings == known.profile.findings


def test_an_endpoint_is_learned_anew(examined):
    examined(ProbedEndpoint(refuses=frozenset({"json_schema", "prompt_cache_key"})))
    better = examined(ProbedEndpoint(cached=4000))
    assert (better.profile.mode, better.states()) == ("json_schema", {})
    assert better.profile.parameter_rules.taken == {"prompt_cache_key"}


def test_refused_parameters_are_told_and_only_those_of_the_settings_are_kept(examined):
    refuses = frozenset({"seed", "temperature", "prompt_cache_key", "reasoning_effort"})
    endpoint = ProbedEndpoint(cached=4000, refuses=refuses)
    found = examined(endpoint, model={"parameters": {"max_completion_tokens": 4000, "temperature": 0.2}})
    assert found.states() == {"configured": "warning"}
    assert "temperature" in found["configured"].found
    told = {
        name: found[name].found for name in ("seed", "reasoning_effort", "service_tier", "prompt_cache_key")
    }
    assert told == {
        "seed": "refused",
        "reasoning_effort": "refused",
        "service_tier": "taken, or ignored",
        "prompt_cache_key": "refused, and not sent",
    }
    assert found.profile.parameter_rules.dropped == {"temperature", "prompt_cache_key"}
    assert found.outcome.spend.calls == 5


def test_parameters_are_tried_one_by_one_where_a_refusal_names_none(examined):
    class Vague(ProbedEndpoint):
        def _refusal(self, body):
            return failure(400, message="Upstream error: 400") if "seed" in body else super()._refusal(body)

    found = examined(Vague(cached=4000))
    assert found.states() == {"seed": "unknown"}
    assert found["service_tier"].found == "taken, or ignored"
    assert found.profile.parameter_rules.taken == {"prompt_cache_key"}


def test_a_model_with_marks_is_tried_with_them(examined):
    prices = {"gpt-6-luna": {"input": 1, "cached_input": "0.1", "output": 10}}
    endpoint = ProbedEndpoint(cached=4000, models=[{"id": "gpt-6-luna"}])
    found = examined(endpoint, model={"name": "gpt-6-luna"}, prices=prices)
    assert found.profile.parameter_rules.taken == {"prompt_cache_key", "prompt_cache_options"}
    assert "prompt_cache_options" in endpoint.bodies[-1]
    assert found.states() == {}


@pytest.mark.parametrize(
    ("ignored", "state", "name"),
    [
        ({"max_completion_tokens"}, "ok", "max_tokens"),
        ({"max_completion_tokens", "max_tokens"}, "warning", "max_tokens"),
    ],
)
def test_a_cap_that_is_ignored_gets_its_other_name(examined, ignored, state, name):
    found = examined(ProbedEndpoint(cached=4000, ignores_cap=frozenset(ignored)))
    assert found["cap"].state == state
    assert found.profile.parameter_rules.cap_parameter == name


@pytest.mark.parametrize(
    ("endpoint", "state", "words"),
    [
        (ProbedEndpoint(window=8192), "broken", "8,192 tokens"),
        (ProbedEndpoint(window=8192, cuts=True), "broken", "8,192 tokens"),
        (ProbedEndpoint(window=7000, cuts=True), "broken", "the beginning was not read"),
        (ProbedEndpoint(window=30_000), "ok", "both ends"),
        (ProbedEndpoint(lost=frozenset({"first"})), "warning", "did not copy the beginning"),
    ],
)
def test_the_window_must_hold_the_largest_request_with_its_reply(examined, endpoint, state, words):
    found = examined(endpoint)
    assert found["window"].state == state
    assert words in found["window"].found


@pytest.mark.parametrize("cuts", [False, True])
def test_the_reply_must_fit_too(examined, cuts):
    small, large = ({"parameters": {"max_completion_tokens": cap}} for cap in (4_000, 40_000))
    assert examined(ProbedEndpoint(window=15_000, cuts=cuts), model=small)["window"].state == "ok"
    assert examined(ProbedEndpoint(window=15_000, cuts=cuts), model=large)["window"].state != "ok"


def test_reported_rate_limits_are_told(examined):
    headers = {
        f"x-ratelimit-{name}-requests": value
        for name, value in {"limit": "500", "remaining": "499", "reset": "120ms"}.items()
    }
    assert "500 requests" in examined(ProbedEndpoint(headers=headers))["limits"].found


@pytest.mark.parametrize(
    ("message", "place", "thinking"),
    [
        (lambda text: {"content": None, "reasoning_content": text}, "reasoning_content", "ok"),
        (lambda text: {"content": f"<think>hm {{1}}</think>{text}"}, "content", "between tags"),
        (lambda text: {"content": text, "reasoning": "hm"}, "content", "in reasoning"),
    ],
)
def test_where_the_json_arrives_and_whether_the_model_thinks(examined, message, place, thinking):
    found = examined(ProbedEndpoint(cached=4000, message=message))
    assert found.states() == {}
    assert place in found["place"].found
    assert thinking in (found["thinking"].found if thinking != "ok" else "ok")
    assert found.profile.place == place


def test_a_model_that_never_writes_json_is_broken(examined):
    found = examined(ProbedEndpoint(prose=100))
    assert found["format"].state == "broken"
    assert "The words are these." in found["format"].found


@pytest.mark.parametrize(
    ("entry", "state"),
    [("2026-08-01", "warning"), ("2027-08-01", "ok"), ("2026-01-01", "warning"), (None, "ok")],
)
def test_the_end_of_the_model_is_read_from_the_list_of_models(examined, entry, state):
    found = examined(ProbedEndpoint(models=[{"id": "test-model", "shutdown_date": entry}]))
    assert found["shutdown"].state == state
    assert found.profile.ends == (entry or "")


def test_an_endpoint_without_a_list_of_models_is_fine(examined):
    found = examined(ProbedEndpoint(models=None, cached=4000))
    assert found.states() == {}
    assert "no list" in found["address"].found


def test_what_was_found_is_shown_again_without_a_call(examined, opened):
    found = examined(ProbedEndpoint(refuses=frozenset({"seed"})))
    services = opened(ProbedEndpoint(fails=failure(500)).transport)
    again = examine(services, DoctorRequest(stored=True), NoProgress())
    assert [one for one in again.findings if one.part == ENDPOINT] == [
        one for one in found.outcome.findings if one.part == ENDPOINT
    ]
    assert (again.spend, again.at) == (None, "2026-06-01T12:00:00.000+00:00")


def test_nothing_is_shown_of_an_endpoint_that_was_not_probed(opened):
    with pytest.raises(UsageError, match="not probed yet"):
        examine(opened(ProbedEndpoint().transport), DoctorRequest(stored=True), NoProgress())


def test_the_offline_model_has_no_endpoint(tmp_path):
    services = Services(settings(tmp_path), environment={})
    outcome = examine(services, DoctorRequest(), NoProgress())
    assert (outcome.endpoint, {finding.part for finding in outcome.findings}) == (None, {"project"})
    services.close()
