"""The review page on a port for a real browser, and what a person does there."""

import asyncio
import os
import re
import shutil
import socket
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import uvicorn

from generator.content.review.reviewers import Reviewer
from generator.web.app import review_app
from generator.web.revision_worker import RevisionWorker
from tests.support.drafts import QUESTIONS, with_drafts
from tests.support.nightly import NIGHTLY
from tests.support.replies import GOOD, Endpoint, completion, spoilt
from tests.support.services import scripted_services
from tests.support.visits import access_to, page_context

ARTIFACTS = Path(__file__).parents[1] / "artifacts"
# The first, which has no window, takes a third of the others' time.
CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BAD = spoilt(
    conclusion=GOOD["conclusion"] + " The gathered information shows it: $E = mc^2$.",
    page_description=GOOD["page_description"] + " And on it goes, past what a search result shows.",
)
OTHER_DESCRIPTION = (
    "Why roots grow downward: how statoliths sink, how auxin gathers, and how cells stretch on one side."
)
REVISED = spoilt(introduction=GOOD["introduction"].replace("Without them", "Without enzymes"))


def chromium() -> str:
    """Where the browser is."""
    path = os.environ.get("GENERATOR_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if path is None:
        message = "there is no chromium here: install it, or set GENERATOR_CHROMIUM"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return path


class ReviewServer:
    """A review page on a port, served by a thread."""

    def __init__(
        self,
        folder: Path,
        *replies,
        read_only: bool = False,
        port: int = 0,
        questions: Sequence[str] = QUESTIONS,
    ) -> None:
        """With a ``port``, the page is that of a server which was there before, over its drafts."""
        endpoint = Endpoint(by=lambda _: completion(REVISED))
        # Playwright keeps a loop on this thread, and drafting runs one of its own.
        with ThreadPoolExecutor(1) as pool:
            asked = () if port else questions
            self.services = pool.submit(with_drafts, folder, asked, *replies, endpoint=endpoint).result()
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = self._listener.getsockname()[1]
        reviewers = {
            "token": Reviewer("Ada"),
            "token-of-grace": Reviewer("Grace"),
            "token-of-edith": Reviewer("Edith", "edit"),
        }
        with self.services.drafts.transaction():
            self.services.assignments.register(reviewers.values(), now=self.services.now())
        access = access_to(self.services, reviewers, host="127.0.0.1", port=self.port, read_only=read_only)
        self._worker = RevisionWorker(lambda: scripted_services(folder, endpoint))
        app = review_app(page_context(self.services, access, self._worker))
        config = uvicorn.Config(
            app, log_level="error", lifespan="off", ws="none", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self.link, self.link_of_grace = access.link("token"), access.link("token-of-grace")
        self.link_of_edith = access.link("token-of-edith")
        self.base = self.link.split("/?")[0]
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._server.serve(sockets=[self._listener]))
        )
        self._thread.start()

    def states(self) -> list[str]:
        return [row.state for row in self.services.drafts.all()]

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()
        self._worker.close()
        self.services.close()


def shot(page, name: str, **options) -> None:
    """A screenshot for a person to look at, with GENERATOR_NIGHTLY=1."""
    if NIGHTLY:
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=ARTIFACTS / f"{name}.png", **options)


def press(page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def at(page, path: str) -> None:
    """Wait until the page is there."""
    page.wait_for_url(re.compile(re.escape(path) + r"(\?.*)?$"))


def said(page, text: str) -> None:
    """Wait for a message."""
    page.locator("#messages", has_text=text).wait_for()
