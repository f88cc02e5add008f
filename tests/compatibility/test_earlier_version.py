"""What version 0.1.0 left of interrupted work is opened by the present code and goes on.

The folder ``earlier`` was made by make_fixture.py and is never made again. It is copied elsewhere for each test. The
program is driven as a command alone, so that these tests hold whatever becomes of its modules.
"""

import contextlib
import csv
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.compatibility.provider import Provider
from tests.compatibility.reading import RESULTS, results, run, run_json
from tests.support.servers import RunningServer

HERE = Path(__file__).resolve().parent
EARLIER = HERE / "earlier"
EXPECTED: dict[str, Any] = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))
DATE = ("--date", "2026-01-31")

pytestmark = [pytest.mark.slow, pytest.mark.port]


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """A test server for new requests."""
    with RunningServer() as running:
        yield running


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the commands that only look show of one copy."""
    return results(copied(tmp_path_factory.mktemp("looked-at")), RESULTS)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A copy of the folder."""
    return copied(tmp_path)


def copied(folder: Path) -> Path:
    target = folder / "elsewhere"
    shutil.copytree(EARLIER, target)
    return target


def key_of(address: str) -> dict[str, str]:
    return {"OPENAI_API_KEY": "test-key", "OPENAI_BASE_URL": address}


def questions(site: Path, source: str) -> list[str]:
    with (site / source).open(encoding="utf-8", newline="") as file:
        return [row["question"] for row in csv.DictReader(file)]


def history(site: Path, name: str) -> dict[str, Any]:
    code, found = run_json(site, "why", name)
    assert code == 0
    answer: dict[str, Any] = found
    return answer


def drafts(site: Path) -> dict[str, dict[str, Any]]:
    found = run_json(site, "list", "--limit", "100")[1]["drafts"]
    return {draft["question"]: draft for draft in found}


def states(site: Path) -> dict[str, str]:
    return {draft["key"]: draft["state"] for draft in drafts(site).values()}


def answered_calls(found: dict[str, Any]) -> int:
    return sum(call["outcome"] == "ok" for call in found["calls"])


def asked(server: RunningServer) -> int:
    count: int = server.stats()["completed"]
    return count


def sound(site: Path) -> None:
    assert run_json(site, "verify") == (0, {"sound": True, "problems": []})


# what is there


@pytest.mark.parametrize("command", [" ".join(words) for words in RESULTS])
def test_commands_that_look_show_what_the_earlier_version_showed(command: str, shown: dict[str, Any]) -> None:
    assert shown[command] == EXPECTED[command]


@pytest.mark.parametrize("name", sorted(EXPECTED["why"]))
def test_the_history_of_a_draft_is_what_the_earlier_version_showed(name: str, shown: dict[str, Any]) -> None:
    expected = EXPECTED["why"][name]
    # The ledger counts whole nano-dollars; the earlier version added them up as floating-point dollars.
    cost = pytest.approx(expected["cost_usd"], abs=1e-10)
    assert shown["why"][name] == {**expected, "cost_usd": cost}


def test_the_folder_holds_work_in_every_state() -> None:
    counts = EXPECTED["status"]["states"]
    assert set(counts) == {
        *("approved", "drafted", "failed", "near_duplicate"),
        *("needs_fix", "published", "refused", "rejected"),
    }
    assert set(EXPECTED["status"]["waiting"]) == {"batched", "claimed", "planned"}
    assert {row["state"] for row in EXPECTED["seo list"]} == {
        *("applied", "approved", "proposed", "rejected", "skipped")
    }
    assert [row["state"] for row in EXPECTED["batch list"]["batches"]] == ["exported", "created", "uploaded"]
    assert (EARLIER / "output" / "ledger.sqlite3-wal").stat().st_size


