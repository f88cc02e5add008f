"""A request file is found again after the output folder was moved, also by the whole path of an earlier version."""

from pathlib import Path

import pytest

from generator.model.batch.api import BatchClient
from tests.support.batch_runs import BatchRuns, Killed, Provider
from tests.support.services import rows

QUESTIONS = rows(*(f"What does enzyme {number} of the liver cell do?" for number in range(3)))


@pytest.mark.parametrize("stored", ["as it is", "as an earlier version stored it"])
def test_a_request_file_is_sent_from_a_moved_output_folder(
    stored: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = Provider(tmp_path / "provider")
    runs = BatchRuns(tmp_path / "here", provider)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(BatchClient, "upload", lambda *_: runs.kill())
        runs.send(QUESTIONS)
    runs.reopen()
    file = runs.output / "batches" / "batch-000001.jsonl"
    if stored == "as it is":
        assert runs.select("SELECT path FROM batch") == [("batches/batch-000001.jsonl",)]
    else:
        runs.select(f"UPDATE batch SET path = '{file}' RETURNING id")
    assert file.exists()
    (tmp_path / "here").rename(tmp_path / "there")
    moved = BatchRuns(tmp_path / "there", provider)
    report, states = moved.collect()
    assert (report.sent, report.collected, states) == ([1], [1], {"drafted": 3})
    assert not list((moved.output / "batches").iterdir())
    assert set(provider.paid().values()) == {1}
