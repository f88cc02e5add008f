"""Batches in the ledger: names of requests, due jobs, claims, and the end of a batch."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.store.ledger.batches.batches import Batches
from generator.store.ledger.batches.rows import BatchOrder
from generator.store.ledger.ledger import Ledger
from generator.store.ledger.runs.calls import NewCall
from generator.store.ledger.runs.new_jobs import NewJob
from generator.store.ledger.runs.runs import Run
from generator.store.ledger.storage.database import Database

NOW = "2026-01-31T00:00:00.000+00:00"


@pytest.fixture
def run(ledger: Ledger) -> Iterator[Run]:
    run = ledger.runs.start("test", [], "hash", now=NOW, token="one")
    yield run
    ledger.runs.finish(run, now=NOW)


@pytest.fixture
def batches(ledger: Ledger, run: Run) -> Batches:
    """The batches of a ledger with three ordered jobs."""
    for number in range(3):
        job = NewJob(
            kind="answer",
            backend="model",
            identity=f"i{number}",
            question_key=f"q{number}",
            question=f"Question {number}?",
            subject="Biology",
            key=f"biology/question-{number}",
            date="2026-01-31",
            request={"model": "m"},
            system="s",
            user=f"u{number}",
            context={},
            prompt_hash="p",
        )
        with ledger.database.transaction():
            ledger.jobs.plan(job, run=run.id, state="planned", first_free_id=1, now=NOW)
    made = Batches(ledger)
    made.order_jobs(BatchOrder(run.id, "answer", "http://e", None, None), now=NOW)
    return made


def call(job: int, *, reserved: int | None = 100) -> NewCall:
    return NewCall(job, 0, "draft", 1, "hash", "json_schema", "m", reserved)


def filled(batches: Batches, run: Run, *jobs: int, maker: Run | None = None) -> int:
    batch = batches.begin(run.id, model="m", folder="f", run=(maker or run).id, now=NOW)
    batches.add(batch.id, [call(job) for job in jobs], run=run.id, now=NOW)
    batches.advance(batch.id, "written", now=NOW, requests=len(jobs))
    return batch.id


@given(job=st.integers(0, 10**18 - 1), step=st.integers(0, 99))
def test_a_custom_id_names_its_step_only_in_its_own_ledger(job: int, step: int) -> None:
    mine, other = Batches.__new__(Batches), Batches.__new__(Batches)
    mine.token, other.token = "0123456789abcdef", "fedcba9876543210"
    assert mine.step_of(mine.custom_id(job, step)) == (job, step)
    assert other.step_of(mine.custom_id(job, step)) is None
    assert len(mine.custom_id(job, step)) <= 64


@given(st.text())
def test_any_other_text_names_no_step(text: str) -> None:
    batches = Batches.__new__(Batches)
    batches.token = "0123456789abcdef"
    assert batches.step_of(text) is None
    assert batches.step_of(f"{batches.token}-{text}-x") is None


def test_every_ledger_has_its_own_token(tmp_path: Path) -> None:
    tokens = set()
    for name in ("one", "two"):
        database = Database(tmp_path / name / "ledger.sqlite3")
        tokens.add(Batches(Ledger(database)).token)
        database.close()
    assert len(tokens) == 2 and {len(token) for token in tokens} == {16}


def test_a_job_is_due_until_its_request_is_in_a_batch(batches: Batches, run: Run) -> None:
    assert batches.count_due(run.id) == 3
    filled(batches, run, 1, 2)
    assert [job.id for job in batches.claim_due(run.id, run=run.id, after=0, limit=9)] == [3]
    assert batches.claim_due(run.id, run=run.id, after=0, limit=9) == []


def test_live_runs_claim_no_jobs_that_are_sent_in_batches(batches: Batches, ledger: Ledger, run: Run) -> None:
    assert ledger.jobs.claim(run.id, 9) == []
    assert ledger.jobs.count_open() == {"batched": 3}


def test_a_discarded_batch_leaves_no_rows(batches: Batches, run: Run) -> None:
    batch = filled(batches, run, 1, 2)
    assert batches.spent(run.id) == 200
    batches.discard(batch)
    assert (batches.spent(run.id), batches.count_due(run.id), batches.all()) == (0, 3, [])


def test_what_a_batch_did_not_answer_costs_nothing_and_waits_or_returns_to_the_queue(
    batches: Batches, ledger: Ledger, run: Run
) -> None:
    batch = filled(batches, run, 1, 2)
    assert batches.end(batch, "collected", "batch-expired", now=NOW) == 2
    assert (batches.spent(run.id), batches.count_due(run.id)) == (0, 3)
    assert batches.failed_steps(run.id, [1])[1][0].retryable
    assert batches.return_to_queue(batch, "batch-expired") == 2
    assert ledger.jobs.count_open() == {"batched": 1, "planned": 2}


def test_the_claims_of_a_dead_run_are_released(
    batches: Batches, ledger: Ledger, run: Run, tmp_path: Path
) -> None:
    dead = ledger.runs.start("test", [], "hash", now=NOW, token="dead")
    batch = filled(batches, run, 1, maker=dead)
    assert batches.claim(batch, run=dead.id)
    assert len(batches.claim_due(run.id, run=dead.id, after=0, limit=9)) == 2
    assert not batches.claim(batch, run=run.id)
    dead.lock.release()
    later = ledger.runs.start("test", [], "hash", now=NOW, token="later")
    assert batches.claim(batch, run=later.id)
    assert len(batches.claim_due(run.id, run=later.id, after=0, limit=9)) == 2
    ledger.runs.finish(later, now=NOW)


def test_claiming_a_batch_returns_its_current_row(batches: Batches, run: Run) -> None:
    batch = filled(batches, run, 1)
    claimed = batches.claim(batch, run=run.id)
    assert claimed is not None and claimed.state == "written"
    batches.advance(batch, "uploaded", now=NOW, input_file="file-1")
    assert batches.claim(batch, run=run.id) == batches.get(batch)
    batches.discard(batch)
    assert batches.claim(batch, run=run.id) is None


def test_a_batch_is_found_by_its_number_or_its_id_at_the_provider(batches: Batches, run: Run) -> None:
    batch = filled(batches, run, 1)
    batches.advance(batch, "created", now=NOW, batch_id="batch_a")
    assert batches.find("batch_a") == batches.find(str(batch)) == batches.get(batch)
    assert [batches.find(name) for name in ("2", "9" * 18, "9" * 25, "9" * 5000, "-1", "")] == [None] * 6
