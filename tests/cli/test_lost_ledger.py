"""A ledger that lost what it held: every command ends in one clear line, and nothing is asked again."""

import json
import random
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from generator.cli import main
from generator.store.ledger.database import Database
from generator.store.ledger.ledger import LEDGER_NAME
from tests.support.servers import ROOT

EXAMPLES = ROOT / "examples"
LIST = str(EXAMPLES / "questions.csv")
SLUG = "how-does-genetic-variation-arise-in-a-population"
COMMANDS = [
    ["draft", LIST, "--offline"],
    ["draft", LIST, "--offline", "--plan"],
    ["status"],
    ["list"],
    ["why", SLUG],
    ["show", SLUG],
    ["verify"],
    ["backup", "copy.sqlite3"],
    ["batch", "list"],
    ["seo", "diff"],
    ["publish", "--approved", "--dry-run"],
]
PAGE = 4096

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the example list is drafted."""
    folder = tmp_path_factory.mktemp("made")
    content = EXAMPLES / "content" / "learn"
    (folder / "config.yaml").write_text(
        f"content_dir: {content}\nsubjects: [Biology, Economics, Physics, Psychology]\n", encoding="utf-8"
    )
    assert main(["--config", str(folder / "config.yaml"), "draft", LIST, "--offline"]) == 0
    return folder


@pytest.fixture
def site(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that folder, as the current one."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ledger_of(site: Path) -> Path:
    return site / "output" / LEDGER_NAME


def another_program(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bookmark (address)")
    connection.close()


def without_jobs(path: Path) -> None:
    path.unlink()
    Database(path).close()


LOSSES = {
    "empty": lambda path: path.write_bytes(b""),
    "gone": lambda path: path.unlink(),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "text": lambda path: path.write_text("a text\n" * 500),
    "half a page short": lambda path: path.write_bytes(path.read_bytes()[: -PAGE // 2]),
    "half of its pages": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // PAGE // 2 * PAGE]),
    "another program's": another_program,
    "without jobs": without_jobs,
    "header": lambda path: path.write_bytes(b"SQLite format 3\0" + b"\xff" * 84 + path.read_bytes()[100:]),
}  # fmt: skip


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(
    "command", COMMANDS, ids=lambda command: " ".join(Path(word).name for word in command)
)
def test_every_command_says_in_one_line_what_is_lost_and_what_to_do(
    command: list[str], loss: str, site: Path, capsys: Captured
) -> None:
    LOSSES[loss](ledger_of(site))
    before = ledger_of(site).read_bytes() if ledger_of(site).exists() else None
    assert main(command) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert str(ledger_of(site)) in last and "generator backup" in last
    assert (ledger_of(site).read_bytes() if ledger_of(site).exists() else None) == before
    assert not list(site.glob("copy.sqlite3*"))


def damaged(site: Path, seed: int) -> None:
    """Overwrite some bytes behind the first page."""
    data, rng = bytearray(ledger_of(site).read_bytes()), random.Random(seed)
    for _ in range(60):
        data[rng.randrange(PAGE * 30, len(data))] = rng.randrange(256)
    ledger_of(site).write_bytes(data)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    "command", COMMANDS, ids=lambda command: " ".join(Path(word).name for word in command)
)
def test_damaged_pages_end_what_meets_them_in_one_line(
    command: list[str], seed: int, site: Path, capsys: Captured
) -> None:
    damaged(site, seed)
    code = main(command)
    err = capsys.readouterr().err
    assert code != 2 or "is damaged" in err.splitlines()[-1]
    if command[0] in ("verify", "backup"):
        assert code
    assert not list(site.glob("copy.sqlite3*"))


def test_verify_lists_damage_for_programs_too(site: Path, capsys: Captured) -> None:
    assert main(["verify", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"sound": True, "problems": []}
    damaged(site, 2)
    assert main(["verify", "--json"]) == 1
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert not result["sound"] and result["problems"]


def test_a_damaged_ledger_is_replaced_by_a_backup_as_the_message_says(site: Path, capsys: Captured) -> None:
    assert main(["backup", "copy.sqlite3"]) == 0
    damaged(site, 1)
    (site / "away").mkdir()
    for file in (site / "output").glob(f"{LEDGER_NAME}*"):
        file.rename(site / "away" / file.name)
    (site / "copy.sqlite3").rename(ledger_of(site))
    capsys.readouterr()
    assert main(["draft", LIST, "--offline", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == {"drafted": 12}


@pytest.mark.parametrize("left", ["needs-fix/biology/a.md", "drafts/biology/a.md", "published.jsonl"])
def test_any_work_without_a_ledger_keeps_a_new_one_from_beginning(
    left: str, site: Path, capsys: Captured
) -> None:
    shutil.rmtree(site / "output")
    (site / "output" / left).parent.mkdir(parents=True)
    (site / "output" / left).write_text("work", encoding="utf-8")
    assert main(["draft", LIST, "--offline"]) == 2
    assert left in capsys.readouterr().err.splitlines()[-1]
    assert not ledger_of(site).exists()


def test_a_new_ledger_begins_where_nothing_was_drafted(site: Path, capsys: Captured) -> None:
    for left in ([], ["README.md"], ["published.jsonl", "locks/a.lock", "drafts/biology/.kept"]):
        shutil.rmtree(site / "output")
        for name in left:
            (site / "output" / name).parent.mkdir(parents=True, exist_ok=True)
            (site / "output" / name).touch()
        assert main(["status"]) == 0
        assert main(["draft", LIST, "--offline", "--limit", "1"]) == 0


def test_a_wrong_statement_stays_an_error_of_the_program(site: Path) -> None:
    database = Database(ledger_of(site))
    try:
        with pytest.raises(sqlite3.OperationalError, match="syntax error"):
            database.execute("SELEKT 1")
        with pytest.raises(sqlite3.OperationalError, match="no such column"):
            database.execute("SELECT missing FROM job")
    finally:
        database.close()
