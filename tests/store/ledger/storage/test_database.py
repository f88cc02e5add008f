"""The database: migrations, one clear error for each problem, and many writes in one commit."""

import asyncio
import sqlite3
import zlib

import pytest

from generator.errors import StorageError
from generator.store.ledger.storage.database import Database, GroupCommit
from tests.support.ledgers import ledger_of_version


def test_a_new_file_has_the_newest_schema_and_full_durability(database):
    assert database.execute("PRAGMA user_version").fetchone()[0] >= 1
    assert database.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert database.execute("PRAGMA synchronous").fetchone()[0] == 2


def test_opening_again_changes_nothing(tmp_path):
    first = Database(tmp_path / "l.sqlite3")
    first.execute("INSERT INTO blob VALUES ('a', x'00')")
    first.close()
    second = Database(tmp_path / "l.sqlite3")
    assert second.execute("SELECT count(*) FROM blob").fetchone()[0] == 1
    second.close()


BLOBS = {f"{number:064x}": zlib.compress(f"text {number}".encode() * number) for number in range(1, 41)}
JOB = (
    "INSERT INTO job (id, kind, realm, identity, generation, question_key, question, request_blob, system_blob,"
    " user_blob, context_blob, prompt_hash, state, wanted_by, created_at, updated_at)"
    " VALUES (?, 'answer', 'model', ?, 0, 'k', 'What?', ?, ?, ?, ?, 'p', 'done', 1, 't', 't')"
)


def ledger_of_version_5(path):
    """A ledger as the first five migrations create it, with a row in every table that refers to a blob."""
    old = ledger_of_version(path, 5)
    old.execute("PRAGMA foreign_keys = ON")
    hashes = list(BLOBS)
    old.executemany("INSERT INTO blob VALUES (?, ?)", BLOBS.items())
    old.execute("INSERT INTO run VALUES (1, 'draft', '[]', 'c', 'l', 't', NULL)")
    for number in range(1, 9):
        old.execute(JOB, (number, str(number), *hashes[4 * number - 4 : 4 * number]))
    old.execute(
        "INSERT INTO call (job, run, step, purpose, attempt, request_hash, model_asked, sent_at, reply)"
        " VALUES (1, 1, 0, 'draft', 1, 'h', 'm', 't', ?)",
        (hashes[32],),
    )
    old.execute(
        "INSERT INTO draft (id, job, key, question, state, sha, offline, updated_at)"
        " VALUES (1, 1, 'a/b', 'What?', 'approved', 's', 0, 't')"
    )
    old.execute("INSERT INTO version VALUES (1, 1, ?, ?, 'model', 1, '[]', 't')", (hashes[33], hashes[33]))
    old.execute(
        "INSERT INTO revision (draft, job, basis, comment, who, at, state, proposal, findings)"
        " VALUES (1, 2, 'b', 'c', 'w', 't', 'proposed', ?, '[]')",
        (hashes[34],),
    )
    old.execute(
        "INSERT INTO publication (draft, path, approved, sha, article_id, state, to_commit, who, intended_at)"
        " VALUES (1, 'a/b.md', 'x', ?, 7, 'published', 0, 'w', 't')",
        (hashes[35],),
    )
    old.commit()
    tables = [row[0] for row in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    held = {}
    for name in tables:
        rows = old.execute(f"SELECT * FROM {name}")
        held[name] = (", ".join(column[0] for column in rows.description), sorted(map(repr, rows)))
    old.close()
    return held


def test_a_ledger_of_version_5_keeps_its_content(tmp_path):
    path = tmp_path / "l.sqlite3"
    held = ledger_of_version_5(path)
    database = Database(path)
    assert database.execute("PRAGMA user_version").fetchone()[0] >= 6
    blobs = {row["hash"]: row["data"] for row in database.execute("SELECT hash, data FROM blob")}
    assert blobs == BLOBS
    database.connection.row_factory = None
    for name, (columns, rows) in held.items():
        assert sorted(map(repr, database.execute(f"SELECT {columns} FROM {name}"))) == rows, name
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database.close()


def test_a_migrated_ledger_has_the_schema_of_a_new_one(tmp_path):
    ledger_of_version_5(tmp_path / "old.sqlite3")
    schemas = []
    for name in ("old", "new"):
        database = Database(tmp_path / f"{name}.sqlite3")
        rows = database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name")
        schemas.append([tuple(row) for row in rows])
        database.close()
    assert schemas[0] == schemas[1]
    assert not any("blob_row" in str(row) for row in schemas[0])


@pytest.mark.parametrize("migrated", [False, True])
def test_references_to_blobs_are_enforced(tmp_path, migrated):
    path = tmp_path / "l.sqlite3"
    if migrated:
        ledger_of_version_5(path)
    database = Database(path)
    if not migrated:
        database.execute("INSERT INTO run VALUES (1, 'draft', '[]', 'c', 'l', 't', NULL)")
        database.connection.executemany("INSERT INTO blob VALUES (?, ?)", BLOBS.items())
    known = next(iter(BLOBS))
    with pytest.raises(StorageError, match="FOREIGN KEY"):
        database.execute(JOB, (100, "a", known, known, known, "no such blob"))
    database.execute(JOB, (100, "a", known, known, known, known))
    with pytest.raises(StorageError, match="FOREIGN KEY"):
        database.execute("DELETE FROM blob WHERE hash = ?", (known,))
    with pytest.raises(StorageError, match="UNIQUE"):
        database.execute("INSERT INTO blob VALUES (?, x'00')", (known,))
    assert database.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    database.close()


def test_a_migration_that_fails_leaves_the_ledger_as_it_was(tmp_path):
    path = tmp_path / "l.sqlite3"
    held = ledger_of_version_5(path)
    damaged = sqlite3.connect(path)
    damaged.execute("CREATE TABLE blob_row (in_the_way)")
    damaged.close()
    with pytest.raises(StorageError, match="blob_row already exists"):
        Database(path)
    left = sqlite3.connect(path)
    assert left.execute("PRAGMA user_version").fetchone()[0] == 5
    for name, (_, rows) in held.items():
        assert sorted(map(repr, left.execute(f"SELECT * FROM {name}"))) == rows, name
    left.close()


def test_a_file_of_a_newer_version_is_refused(tmp_path):
    path = tmp_path / "l.sqlite3"
    Database(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StorageError, match="newer version"):
        Database(path)


def test_a_damaged_file_is_one_clear_error(tmp_path):
    path = tmp_path / "l.sqlite3"
    path.write_bytes(b"this is no database, " * 500)
    with pytest.raises(StorageError, match="is damaged"):
        Database(path)


def test_a_folder_that_cannot_be_created_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match="file"):
        Database(tmp_path / "file" / "l.sqlite3")


