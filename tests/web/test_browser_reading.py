"""Reading in a real browser: the page counts visible time, and knows whether all of the article was on the screen."""

import re
from queue import Queue

import pytest

from generator.content.evidence.reading import Reading
from generator.content.evidence.release import release_of
from generator.web.drafts.reported_reading import reported_reading
from tests.support.browsing import at, press
from tests.support.reading import Clock

pytestmark = [pytest.mark.browser, pytest.mark.port]


def reading_of(served):
    (found,) = served.services.drafts.readings.of(1, "Ada").values()
    return found


def test_a_text_is_seen_to_its_end_only_where_all_of_it_was_on_the_screen(serve, open_page):
    served = serve()
    page = open_page(served, height=300)
    page.clock.install()
    with page.expect_response("**/reading"):
        page.goto(served.base + "/drafts/1")
    with page.expect_response("**/reading"):
        page.clock.run_for(11_000)
    assert not reading_of(served).to_end
    page.evaluate(
        "document.documentElement.style.scrollBehavior = 'auto', window.scrollTo(0, document.body.scrollHeight)"
    )
    with page.expect_response("**/reading"):
        page.clock.run_for(11_000)
    assert not reading_of(served).to_end, "the middle was skipped"
    blocks = page.locator(".answer p, .answer li")
    with page.expect_response("**/reading") as reported:
        for number in range(blocks.count()):
            blocks.nth(number).scroll_into_view_if_needed()
            page.evaluate("new Promise(requestAnimationFrame)")
    assert reported.value.request.post_data_json["to_end"]
    # With a slow machine the time is long enough for a read text already.
    page.locator("#reading", has_text=re.compile("(seen|read this text to) its end")).wait_for()
    assert reading_of(served).to_end


def test_an_approval_brings_the_last_seconds_and_the_end(serve, open_page):
    served = serve()
    served.services.now = Clock()  # stands still
    page = open_page(served, height=4000)
    with page.expect_response("**/reading"):
        page.goto(served.base + "/drafts/1")
    # The browser says in a frame of its own what is on the screen.
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    with page.expect_request("**/approve**") as sent:
        press(page, "a")
    at(page, "/drafts/2")
    reading = sent.value.post_data_json["reading"]
    assert reading["to_end"] and reading["seconds"] >= 0
    assert reading_of(served).to_end
    # By the clock of the server, no time has passed.
    assert release_of(served.services.drafts.decisions.approval(1).release).kind == "bulk"


def test_who_leaves_the_page_reports_the_time_since_the_last_report(serve, open_page, monkeypatch):
    """The browser does not show a request that outlives its page, so the server says what came."""
    reports: Queue[Reading] = Queue()

    def spied(values):
        reports.put(reported_reading(values))
        return reported_reading(values)

    monkeypatch.setattr("generator.web.drafts.reading.reported_reading", spied)
    served = serve()
    page = open_page(served)
    page.clock.install()
    page.goto(served.base + "/drafts/1")
    assert reports.get(timeout=30).seconds < 1
    page.clock.run_for(5_000)
    page.goto(served.base + "/")
    assert reports.get(timeout=30).seconds >= 5
