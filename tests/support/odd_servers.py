"""Drafts questions against the test server in this process, while it gives one of its odd answers."""

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from generator.errors import GeneratorError
from generator.fake_openai.odd_answers import OddAnswerPlan
from generator.fake_openai.service import build
from generator.fake_openai.settings import ServerSettings
from generator.services import Services
from tests.support.services import draft, no_sleep, rows, settings


@dataclass
class OddRun:
    """What came of a run.

    Args:
        states: how many drafts are in which state.
        calls: how many requests reached the server.
        reasons: the reason of each draft that has one.
        error: what ended the run early; empty where nothing did.
        bodies: the requests, in order.
        notes: the lines of the run for a person; empty where it ended early.
        spent: US dollars.
    """

    states: dict[str, int]
    calls: int
    reasons: list[str]
    error: str
    bodies: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    spent: float = 0.0


def draft_against(
    folder: Path,
    name: str,
    *,
    questions: int = 2,
    after: int = 0,
    times: int | None = None,
    concurrency: int = 1,
    max_cost: float | None = None,
    **changes: Any,
) -> OddRun:
    """Draft questions against a server that gives the odd answer ``name``; a second call goes on in the same folder.

    Args:
        after, times: as in ``OddAnswerPlan``.
        changes: of the settings of the program.
    """
    server = build(ServerSettings(canned=True, odd_answers=OddAnswerPlan(name, after, times)))
    transport = _Recorder(server)
    services = Services(
        settings(folder, **changes),
        environment={"OPENAI_API_KEY": "test-key"},
        transport=transport,
        sleep=no_sleep,
    )
    texts = [f"What does enzyme {number} of the liver cell do?" for number in range(questions)]
    error, notes = "", []
    try:
        _, report = draft(services, rows(*texts), concurrency=concurrency, near="allow", max_cost=max_cost)
        notes = report.notes
    except GeneratorError as raised:
        error = str(raised)
    drafts = services.drafts.all()
    run = OddRun(
        services.drafts.counts(),
        len(transport.bodies),
        [row.reason for row in drafts if row.reason],
        error,
        transport.bodies,
        notes,
        services.database.execute("SELECT total(cost) FROM call").fetchone()[0] / 1e9,
    )
    services.close()
    return run


class _Recorder(httpx2.ASGITransport):
    """Keeps the bodies of the requests."""

    def __init__(self, app: Any) -> None:
        super().__init__(app=app)
        self.bodies: list[dict[str, Any]] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST":
            self.bodies.append(json.loads(await request.aread()))
        for _ in range(20):  # other tasks go on meanwhile, as during a call over a network
            await asyncio.sleep(0)
        return await super().handle_async_request(request)
