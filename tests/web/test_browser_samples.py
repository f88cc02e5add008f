"""A lot in a real browser: frozen, read and released by keyboard alone."""

import pytest

from tests.support.browsing import at, press, said, shot

pytestmark = [pytest.mark.browser, pytest.mark.port]


def test_a_lot_is_read_and_released_by_keyboard(serve, open_page):
    served = serve()
    page = open_page(served)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Sample this list").click()
    at(page, "/samples/1")
    said(page, "Frozen: lot 1 with 3 drafts.")
    shot(page, "lot")
    press(page, "s")
    page.get_by_text("draft 1 of 3").wait_for()
    press(page, "1")
    said(page, "Judged fine")
    page.get_by_text("draft 2 of 3").wait_for()
    press(page, "2")
    page.locator("#f-keywords").fill(
        "enzymes, catalysis, activation energy, active site, substrate, proteins, cells, kinetics"
    )
    press(page, "Control+Enter")
    said(page, "Saved.")
    shot(page, "drawn-draft", full_page=True)
    press(page, "2")
    said(page, "Judged minor")
    page.get_by_text("draft 3 of 3").wait_for()
    press(page, "3")
    page.keyboard.type("off the question 123s")
    press(page, "Control+Enter")
    at(page, "/samples/1")
    said(page, "Lot 1 has failed")
    shot(page, "failed-lot", full_page=True)
    press(page, "u")
    said(page, "No longer judged serious")
    press(page, "1")
    at(page, "/samples/1")
    said(page, "lot 1 can be released")
    press(page, "R")
    said(page, "Approved 3 drafts of lot 1.")
    assert served.states() == ["approved"] * 3
