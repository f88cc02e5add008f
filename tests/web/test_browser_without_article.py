"""Questions without an article in a real browser: by keyboard only, and nothing typed is lost."""

import pytest

from tests.support.browsing import at, press, said, shot
from tests.support.replies import GOOD, completion, declined

pytestmark = pytest.mark.browser

REPLIES = (completion(declined("The figure is not given.")), completion(GOOD), completion(GOOD))


def test_a_question_is_queued_again_by_keyboard(serve, open_page):
    served = serve(*REPLIES)
    page = open_page(served, path="/drafts/1?state=none")
    press(page, "d")
    page.locator("#redraft-note").fill("The figure shows a cell.")
    shot(page, "redraft-dialog")
    press(page, "Control+Enter")
    said(page, "To draft it, run generator redraft.")
    page.get_by_text("To be drafted again with the note").wait_for()
    shot(page, "redraft-queued")
    page.get_by_role("button", name="Do not draft it again").click()
    said(page, "Not queued any more.")


def test_an_article_is_written_by_keyboard(serve, open_page):
    served = serve(*REPLIES)
    page = open_page(served, path="/drafts/1?state=none")
    press(page, "w")
    at(page, "/drafts/1/write")
    page.get_by_label("Introduction").fill(GOOD["introduction"])
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.locator(".kept", has_text="was restored").wait_for()
    assert page.get_by_label("Introduction").input_value() == GOOD["introduction"]
    for number, point in enumerate(GOOD["points"], start=1):
        page.locator(f"#w-heading{number}").fill(point["heading"])
        page.locator(f"#w-body{number}").fill(point["body"])
    page.get_by_label("Conclusion").fill(GOOD["conclusion"])
    page.get_by_label("Description").fill(GOOD["page_description"])
    page.get_by_label("Keywords").fill(", ".join(GOOD["page_keywords"]))
    shot(page, "write", full_page=True)
    press(page, "Control+Enter")
    said(page, "Saved.")
    assert served.states()[0] == "drafted"
