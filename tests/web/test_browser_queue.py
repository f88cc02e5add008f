"""The queue of many drafts in a real browser: the place in the list, selected drafts, rows, drafts for later."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.browsing import at, press, said, shot
from tests.support.drafts import QUESTIONS
from tests.support.many_drafts import add_drafts

pytestmark = [pytest.mark.browser, pytest.mark.port]

# Three of QUESTIONS, then made ones: all but each fifth, and each tenth and first, are to review.
MADE = 77
TO_REVIEW = [1, 2, 3, *(number + 3 for number in range(1, MADE + 1) if number % 5 and number % 10 != 1)]


@pytest.fixture
def served(serve):
    made = serve()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(add_drafts, made.services, MADE).result()
    return made


def current(page) -> int:
    """The draft that is current in the list."""
    row = page.locator("[data-item].current")
    row.wait_for()
    return int(row.get_attribute("data-item"))


def test_one_place_in_the_list_across_pages_tabs_and_reload(served, open_page):
    page = open_page(served)
    assert page.locator("[data-item].current").count() == 0
    page.locator(f'[data-item="{TO_REVIEW[48]}"] .question').focus()
    press(page, "j")
    assert current(page) == TO_REVIEW[49]
    press(page, "j")
    page.wait_for_url("**/?page=2")
    assert current(page) == TO_REVIEW[50]
    press(page, "k")
    page.wait_for_url(served.base + "/")
    assert current(page) == TO_REVIEW[49]
    page.reload()
    assert current(page) == TO_REVIEW[49]
    press(page, "o")
    at(page, f"/drafts/{TO_REVIEW[49]}")
    page.get_by_text(f"50 of {len(TO_REVIEW)}", exact=True).wait_for()
    press(page, "j")
    at(page, f"/drafts/{TO_REVIEW[50]}")
    press(page, "a")
    at(page, f"/drafts/{TO_REVIEW[51]}")
    press(page, "Escape")
    page.wait_for_url("**/?page=2")
    assert current(page) == TO_REVIEW[51]
    page.get_by_role("link", name="Needs fix").click()
    page.wait_for_url("**/?state=fix")
    assert page.locator("[data-item].current").count() == 0
    press(page, "j", "j")
    there = current(page)
    page.get_by_role("link", name="To review").click()
    page.wait_for_url("**/?page=2")
    assert current(page) == TO_REVIEW[51]
    page.get_by_role("link", name="Needs fix").click()
    page.wait_for_url("**/?state=fix")
    assert current(page) == there


def test_drafts_are_selected_by_keyboard_and_mouse_and_decided_on_together(served, open_page):
    page = open_page(served)
    page.on("dialog", lambda dialog: dialog.accept())
    selected = page.locator(".selected [data-selected]")
    press(page, "j", "x", "j", "Shift+J", "Shift+J")
    assert selected.inner_text() == "4 drafts selected"
    press(page, "Shift+K")
    assert selected.inner_text() == "3 drafts selected"
    boxes = page.locator("[data-pick]")
    boxes.nth(5).click()
    boxes.nth(8).click(modifiers=["Shift"])
    assert selected.inner_text() == "7 drafts selected"
    shot(page, "queue-selected")
    press(page, "a")
    said(page, "Approved: 7 drafts.")
    states = [served.services.drafts.get(number).state for number in TO_REVIEW[:10]]
    assert states == [*["approved"] * 3, *["drafted"] * 2, *["approved"] * 4, "drafted"]
    press(page, "u")
    said(page, "No longer approved: 7 drafts")
    page.get_by_label("Select all of this page").check()
    page.get_by_role("button", name=f"Select all {len(TO_REVIEW)} of this list").click()
    assert selected.inner_text() == f"{len(TO_REVIEW)} drafts selected"
    press(page, "r")
    page.keyboard.type("Wrong")
    press(page, "Control+Enter")
    said(page, f"Rejected: {len(TO_REVIEW)} drafts.")
    page.get_by_text("No drafts to review").wait_for()


def test_a_row_is_clicked_anywhere_and_its_text_can_be_selected(served, open_page):
    page = open_page(served)
    row = page.locator("[data-item]").nth(1)
    facts = row.locator(".facts")
    facts.click(modifiers=["ControlOrMeta"])
    page.context.wait_for_event("page") if len(page.context.pages) == 1 else None
    assert len(page.context.pages) == 2
    box = facts.locator("span", has_text="Biology").bounding_box()
    page.mouse.move(box["x"], box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"], box["y"] + 8, steps=4)
    page.mouse.up()
    assert page.evaluate("String(getSelection()).trim()") == "Biology"
    assert page.url == served.base + "/"
    page.evaluate("getSelection().removeAllRanges()")
    page.get_by_role("button", name="Compact rows").click()
    page.reload()
    assert page.get_by_role("button", name="Compact rows").get_attribute("aria-pressed") == "true"
    shot(page, "queue-compact")
    row.click(position={"x": 400, "y": 3})
    at(page, "/drafts/2")


def test_a_draft_is_set_aside_by_keyboard_and_comes_back(served, open_page):
    page = open_page(served)
    press(page, "j", "l")
    page.keyboard.type("ask Grace")
    press(page, "Control+Enter")
    said(page, "Set aside: 1 draft.")
    assert current(page) == 2
    page.get_by_role("link", name="Later").click()
    page.get_by_text("Set aside by Ada").wait_for()
    shot(page, "queue-later")
    press(page, "j", "l")
    said(page, "Brought back: 1 draft.")
    page.goto(served.base + "/drafts/1")
    press(page, "l")
    press(page, "Control+Enter")
    said(page, f"Set aside: {QUESTIONS[0]}")
    press(page, "u")
    at(page, "/drafts/1")
    assert served.services.set_aside.all() == {}
