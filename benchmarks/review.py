"""The review page with fifty thousand drafts in its ledger: milliseconds of each page and of a decision; a lot of them.

    python -m benchmarks.review [DRAFTS] [--keep FOLDER]

The app runs in process, so the times are those of the server; each is the median of many, with the slowest
beside it. The drafts are made through the store; a folder that is kept serves the next run.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import httpx2

from benchmarks.figures import show
from generator.content.review.reviewers import Reviewer
from generator.services import Services
from generator.store.files import write_file
from generator.store.ledger.queue.queue_filter import QueueFilter
from generator.web.app import review_app
from generator.web.context import PageContext
from generator.web.queue.query import ORDERS
from generator.web.revision_worker import RevisionWorker
from generator.workflows.engine.progress import NoProgress
from generator.workflows.review.decisions.undo import ReviewUndo
from generator.workflows.sampling.create import LotRequest, create_lot
from generator.workflows.sampling.judge import LotReview
from generator.workflows.sampling.release import release_lot
from tests.support.many_drafts import add_drafts
from tests.support.services import settings
from tests.support.visits import access_to

PORT = 8765
ROUNDS = 40


async def measure(context: PageContext) -> dict[str, list[float]]:
    """Milliseconds of everything a reviewer waits for."""
    access = context.access
    transport = httpx2.ASGITransport(review_app(context))
    headers = {
        "Cookie": f"{access.cookie}={access.cookie_value('token')}",
        "Origin": f"http://127.0.0.1:{PORT}",
    }
    async with httpx2.AsyncClient(
        transport=transport, base_url=f"http://127.0.0.1:{PORT}", headers=headers
    ) as client:
        times: dict[str, list[float]] = {}
        for name, path in (
            ("queue", "/"),
            ("queue, most findings first", "/?sort=worst"),
            ("queue, last page", "/?page=560"),
            ("queue, subject and rule", "/?subject=Biology&rule=stock-phrase&state=fix"),
            ("queue, words", "/?q=enzyme+case+stress"),
            ("queue, a phrase", "/?q=%22case+777%22"),
            *((f"queue, {order.label}", f"/?sort={order.name}") for order in ORDERS),
            *((f"queue, words, {order.label}", f"/?q=enzyme&sort={order.name}") for order in ORDERS),
            ("queue, page of a draft", "/?at=15{}"),
            ("queue, run", "/?run=1"),
            ("queue, all", "/?state=all&sort=changed"),
            ("article", "/drafts/{}"),
            ("article in a filtered queue", "/drafts/{}?q=enzyme&sort=worst"),
            ("edit form", "/drafts/{}/edit"),
            ("counts", "/status.json"),
        ):
            paths = [path.format(6 + turn * 30) for turn in range(ROUNDS)]
            times[name] = [await _time(partial(client.get, path)) for path in paths]
        times["decision and next article"] = [
            await _time(lambda: _decide(context.services, client)) for _ in range(ROUNDS)
        ]
    return times


async def _decide(services: Services, client: httpx2.AsyncClient) -> httpx2.Response:
    row = next(row for row in services.draft_queue.page(_clean(), sort="findings", limit=1))
    answer = await client.post(f"/drafts/{row.id}/approve", json={"lock": row.lock, "sha": row.sha})
    answer.raise_for_status()
    return await client.get(answer.json()["go"])


def _clean() -> QueueFilter:
    return QueueFilter(states=("drafted",))


async def _time(work: Callable[[], Awaitable[httpx2.Response]]) -> float:
    begun = time.perf_counter()
    answer = await work()
    took = (time.perf_counter() - begun) * 1000
    answer.raise_for_status()
    return took


def main() -> None:
    """Fill a ledger, unless it was kept, and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("drafts", nargs="?", type=int, default=50_000)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        services = Services(settings(folder), environment={})
        try:
            if not services.drafts.counts():
                begun = time.perf_counter()
                add_drafts(services, options.drafts)
                print(f"{options.drafts:,} drafts made in {time.perf_counter() - begun:.0f} s")
            _files(services, range(1, 1500))
            access = access_to(services, {"token": Reviewer("Ada")}, host="127.0.0.1", port=PORT)
            context = PageContext(services, access, RevisionWorker(lambda: services))
            show(
                f"The review page with {options.drafts:,} drafts",
                ("page", "median", "slowest"),
                [
                    (name, f"{statistics.median(times):.1f} ms", f"{max(times):.1f} ms")
                    for name, times in asyncio.run(measure(context)).items()
                ],
                note=f"{ROUNDS} requests of each page, in the process of the server.",
            )
            show(
                f"A lot of {options.drafts:,} drafts",
                ("step", "wall"),
                [(name, f"{seconds:.2f} s") for name, seconds in measure_lot(services)],
            )
        finally:
            services.close()


def measure_lot(services: Services) -> Iterator[tuple[str, float]]:
    """Seconds of a lot of all drafts to review without errors: frozen, its sample read, released, the release undone."""
    _files(services, (row.id for row in services.drafts.all(("drafted",))))
    begun = time.perf_counter()
    view = create_lot(services, LotRequest(QueueFilter()), reviewer="Ada").view
    yield f"lot of {view.lot.size:,} frozen", time.perf_counter() - begun
    begun = time.perf_counter()
    for draw in view.draws:
        LotReview(services).judge(services.drafts.get(draw.row.id), "fine", who="Ada")
    yield f"{len(view.draws)} judgements", time.perf_counter() - begun
    begun = time.perf_counter()
    view = release_lot(services, view.lot.id, NoProgress(), reviewer="Ada")
    yield f"{view.approved:,} released", time.perf_counter() - begun
    begun = time.perf_counter()
    ReviewUndo(services).undo(who="Ada")
    yield "release undone", time.perf_counter() - begun


def _files(services: Services, numbers: Iterable[int]) -> None:
    """The files of these drafts; those of the others need not stand."""
    for number in numbers:
        row = services.drafts.get(number)
        data = services.drafts.data(row)
        if row.path is not None and data is not None:
            write_file(services.settings.output_dir / row.path, data)


if __name__ == "__main__":
    main()
