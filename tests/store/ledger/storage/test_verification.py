"""Verification finds what SQLite's integrity check does not: references, columns, and the content of single values."""

import pytest

from tests.support.ledgers import job, plan, start

DAMAGE = {
    "a hash": ("UPDATE blob SET data = (SELECT data FROM blob ORDER BY hash LIMIT 1)", "another hash"),
    "a reference": ("UPDATE job SET wanted_by = 99", "table job names a row of run"),
    "a column": ("ALTER TABLE job RENAME COLUMN reason TO seasom", "table job has no column reason"),
    "JSON": ("UPDATE run SET argv = '[!'", "argv of the table run: '\\[!' is not JSON"),
    "findings": (
        "INSERT INTO proposal (key, path, field, question, question_key, basis, old, state, findings, offline, updated_at)"
        " VALUES ('a', 'a', 'f', 'q', 'k', 'b', 'o', 'proposed', '[{\"cnde\": 1}]', 0, 't')",
        "is not a list of findings",
    ),
    "a version": (
        "INSERT INTO draft (job, question, state, version, sha, offline, updated_at)"
        " SELECT id, 'q', 'drafted', 3, 's', 0, 't' FROM job",
        "draft 1: its version is missing",
    ),
}


def test_a_sound_ledger_has_no_problem(ledger):
    plan(ledger, start(ledger), job("a"))
    assert list(ledger.verify()) == []


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_described(damage, ledger):
    plan(ledger, start(ledger), job("a"))
    statement, description = DAMAGE[damage]
    ledger.database.execute("PRAGMA foreign_keys = OFF")
    ledger.database.execute(statement)
    with pytest.raises(AssertionError, match=description):
        assert list(ledger.verify()) == []


def test_an_index_of_other_texts_is_no_damage(ledger):
    ledger.database.execute("DROP INDEX job_key")
    ledger.database.execute(
        "CREATE INDEX job_key ON job (key) -- as an earlier version wrote it\n WHERE key IS NOT NULL"
    )
    assert list(ledger.verify()) == []
