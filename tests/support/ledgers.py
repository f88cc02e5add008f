"""Runs, jobs, calls and drafts for tests that write into a ledger themselves, and ledgers of earlier versions."""

import sqlite3
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

from generator.content.findings import Finding
from generator.store.ledger.drafts.rows import NewDraft
from generator.store.ledger.runs.calls import NewCall
from generator.store.ledger.runs.new_jobs import NewJob
from generator.store.ledger.storage.database import Database
from generator.store.ledger.storage.hashes import hash_of, question_key

NOW = "2026-01-31T12:00:00.000+00:00"
_INDEXES = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
WARNING = Finding("w", "warning", "conclusion", "is dull")


def ledger_of_version(path: Path, version: int) -> sqlite3.Connection:
    """A ledger as the first migrations made it, open, without the program's rules for references."""
    scripts = resources.files("generator.store.ledger.migrations")
    old = sqlite3.connect(path)
    old.create_function("question_key", 1, question_key, deterministic=True)
    for number, name in enumerate(_migrations()[:version], start=1):
        assert name.startswith(f"{number:04}_")
        old.executescript((scripts / name).read_text(encoding="utf-8"))
    old.execute(f"PRAGMA user_version = {version}")
    return old


def take_back(database: Database, version: int) -> None:
    """Give a ledger the schema of an earlier version: without the tables and columns that later migrations added."""
    # A virtual table drops its own tables.
    sql = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY sql LIKE 'CREATE VIRTUAL%' DESC, rowid DESC"
    with TemporaryDirectory() as folder:
        old = ledger_of_version(Path(folder) / "ledger.sqlite3", version)
        tables = [name for (name,) in old.execute(sql)]
        columns = {name: _columns(old, name) for name in tables}
        indexes = {name for (name,) in old.execute(_INDEXES)}
        old.close()
    for (name,) in database.execute(_INDEXES).fetchall():
        if name not in indexes:
            database.execute(f"DROP INDEX {name}")
    for (name,) in database.execute(sql).fetchall():
        if name not in tables:
            database.execute(f"DROP TABLE IF EXISTS {name}")
    for name in tables:
        for column in set(_columns(database, name)) - set(columns[name]):
            database.execute(f"ALTER TABLE {name} DROP COLUMN {column}")
    database.execute(f"PRAGMA user_version = {version}")


def _columns(database: Database | sqlite3.Connection, table: str) -> list[str]:
    return [row[0] for row in database.execute(f"SELECT name FROM pragma_table_info('{table}')")]


def _migrations() -> list[str]:
    scripts = resources.files("generator.store.ledger.migrations")
    return sorted(file.name for file in scripts.iterdir() if file.name.endswith(".sql"))


def job(name="one", **changes):
    values = {
        "kind": "answer",
        "backend": "model",
        "identity": hash_of(name, "Biology"),
        "question_key": hash_of(name),
        "question": f"What is {name}?",
        "subject": "Biology",
        "key": f"biology/what-is-{name}",
        "date": "2026-01-31",
        "request": {
            "schema_name": "s",
            "schema": {},
            "model": "m",
            "parameters": {"max_completion_tokens": 10},
        },
        "system": "You write.",
        "user": f"<question>{name}</question>",
        "context": {"passages": []},
        "prompt_hash": "p1",
    }
    return NewJob(**{**values, **changes})


def start(ledger, token="t1"):
    return ledger.runs.start("draft", ["questions.csv"], "c", now=NOW, token=token)


def plan(ledger, run, *jobs, first_free_id=100):
    return [
        ledger.jobs.plan(item, run=run.id, state="planned", first_free_id=first_free_id, now=NOW)
        for item in jobs
    ]


def call(ledger, run, job_id, *, step=0, result=None):
    number = ledger.calls.open(
        NewCall(
            job=job_id,
            step=step,
            purpose="draft",
            attempt=1,
            request_hash="h",
            mode="plain",
            model="m",
            reserved=900,
        ),
        run=run.id,
        now=NOW,
    )
    if result is not None:
        ledger.calls.close(number, result, now=NOW)
    return number


def planned(ledger, name="one", **changes):
    run = start(ledger, f"{name}-{changes}")
    number = ledger.jobs.plan(job(name, **changes), run=run.id, state="planned", first_free_id=1, now=NOW)
    run.lock.release()
    return number


def draft(job_id, data=b"text", state="drafted", **changes):
    values = {
        "job": job_id,
        "key": "biology/what-is-one",
        "question": "What is one?",
        "subject": "Biology",
        "state": state,
        "data": data,
        "path": "drafts/biology/what-is-one.md",
        "origin": "model",
        "findings": (WARNING,),
        "offline": False,
    }
    return NewDraft(**{**values, **changes})
