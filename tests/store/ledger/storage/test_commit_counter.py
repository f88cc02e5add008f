"""A ledger that lost commits is refused; one that a backup replaced, or that another process writes, never is."""

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from generator.errors import StorageError
from generator.store.ledger.ledger import LEDGER_NAME
from generator.store.ledger.storage.database import Database
from generator.store.output_folder import COMMITS


def commit(database: Database, *keys: str) -> None:
    """A commit for each key."""
    for key in keys:
        with database.transaction():
            database.execute("INSERT INTO blob VALUES (?, x'00')", (key,))


def killed(folder: Path, target: Path, *, log: bool) -> Path:
    """What a kill leaves of a ledger that is open: its files, with the write-ahead log or without. Returns the ledger."""
    shutil.copytree(folder, target)
    if not log:
        for name in ("-wal", "-shm"):
            (target / f"{LEDGER_NAME}{name}").unlink()
    return target / LEDGER_NAME


@pytest.fixture
def opened(tmp_path: Path) -> Database:
    """An open ledger with three commits."""
    database = Database(tmp_path / "output" / LEDGER_NAME)
    commit(database, "a", "b", "c")
    return database


def held(path: Path) -> int:
    database = Database(path)
    try:
        return int(database.execute("SELECT count(*) FROM blob").fetchone()[0])
    finally:
        database.close()


def test_a_ledger_whose_log_was_deleted_is_refused_until_the_log_is_back(
    opened: Database, tmp_path: Path
) -> None:
    assert held(killed(tmp_path / "output", tmp_path / "whole", log=True)) == 3
    path = killed(tmp_path / "output", tmp_path / "lost", log=False)
    for _ in range(2):
        with pytest.raises(
            StorageError, match=r"lacks its last 2 commits.*generator backup.*delete .*ledger-commits"
        ):
            Database(path)
    (tmp_path / "lost" / COMMITS).unlink()  # as the message says
    assert held(path) == 1
    opened.close()


def test_a_log_that_was_deleted_after_its_checkpoint_is_not_missed(opened: Database, tmp_path: Path) -> None:
    opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert held(killed(tmp_path / "output", tmp_path / "copy", log=False)) == 3
    opened.close()


def test_an_older_copy_of_the_file_is_refused(opened: Database, tmp_path: Path) -> None:
    opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    older = shutil.copy(opened.path, tmp_path / "older")
    commit(opened, "d")
    opened.close()
    shutil.copy(older, opened.path)
    with pytest.raises(StorageError, match="lacks its last 1 commit,"):
        Database(opened.path)


def test_a_backup_may_replace_the_ledger_any_number_of_times(opened: Database, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    opened.copy_to(backup)
    commit(opened, "d")
    opened.close()
    for _ in range(3):
        shutil.copy(backup, opened.path)
        assert held(opened.path) == 3
        restored = Database(opened.path)
        commit(restored, "e", "f")
        restored.close()
        assert held(opened.path) == 5


def test_the_loss_of_a_log_is_noticed_after_a_backup_was_restored(opened: Database, tmp_path: Path) -> None:
    opened.copy_to(tmp_path / "backup")
    opened.close()
    shutil.copy(tmp_path / "backup", opened.path)
    restored = Database(opened.path)
    commit(restored, "d", "e")
    path = killed(tmp_path / "output", tmp_path / "lost", log=False)
    restored.close()
    with pytest.raises(StorageError, match="lacks its last"):
        Database(path)


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 38, b"0123456789abcdef 00000000000000000009", b"text\n", None]
)
def test_a_file_that_a_power_failure_left_accuses_nobody(
    content: bytes | None, opened: Database, tmp_path: Path
) -> None:
    opened.close()
    file = tmp_path / "output" / COMMITS
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    assert held(opened.path) == 3
    again = Database(opened.path)
    commit(again, "d")
    again.close()
    assert file.read_bytes().endswith(b"4\n")


def test_a_folder_that_cannot_be_written_stops_no_commit(tmp_path: Path) -> None:
    (tmp_path / "drafts").write_text("a file", encoding="utf-8")
    database = Database(tmp_path / LEDGER_NAME)
    commit(database, "a", "b")
    database.close()
    assert held(tmp_path / LEDGER_NAME) == 2


def test_reading_is_not_counted(opened: Database, tmp_path: Path) -> None:
    before = (tmp_path / "output" / COMMITS).read_bytes()
    with opened.transaction():
        opened.execute("SELECT count(*) FROM blob").fetchone()
    opened.close()
    assert (tmp_path / "output" / COMMITS).read_bytes() == before


def test_connections_that_write_at_once_accuse_nobody(tmp_path: Path) -> None:
    path = tmp_path / LEDGER_NAME
    Database(path).close()
    done = threading.Event()

    def write(name: str) -> None:
        database = Database(path)
        number = 0
        while not done.is_set():
            commit(database, f"{name}{number}")
            number += 1
        database.close()

    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(write, name) for name in "ab"]
        try:
            for _ in range(100):
                Database(path).close()
        finally:
            done.set()
        for each in running:
            each.result()
    assert held(path) > 0
