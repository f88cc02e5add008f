"""What is removed from events before anybody receives them."""

import logging

import pytest

from generator.events import LOGGER, emit
from generator.events.secrets import register_secrets, secrets_of_url, without_known_secrets

PASSWORD = "open-sesame-4711"


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        ("https://models.example/v1", set()),
        ("https://models.example/v1?api_key=a%20b", {"a%20b", "a b"}),
        ("https://ada:p%40ss@models.example/v1", {"ada", "p%40ss", "p@ss"}),
        ("https://[broken", {"https://[broken"}),
        (None, set()),
    ],
)
def test_what_may_be_secret_in_an_address(url: str | None, secrets: set[str]) -> None:
    assert secrets_of_url(url) == secrets


def test_registered_secrets_are_removed_wherever_a_text_stands() -> None:
    register_secrets(PASSWORD, None, "")
    fields = {
        "one": f"key={PASSWORD}&x",
        "many": [f"({PASSWORD})", ("deep", {PASSWORD: PASSWORD})],
        "number": 3,
    }
    assert without_known_secrets(fields) == {
        "one": "key=[key]&x",
        "many": ["([key])", ["deep", {"[key]": "[key]"}]],
        "number": 3,
    }


@pytest.mark.parametrize(
    "text",
    ["sk-proj-0123456789", "Authorization: Bearer abc.def-123", "http://127.0.0.1:8765/?token=abcDEF-123"],
)
def test_what_looks_like_a_key_is_removed(text: str) -> None:
    cleaned = without_known_secrets(text)
    assert "[key]" in cleaned
    assert not any(secret in cleaned for secret in ("0123456789", "abc.def", "abcDEF"))


def test_no_handler_gets_a_registered_secret(caplog: pytest.LogCaptureFixture) -> None:
    register_secrets(PASSWORD)
    with caplog.at_level(logging.INFO, LOGGER.name):
        emit("test.happened", f"with {PASSWORD}", url=f"http://x/?k={PASSWORD}", share=100.0)
    (record,) = caplog.records
    assert (record.getMessage(), record.event, record.fields) == (  # type: ignore[attr-defined]
        "with [key]",
        "test.happened",
        {"url": "http://x/?k=[key]", "share": 100.0},
    )


def test_nothing_is_recorded_or_printed_while_nobody_listens(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    emit("test.happened", "nobody listens")
    assert caplog.records == [] and capsys.readouterr() == ("", "")
