"""What batch commands show to a person: numbers of requests, drafts and batches, and the plan at batch prices."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.commands import Commands
from tests.support.list_folders import PRICED, list_folder
from tests.support.seo_pages import page
from tests.support.servers import RunningServer

DRAFT = ("draft", "questions.csv", "--batch", "--near", "allow", "--date", "2026-01-31")
COLLECT = ("batch", "collect", "--wait", "--every", "0.1")

pytestmark = [pytest.mark.slow, pytest.mark.port]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with a list, settings and one published article."""
    page(tmp_path)
    return list_folder(tmp_path, questions=5, settings=PRICED + "content_dir: content\n")


@pytest.fixture
def commands(site: Path) -> Iterator[Commands]:
    with RunningServer() as server:
        yield Commands(site, server.base_url)


def test_a_list_is_sent_once_and_what_came_of_it_is_counted(commands: Commands) -> None:
    code, sent = commands.show(*DRAFT)
    assert code == 0 and "5 requests" in sent and "batch 1" in sent
    code, again = commands.show(*DRAFT)
    assert code == 0 and "batch 1" not in again and "5 questions" in again
    code, seen = commands.show("batch", "status")
    assert code == 0 and "5" in seen.split()
    code, collected = commands.show(*COLLECT)
    assert code == 0 and "batch 1" in collected and "5 answers" in collected and "5 drafted" in collected
    code, nothing = commands.show(*COLLECT)
    assert code == 0 and "batch 1" not in nothing and "drafted" not in nothing
    code, sent = commands.show("batch", "export", "r.jsonl", "questions.csv", "--near", "allow")
    assert code == 0 and "r.jsonl:" not in sent


def test_a_cap_without_room_leaves_the_rest_and_says_how_many(commands: Commands) -> None:
    code, sent = commands.show(*DRAFT, "--max-cost", "0.1")
    (batch,) = commands.run("batch", "list")[1]["batches"]
    left = 5 - batch["requests"]
    assert code == 1 and 0 < left < 4
    assert f"{batch['requests']} requests" in sent and f"{left} requests" in sent
    assert batch["cost_usd"] <= 0.1


def test_a_cancelled_batch_says_how_many_questions_wait_again(site: Path) -> None:
    with RunningServer("--batch-running", "600") as server:
        commands = Commands(site, server.base_url)
        commands.show(*DRAFT)
        assert "batch collect" in commands.show("batch", "cancel", "1")[1]
        code, collected = commands.show(*COLLECT)
        assert code == 1 and "5 questions" in collected


@pytest.mark.parametrize("command", [("draft", "questions.csv"), ("seo", "propose", "--all")])
def test_a_plan_for_batches_costs_half_and_sends_nothing(
    commands: Commands, command: tuple[str, ...]
) -> None:
    code, live = commands.run(*command, "--plan")
    assert code == 0
    code, batched = commands.run(*command, "--plan", "--batch")
    assert code == 0
    halves = live["estimate"]["most_without_retries"], batched["estimate"]["most_without_retries"]
    assert halves[1]["usd"] == pytest.approx(halves[0]["usd"] / 2, abs=2e-4)
    assert halves[1]["calls"] == halves[0]["calls"] > 0
    assert commands.run("batch", "list")[1]["batches"] == []


def test_a_follow_up_batch_after_answers_that_all_failed_alike_needs_no_canary(tmp_path: Path) -> None:
    site = list_folder(tmp_path, questions=12, settings=PRICED)
    with RunningServer("--batch-failing", "1") as server:
        commands = Commands(site, server.base_url)
        commands.show(*DRAFT)
        code, collected = commands.show("batch", "collect")
        assert code == 2 and "all 12 questions" in collected and "--no-canary" in collected
        assert len(commands.run("batch", "list")[1]["batches"]) == 1
        code, error = commands.run("batch", "collect")
        assert (code, error["error"]["kind"]) == (2, "model-unavailable")
        code, collected = commands.show("batch", "collect", "--no-canary")
        assert code == 0 and "12 requests" in collected
