"""The events of the review page: who asked for what, which decision followed, and no token."""

import logging

import pytest

from generator.events import LOGGER


async def test_a_decision_on_the_page_is_recorded_with_who_and_what(
    visiting, caplog: pytest.LogCaptureFixture
) -> None:
    visit = visiting()
    row = visit.row()
    with caplog.at_level(logging.INFO, LOGGER.name):
        await visit.post(f"/drafts/{row.id}/approve", visit.seen(), token=None)
        await visit.get("/?token=token-of-ada", token=None)
        await visit.post(f"/drafts/{row.id}/approve", visit.seen())
    found = {record.event: record.fields for record in caplog.records}  # type: ignore[attr-defined]
    requests = [
        (record.fields["who"], record.fields["status"])  # type: ignore[attr-defined]
        for record in caplog.records
        if record.event == "page.request"  # type: ignore[attr-defined]
    ]
    assert requests == [(None, 401), ("Ada", 200)]
    decision = found["decision.recorded"]
    assert (decision["name"], decision["decision"], decision["who"]) == (row.key, "approved", "Ada")
    assert "token-of-ada" not in caplog.text


async def test_an_error_of_the_page_is_recorded_with_its_traceback(
    visiting, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = visiting()

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the page broke")

    monkeypatch.setattr(visit.services.draft_queue, "page", broken)
    with caplog.at_level(logging.INFO, LOGGER.name):
        response = await visit.get("/")
    (failed,) = [record for record in caplog.records if getattr(record, "event", "") == "page.failed"]
    assert response.status_code == 500
    assert failed.fields["path"] == "/" and "in broken" in failed.fields["traceback"]  # type: ignore[attr-defined]
