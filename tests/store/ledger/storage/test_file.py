"""The ledger's file is complete or missing, even if several processes create it or one is killed."""

import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from importlib import resources
from multiprocessing import get_context
from pathlib import Path

import pytest

from generator.errors import StorageError
from generator.store.ledger import migrations
from generator.store.ledger.storage.database import Database
from generator.store.ledger.storage.file import check_file
from tests.support.ledger_tokens import token_of
from tests.support.nightly import NIGHTLY
from tests.support.servers import ROOT

MAKES_LEDGERS = """
import sys
from itertools import count
from pathlib import Path
from generator.store.ledger.storage.database import Database
print("begun", flush=True)
for number in count():
    Database(Path(sys.argv[1], str(number), "ledger.sqlite3")).close()
"""


def tables(path: Path) -> int:
    database = Database(path)
    try:
        return int(database.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()[0])
    finally:
        database.close()


@pytest.mark.parametrize("kill", range(20 if NIGHTLY else 3))
def test_a_kill_leaves_a_complete_ledger_or_none(kill: int, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", MAKES_LEDGERS, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.05 + 0.007 * kill)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    folders = list(tmp_path.iterdir())
    assert folders
    for folder in folders:
        path = folder / "ledger.sqlite3"
        assert not path.exists() or path.stat().st_size
        assert tables(path) > 10
        assert not list(folder.glob("*.new*"))


def test_a_failed_creation_leaves_no_ledger_and_the_next_one_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "output" / "ledger.sqlite3"
    scripts = tmp_path / "migrations"
    shutil.copytree(str(resources.files(migrations)), scripts)
    (scripts / "9999_broken.sql").write_text("SELECT nothing;\n", encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(resources, "files", lambda _: scripts)
        with pytest.raises(StorageError, match="nothing"):
            Database(path)
    assert not path.exists()
    assert tables(path) > 10


def test_several_processes_that_begin_at_once_share_one_ledger(tmp_path: Path) -> None:
    path = str(tmp_path / "ledger.sqlite3")
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        assert len(set(pool.map(token_of, [path] * 8))) == 1


@pytest.mark.parametrize("has_log", [False, True])
def test_an_empty_ledger_is_refused_and_its_log_is_not_deleted(has_log: bool, tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    path.touch()
    log = tmp_path / "ledger.sqlite3-wal"
    if has_log:
        log.write_bytes(b"changes")
    with pytest.raises(StorageError, match="is empty.*generator backup"):
        Database(path)
    assert path.stat().st_size == 0
    assert log.exists() == has_log


def test_a_log_without_its_ledger_is_refused_and_not_deleted(tmp_path: Path) -> None:
    log = tmp_path / "ledger.sqlite3-wal"
    log.write_bytes(b"changes")
    with pytest.raises(StorageError, match="is missing, and ledger.sqlite3-wal contains its last changes"):
        Database(tmp_path / "ledger.sqlite3")
    assert list(tmp_path.iterdir()) == [log]


@pytest.mark.parametrize(
    ("statement", "message"),
    [("PRAGMA journal_mode = WAL", "is an empty database"), ("CREATE TABLE a (b)", "not a ledger")],
)
def test_another_database_is_refused_and_not_changed(statement: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    other = sqlite3.connect(path)
    other.execute(statement)
    other.close()
    before = path.read_bytes()
    with pytest.raises(StorageError, match=message):
        Database(path)
    assert path.read_bytes() == before


def test_a_ledger_that_another_thread_opens_and_closes_is_never_refused(tmp_path):
    path = tmp_path / "ledger.sqlite3"
    Database(path).close()
    done = threading.Event()

    def open_and_close() -> None:
        while not done.is_set():
            Database(path).close()  # SQLite removes the log with the last connection

    with ThreadPoolExecutor(1) as other:
        running = other.submit(open_and_close)
        try:
            for _ in range(20_000):
                check_file(path)
        finally:
            done.set()
        running.result()