def test_a_transaction_that_raises_writes_nothing(database):
    with pytest.raises(ZeroDivisionError), database.transaction():
        database.execute("INSERT INTO blob VALUES ('a', x'00')")
        raise ZeroDivisionError
    assert database.execute("SELECT count(*) FROM blob").fetchone()[0] == 0


def test_a_commit_that_fails_counts_as_undone(database, monkeypatch):
    class FullConnection(sqlite3.Connection):
        def commit(self):
            raise sqlite3.OperationalError("database or disk is full")

    connection = database.connection
    monkeypatch.setattr(
        database, "connection", sqlite3.connect(database.path, isolation_level=None, factory=FullConnection)
    )
    with pytest.raises(StorageError, match="disk is full"), database.transaction():
        insert(database, "a")
    database.connection.close()
    monkeypatch.setattr(database, "connection", connection)
    assert database.rollbacks == 1
    assert database.execute("SELECT count(*) FROM endpoint").fetchone()[0] == 0


def insert(database, key):
    database.execute("INSERT INTO blob VALUES (?, x'00')", (key,))
    return key


def test_the_data_version_changes_by_writes_of_others_and_not_by_own_writes(database):
    other = Database(database.path)
    versions = []
    for writer in (database, other, other):
        with database.transaction():
            versions.append(database.data_version())
        writer.execute("INSERT INTO blob VALUES (?, x'00')", (str(len(versions)),))
    with database.transaction():
        versions.append(database.data_version())
    other.close()
    assert versions[0] == versions[1]
    assert len(set(versions[1:])) == 3


