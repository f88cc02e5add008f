"""Checks of claims by batch: each step of a page goes into the next batch, and the last one ends with its findings."""

from pathlib import Path

import pytest

from generator.errors import UsageError
from generator.workflows.batch.collect import collect_batches
from generator.workflows.batch.requests import CollectRequest
from generator.workflows.batch.sending.pages import send_claims
from generator.workflows.claims.requests import CheckRequest
from generator.workflows.engine.progress import NoProgress
from tests.support.batch_runs import BatchRuns, Provider
from tests.support.claims import CONTRADICTING
from tests.support.drafts import QUESTIONS, draft_of, with_drafts

KEY = "biology/how-do-enzymes-speed-up-chemical-reactions"


def runs_over(folder: Path) -> BatchRuns:
    with_drafts(folder, QUESTIONS[:1]).close()
    (folder / "sources").mkdir()
    (folder / "sources" / "handbook.md").write_text(f"# Enzymes\n\n{CONTRADICTING}\n", encoding="utf-8")
    provider = Provider(folder / "provider", canned=False)
    return BatchRuns(folder, provider, sources_dir=folder / "sources")


def send(runs: BatchRuns) -> int:
    with runs.opened() as services:
        sent = send_claims(services, CheckRequest(names=(KEY,)), NoProgress())
        assert sent.error is None
        return sent.report.requests


def test_a_check_goes_through_its_steps_by_batch_and_is_paid_once(tmp_path: Path) -> None:
    runs = runs_over(tmp_path)
    assert send(runs) == 1
    with runs.opened() as services:
        done = collect_batches(services, CollectRequest(every_seconds=60.0), NoProgress())
        assert done.error is None
        assert done.claims.pages == 1 and done.claims.failed == 0
        assert done.claims.verdicts["contradicted"] >= 1 and done.needs_person
        row = draft_of(services)
        assert row.state == "needs_fix" and "claim-contradicted" in (row.reason or "")
        kinds = services.database.execute(
            "SELECT purpose FROM call JOIN job ON job.id = call.job WHERE job.kind = 'claims' ORDER BY call.id"
        ).fetchall()
        assert [kind[0] for kind in kinds] == ["claims_find", "claims_check", "claims_ask"]
    assert send(runs) == 0
    assert runs.provider is not None and max(runs.provider.paid().values()) == 1


def test_another_endpoint_than_that_of_batch_collect_is_refused_before_anything_is_sent(
    tmp_path: Path,
) -> None:
    runs = runs_over(tmp_path)
    runs.changes["claims"] = {"model": "other", "base_url": "http://elsewhere.example/v1"}
    with pytest.raises(UsageError, match="batch collect"):
        send(runs)
    assert runs.select("SELECT count(*) FROM batch") == [(0,)]
