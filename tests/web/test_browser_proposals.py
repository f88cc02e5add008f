"""Proposals in a browser: the article opens beside the current one, and what was accepted is applied."""

import pytest

from tests.support.browsing import press, said, shot
from tests.support.proposals import propose_for_page

pytestmark = [pytest.mark.browser, pytest.mark.port]

TEXTS = (
    "Roots take up water by osmosis and push it upwards, while leaves pull it by transpiration.",
    "Leaves turn towards the light because auxin gathers on the side that lies in the shade.",
)


def test_a_proposal_is_read_beside_its_article_accepted_and_applied(serve, open_page):
    served = serve()
    files = [
        propose_for_page(served.services, question, text)
        for question, text in zip(("What do roots do?", "Why do leaves turn?"), TEXTS, strict=True)
    ]
    page = open_page(served, path="/proposals")
    page.on("dialog", lambda dialog: dialog.accept())
    press(page, "j")
    beside = page.locator(".article-beside[open] .answer")
    beside.wait_for()
    assert beside.count() == 1
    shot(page, "proposals-beside")
    press(page, "t")
    assert page.locator(".article-beside[open]").count() == 0
    press(page, "j")
    assert page.locator(".article-beside[open]").count() == 0
    press(page, "t", "a")
    said(page, "Accepted: Why do leaves turn?")
    page.goto(f"{served.base}/proposals?state=approved")
    press(page, "p")
    page.get_by_text("1 proposal will be applied to 1 file").wait_for()
    shot(page, "proposals-apply")
    press(page, "P")
    said(page, "Applied 1 proposal to 1 file")
    assert TEXTS[1].split()[-1].encode() in files[1].read_bytes()
    assert TEXTS[0].split()[-1].encode() not in files[0].read_bytes()
