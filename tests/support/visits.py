"""The review page in process: a visitor with a reviewer's cookie, and one without."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
from jinja2 import Environment

from generator.content.review.reviewers import Reviewer, Role
from generator.services import Services, utc_now
from generator.web.access import Access
from generator.web.app import review_app
from generator.web.context import PageContext
from generator.web.revision_worker import RevisionWorker
from generator.web.templating import new_environment
from tests.support.drafts import QUESTIONS, draft_of, with_drafts
from tests.support.replies import Endpoint
from tests.support.services import scripted_services

PORT = 8765
BASE = f"http://127.0.0.1:{PORT}"
TOKENS = {"token-of-ada": "Ada", "token-of-grace": "Grace"}


class Visit:
    """A review page over temporary folders. ``get`` and ``post`` are Ada's, in her browser."""

    def __init__(
        self,
        services: Services,
        open_services: Callable[[], Services],
        *,
        host: str = "127.0.0.1",
        read_only: bool = False,
        roles: Mapping[str, Role] | None = None,
        max_cost: float | None = None,
    ) -> None:
        reviewers = {
            token: Reviewer(name, (roles or {}).get(name, "approve")) for token, name in TOKENS.items()
        }
        self.access = access_to(services, reviewers, host=host, port=PORT, read_only=read_only)
        self.worker = RevisionWorker(open_services, max_cost=max_cost)
        self.services = services
        self.app = review_app(page_context(services, self.access, self.worker))
        self.client = httpx2.AsyncClient(transport=httpx2.ASGITransport(self.app), base_url=BASE)

    async def get(self, path: str, *, token: str | None = "token-of-ada", **headers: str) -> httpx2.Response:
        return await self.client.get(path, headers={**self._cookie(token), **headers})

    async def post(
        self,
        path: str,
        body: Any = None,
        *,
        token: str | None = "token-of-ada",
        headers: Mapping[str, str | None] | None = None,
        **changes: Any,
    ) -> httpx2.Response:
        sent = {"Origin": BASE, **self._cookie(token), **(headers or {})}
        sent = {name: value for name, value in sent.items() if value is not None}
        what = {"json": {} if body is None else body, **changes}
        return await self.client.post(path, headers=sent, **what)

    async def worker_done(self) -> None:
        """Wait until the worker has nothing under way."""
        ending = time.monotonic() + 10
        while self.worker.waiting and time.monotonic() < ending:
            await asyncio.sleep(0.01)
        assert not self.worker.waiting

    def seen(self, question: str = QUESTIONS[0], **more: Any) -> dict[str, Any]:
        """What the page sends along with a decision on a draft."""
        row = self.row(question)
        return {"lock": row.lock, "sha": row.sha, **more}

    def row(self, question: str = QUESTIONS[0]) -> Any:
        return draft_of(self.services, question)

    def _cookie(self, token: str | None) -> dict[str, str]:
        return {"Cookie": f"{self.access.cookie}={self.access.cookie_value(token)}"} if token else {}


def access_to(
    services: Services,
    reviewers: Mapping[str, Reviewer],
    *,
    host: str,
    port: int,
    read_only: bool = False,
    **more: Any,
) -> Access:
    """Access for the reviewers with these tokens, who have signed in; ``more`` as for ``Access``."""
    access = Access(host, port, tuple(reviewers.values()), services.review_links, read_only, **more)
    for token, reviewer in reviewers.items():
        if services.review_links.reviewer_of(token) is None:
            services.review_links.add(token, reviewer.name, now=services.now())
        access.sign_in(token, now=services.now())
    return access


def page_context(services: Services, access: Access, worker: RevisionWorker) -> PageContext:
    """What the pages work with; its templates are compiled once for all tests."""
    context = PageContext(services, access, worker)
    assert services.now is utc_now
    context.templates = _templates()
    return context


@cache
def _templates() -> Environment:
    return new_environment(utc_now)


def visit_to(
    folder: Path,
    *replies: Any,
    endpoint: Endpoint | None = None,
    site: Mapping[str, str] | None = None,
    **options: Any,
) -> Visit:
    """A page over three drafts; ``replies`` as for ``with_drafts``, ``endpoint`` answers revisions.

    Args:
        site: facts of the site that are not the default ones.
        options: of :class:`Visit`; ``roles`` has the roles of reviewers by name, ``approve`` where it has none.
    """
    facts = dict(site or {})
    services = with_drafts(folder, QUESTIONS, *replies, endpoint=endpoint, site=facts)
    return Visit(services, lambda: scripted_services(folder, endpoint, site=facts), **options)


def seen_in(answer) -> str:
    """The digest that the button of a page sends, which decides on all of its list."""
    return re.search(r'"seen": "([0-9a-f]{64})"', answer.text)[1]
