"""Every table uses one hash of a question, also in ledgers whose proposals had another one."""

import hashlib

from generator.content.text import normalise_question
from generator.store.ledger.ledger import Ledger
from generator.store.ledger.seo.proposals import Proposals
from generator.store.ledger.storage.database import Database
from generator.store.ledger.storage.hashes import hash_of, question_key
from tests.support.ledgers import ledger_of_version
from tests.support.proposals import TEXT

QUESTION = "How do roots take up water?"
JOB = (
    "INSERT INTO job (kind, realm, identity, generation, question_key, question, prompt_hash, state, created_at,"
    " updated_at) VALUES (?, 'model', 'i', ?, ?, ?, 'p', 'done', 't', 't')"
)


def earlier_key(question):
    """The hash of a question in proposals and their jobs up to version 8."""
    return hashlib.sha256(normalise_question(question).encode()).hexdigest()


def ledger_of_version_8(path):
    """A ledger with a proposal and its job, and a drafting job for the same question."""
    old = ledger_of_version(path, 8)
    old.execute(JOB, ("seo", 0, earlier_key(QUESTION), QUESTION))
    old.execute(JOB, ("answer", 0, question_key(QUESTION), QUESTION))
    old.execute(
        "INSERT INTO proposal (job, key, path, field, question, question_key, basis, old, new, state, findings,"
        " offline, updated_at)"
        " VALUES (1, 'a/b', 'a/b.md', 'page_description', ?, ?, 'b', 'old', ?, 'proposed', '[]', 0, 't')",
        (QUESTION, earlier_key(QUESTION), TEXT),
    )
    old.commit()
    old.close()


def test_case_and_punctuation_do_not_change_the_hash_of_a_question():
    assert question_key(QUESTION) == question_key(QUESTION.upper().rstrip("?"))
    assert question_key(QUESTION) == hash_of(normalise_question(QUESTION)) != question_key("How do leaves?")


def test_the_migration_of_a_ledger_of_version_8_rewrites_the_hash_of_every_question(tmp_path):
    ledger_of_version_8(tmp_path / "l.sqlite3")
    database = Database(tmp_path / "l.sqlite3")
    for table in ("job", "proposal"):
        rows = database.execute(f"SELECT question, question_key FROM {table}").fetchall()
        assert {row["question_key"] for row in rows} == {question_key(QUESTION)}
    assert [row["identity"] for row in database.execute("SELECT identity FROM job")] == ["i", "i"]
    database.close()


def test_what_an_earlier_version_proposed_is_found_for_every_other_page(tmp_path):
    ledger_of_version_8(tmp_path / "l.sqlite3")
    database = Database(tmp_path / "l.sqlite3")
    proposals = Proposals(Ledger(database))
    proposals.descriptions.index(1, TEXT)
    found = [
        proposals.descriptions.near(TEXT, 0.7, key=key, frequency=len)
        for key in (proposals.get(1).key, "a/copy")
    ]
    assert [[item.text for item in items] for items in found] == [[], [TEXT]]
    database.close()
