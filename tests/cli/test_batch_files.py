"""The `batch export` and `batch import` commands check their arguments before they read or write anything."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.support.batch_commands import QUESTIONS, Commands, rows
from tests.support.list_folders import PRICED, list_folder

EXPORT = ("questions.csv", "--near", "allow")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with a list, settings and an empty corpus."""
    return list_folder(tmp_path, questions=QUESTIONS, settings=PRICED)


@pytest.mark.parametrize(
    ("target", "said"),
    [("missing/r.jsonl", "there is no folder"), ("config.yaml/r.jsonl", "there is no folder")],
)
def test_an_export_into_a_missing_folder_is_refused_before_anything_is_planned(
    site: Path, target: str, said: str
) -> None:
    code, answer = Commands(site, None).run("batch", "export", target, *EXPORT)
    assert code == 2
    assert said in answer["error"]["message"] and "\n" not in answer["error"]["message"]
    assert not (site / "output" / "ledger.sqlite3").exists()
    assert not (site / "missing").exists()


def test_an_export_into_a_folder_that_cannot_be_written_is_refused(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may = os.access
    locked = str(site.resolve())
    monkeypatch.setattr(
        os, "access", lambda path, mode, **options: str(path) != locked and may(path, mode, **options)
    )
    code, answer = Commands(site, None).run("batch", "export", "r.jsonl", *EXPORT)
    assert (code, answer["error"]["kind"]) == (2, "usage")
    assert "cannot be written" in answer["error"]["message"]


def test_an_export_of_a_list_without_a_name_does_not_read_standard_input(site: Path) -> None:
    code, answer = Commands(site, None).run("batch", "export", str(site / "requests.jsonl"), "")
    assert (code, answer["error"]["kind"]) == (2, "usage")
    assert "cannot be read" in answer["error"]["message"]


def test_an_export_to_an_impossible_file_name_is_one_line(site: Path) -> None:
    code, answer = Commands(site, None).run("batch", "export", "r" * 300, *EXPORT)
    assert code != 0
    assert "\n" not in answer["error"]["message"]


def exported(site: Path) -> list[dict[str, Any]]:
    assert Commands(site, None).run("batch", "export", "r.jsonl", *EXPORT)[0] == 0
    return [json.loads(line) for line in (site / "r.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_live_repair_with_a_cap_and_no_price_is_refused_before_anything_is_read(site: Path) -> None:
    (line, *_) = exported(site)
    failed = {"custom_id": line["custom_id"], "response": None, "error": {"code": "c", "message": "m"}}
    (site / "a.jsonl").write_text(json.dumps(failed) + "\n", encoding="utf-8")
    config = (site / "config.yaml").read_text(encoding="utf-8").replace("name: m", "name: other")
    (site / "config.yaml").write_text(config, encoding="utf-8")
    commands = Commands(site, "http://127.0.0.1:9/v1")
    for command in (("batch", "import", "a.jsonl"), ("batch", "collect")):
        code, said = commands.run(*command, "--repair-live", "--max-cost", "1")
        assert (code, said["error"]["kind"]) == (2, "usage")
        assert "price" in said["error"]["message"]
    assert rows(site, "SELECT count(*) FROM call WHERE outcome IS NOT NULL") == [(0,)]


def test_a_live_repair_without_a_server_can_be_run_again(site: Path) -> None:
    (line, *_) = exported(site)
    failed = {"custom_id": line["custom_id"], "response": None, "error": {"code": "c", "message": "m"}}
    (site / "a.jsonl").write_text(json.dumps(failed) + "\n", encoding="utf-8")
    config = (site / "config.yaml").read_text(encoding="utf-8").replace("name: m", "name: m, attempts: 2")
    (site / "config.yaml").write_text(config, encoding="utf-8")
    commands = Commands(site, "http://127.0.0.1:9/v1")
    for _ in range(2):
        code, said = commands.run("batch", "import", "a.jsonl", "--repair-live")
        assert code != 0 and said["error"]
        assert rows(site, "SELECT count(*) FROM call WHERE batch IS NULL AND outcome IS NOT NULL") != [(0,)]
    code, said = Commands(site, None).run("batch", "export", "again.jsonl")
    assert (code, said["requests"]) == (0, 1)
