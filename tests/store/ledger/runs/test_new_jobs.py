"""New jobs are packed without loss, and shared texts are packed once."""

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.store.files import sha256
from generator.store.ledger.runs.new_jobs import JobPacker, NewJob, decode_message, encode_message
from generator.store.ledger.storage.blobs import unpack


def job(**changes) -> NewJob:
    values = {
        "kind": "answer",
        "backend": "model",
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


@given(st.text(), st.text(), st.lists(st.text(), max_size=4))
def test_a_packed_job_contains_all_of_the_job(system, user, texts):
    passages = [passage(f"a{n}", text) for n, text in enumerate(texts)]
    new = job(system=system, user=user, context={"passages": passages, "near": None})
    made = JobPacker().pack(new)
    assert unpack(made.system.data).decode() == system
    kept = dict(zip([blob.digest for blob in made.texts], texts, strict=True))
    assert decode_message(unpack(made.user.data), kept.__getitem__) == user
    assert [unpack(blob.data).decode() for blob in made.texts] == texts
    context = json.loads(unpack(made.context.data))
    assert [part.pop("blob") for part in context["passages"]] == [blob.digest for blob in made.texts]
    named = [{**part, "text": None} for part in passages]
    assert context == {"passages": named, "near": None}
    for blob in (made.system, made.user, made.context, *made.texts):
        assert blob.digest == sha256(unpack(blob.data))


WORDS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=12)


@given(st.lists(WORDS, max_size=6), st.data())
def test_decoding_gives_the_encoded_message(texts, draw):
    between = [draw.draw(WORDS) for _ in range(len(texts) + 1)]
    message = between[0] + "".join(text + after for text, after in zip(texts, between[1:], strict=True))
    kept = {sha256(text.encode()): text for text in texts}
    named = [(text, sha256(text.encode())) for text in texts]
    assert decode_message(encode_message(message, named), kept.__getitem__) == message
    assert decode_message(encode_message(message, named[::-1]), kept.__getitem__) == message


def test_a_shared_text_of_a_message_is_stored_as_a_reference():
    message = "<passage>A lever is a bar.</passage> What is a lever?"
    data = encode_message(
        message, [("A lever is a bar.", "d1"), ("It was changed when it was quoted.", "d2")]
    )
    assert b"A lever is a bar." not in data and b"d1" in data and b"d2" not in data
    assert encode_message(message, []) == message.encode()


def test_the_job_of_a_packed_job_has_no_texts_and_is_otherwise_unchanged():
    new = job()
    made = JobPacker().pack(new)
    assert made.job == job(system="", user="", context={})
    assert made.job.request is new.request


def test_packing_does_not_change_the_job():
    new = job(context={"passages": [passage("a1", "A lever is a bar.")], "near": None})
    JobPacker().pack(new)
    assert new == job(context={"passages": [passage("a1", "A lever is a bar.")], "near": None})


@pytest.mark.parametrize("context", [{}, {"passages": []}, {"article": "a", "fields": ["x"]}])
def test_a_context_without_passages_is_stored_unchanged(context):
    made = JobPacker().pack(job(context=context))
    assert made.texts == ()
    assert json.loads(unpack(made.context.data)) == context


def test_shared_texts_are_packed_once():
    packer = JobPacker()
    texts = ["A lever is a bar.", "It turns."]
    one, other = (
        packer.pack(job(question=name, context={"passages": [passage("a1", text) for text in texts[:count]]}))
        for name, count in (("one", 2), ("other", 1))
    )
    assert one.texts[0] is other.texts[0]
    assert one.system is other.system
    assert one.texts[0] != one.texts[1]


def test_a_text_that_left_the_cache_is_packed_to_the_same_blob():
    packer = JobPacker()
    first = packer.pack(job(context={"passages": [passage("a1", "A lever is a bar.")]}))
    for number in range(5_000):
        packer.pack(job(system=f"You write, {number}."))
    again = packer.pack(job(context={"passages": [passage("a1", "A lever is a bar.")]}))
    assert again == first


def test_a_packed_job_can_be_sent_to_another_process():
    made = JobPacker().pack(job(context={"passages": [passage("a1", "Größe ∑ 🙂")], "near": None}))
    assert pickle.loads(pickle.dumps(made)) == made
