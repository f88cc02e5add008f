"""A list long enough for worker processes: every question drafted once, through faults and a kill, and nobody left."""

import csv
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from generator.content.frontmatter import read
from generator.model.budget import NANO_DOLLARS
from generator.processes.ordered_map import PARALLEL_FROM
from generator.processes.pool import default_workers
from generator.store.ledger.ledger import LEDGER_NAME, Ledger
from generator.store.ledger.storage.database import Database
from tests.support.commands import Commands
from tests.support.list_folders import files, wait_for
from tests.support.nightly import NIGHTLY
from tests.support.servers import RunningServer

QUESTIONS = PARALLEL_FROM * 3 if NIGHTLY else 160
KILLS = 2 if NIGHTLY else 1
CONCURRENCY = 32
GONE_SECONDS = 5
PATIENCE = 60
# Few enough 429s to be hiccups: at more of them a run slows down, as it should.
KINDS = ",".join(["429", *["500", "503", "drop"] * 5])
DRAFT = ("draft", "--near", "allow", "--date", "2026-01-31", "--concurrency", str(CONCURRENCY))
FAULTS = ("--faults", "0.2", "--fault-kinds", KINDS, "--retry-after-ms", "20")

# By day the program finds fewer questions worth processes, and plans in processes where that is looked at.
_EARLY_WORKERS = f"""
from generator.processes import ordered_map
ordered_map.PARALLEL_FROM = {QUESTIONS}
from generator.__main__ import run
run()
"""
_EARLY_PLANNERS = _EARLY_WORKERS.replace(
    "PARALLEL_FROM =", "PARALLEL_FROM = ordered_map.ordered_map.__kwdefaults__['parallel_from'] ="
)


def program(*, planners: bool) -> tuple[str, str]:
    """What Python is to run: with worker processes, or by day without those that plan."""
    if NIGHTLY:
        return ("-m", "generator")
    return ("-c", _EARLY_PLANNERS if planners else _EARLY_WORKERS)


pytestmark = [
    pytest.mark.slow,
    pytest.mark.port,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc"),
]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with a list and an empty corpus; so many attempts that faults alone fail no question."""
    with (tmp_path / "questions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["subject", "question"])
        writer.writerows(
            ["Biology", f"What does enzyme {number} of the liver cell do?"] for number in range(QUESTIONS)
        )
    settings = "subjects: [Biology]\nmodel: {name: made, attempts: 20}\nprices: {made: {input: 1, cached_input: 1, output: 4}}\n"
    settings += "duplicates: {compare_answers: false}\n"  # the server gives one reply to all questions
    (tmp_path / "config.yaml").write_text(settings, encoding="utf-8")
    return tmp_path


@contextmanager
def command(
    site: Path, address: str, *options: str, source: str = "questions.csv", planners: bool = False
) -> Iterator[subprocess.Popen[bytes]]:
    """The run, in a session of its own by which its processes are found; killed where the block fails."""
    with subprocess.Popen(
        [
            *(sys.executable, *program(planners=planners), "--config", str(site / "config.yaml")),
            *(*DRAFT, source, *options),
        ],
        env={**os.environ, "OPENAI_API_KEY": "test-key", "OPENAI_BASE_URL": address},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=site,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def processes_of(session: int) -> set[int]:
    """The processes of a session that are not dead."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, of_session = path.read_text(encoding="utf-8").rpartition(")")[2].split()[:4]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(of_session) == session and state not in "ZX":
            found.add(int(path.parent.name))
    return found


