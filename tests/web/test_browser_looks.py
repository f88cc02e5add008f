"""The look of the review page: narrow windows, dark scheme, AA contrast, names for screen readers."""

import pytest

from tests.support.browsing import BAD, ReviewServer, shot
from tests.support.lots import judge, new_lot
from tests.support.replies import GOOD, completion

LOTS = ("/samples", "/samples/1", "/drafts/2", "/drafts/3")

pytestmark = [pytest.mark.browser, pytest.mark.port]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Three drafts, the first of which needs a fix, the others a lot; these tests only look."""
    replies = [*[completion(BAD)] * 3, completion(GOOD), completion(GOOD)]
    made = ReviewServer(tmp_path_factory.mktemp("looks"), *replies)
    new_lot(made.services, limit=0.1)
    judge(made.services, "fine", made.services.drafts.get(2))
    yield made
    made.close()


def test_narrow_windows_and_the_dark_scheme_show_everything(served, open_page):
    page = open_page(served, width=360, height=740)
    for dark in (False, True):
        page.emulate_media(color_scheme="dark" if dark else "light")
        for path in (
            "/",
            "/?q=enzymes",
            "/?state=fix",
            "/drafts/1",
            "/drafts/1/edit",
            "/publish",
            "/proposals",
            *LOTS,
            "/drafts/1/versions",
        ):
            page.goto(served.base + path)
            if path == "/?q=enzymes":
                page.locator("[data-pick]").first.check()
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
            shot(page, f"narrow{'-dark' if dark else ''}{path.replace('/', '-').replace('?', '-')}")
    page.set_viewport_size({"width": 1360, "height": 900})
    page.goto(served.base + "/drafts/1")
    shot(page, "article-dark")


CONTRAST = """
() => {
  const c = document.createElement('canvas').getContext('2d', {willReadFrequently: true}), seen = {};
  const parts = (color) => { if (!seen[color]) { c.clearRect(0, 0, 1, 1); c.fillStyle = color; c.fillRect(0, 0, 1, 1); seen[color] = [...c.getImageData(0, 0, 1, 1).data]; } return seen[color]; };
  const light = ([r, g, b]) => { const f = (v) => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; return .2126 * f(r) + .7152 * f(g) + .0722 * f(b); };
  const ground = (element) => { for (let e = element; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor); if (c[3] === 255) return c; } return [255, 255, 255, 255]; };
  const poor = [];
  for (const element of document.querySelectorAll('body *')) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
    if (!element.checkVisibility() || element.closest('kbd, option, .skip')) continue;
    const a = light(parts(getComputedStyle(element).color)), b = light(ground(element));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) poor.push(`${element.tagName}.${element.className} ${ratio.toFixed(2)} ${element.textContent.trim().slice(0, 30)}`);
  }
  return poor;
}
"""


def test_every_text_has_the_contrast_of_aa(served, open_page):
    page = open_page(served)
    for path in (
        "/",
        "/?q=enzymes",
        "/?state=fix",
        "/drafts/1",
        "/drafts/1/edit",
        "/publish",
        "/?q=nothing",
        *LOTS,
        "/drafts/1/versions",
    ):
        page.goto(served.base + path)
        if path == "/?q=enzymes":
            page.locator("[data-pick]").first.check()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate(CONTRAST) == [], (path, scheme)


NAMELESS = """
() => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea')]
  .filter((one) => one.checkVisibility() && !(one.innerText?.trim() || one.getAttribute('aria-label') || one.labels?.length))
  .map((one) => one.outerHTML.slice(0, 80))
"""


def test_a_screen_reader_finds_names_and_landmarks(served, open_page):
    page = open_page(served)
    for path in (
        "/",
        "/drafts/1",
        "/drafts/1/edit",
        "/drafts/1/versions",
        "/publish",
        "/proposals",
        *LOTS,
    ):
        page.goto(served.base + path)
        assert page.evaluate(NAMELESS) == [], path
        for landmark in ("main", "banner"):
            assert page.get_by_role(landmark).count() == 1, (path, landmark)
        assert page.locator("h1").count() == 1, path
        assert page.locator("#messages[role=status]").count() == 1
        assert page.evaluate(
            "new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size === document.querySelectorAll('[id]').length"
        ), path
