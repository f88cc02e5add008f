"""Keys in a real browser: switched off, in layouts without Latin letters, and where they can do nothing."""

import pytest

from tests.support.browsing import BAD, at, press, said
from tests.support.drafts import QUESTIONS
from tests.support.replies import GOOD, completion

pytestmark = [pytest.mark.browser, pytest.mark.port]

EVENT = """
([key, code, more]) => document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true, ...more }))
"""


def event(page, key, code, **more):
    """A key of a layout that the browser of the test does not have."""
    page.evaluate(EVENT, [key, code, more])


def test_single_keys_can_be_switched_off_and_stay_off(serve, open_page):
    served = serve()
    page = open_page(served, path="/drafts/1")
    press(page, "?")
    page.get_by_role("switch", name="Single keys are shortcuts").uncheck()
    press(page, "Escape")
    assert not page.locator(".bar .actions kbd").first.is_visible()
    assert page.locator("[aria-keyshortcuts=a]").count() == 0
    press(page, "a", "j", "?", "r")
    assert not page.locator("dialog[open]").count()
    page.reload()
    press(page, "a", "j")
    assert page.url.endswith("/drafts/1") and set(served.states()) == {"drafted"}
    page.get_by_role("button", name="Reject").click()
    page.keyboard.type("2 points are too shallow")
    press(page, "Control+Enter")
    at(page, "/drafts/2")
    assert served.services.drafts.decisions.of(1)[-1].note == "2 points are too shallow"
    press(page, "Escape")
    at(page, "/")
    assert served.states() == ["rejected", "drafted", "drafted"]
    page.get_by_role("button", name="Keys").click()
    page.get_by_role("switch").check()
    press(page, "Escape", "j", "Enter")
    at(page, "/drafts/3")


@pytest.mark.parametrize(
    ("key", "code", "opened"),
    [
        ("к", "KeyR", True),  # Cyrillic
        ("ρ", "KeyR", True),  # Greek
        ("ר", "KeyR", True),  # Hebrew
        ("ق", "KeyR", True),  # Arabic
        ("r", "KeyP", True),  # the letter of a Latin layout, wherever it stands
        ("é", "KeyR", False),  # a Latin letter of its own
        ("К", "KeyR", False),  # with Shift below
    ],
)
def test_keys_of_layouts_without_latin_letters_act_by_their_place(serve, open_page, key, code, opened):
    page = open_page(serve(), path="/drafts/1")
    event(page, key, code, shiftKey=key == "К")
    assert page.locator("#reject[open]").count() == opened


def test_keys_do_nothing_while_an_input_method_composes(serve, open_page):
    page = open_page(serve(), path="/drafts/1")
    event(page, "Process", "KeyR", isComposing=True)
    event(page, "r", "KeyR", isComposing=True)
    assert page.locator("dialog[open]").count() == 0


def test_a_key_that_can_do_nothing_says_why(serve, open_page):
    served = serve(*[completion(BAD)] * 3, completion(GOOD), completion(GOOD))
    page = open_page(served, path="/drafts/1?state=all")
    press(page, "a")
    said(page, "This draft has 2 errors. Edit it before you approve it")
    for key, reason in (
        ("c", "There is no revision to compare"),
        ("y", "Choose a claim first"),
    ):
        press(page, key)
        said(page, reason)
    page.goto(served.base + "/drafts/2")
    page.evaluate("document.querySelectorAll('.finding-ref').forEach((one) => one.remove())")
    press(page, "f")
    said(page, "No finding is marked in the text.")
    page.goto(served.base + "/")
    press(page, "j", "j", "j")
    said(page, "This is the end of the list.")
    page.goto(served.base + "/proposals")
    press(page, "a")
    said(page, "Choose a proposal")
    assert served.states() == ["needs_fix", "drafted", "drafted"]


def test_information_leaves_by_itself_and_an_error_stays(serve, open_page):
    served = serve()
    page = open_page(served, path="/drafts/1")
    page.clock.install()
    press(page, "c")
    said(page, "There is no revision")
    page.locator(".message-line").hover()
    page.clock.fast_forward(60_000)
    assert page.locator(".message-line").is_visible()
    page.mouse.move(5, 5)
    page.clock.fast_forward(13_000)
    page.locator(".message-line").wait_for(state="detached")
    page.route("**/approve*", lambda route: route.abort())
    press(page, "a")
    said(page, "The review server cannot be reached.")
    page.clock.fast_forward(60_000)
    page.get_by_role("button", name="Dismiss").click()
    page.locator(".message-line").wait_for(state="detached")
    open_page.complaints[:] = [line for line in open_page.complaints if "ERR_FAILED" not in line]


@pytest.mark.parametrize(
    ("status", "sentence"), [(500, "failed with status 500"), (401, "no longer signed in")]
)
def test_a_failure_without_a_message_of_the_server_is_a_sentence(serve, open_page, status, sentence):
    page = open_page(serve(), path="/drafts/1")
    page.route("**/approve*", lambda route: route.fulfill(status=status, body="<h1>oops</h1>"))
    press(page, "a")
    said(page, sentence)
    open_page.complaints[:] = [line for line in open_page.complaints if str(status) not in line]


def test_a_live_region_is_written_only_when_it_changes(serve, open_page):
    page = open_page(serve(), path="/drafts/1/edit")
    page.evaluate(
        "window.writes = 0; new MutationObserver(() => writes++).observe(document.querySelector('#live-findings'), {childList: true})"
    )
    keywords = page.locator("#f-keywords")
    for letter in "abc":
        with page.expect_response("**/check"):
            keywords.press_sequentially(letter)
    page.locator("#live-answer").wait_for()
    assert page.evaluate("writes") <= 2
    assert QUESTIONS[0] in page.locator("#f-question").input_value()


def test_an_article_prints_without_bars_and_buttons(serve, open_page):
    page = open_page(serve(), path="/drafts/1", dark=True)
    page.emulate_media(media="print")
    for hidden in (".top", ".bar", "aside", "#messages"):
        assert not page.locator(hidden).is_visible(), hidden
    assert page.locator(".answer").is_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).color") == "rgb(0, 0, 0)"
