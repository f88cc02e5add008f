"""Packing: bytes under their hash, and jobs that share what they have in common."""

import json
import pickle
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.store.ledger.packing import Packer, digest_of, in_pieces, packed, unpacked, whole
from generator.store.ledger.records import NewJob


def job(**changes) -> NewJob:
    values = {
        "kind": "answer",
        "realm": "model",
        "identity": "i",
        "question_key": "q",
        "question": "What is a lever?",
        "subject": "Physics",
        "key": "physics/what-is-a-lever",
        "date": "2026-01-31",
        "request": {"model": "m"},
        "system": "You write.",
        "user": "<question>What is a lever?</question>",
        "context": {"passages": [], "origin": "q.csv:2"},
        "prompt_hash": "p",
    }
    return NewJob(**{**values, **changes})


def passage(id_: str, text: str) -> dict[str, str]:
    return {"id": id_, "kind": "article", "key": f"physics/{id_}", "title": id_, "text": text}


@given(st.binary())
def test_what_was_packed_unpacks(data):
    blob = packed(data)
    assert unpacked(blob.data) == data
    assert blob.digest == digest_of(data)
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


@given(st.text(), st.text(), st.lists(st.text(), max_size=4))
def test_a_packed_job_holds_all_of_the_job(system, user, texts):
    passages = [passage(f"a{n}", text) for n, text in enumerate(texts)]
    new = job(system=system, user=user, context={"passages": passages, "near": None})
    made = Packer().pack(new)
    assert unpacked(made.system.data).decode() == system
    kept = dict(zip([blob.digest for blob in made.texts], texts, strict=True))
    assert whole(unpacked(made.user.data), kept.__getitem__) == user
    assert [unpacked(blob.data).decode() for blob in made.texts] == texts
    context = json.loads(unpacked(made.context.data))
    assert [part.pop("blob") for part in context["passages"]] == [blob.digest for blob in made.texts]
    named = [{**part, "text": None} for part in passages]
    assert context == {"passages": named, "near": None}
    for blob in (made.system, made.user, made.context, *made.texts):
        assert blob.digest == digest_of(unpacked(blob.data))


WORDS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=12)


@given(st.lists(WORDS, max_size=6), st.data())
def test_a_message_in_pieces_is_whole_again(texts, draw):
    between = [draw.draw(WORDS) for _ in range(len(texts) + 1)]
    message = between[0] + "".join(text + after for text, after in zip(texts, between[1:], strict=True))
    kept = {digest_of(text.encode()): text for text in texts}
    named = [(text, digest_of(text.encode())) for text in texts]
    assert whole(in_pieces(message, named), kept.__getitem__) == message
    assert whole(in_pieces(message, named[::-1]), kept.__getitem__) == message


def test_a_text_that_stands_in_a_message_is_kept_by_name_only():
    message = "<passage>A lever is a bar.</passage> What is a lever?"
    data = in_pieces(message, [("A lever is a bar.", "d1"), ("It was changed when it was quoted.", "d2")])
    assert b"A lever is a bar." not in data and b"d1" in data and b"d2" not in data
    assert in_pieces(message, []) == message.encode()


def test_the_job_itself_is_packed_without_its_texts_and_else_unchanged():
    new = job()
    made = Packer().pack(new)
    assert made.job == job(system="", user="", context={})
    assert made.job.request is new.request


def test_packing_changes_nothing_of_the_job_it_is_given():
    new = job(context={"passages": [passage("a1", "A lever is a bar.")], "near": None})
    Packer().pack(new)
    assert new == job(context={"passages": [passage("a1", "A lever is a bar.")], "near": None})


@pytest.mark.parametrize("context", [{}, {"passages": []}, {"article": "a", "fields": ["x"]}])
def test_a_context_without_passages_is_kept_as_it_is(context):
    made = Packer().pack(job(context=context))
    assert made.texts == ()
    assert json.loads(unpacked(made.context.data)) == context


def test_what_jobs_share_is_packed_once():
    packer = Packer()
    texts = ["A lever is a bar.", "It turns."]
    one, other = (
        packer.pack(job(question=name, context={"passages": [passage("a1", text) for text in texts[:count]]}))
        for name, count in (("one", 2), ("other", 1))
    )
    assert one.texts[0] is other.texts[0]
    assert one.system is other.system
    assert one.texts[0] != one.texts[1]


def test_a_text_that_was_forgotten_is_packed_again_to_the_same():
    packer = Packer()
    first = packer.pack(job(context={"passages": [passage("a1", "A lever is a bar.")]}))
    for number in range(5_000):
        packer.pack(job(system=f"You write, {number}."))
    again = packer.pack(job(context={"passages": [passage("a1", "A lever is a bar.")]}))
    assert again == first


def test_a_packed_job_goes_from_process_to_process():
    made = Packer().pack(job(context={"passages": [passage("a1", "Größe ∑ 🙂")], "near": None}))
    assert pickle.loads(pickle.dumps(made)) == made
