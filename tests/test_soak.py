"""A night of drafting: 20,000 questions through faults and kills at random places, summarised in tests/artifacts."""

import json
import random
import resource
import subprocess
import time
from pathlib import Path

import pytest

from generator.content.frontmatter import read
from generator.store.ledger.ledger import LEDGER_NAME, Ledger
from generator.store.ledger.storage.database import Database
from tests.support.commands import Commands
from tests.support.list_folders import files, list_folder
from tests.support.nightly import NIGHTLY
from tests.support.servers import ROOT, RunningServer

QUESTIONS = 20_000
KILLS = 12
CONCURRENCY = 64
SEED = 7
STUCK_SECONDS = 120
SETTINGS = "subjects: [Biology]\nmodel: {name: made, attempts: 20}\n"
# Few enough 429s to be hiccups: at more of them a run slows down, as it should.
KINDS = ",".join(["429", *["500", "503", "drop", "drop_body"] * 5])
FAULTS = ("--faults", "0.2", "--fault-kinds", KINDS, "--retry-after-ms", "20")
DRAFT = (
    *("draft", "questions.csv", "--near", "allow", "--date", "2026-01-31", "--no-canary"),
    *("--concurrency", str(CONCURRENCY)),
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.port,
    pytest.mark.skipif(not NIGHTLY, reason="takes minutes: GENERATOR_NIGHTLY=1"),
]


def wait_for(run: subprocess.Popen[bytes], server: RunningServer, answers: int) -> None:
    """Wait until the server gave so many answers, which never stops for long."""
    seen, since = -1, time.monotonic()
    while (completed := server.stats()["completed"]) < answers:
        assert run.poll() is None, f"the run ended with code {run.returncode} at {completed} answers"
        if completed != seen:
            seen, since = completed, time.monotonic()
        assert time.monotonic() - since < STUCK_SECONDS, f"the run makes no progress at {completed} answers"
        time.sleep(0.05)


def test_a_night_of_faults_and_kills_loses_nothing_and_pays_nothing_twice(tmp_path: Path) -> None:
    site = list_folder(tmp_path, questions=QUESTIONS, settings=SETTINGS)
    places = sorted(random.Random(SEED).sample(range(QUESTIONS // 100, QUESTIONS * 9 // 10), KILLS))
    began = time.monotonic()
    with RunningServer("--seed", str(SEED), *FAULTS) as server:
        commands = Commands(site, server.base_url)
        for place in places:
            run = commands.start(*DRAFT)
            wait_for(run, server, place)
            run.kill()
            run.wait()
        last = commands.start(*DRAFT)
        code = last.wait()
        counted = server.stats()
    seconds = time.monotonic() - began
    articles = [read(data).article() for data in files(site).values()]
    database = Database(site / "output" / LEDGER_NAME)
    try:
        problems = [*database.problems(), *Ledger(database).verify()]
    finally:
        database.close()
    repeated = counted["completed"] - QUESTIONS
    summary = {
        "questions": QUESTIONS,
        "kills_at": places,
        "articles": len(articles),
        "requests": counted["requests"],
        "faults": counted["faults"],
        "answers_more_than_questions": repeated,
        "seconds": round(seconds),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
        "ledger_mb": round((site / "output" / LEDGER_NAME).stat().st_size / 1e6),
    }
    artifacts = ROOT / "tests" / "artifacts"
    artifacts.mkdir(exist_ok=True)
    (artifacts / "soak.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    assert (code, problems) == (0, [])
    assert sorted(article.id for article in articles) == list(range(1, QUESTIONS + 1))
    assert len({article.question for article in articles}) == QUESTIONS
    assert 0 <= repeated <= KILLS * CONCURRENCY