def soon(holds: Callable[[], bool], seconds: float = GONE_SECONDS) -> bool:
    """Whether it holds within a few seconds."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def check_files(site: Path) -> None:
    """One file and one id for each question, and a ledger that says the same."""
    articles = [read(data).article() for data in files(site).values()]
    assert sorted(article.id for article in articles) == list(range(1, QUESTIONS + 1))
    assert len({article.question for article in articles}) == QUESTIONS
    assert answered(site)[0] == QUESTIONS


def answered(site: Path) -> tuple[int, float]:
    """How many calls the ledger, which must be sound, has an answer of, and what all calls cost in dollars."""
    database = Database(site / "output" / LEDGER_NAME)
    try:
        assert database.problems() == list(Ledger(database).verify()) == []
        sql = "SELECT count(*) FILTER (WHERE outcome = 'ok'), sum(cost) FROM call"
        count, nano = database.execute(sql).fetchone()
    finally:
        database.close()
    return count, nano / NANO_DOLLARS


def test_every_question_of_a_long_list_is_drafted_once_through_faults(site: Path) -> None:
    with RunningServer("--canned", "--seed", "1", *FAULTS) as server:
        with command(site, server.base_url, planners=True) as run:
            _, errors = run.communicate(timeout=PATIENCE)
        counted = server.stats()
    assert run.returncode == 0, errors.decode()
    assert counted["completed"] == QUESTIONS
    assert set(counted["faults"]) == {"429", "500", "503", "drop"}
    assert b"Traceback" not in errors
    check_files(site)
    assert soon(lambda: not processes_of(run.pid))


def test_a_long_run_that_is_killed_leaves_no_worker_and_goes_on_without_paying_twice(site: Path) -> None:
    with RunningServer("--canned", "--latency-ms", "40") as server:
        for kill in range(1, KILLS + 1):
            with command(site, server.base_url) as run:
                wait_for(run, server, kill * QUESTIONS // (KILLS + 1))
                assert default_workers() == 1 or len(processes_of(run.pid)) > default_workers()
                run.kill()
                run.communicate()
            assert soon(lambda run=run: not processes_of(run.pid)), "workers outlive their run"  # type: ignore[misc]
        assert len(files(site)) < QUESTIONS
        with command(site, server.base_url) as last:
            _, errors = last.communicate(timeout=PATIENCE)
        completed = server.stats()["completed"]
    assert last.returncode == 0, errors.decode()
    assert 0 <= completed - QUESTIONS <= KILLS * CONCURRENCY
    check_files(site)


def test_a_long_run_stops_below_its_cap(site: Path) -> None:
    with RunningServer("--canned", "--latency-ms", "5") as server:
        Commands(site, server.base_url).run(*DRAFT, "questions.csv", "--limit", "1")
        _, price = answered(site)
        cap = price * QUESTIONS / 2
        with command(site, server.base_url, "--max-cost", f"{cap:.6f}") as capped:
            _, errors = capped.communicate(timeout=PATIENCE)
        count, spent = answered(site)
        assert (capped.returncode, count) == (1, server.stats()["completed"]), errors.decode()
        assert 0.8 * cap < spent - price <= cap


@pytest.mark.skipif(default_workers() == 1, reason="one core plans alone")
def test_a_run_that_is_killed_while_it_plans_leaves_no_process(site: Path) -> None:
    rows = (site / "questions.csv").read_bytes()
    with (
        RunningServer("--canned") as server,
        command(site, server.base_url, source="-", planners=True) as run,
    ):
        assert run.stdin is not None
        run.stdin.write(rows)  # and more may come: the planner waits, and so do its processes
        run.stdin.flush()
        assert soon(
            lambda: len(processes_of(run.pid)) > default_workers() and all_sleep(run.pid), seconds=PATIENCE
        )
        run.kill()
        run.wait(PATIENCE)
        assert server.stats()["requests"] == 0
    assert soon(lambda: not processes_of(run.pid)), "planning processes outlive their run"


def all_sleep(session: int) -> bool:
    """Whether the processes of a session do nothing for a while."""
    before = time_used(session)
    time.sleep(0.5)
    return before == time_used(session)


def time_used(session: int) -> dict[int, tuple[str, str]]:
    """The processor time of each process of a session, user and system."""
    used = {}
    for pid in processes_of(session):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        used[pid] = (fields[11], fields[12])
    return used
