"""The ledger: jobs frozen once, claimed once, calls recorded, dead runs released."""

import json

import pytest

from generator.store.ledger.database import Database
from generator.store.ledger.ledger import Ledger, hash_of
from generator.store.ledger.packing import Packer, packed
from generator.store.ledger.records import CallResult, NewCall, NewJob
from generator.store.ledger.runs import RunLock

NOW = "2026-01-31T12:00:00.000+00:00"


@pytest.fixture
def ledger(tmp_path):
    database = Database(tmp_path / "ledger.sqlite3")
    yield Ledger(database)
    database.close()


def job(name="one", **changes):
    values = {
        "kind": "answer",
        "realm": "model",
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
    return ledger.start_run("draft", ["questions.csv"], "c", now=NOW, token=token)


def plan(ledger, run, *jobs, first_free_id=100):
    return [
        ledger.plan(item, run=run.id, state="planned", first_free_id=first_free_id, now=NOW) for item in jobs
    ]


def call(ledger, run, job_id, *, step=0, result=None):
    number = ledger.open_call(
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
        ledger.close_call(number, result, now=NOW)
    return number


OK = CallResult(outcome="ok", cost=250, reply=b"{}", prompt_tokens=10, completion_tokens=5)


def test_article_ids_follow_list_order_from_the_first_free_one(ledger):
    run = start(ledger)
    ids = plan(ledger, run, job("a"), job("b"), first_free_id=501)
    assert [ledger.job(number).article_id for number in ids] == [501, 502]


def test_ids_go_on_where_the_ledger_left_off_however_the_corpus_shrank(ledger):
    run = start(ledger)
    plan(ledger, run, job("a"), first_free_id=501)
    (second,) = plan(ledger, run, job("b"), first_free_id=7)
    assert ledger.job(second).article_id == 502


def test_a_claimed_job_comes_back_as_it_was_planned(ledger):
    run = start(ledger)
    plan(ledger, run, job("a"))
    (claimed,) = ledger.claim(run.id, 10)
    planned = job("a")
    assert (claimed.system, claimed.user, claimed.request) == (planned.system, planned.user, planned.request)


def test_a_job_is_claimed_once(ledger):
    run = start(ledger)
    plan(ledger, run, job("a"), job("b"), job("c"))
    assert len(ledger.claim(run.id, 2)) == 2
    assert len(ledger.claim(run.id, 2)) == 1
    assert ledger.claim(run.id, 2) == []


def test_the_claims_of_a_dead_run_are_released_and_those_of_a_living_one_are_not(ledger):
    dead, living = start(ledger, "dead"), start(ledger, "living")
    plan(ledger, dead, job("a"))
    plan(ledger, living, job("b"))
    ledger.claim(dead.id, 1)
    ledger.claim(living.id, 1)
    dead.lock.release()  # what the system does when a process ends, however it ends
    start(ledger, "third")
    states = dict(tuple(row) for row in ledger.database.execute("SELECT question, state FROM job"))
    assert states == {"What is a?": "planned", "What is b?": "claimed"}


def test_a_run_lock_is_held_once(tmp_path):
    first, second = RunLock(tmp_path, "x"), RunLock(tmp_path, "x")
    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()


def test_paid_replies_come_along_with_the_claim_in_order(ledger):
    run = start(ledger)
    (number,) = plan(ledger, run, job("a"))
    call(ledger, run, number, step=0, result=CallResult(outcome="ok", cost=1, reply=b"first"))
    call(ledger, run, number, step=1, result=CallResult(outcome="http-503", cost=0))
    call(ledger, run, number, step=1, result=CallResult(outcome="ok", cost=1, reply=b"second"))
    (claimed,) = ledger.claim(run.id, 1)
    assert [(reply.step, reply.body) for reply in claimed.replies] == [(0, b"first"), (1, b"second")]


def test_spend_counts_failed_and_lost_calls(ledger):
    run = start(ledger)
    (number,) = plan(ledger, run, job("a"))
    call(ledger, run, number, result=OK)
    call(ledger, run, number, result=CallResult(outcome="timeout", cost=900))
    call(ledger, run, number, result=CallResult(outcome="http-429", cost=0))
    call(ledger, run, number)  # never answered: counts at its reservation
    spend = ledger.spend()
    assert (spend.calls, spend.cost, spend.open_calls) == (4, 250 + 900 + 0 + 900, 1)


def test_a_call_without_a_price_is_shown_as_unknown_not_as_nothing(ledger):
    run = start(ledger)
    (number,) = plan(ledger, run, job("a"))
    call(ledger, run, number, result=CallResult(outcome="ok", cost=None, reply=b"{}"))
    assert ledger.spend().unpriced == 1


def test_offline_spend_is_kept_apart(ledger):
    run = start(ledger)
    (number,) = plan(ledger, run, job("a", realm="offline"))
    call(ledger, run, number, result=OK)
    assert ledger.spend().calls == 0
    assert ledger.spend(realm="offline").calls == 1
    assert not ledger.has_model_replies()


def test_a_resumed_job_takes_the_new_model_until_a_reply_was_paid_for(ledger):
    run = start(ledger)
    fresh, paid = plan(ledger, run, job("a"), job("b"))
    call(ledger, run, paid, result=OK)
    other = {**job().request, "model": "other"}
    ledger.want(fresh, run.id, request=other)
    ledger.want(paid, run.id, request=other)
    assert ledger.job(fresh).request["model"] == "other"
    assert ledger.job(paid).request["model"] == "m"


def test_verify_finds_changed_bytes(ledger):
    run = start(ledger)
    plan(ledger, run, job("a"))
    assert list(ledger.verify()) == []
    ledger.database.execute("UPDATE blob SET data = (SELECT data FROM blob ORDER BY hash LIMIT 1)")
    assert list(ledger.verify())


def test_what_was_learnt_of_an_endpoint_is_remembered(ledger):
    assert ledger.quirks("u", "m") is None
    ledger.remember_quirks("u", "m", "json_object")
    assert ledger.quirks("u", "m") == "json_object"


PASSAGES = [
    {"id": "s1", "kind": "source", "key": "towns.md", "title": "Towns", "text": "Masons built the wall."},
    {"id": "a1", "kind": "article", "key": "biology/x", "title": "X", "text": "Größe ∑, $x_1$ — und mehr."},
]
CONTEXT = {"passages": PASSAGES, "related": [{"id": 1, "title": "X"}], "near": None, "origin": "q.csv:2"}


def test_a_job_packed_elsewhere_reads_back_as_one_packed_here(tmp_path):
    read = []
    for name, pack in (("here", lambda new: new), ("elsewhere", Packer().pack)):
        ledger = Ledger(Database(tmp_path / name / "ledger.sqlite3"))
        run = start(ledger)
        (number,) = plan(ledger, run, pack(job("a", context=CONTEXT)))
        (claimed,) = ledger.claim(run.id, 10)
        assert claimed == ledger.job(number)
        blobs = ledger.database.execute("SELECT hash, data FROM blob ORDER BY hash").fetchall()
        row = ledger.database.execute("SELECT * FROM job").fetchone()
        read.append((claimed, claimed.context, [tuple(blob) for blob in blobs], tuple(row)))
        assert list(ledger.verify()) == []
        ledger.database.close()
    assert read[0] == read[1]
    claimed, context, *_ = read[0]
    assert (claimed.system, claimed.user) == ("You write.", "<question>a</question>")
    assert context == CONTEXT


def test_a_passage_that_jobs_share_is_stored_once_and_read_back_in_each(ledger):
    run = start(ledger)
    numbers = plan(ledger, run, job("a", context=CONTEXT), job("b", context={**CONTEXT, "origin": "q.csv:3"}))
    held = [tuple(row) for row in ledger.database.execute("SELECT hash FROM blob")]
    assert all((packed(part["text"].encode()).digest,) in held for part in PASSAGES)
    stored = ledger.database.execute("SELECT context_blob FROM job").fetchall()
    for row in stored:
        assert b"Masons" not in ledger.blob(row["context_blob"])
    assert [ledger.job(number).context["origin"] for number in numbers] == ["q.csv:2", "q.csv:3"]
    assert all(ledger.job(number).context["passages"] == PASSAGES for number in numbers)


def test_the_context_of_an_earlier_version_reads_back_unchanged(ledger):
    run = start(ledger)
    (number,) = plan(ledger, run, job("a"))
    digest = ledger.put_blob(json.dumps(CONTEXT, ensure_ascii=False).encode())
    ledger.database.execute("UPDATE job SET context_blob = ? WHERE id = ?", (digest, number))
    assert ledger.job(number).context == CONTEXT


def test_what_is_done_to_a_context_does_not_reach_that_of_another_reader(ledger):
    run = start(ledger)
    (number,) = plan(ledger, run, job("a", context=CONTEXT))
    first = ledger.job(number)
    first.context["passages"].clear()
    assert first.context["passages"] == []
    assert ledger.job(number).context == CONTEXT


def test_a_question_is_known_once_it_was_planned_whatever_the_subject_and_realm(ledger):
    run = start(ledger)
    assert not ledger.has_question(hash_of("a"))
    plan(ledger, run, job("a", realm="offline", subject=None, key=None))
    assert ledger.has_question(hash_of("a"))
    assert not ledger.has_question(hash_of("b"))


def test_a_question_of_another_kind_of_job_is_not_known(ledger):
    run = start(ledger)
    plan(ledger, run, job("a", kind="seo"), job("b", kind="revise"))
    assert not ledger.has_question(hash_of("a"))
    assert not ledger.has_question(hash_of("b"))
