"""Texts are stored once, and none is believed to be there that was taken back."""

import os

import pytest

from generator.store.ledger.blobs import Blobs
from generator.store.ledger.database import Database
from generator.store.ledger.packing import packed


@pytest.fixture
def database(tmp_path):
    made = Database(tmp_path / "ledger.sqlite3")
    yield made
    made.close()


def test_bytes_are_stored_once_and_read_by_their_hash(database):
    blobs = Blobs(database)
    digest = blobs.put(b"some text")
    assert blobs.put(b"some text") == digest == blobs.put_shared(packed(b"some text"))
    assert (blobs.get(digest), blobs.text(digest)) == (b"some text", "some text")
    assert database.execute("SELECT count(*) FROM blob").fetchone()[0] == 1


def test_a_shared_text_that_was_taken_back_is_stored_again(database):
    blobs, blob = Blobs(database), packed(os.urandom(50))
    with pytest.raises(ZeroDivisionError), database.transaction():
        blobs.put_shared(blob)
        raise ZeroDivisionError
    with database.transaction():
        blobs.put_shared(blob)
    assert blobs.get(blob.digest)
