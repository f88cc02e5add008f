"""Blobs: bytes under their hash, stored once, and stored again after a rollback."""

import os
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.store.files import sha256
from generator.store.ledger.storage.blobs import Blobs, pack, unpack


def test_bytes_are_stored_once_and_read_by_their_hash(database):
    blobs = Blobs(database)
    digest = blobs.put(b"some text")
    assert blobs.put(b"some text") == digest == blobs.put_shared(pack(b"some text"))
    assert (blobs.get(digest), blobs.text(digest)) == (b"some text", "some text")
    assert database.execute("SELECT count(*) FROM blob").fetchone()[0] == 1


def test_a_shared_text_whose_transaction_failed_is_stored_again(database):
    blobs, blob = Blobs(database), pack(os.urandom(50))
    with pytest.raises(ZeroDivisionError), database.transaction():
        blobs.put_shared(blob)
        raise ZeroDivisionError
    with database.transaction():
        blobs.put_shared(blob)
    assert blobs.get(blob.digest)


@given(st.binary())
def test_unpacking_gives_the_packed_bytes(data):
    blob = pack(data)
    assert unpack(blob.data) == data
    assert blob.digest == sha256(data)
    assert len(blob.digest) == 64


def test_only_equal_bytes_have_the_same_hash():
    assert pack(b"a") == pack(b"a")
    assert pack(b"a").digest != pack(b"b").digest


@given(st.binary(), st.data())
def test_cut_off_bytes_are_damaged(data, draw):
    sound = pack(data).data
    with pytest.raises(ValueError):
        unpack(sound[: draw.draw(st.integers(0, len(sound) - 1))])


@settings(derandomize=True)
@given(st.binary(min_size=1), st.data())
def test_a_changed_byte_never_gives_other_bytes(data, draw):
    changed = bytearray(pack(data).data)
    changed[draw.draw(st.integers(0, len(changed) - 1))] ^= draw.draw(st.integers(1, 255))
    with suppress(ValueError):
        assert unpack(bytes(changed)) == data


@pytest.mark.parametrize("data", [b"", b"no zlib", bytes(100)])
def test_bytes_that_were_never_packed_are_damaged(data):
    with pytest.raises(ValueError):
        unpack(data)
