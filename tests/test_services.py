"""Which model is asked: addresses and keys that no call could be made with are told before any."""

import asyncio

import pytest

from generator.errors import ConfigError, UsageError
from generator.services import Services
from generator.workflows.engine.live_session import LiveSession
from tests.support.services import scripted_services, settings

BAD_ADDRESSES = [
    "http://localhost:port/v1",
    "http://localhost:99999/v1",
    "http://[::1/v1",
    "http://user:secret@host/v1",
    "localhost:8000/v1",
    "http:///v1",
    "http://a b/v1",
    "http://a..b/v1",
]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_an_address_that_cannot_be_called_is_refused_by_the_name_of_its_setting(tmp_path, address):
    shop = Services(settings(tmp_path), environment={"OPENAI_BASE_URL": address})
    with pytest.raises(UsageError, match="OPENAI_BASE_URL") as refused:
        shop.endpoint()
    assert "secret" not in str(refused.value)
    assert shop.endpoint(offline=True).backend == "offline"
    shop = Services(settings(tmp_path, model={"base_url": address}), environment={})
    with pytest.raises(ConfigError, match=r"model\.base_url"):
        shop.endpoint()


@pytest.mark.parametrize(
    "address", ["http://[::1]:8000/v1", "https://models.test/v1/", "http://10.0.0.1:1/v1"]
)
def test_any_other_address_is_taken(tmp_path, address):
    shop = Services(settings(tmp_path), environment={"OPENAI_BASE_URL": address})
    assert shop.endpoint().base_url == address


@pytest.mark.parametrize("key", ["s\xe9cret", "secret\n", "sec ret", "\udcffsecret"])
def test_a_key_that_no_header_takes_is_refused_and_not_shown(tmp_path, key):
    shop = Services(settings(tmp_path), environment={"OPENAI_API_KEY": key})
    with pytest.raises(UsageError, match="OPENAI_API_KEY") as refused:
        shop.endpoint()
    assert "cret" not in str(refused.value)


def test_a_cap_needs_a_price_of_the_service_tier(tmp_path):
    parameters = {"max_completion_tokens": 10, "service_tier": "priority"}
    shop = scripted_services(tmp_path, model={"name": "test-model", "parameters": parameters})

    async def ask():
        with shop.run("draft", []) as run:
            async with LiveSession(shop, shop.endpoint(), run, concurrency=1, max_cost=1.0):
                pass

    with pytest.raises(UsageError, match="'test-model@priority'"):
        asyncio.run(ask())
    shop.close()
