"""Blobs: bytes under their hash, stored once, and none believed to be there that was taken back."""

import os
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.store.files import sha256
from generator.store.ledger.blobs import Blobs, packed, unpacked


def test_bytes_are_stored_once_and_read_by_their_hash(database):
    blobs = Blobs(database)
    digest = blobs.put(b"some text")
    assert blobs.put(b"some text") == digest == blobs.put_shared(packed(b"some text"))
    assert (blobs.get(digest), blobs.text(digest)) == (b"some text", "some text")
    assert database.execute("SELECT count(*) FROM blob").fetchone()[0] == 1


def test_a_shared_text_whose_transaction_failed_is_stored_again(database):
    blobs, blob = Blobs(database), packed(os.urandom(50))
    with pytest.raises(ZeroDivisionError), database.transaction():
        blobs.put_shared(blob)
        raise ZeroDivisionError
    with database.transaction():
        blobs.put_shared(blob)
    assert blobs.get(blob.digest)


@given(st.binary())
def test_what_was_packed_unpacks(data):
    blob = packed(data)
    assert unpacked(blob.data) == data
    assert blob.digest == sha256(data)
    assert len(blob.digest) == 64


def test_equal_bytes_have_one_name_and_others_another():
    assert packed(b"a") == packed(b"a")
    assert packed(b"a").digest != packed(b"b").digest


@given(st.binary(), st.data())
def test_bytes_cut_short_are_damaged(data, draw):
    sound = packed(data).data
    with pytest.raises(ValueError):
        unpacked(sound[: draw.draw(st.integers(0, len(sound) - 1))])


@settings(derandomize=True)
@given(st.binary(min_size=1), st.data())
def test_a_changed_byte_is_never_taken_for_other_bytes(data, draw):
    changed = bytearray(packed(data).data)
    changed[draw.draw(st.integers(0, len(changed) - 1))] ^= draw.draw(st.integers(1, 255))
    with suppress(ValueError):
        assert unpacked(bytes(changed)) == data


@pytest.mark.parametrize("data", [b"", b"no zlib", bytes(100)])
def test_bytes_that_nobody_packed_are_damaged(data):
    with pytest.raises(ValueError):
        unpacked(data)
