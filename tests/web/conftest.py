"""Fixtures: the app in process, and the app in a real browser. Both are closed at the end."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.browsing import FLAGS, ReviewServer, chromium
from tests.support.visits import visit_to


@pytest.fixture
def visiting(tmp_path):
    """Makes a visit over ``tmp_path``."""
    made = []

    def visit(*replies, **options):
        # Drafting runs a loop of its own, which it cannot on the thread of an asynchronous test.
        with ThreadPoolExecutor(1) as pool:
            made.append(pool.submit(visit_to, tmp_path, *replies, **options).result())
        return made[-1]

    yield visit
    for one in made:
        one.worker.close()
        one.services.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """For one file only: while it is open, this thread has a running loop, and no asynchronous test can run."""
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def serve(tmp_path):
    made: list[ReviewServer] = []

    def start(*replies, **options) -> ReviewServer:
        made.append(ReviewServer(tmp_path, *replies, **options))
        return made[-1]

    yield start
    for one in made:
        one.close()


@pytest.fixture
def open_page(browser):
    """Opens a page; what the browser complains of, and whatever it asks of another host, fails the test."""
    contexts = []
    complaints: list[str] = []

    def opened(
        served: ReviewServer,
        *,
        width: int = 1360,
        height: int = 900,
        dark: bool = False,
        path: str = "",
        link: str = "",
    ):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.on(
            "request",
            lambda request: None if request.url.startswith(served.base) else complaints.append(request.url),
        )
        page.goto(link or served.link)
        if path:
            page.goto(served.base + path)
        return page

    opened.complaints = complaints
    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
