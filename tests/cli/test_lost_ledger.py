"""A ledger that lost what it held: every command ends in one clear line, and nothing is asked again."""

import json
import random
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from generator.cli import main
from generator.store.ledger.ledger import LEDGER_NAME
from generator.store.ledger.storage.database import Database
from tests.support.nightly import NIGHTLY
from tests.support.servers import ROOT

pytestmark = pytest.mark.slow

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
        f"content_dir: {content}\nsubjects: [Biology, Economics, Physics, Psychology]\n"
        "duplicates: {compare_answers: false}\n",
        encoding="utf-8",
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
    "first page": lambda path: path.write_bytes(bytes(PAGE) + path.read_bytes()[PAGE:]),
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
    """Overwrite some bytes of pages that hold data, not the schema."""
    data, rng = bytearray(ledger_of(site).read_bytes()), random.Random(seed)
    starts = [at for at in range(PAGE * 30, len(data), PAGE) if b"CREATE " not in data[at : at + PAGE]]
    for _ in range(60):
        data[rng.choice(starts) + rng.randrange(PAGE)] = rng.randrange(256)
    ledger_of(site).write_bytes(data)


def flipped(site: Path, seed: int) -> None:
    """Flip one bit in each of some pages, the first one included; or fill one page with zeros or chance."""
    data, rng = bytearray(ledger_of(site).read_bytes()), random.Random(seed)
    pages = len(data) // PAGE
    for page in {0 if seed % 5 == 0 else rng.randrange(pages) for _ in range(rng.choice((1, 5, 20)))}:
        data[page * PAGE + rng.randrange(PAGE)] ^= 1 << rng.randrange(8)
    if seed % 4 == 0:
        page = rng.randrange(pages)
        data[page * PAGE : (page + 1) * PAGE] = rng.choice((bytes(PAGE), rng.randbytes(PAGE)))
    ledger_of(site).write_bytes(data)


@pytest.mark.parametrize("seed", range(400 if NIGHTLY else 40))
def test_flipped_bits_end_no_command_in_a_traceback(seed: int, site: Path, capsys: Captured) -> None:
    flipped(site, seed)
    before = ledger_of(site).read_bytes()
    for command in random.Random(seed).sample(COMMANDS, 3):
        ledger_of(site).write_bytes(before)
        assert main(command) in (0, 1, 2)
        assert "Traceback" not in capsys.readouterr().err


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
    # A row whose key was damaged has another name: that anything is wrong with it is what verify finds.
    assert code != 2 or any(words in err.splitlines()[-1] for words in ("is damaged", "no draft is named"))
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


def killed_without_log(site: Path, *command: str) -> None:
    """Run a command, kill it when it has done everything, and delete the ledger's write-ahead log."""
    database = Database(ledger_of(site))  # while it is open, SQLite does not copy the log into the ledger
    try:
        assert main([*command]) == 0
        left = shutil.copytree(site / "output", site / "left")
    finally:
        database.close()
    shutil.rmtree(site / "output")
    left.rename(site / "output")
    for log in (site / "output").glob(f"{LEDGER_NAME}-*"):
        log.unlink()


@pytest.mark.parametrize(
    "command", COMMANDS, ids=lambda command: " ".join(Path(word).name for word in command)
)
def test_no_command_goes_on_without_a_deleted_log(command: list[str], site: Path, capsys: Captured) -> None:
    killed_without_log(site, "draft", LIST, "--offline", "--redo")
    assert main(command) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert str(ledger_of(site)) in last and "generator backup" in last and "commits" in last
    if "--json" not in command and command[0] != "backup":
        assert main([*command, "--json"]) == 2
        assert json.loads(capsys.readouterr().out)["error"]["kind"] == "storage"


def test_a_backup_replaces_a_ledger_whose_log_was_deleted(site: Path, capsys: Captured) -> None:
    assert main(["backup", "copy.sqlite3"]) == 0
    killed_without_log(site, "draft", LIST, "--offline", "--redo")
    (site / "copy.sqlite3").rename(ledger_of(site))
    capsys.readouterr()
    assert main(["draft", LIST, "--offline", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == {"drafted": 12}


def test_a_ledger_that_is_gone_before_its_first_draft_is_missed(site: Path, capsys: Captured) -> None:
    shutil.rmtree(site / "output")
    assert main(["batch", "export", "r.jsonl", LIST]) == 0
    ledger_of(site).unlink()
    assert main(["batch", "export", "s.jsonl", LIST]) == 2
    assert "drafts/.ledger-commits" in capsys.readouterr().err.splitlines()[-1]
    shutil.rmtree(site / "output" / "drafts")
    assert main(["batch", "export", "s.jsonl", LIST]) == 0


CELLS = {
    "findings": "UPDATE version SET findings = '[{' || findings",
    "a version": "UPDATE draft SET version = NULL",
    "a column": "ALTER TABLE revision RENAME COLUMN reason TO rfason",
    "an order": "UPDATE batch SET run = 99",
    "another column": "ALTER TABLE run RENAME COLUMN command TO commane",
}


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(
    "command",
    [*COMMANDS, ["why", SLUG, "--json"], ["batch", "cancel", "1"], ["batch", "import", "r.jsonl"]],
    ids=lambda command: " ".join(Path(word).name for word in command),
)
def test_a_value_that_was_never_written_ends_a_command_in_one_line(
    command: list[str], cell: str, site: Path, capsys: Captured
) -> None:
    (site / "r.jsonl").touch()
    database = Database(ledger_of(site))
    database.execute("INSERT INTO batch_order VALUES (1, 'answer', NULL, NULL, NULL, 't')")
    database.execute(
        "INSERT INTO batch (run, model, path, state, created_at, updated_at) VALUES (1, 'm', 'r', 'exported', 't', 't')"
    )
    database.execute("PRAGMA foreign_keys = OFF")
    database.execute(CELLS[cell])
    database.close()
    for file in (site / "output" / "drafts").rglob("*.md"):
        file.unlink()
    code = main(command)
    said = capsys.readouterr()
    assert code == 0 or command[0] == "verify" or "is damaged" in (said.err or said.out).splitlines()[-1]
    if command[0] in ("verify", "backup"):
        assert code


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