async def test_writes_of_many_tasks_share_a_commit(database):
    group = GroupCommit(database)
    commits = []
    database.connection.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
    results = await asyncio.gather(*(group.run(lambda i=i: insert(database, str(i))) for i in range(50)))
    assert results == [str(i) for i in range(50)]
    assert len(commits) == 1
    assert database.execute("SELECT count(*) FROM blob").fetchone()[0] == 50


async def test_a_write_is_committed_when_its_task_continues(database, tmp_path):
    group = GroupCommit(database)
    await group.run(lambda: insert(database, "a"))
    other = sqlite3.connect(database.path)
    assert other.execute("SELECT count(*) FROM blob").fetchone()[0] == 1
    other.close()


async def test_an_operation_that_raises_fails_only_itself(database):
    group = GroupCommit(database)

    def broken():
        insert(database, "half")
        raise ValueError("no")

    good, bad = await asyncio.gather(
        group.run(lambda: insert(database, "good")), group.run(broken), return_exceptions=True
    )
    assert good == "good"
    assert isinstance(bad, ValueError)
    assert [row[0] for row in database.execute("SELECT hash FROM blob")] == ["good"]


async def test_what_waits_for_a_commit_is_done_after_it_and_dropped_by_a_rollback(database):
    done: list[str] = []

    def write(name: str, *, fails: bool = False) -> None:
        insert(database, name)
        database.after_commit(lambda: done.append(f"{name}: {database.connection.in_transaction}"))
        if fails:
            raise ValueError(name)

    database.after_commit(lambda: done.append("at once"))
    with database.transaction():
        write("outer")
        assert done == ["at once"]
    with pytest.raises(ValueError, match="dropped"), database.transaction():
        write("dropped", fails=True)
    group = GroupCommit(database)
    await asyncio.gather(
        group.run(lambda: write("first")),
        group.run(lambda: write("half", fails=True)),
        group.run(lambda: write("last")),
        return_exceptions=True,
    )
    assert done == ["at once", "outer: False", "first: False", "last: False"]


async def test_a_failed_commit_raises_in_every_task(database):
    group = GroupCommit(database)
    database.execute("PRAGMA query_only = 1")
    results = await asyncio.gather(
        *(group.run(lambda i=i: insert(database, str(i))) for i in range(3)), return_exceptions=True
    )
    assert all(isinstance(result, Exception) for result in results)
    database.execute("PRAGMA query_only = 0")
    assert await group.run(lambda: insert(database, "later")) == "later"


async def test_drain_waits_for_all_operations_so_far(database):
    group = GroupCommit(database)
    task = asyncio.create_task(group.run(lambda: insert(database, "a")))
    await asyncio.sleep(0)
    await group.drain()
    assert database.execute("SELECT count(*) FROM blob").fetchone()[0] == 1
    await task


def test_a_copy_is_consistent_while_another_process_writes(database, tmp_path):
    insert(database, "a")
    database.execute("BEGIN IMMEDIATE")
    insert(database, "uncommitted")
    reader = Database(database.path)
    reader.copy_to(tmp_path / "copy.sqlite3")
    reader.close()
    database.connection.rollback()
    copy = sqlite3.connect(tmp_path / "copy.sqlite3")
    assert [row[0] for row in copy.execute("SELECT hash FROM blob")] == ["a"]
    copy.close()


async def test_a_transaction_that_sqlite_rolls_back_raises_in_every_task(database):
    group = GroupCommit(database)
    pages = database.execute("PRAGMA page_count").fetchone()[0]
    database.execute(f"PRAGMA max_page_count = {pages + 1}")

    def fill(number):
        database.execute("INSERT INTO blob VALUES (?, zeroblob(100000))", (str(number),))

    results = await asyncio.wait_for(
        asyncio.gather(*(group.run(lambda i=i: fill(i)) for i in range(5)), return_exceptions=True), 10
    )
    assert all(isinstance(result, StorageError) for result in results)
    await asyncio.wait_for(group.drain(), 10)
    database.execute("PRAGMA max_page_count = 100000")
    assert await group.run(lambda: insert(database, "later")) == "later"


async def test_a_cancelled_drain_does_not_stop_the_commit(database):
    group = GroupCommit(database)
    written = asyncio.create_task(group.run(lambda: insert(database, "a")))
    await asyncio.sleep(0)
    drain = asyncio.create_task(group.drain())
    await asyncio.sleep(0)
    drain.cancel()
    assert await written == "a"
