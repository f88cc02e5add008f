"""The review page with fifty thousand drafts in its ledger: milliseconds of each page and of a decision; a lot of them.

    python -m benchmarks.review [DRAFTS] [--keep FOLDER]

The app runs in process, so the times are those of the server; each is the median of many, with the slowest
beside it. The drafts are made through the store; a folder that is kept serves the next run.
"""

import argparse
import asyncio
import datetime
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path

import httpx2

from generator.content.article import Article
from generator.content.findings import Finding
from generator.content.frontmatter import render
from generator.content.markdown.answer import compose, encode
from generator.content.site import Site
from generator.services import Services
from generator.store.files import write_file
from generator.store.ledger.calls import NewCall
from generator.store.ledger.draft_queue import QueueFilter
from generator.store.ledger.drafts import NewDraft
from generator.store.ledger.new_jobs import NewJob
from generator.web.access import Access
from generator.web.app import review_app
from generator.web.context import PageContext
from generator.web.revision_worker import RevisionWorker
from generator.workflows.draft_files.files import draft_path
from generator.workflows.engine.progress import NoProgress
from generator.workflows.review.undo import ReviewUndo
from generator.workflows.sampling.create import LotRequest, create_lot
from generator.workflows.sampling.judge import LotReview
from generator.workflows.sampling.release import release_lot
from tests.support.replies import GOOD
from tests.support.services import SUBJECTS, settings

PORT = 8765
ROUNDS = 40
AT_ONCE = 1000
FINDINGS = (
    Finding("answer-length", "warning", "answer", "has 620 words; 200 to 550 are better"),
    Finding("description-too-long", "error", "seo.page_description", "has 190 characters; 122 are shown"),
    Finding("stock-phrase", "warning", "answer", "uses the stock phrase “plays a crucial role”", 10, 30),
)


def article(number: int) -> Article:
    """One of many articles, each with a question of its own."""
    points = [(point["heading"], f"{point['body']} Case {number}.") for point in GOOD["points"]]
    return Article.compose(
        site=Site(),
        id=number,
        date=datetime.date(2026, 1, 31),
        question=f"What does enzyme {number} of the liver do in case {number * 7 % 1000} of stress?",
        subject=SUBJECTS[number % len(SUBJECTS)],
        answer=encode(compose(GOOD["introduction"], points, GOOD["conclusion"])),
        description=GOOD["page_description"],
        keywords=GOOD["page_keywords"],
    )


def fill(services: Services, count: int) -> None:
    """Put so many drafts into the ledger: one in five needs a fix, one in ten is approved."""
    with services.run("draft", ["many.csv"]) as run:
        for start in range(1, count + 1, AT_ONCE):
            with services.database.transaction():
                for number in range(start, min(start + AT_ONCE, count + 1)):
                    _add(services, run.id, number)


def _add(services: Services, run: int, number: int) -> None:
    made, now = article(number), services.now()
    job = NewJob(
        kind="answer",
        backend="model",
        identity=f"question {number}",
        question_key=f"key {number}",
        question=made.question,
        subject=made.subject,
        key=str(made.key),
        date="2026-01-31",
        request={"model": "test-model"},
        system="system",
        user=f"question {number}",
        context={
            "passages": [
                {"id": "a1", "kind": "article", "key": "a/b", "title": "A", "text": GOOD["introduction"]}
            ]
        },
        prompt_hash="0" * 64,
    )
    numbered = services.ledger.jobs.plan(job, run=run, state="done", first_free_id=1, now=now)
    call = NewCall(numbered, 0, "draft", 1, f"{number}", "json_schema", "test-model", 1000)
    services.ledger.calls.open(call, run=run, now=now)
    findings = FINDINGS if number % 5 == 0 else FINDINGS[:1] if number % 3 == 0 else ()
    state = "needs_fix" if number % 5 == 0 else "drafted"
    row = services.drafts.record(
        NewDraft(
            job=numbered,
            key=str(made.key),
            question=made.question,
            subject=made.subject,
            state=state,  # type: ignore[arg-type]
            data=render(made).encode(),
            path=draft_path(state, str(made.key)),  # type: ignore[arg-type]
            origin="model",
            findings=findings,
            offline=False,
            model=f"test-model-{number % 4}",
        ),
        now=now,
    )
    if number % 10 == 1:
        services.drafts.decide(row, "approved", who="Ada", now=now)


async def measure(context: PageContext) -> dict[str, list[float]]:
    """Milliseconds of everything a reviewer waits for."""
    access = context.access
    transport = httpx2.ASGITransport(review_app(context))
    headers = {"Cookie": f"{access.cookie}=token", "Origin": f"http://127.0.0.1:{PORT}"}
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
            ("queue, run", "/?run=1"),
            ("queue, all", "/?state=all&sort=changed"),
            ("article", "/drafts/{}"),
            ("article in a filtered queue", "/drafts/{}?q=enzyme&sort=worst"),
            ("edit form", "/drafts/{}/edit"),
            ("counts", "/status.json"),
        ):
            times[name] = [
                await _time(lambda path=path, n=n: client.get(path.format(6 + n * 30))) for n in range(ROUNDS)
            ]  # type: ignore[misc]
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
                fill(services, options.drafts)
                print(f"{options.drafts:,} drafts made in {time.perf_counter() - begun:.0f} s")
            _files(services, range(1, 1500))
            access = Access("127.0.0.1", PORT, {"token": "Ada"})
            context = PageContext(services, access, RevisionWorker(lambda: services))
            for name, times in asyncio.run(measure(context)).items():
                print(f"{name:30} {statistics.median(times):7.1f} ms   slowest {max(times):7.1f} ms")
            for name, seconds in measure_lot(services):
                print(f"{name:30} {seconds:7.2f} s")
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
