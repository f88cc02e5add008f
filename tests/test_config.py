"""Settings that cannot be used are refused with the name of the key."""

import re

import pytest

from generator.config import ModelSettings, load_settings
from generator.content.site.site import Site
from generator.errors import ConfigError
from tests.support.services import settings


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("model: {parameters: {since: 2026-01-01}}", "model.parameters"),
        ("model: {parameters: {temperature: .nan}}", "model.parameters"),
        ("model: {longer_cap: .inf}", "model.longer_cap"),
        ("model: {timeout_seconds: .nan}", "model.timeout_seconds"),
        ("model: {requests_per_minute: .inf}", "model.requests_per_minute"),
        ("prices: {m: {input: .inf, cached_input: 0, output: 0}}", "prices.m.input"),
        ("context: {examples: 2}", "context.examples"),
        ("site: {address: '/learn/{subject}'}", "site.address: {slug} is missing"),
        ("site: {origin: www.example.org}", "site.origin"),
        ("site: {page_title: '{heading}'}", "site.page_title"),
        ("site: 5", "site"),
        ("publish: {require: sometimes}", "publish.require"),
        ("subjects: [{name: Medicine, require: unknown}]", "subjects.0.require"),
        ("publish: {disclosure: {field: id, text: Generated.}}", "publish.disclosure: field 'id'"),
        ("publish: {disclosure: {field: notice}}", "publish.disclosure.text"),
        ("limits: 5", "limits"),
        ("limits: {seo: [1]}", "limits.seo"),
        ("limits: {seo: {description_prefix: 5}}", "limits.seo.description_prefix"),
        ("limits: {seo: {description_prefix: '}'}}", "site.description_prefix: contains an unpaired brace"),
        ("site: {description_prefix: '%s'}" % ("long " * 20), "limits.seo: description_min"),
        (
            "{site: {description_prefix: 'On Acme: '}, limits: {seo: {description_prefix: 'On QuickTakes: '}}}",
            "limits.seo.description_prefix is not site.description_prefix",
        ),
    ],
)
def test_a_value_that_cannot_be_used_is_named(tmp_path, text, key):
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(key)):
        load_settings(None, folder=tmp_path)


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("", "Get the full answer from QuickTakes - "),
        ("site: {brand: Acme}", "Get the full answer from Acme - "),
        ("site: {description_prefix: 'On {brand}: '}", "On QuickTakes: "),
        ("limits: {seo: {description_prefix: 'On Acme: '}}", "On Acme: "),
        ("{site: {brand: Acme}, limits: {seo: {description_prefix: ''}}}", ""),
        ("{site: {description_prefix: 'On A: '}, limits: {seo: {description_prefix: 'On A: '}}}", "On A: "),
    ],
)
def test_the_prefix_of_descriptions_is_the_sites_and_measured_with(tmp_path, text, prefix):
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    made = load_settings(None, folder=tmp_path)
    assert made.site.description_prefix == made.limits.seo.description_prefix == prefix
    assert made.limits.seo.description_max == 160 - len(prefix)


def test_a_short_prefix_makes_room_for_longer_descriptions(tmp_path):
    made = settings(
        tmp_path, site=Site(description_prefix=""), limits={"seo": {"description_target_min": 140}}
    )
    assert made.limits.seo.description_max == 160


@pytest.mark.parametrize(
    ("tier", "name"),
    [
        (None, "test-model"),
        ("auto", "test-model"),
        ("default", "test-model"),
        ("flex", "test-model"),
        ("priority", "test-model@priority"),
        ("fast", "test-model@fast"),
    ],
)
def test_a_dearer_service_tier_has_a_price_of_its_own(tmp_path, tier, name):
    parameters = {"max_completion_tokens": 10, **({"service_tier": tier} if tier else {})}
    made = settings(tmp_path, model=ModelSettings(name="test-model", parameters=parameters))
    assert made.priced_as("test-model") == name
    assert (made.price_of("test-model") is not None) == (name == "test-model")
    price = {"input": 3, "cached_input": 1, "output": 30}
    dearer = settings(tmp_path, model=made.model, prices={**made.model_dump()["prices"], name: price})
    for model in ("test-model", "test-model-2026-05-01"):
        assert dearer.price_of(model).output == 30
