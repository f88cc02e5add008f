"""A batch that has no room at the provider goes again, smaller, when others are done; it is no failed attempt."""

from pathlib import Path

import pytest

from generator.store.ledger.batches.rows import OVER_TOKEN_LIMIT
from tests.support.batch_runs import BatchRuns, Provider
from tests.support.services import rows

pytestmark = pytest.mark.slow

QUESTIONS = rows(*(f"What does enzyme {number} of the liver cell do?" for number in range(16)))


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> int:
    """The tokens of one request, as the test server counts them."""
    folder = tmp_path_factory.mktemp("exported")
    BatchRuns(folder, None).export(QUESTIONS, folder / "requests.jsonl")
    return (folder / "requests.jsonl").stat().st_size // 4 // len(QUESTIONS)


def sent(runs: BatchRuns) -> list[int]:
    """The sizes of the batches that had room, in order."""
    return [
        size for (size,) in runs.select("SELECT requests FROM batch WHERE status != 'failed' ORDER BY id")
    ]


def check(runs: BatchRuns, provider: Provider) -> None:
    """Every question was answered once at its first attempt, and nothing waits."""
    assert runs.select("SELECT count(*), max(attempt) FROM call WHERE outcome = 'ok'") == [(16, 1)]
    assert set(provider.paid().values()) == {1}
    assert runs.select("SELECT DISTINCT outcome, cost FROM call WHERE outcome != 'ok'") == [
        (OVER_TOKEN_LIMIT, 0)
    ]
    assert runs.select("SELECT DISTINCT state FROM draft") == [("drafted",)]


@pytest.mark.parametrize(("room", "sizes"), [(16, [16]), (9, [8, 8]), (5, [4, 4, 4, 4]), (1, [1] * 16)])
def test_a_list_without_room_goes_in_smaller_batches_one_after_the_other(
    room: int, sizes: list[int], tokens: int, tmp_path: Path
) -> None:
    provider = Provider(
        tmp_path / "provider", running_seconds=600.0, enqueued_tokens=room * tokens + tokens // 2
    )
    runs = BatchRuns(tmp_path, provider)
    runs.send(QUESTIONS)
    report, states = runs.collect()
    assert (states["drafted"], report.left, report.refused, report.passed_over) == (16, 0, 0, 0)
    assert sent(runs) == sizes
    if room < 16:
        check(runs, provider)
        assert "had no room at the provider" in report.notes[0] and "Limit:" in report.notes[0]


def test_a_list_waits_for_the_batches_of_another_one(tokens: int, tmp_path: Path) -> None:
    provider = Provider(tmp_path / "provider", running_seconds=600.0, enqueued_tokens=9 * tokens)
    runs = BatchRuns(tmp_path, provider)
    runs.send(QUESTIONS[:8])
    runs.collect(wait=False)
    runs.send(QUESTIONS)
    for _ in range(3):
        report, _ = runs.collect(wait=False)
        assert (report.sent, report.left, report.refused) == ([], 8, 0)
    provider.seconds += 600
    report, states = runs.collect(wait=False)
    assert (states["drafted"], len(report.sent), report.left) == (8, 1, 4)
    assert sent(runs) == [8, 4]
    runs.collect()
    check(runs, provider)


def test_what_waits_for_room_is_not_asked_live(tokens: int, tmp_path: Path) -> None:
    provider = Provider(tmp_path / "provider", enqueued_tokens=tokens)
    runs = BatchRuns(tmp_path, provider)
    runs.send(QUESTIONS)
    runs.collect(wait=False)
    with runs.opened() as services:
        assert sum(services.batches.count_returned(order.run) for order in services.batches.orders_due()) == 0
