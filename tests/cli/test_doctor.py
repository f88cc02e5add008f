"""The command ``doctor``: what it prints, its JSON, and its exit codes."""

import json
from pathlib import Path

import pytest

from tests.cli.contract import run
from tests.support.servers import RunningServer

pytestmark = pytest.mark.port
CONFIG = """
content_dir: learn
model: {name: test-model, attempts: 1}
prices: {test-model: {input: 1, cached_input: 1, output: 1}}
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


def test_an_endpoint_that_works_costs_little_and_is_remembered(site):
    with RunningServer("--key", "right") as server:
        at = {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "right"}
        code, out, err = run(site, ["doctor", "--max-cost", "1"], at)
        assert (code, "probing test-model" in err) == (0, True)
        assert "ok  structured output" in out
        assert "5 calls" in out
        calls = server.stats()["requests"]

        code, out, _ = run(site, ["doctor", "--stored", "--json"], at)
        stored = json.loads(out)
        assert (code, stored["spend"], server.stats()["requests"]) == (0, None, calls)
        assert {check["state"] for check in stored["checks"]} == {"ok"}

        code, out, _ = run(site, ["doctor", "--json"], {**at, "OPENAI_API_KEY": "sk-other-0123456789"})
        wrong = json.loads(out)
        (key,) = (check for check in wrong["checks"] if check["check"] == "key")
        assert (code, key["state"], wrong["spend"]["cost_usd"]) == (2, "broken", 0)
        assert "variable of model.api_key_env" in key["advice"]
        assert "sk-other-0123456789" not in out
        assert run(site, ["status"], at).out.count("call") == 1


def test_a_warning_and_a_cap_are_for_a_person(site):
    with RunningServer("--mode", "json_object") as server:
        at = {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "k"}
        code, out, _ = run(site, ["doctor"], at)
        assert (code, "warning  structured output" in out, "-> expect more repairs" in out) == (1, True, True)
        code, out, err = run(site, ["doctor", "--max-cost", "0.001"], at)
        assert (code, "budget of $0.00 is used up" in err) == (1, True)
        assert "not checked" in out


def test_without_an_endpoint_the_project_is_checked(site):
    code, out, err = run(site, ["doctor"])
    assert (code, err) == (1, "")
    assert "warning  key" in out and "OPENAI_API_KEY is not set" in out and "structured output" not in out
    assert not (site / "output").exists()


def test_the_project_alone_is_checked_without_a_call(site):
    with RunningServer() as server:
        at = {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "sk-secret-0123456789"}
        code, out, _ = run(site, ["doctor", "--local", "--json"], at)
        shown = json.loads(out)
        assert (code, shown["endpoint"], shown["spend"]) == (0, None, None)
        assert {check["part"] for check in shown["checks"]} == {"project"}
        assert "sk-secret" not in out and server.stats()["requests"] == 0