def test_the_files_of_drafts_are_byte_for_byte_those_recorded(site: Path) -> None:
    rows = EXPECTED["list --limit 100"]["drafts"]
    files = [draft for draft in rows if draft["path"] and draft["state"] != "published"]
    missing = [draft["path"] for draft in files if not (EARLIER / "output" / draft["path"]).exists()]
    assert missing, "the killed run left no file to be written again"
    drafts(site)
    for draft in files:
        data = (site / "output" / draft["path"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == draft["sha"], draft["key"]


def test_the_published_files_are_byte_for_byte_those_listed(site: Path) -> None:
    lines = (site / "output" / "published.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2
    published = [json.loads(line) for line in lines]
    withdrawn = "gardening/why-do-vegetable-crops-need-a-rotation-plan.md"
    for entry in published:
        data = (site / "content" / entry["file"]).read_bytes()
        assert (hashlib.sha256(data).hexdigest() == entry["sha256"]) == (entry["file"] != withdrawn)
        assert (b"no_index: True" in data) == (entry["file"] == withdrawn)


def test_looking_changes_no_draft_and_no_article(site: Path) -> None:
    before = {path: path.read_bytes() for path in site.rglob("*.md")}
    for command in RESULTS:
        run_json(site, *command)
    after = {path: path.read_bytes() for path in site.rglob("*.md")}
    assert {path: after[path] for path in before} == before
    sound(site)


def test_the_index_is_used_or_rebuilt(site: Path) -> None:
    code, found = run_json(site, "index")
    assert (code, found["articles"]["count"], found["articles"]["unreadable"]) == (0, 10, [])
    code, found = run_json(site, "related", "gardening/how-does-compost-improve-garden-soil")
    assert code == 0 and found["candidates"]


def test_the_ledger_can_be_copied(site: Path) -> None:
    (site / "other").mkdir()
    assert run(site, "backup", "other/ledger.sqlite3")[0] == 0
    shutil.copytree(site / "output" / "drafts", site / "other" / "drafts")
    code, found = run_json(site, "status", "--output-dir", "other")
    assert (code, found) == (0, EXPECTED["status"])


# what goes on


def test_the_killed_run_is_finished_and_asks_no_recorded_reply_again(
    site: Path, server: RunningServer
) -> None:
    listed = questions(site, "killed.csv")
    known = [EXPECTED["answered"].get(question, 0) for question in listed]
    assert 0 < sum(known) < len(listed)
    before = asked(server)
    code, done = run_json(site, "draft", "killed.csv", *DATE, environment=key_of(server.base_url))
    assert asked(server) - before == len(listed) - sum(known)
    assert (code == 0) == (set(done["states"]) == {"drafted"})
    assert done["left"] == 0
    now = drafts(site)
    for question in listed:
        found = history(site, question)
        assert answered_calls(found) == 1
        assert found["article_id"] == EXPECTED["article_ids"][question]
        path = now[question]["path"]
        assert (site / "output" / path).exists() if path else now[question]["state"] == "refused"
    code, again = run_json(site, "draft", "killed.csv", *DATE, environment=key_of(server.base_url))
    assert again["states"] == {} and asked(server) - before == len(listed) - sum(known)
    sound(site)


def test_what_was_finished_before_stays_when_the_killed_run_goes_on(
    site: Path, server: RunningServer
) -> None:
    before = {name: draft["sha"] for name, draft in drafts(site).items()}
    run_json(site, "draft", "killed.csv", *DATE, environment=key_of(server.base_url))
    after = {name: draft["sha"] for name, draft in drafts(site).items()}
    assert {name: after[name] for name in before} == before
    spend = run_json(site, "status")[1]["spend"]
    assert spend["calls"] > EXPECTED["status"]["spend"]["calls"]
    assert spend["cost_usd"] > EXPECTED["status"]["spend"]["cost_usd"]


def test_the_interrupted_redo_goes_on_behind_what_it_asked_again(site: Path, server: RunningServer) -> None:
    listed = questions(site, "redone.csv")
    known = sum(EXPECTED["answered"][question] for question in listed)
    assert len(listed) < known < 2 * len(listed)
    before = asked(server)
    environment = key_of(server.base_url)
    run_json(site, "draft", "redone.csv", "--redo", *DATE, environment=environment)
    assert asked(server) - before == 2 * len(listed) - known
    for question in listed:
        found = history(site, question)
        assert answered_calls(found) == 2
        assert found["article_id"] == EXPECTED["article_ids"][question]
    run_json(site, "draft", "redone.csv", *DATE, environment=environment)
    assert asked(server) - before == 2 * len(listed) - known
    run_json(site, "draft", "redone.csv", "--redo", *DATE, environment=environment)
    assert asked(server) - before == 3 * len(listed) - known
    sound(site)


def test_the_near_duplicate_that_a_person_allowed_is_drafted(site: Path, server: RunningServer) -> None:
    with (site / "config.yaml").open("a", encoding="utf-8") as config:
        config.write("duplicates: {compare_answers: false}\n")  # the test server quotes the near page
    code, done = run_json(site, "draft", "near.csv", *DATE, environment=key_of(server.base_url))
    assert (code, done["rows"]["near_duplicate"], done["states"]) == (1, 1, {"drafted": 1})
    assert states(site)["cooking/how-does-yeast-make-the-bread-rise"] == "drafted"


def test_what_is_drafted_published_or_in_a_batch_is_not_asked_again(
    site: Path, server: RunningServer
) -> None:
    before = asked(server)
    environment = key_of(server.base_url)
    for source, rows in (
        ("reviewed.csv", {"drafted": 7, "published": 1}),
        ("sent.csv", {"batched": 2}),
        ("cut-short.csv", {"batched": 2}),
        ("exported.csv", {"batched": 2, "drafted": 1}),
        ("spoiled.csv", {"drafted": 1}),
        ("refused.csv", {"drafted": 1}),
    ):
        done = run_json(site, "draft", source, *DATE, environment=environment)[1]
        assert done["rows"] == rows, source
    assert asked(server) == before


def test_answers_to_the_exported_requests_are_imported(site: Path) -> None:
    listed = questions(site, "exported.csv")
    code, done = run_json(site, "batch", "import", "responses.jsonl")
    assert (code == 0) == (set(done["drafts"]) == {"drafted"})
    assert (done["answers"]["answered"], done["answers"]["unknown"]) == (2, 0)
    assert run_json(site, "batch", "list")[1]["batches"][0]["state"] == "collected"
    for question in listed:
        found = history(site, question)
        assert answered_calls(found) == 1
        assert found["article_id"] == EXPECTED["article_ids"][question]
    code, again = run_json(site, "batch", "import", "first.jsonl", "responses.jsonl")
    assert (code, again["answers"]["known"], again["drafts"]) == (0, 3, {})
    code, exported = run_json(site, "batch", "export", "again.jsonl")
    assert (code, exported["requests"]) == (0, 0)
    assert not (site / "again.jsonl").exists()
    sound(site)


def test_an_exported_batch_is_given_up_and_its_questions_are_exported_again(site: Path) -> None:
    code, batch = run_json(site, "batch", "cancel", "1")
    assert (code, batch["state"]) == (0, "cancelled")
    code, written = run_json(site, "batch", "export", "again.jsonl", "exported.csv", *DATE)
    assert (code, written["requests"]) == (0, 2)


@pytest.fixture
def provider(site: Path, server: RunningServer) -> Iterator[Provider]:
    """The provider with the batches that it was sent, at another address than then, which is entered in the ledger."""
    kept = json.loads((site / "provider.json").read_text(encoding="utf-8"))
    with Provider(server.base_url, kept) as serving:
        with contextlib.closing(sqlite3.connect(site / "output" / "ledger.sqlite3")) as connection:
            connection.execute(
                "UPDATE batch_order SET endpoint = ? WHERE endpoint IS NOT NULL", (serving.base_url,)
            )
            connection.commit()
        yield serving


def test_batches_are_collected_and_the_one_whose_id_was_lost_is_found(site: Path, provider: Provider) -> None:
    listed = questions(site, "sent.csv") + questions(site, "cut-short.csv")
    code, done = run_json(
        site, "batch", "collect", "--wait", "--every", "0.1", environment=key_of(provider.base_url)
    )
    assert (provider.uploaded, provider.created, provider.chats) == ([], [], 0)
    assert (done["collected"], done["answers"]["answered"], done["outstanding"]) == ([2, 3], 4, 0)
    assert (code == 0) == (set(done["drafts"]) == {"drafted"})
    for question in listed:
        found = history(site, question)
        assert answered_calls(found) == 1
        assert found["article_id"] == EXPECTED["article_ids"][question]
    rows = run_json(site, "batch", "list")[1]["batches"]
    assert [row["state"] for row in rows] == ["exported", "collected", "collected"]
    assert [row["batch_id"] for row in rows] == [None, "batch_0001", "batch_0002"]
    sound(site)


def test_batches_of_another_endpoint_stay_where_they_are(site: Path, server: RunningServer) -> None:
    code, done = run_json(site, "batch", "collect", environment=key_of(server.base_url))
    assert (code, done["collected"]) == (0, [])
    assert [note for note in done["notes"] if "http://127.0.0.1:8799/v1" in note]
    assert run_json(site, "batch", "list")[1] == EXPECTED["batch list"]


def test_the_same_command_sends_nothing_twice(site: Path, provider: Provider) -> None:
    for source in ("sent.csv", "cut-short.csv"):
        code, done = run_json(site, "draft", source, "--batch", *DATE, environment=key_of(provider.base_url))
        assert (code, done["rows"], done["requests"]) == (0, {"batched": 2}, 0)
    assert (provider.uploaded, provider.created, provider.chats) == ([], [], 0)


# what people do next


def test_the_approved_draft_is_published_as_it_was_approved(site: Path) -> None:
    key = "gardening/how-does-compost-store-water-in-garden-soil"
    code, done = run_json(site, "publish", "--approved")
    assert code == 0
    (published,) = done["published"]
    approval = [one for one in EXPECTED["why"][key]["decisions"] if one["decision"] == "approved"][-1]
    assert published["approved_sha256"] == approval["sha"]
    assert published["file"] == f"{key}.md"
    data = (site / "content" / published["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == published["sha256"]
    assert len((site / "output" / "published.jsonl").read_text(encoding="utf-8").splitlines()) == 3
    assert states(site)[key] == "published"


def test_drafts_are_approved_and_rejected_and_an_approval_is_undone(site: Path) -> None:
    key = "cooking/how-does-gluten-hold-the-gas-in-bread-dough"
    assert run_json(site, "approve", key)[0] == 0
    assert states(site)[key] == "approved"
    code, undone = run_json(site, "undo")
    assert (code, undone["undone"], [draft["key"] for draft in undone["drafts"]]) == (0, "approved", [key])
    assert states(site)[key] == "drafted"
    assert run_json(site, "reject", key, "--reason", "twice")[0] == 0
    assert states(site)[key] == "rejected"
    code, left = run_json(site, "approve", "how-do-juices-thicken-while-meat-rests")
    assert (code, left["approved"], len(left["left"])) == (1, [], 1)


def test_the_last_decision_of_the_earlier_version_is_undone(site: Path) -> None:
    key = "gardening/how-does-mulch-help-tomato-plants-in-hot-weather"
    code, undone = run_json(site, "undo", key)
    assert (code, undone["undone"]) == (0, "rejected")
    assert states(site)[key] == "drafted"


def test_an_edit_of_an_approved_file_lets_its_approval_lapse(site: Path) -> None:
    key = "gardening/how-does-compost-store-water-in-garden-soil"
    file = site / "output" / "drafts" / f"{key}.md"
    file.write_text(
        file.read_text(encoding="utf-8").replace("Compost ", "Ripe compost ", 1), encoding="utf-8"
    )
    assert states(site)[key] in ("drafted", "needs_fix")


@pytest.mark.parametrize(("flags", "state"), [(("--accept", "all"), "accepted"), (("--keep",), "declined")])
def test_the_open_revision_is_accepted_or_rejected(site: Path, flags: tuple[str, ...], state: str) -> None:
    key = "cooking/why-does-bread-dough-need-salt"
    code, done = run_json(site, "revise", key, *flags)
    assert (code, done["revision"]["state"]) == (0, state)
    versions = len(history(site, key)["versions"])
    assert versions == len(EXPECTED["why"][key]["versions"]) + (state == "accepted")


def test_a_published_article_is_withdrawn(site: Path) -> None:
    key = "gardening/why-are-young-fruit-trees-pruned-each-year"
    code, done = run_json(site, "withdraw", key, "--reason", "outdated")
    assert (code, done["key"], done["hidden"]) == (0, key, True)
    assert b"no_index: True" in (site / "content" / f"{key}.md").read_bytes()


def test_approved_proposals_are_applied_and_the_others_left(site: Path) -> None:
    code, done = run_json(site, "seo", "apply")
    assert (code, sorted(done["changed"]), done["fields"]) == (
        0,
        ["cooking/how-does-yeast-make-bread-rise.md", "gardening/when-should-fruit-trees-be-pruned.md"],
        3,
    )
    now = {(row["key"], row["field"]): row for row in run_json(site, "seo", "list")[1]}
    for row in EXPECTED["seo list"]:
        state = "applied" if row["state"] == "approved" else row["state"]
        assert now[row["key"], row["field"]]["state"] == state
        text = (site / "content" / f"{row['key']}.md").read_text(encoding="utf-8")
        if state == "applied":
            assert row["new"] in text


def test_decisions_on_proposals_are_undone(site: Path) -> None:
    rejected = "cooking/why-should-meat-rest-after-roasting"
    code, undone = run_json(site, "seo", "undo")
    assert (code, undone["undone"], [row["key"] for row in undone["proposals"]]) == (
        0,
        "rejected",
        [rejected],
    )
    code, undone = run_json(site, "seo", "undo")
    assert (code, undone["undone"], len(undone["proposals"])) == (0, "approved", 3)
    now = {(row["key"], row["field"]): row["state"] for row in run_json(site, "seo", "list")[1]}
    assert now[rejected, "page_description"] == "proposed"
    assert "approved" not in now.values()


def test_articles_with_a_proposal_are_not_asked_about_again(site: Path, server: RunningServer) -> None:
    before = asked(server)
    code, done = run_json(site, "seo", "propose", "--all", "--plan", environment=key_of(server.base_url))
    assert code == 0
    assert done["articles"].get("new", 0) <= 2, "the two that were published since"
    assert asked(server) == before


def test_without_its_key_the_ledger_of_a_real_model_is_not_mixed_with_offline_drafts(site: Path) -> None:
    code, done = run_json(site, "draft", "killed.csv", *DATE)
    assert (code, done["error"]["kind"]) == (2, "usage")
