"""Jobs are planned once, claimed once, and read as they were planned."""

import json

from generator.store.ledger.ledger import Ledger
from generator.store.ledger.runs.calls import CallResult
from generator.store.ledger.runs.new_jobs import JobPacker
from generator.store.ledger.storage.blobs import pack
from generator.store.ledger.storage.database import Database
from generator.store.ledger.storage.hashes import hash_of
from tests.support.ledgers import call, job, plan, start

OK = CallResult(outcome="ok", cost=250, reply=b"{}", prompt_tokens=10, completion_tokens=5)

PASSAGES = [
    {"id": "s1", "kind": "source", "key": "towns.md", "title": "Towns", "text": "Masons built the wall."},
    {"id": "a1", "kind": "article", "key": "biology/x", "title": "X", "text": "Größe ∑, $x_1$ — und mehr."},
]
CONTEXT = {"passages": PASSAGES, "related": [{"id": 1, "title": "X"}], "near": None, "origin": "q.csv:2"}


def test_article_ids_follow_the_order_of_the_list_from_the_first_free_id(ledger):
    run = start(ledger)
    ids = plan(ledger, run, job("a"), job("b"), first_free_id=501)
    assert [ledger.jobs.get(number).article_id for number in ids] == [501, 502]


def test_ids_follow_the_ledger_s_largest_even_if_the_corpus_shrank(ledger):
    run = start(ledger)
    plan(ledger, run, job("a"), first_free_id=501)
    (second,) = plan(ledger, run, job("b"), first_free_id=7)
    assert ledger.jobs.get(second).article_id == 502


def test_a_claimed_job_is_as_it_was_planned(ledger):
    run = start(ledger)
    plan(ledger, run, job("a"))
    (claimed,) = ledger.jobs.claim(run.id, 10)
    planned = job("a")
    assert (claimed.system, claimed.user, claimed.request) == (planned.system, planned.user, planned.request)


def test_a_job_is_claimed_once(ledger):
    run = start(ledger)
    plan(ledger, run, job("a"), job("b"), job("c"))
    assert len(ledger.jobs.claim(run.id, 2)) == 2
    assert len(ledger.jobs.claim(run.id, 2)) == 1
    assert ledger.jobs.claim(run.id, 2) == []


def test_a_resumed_job_gets_the_new_model_unless_a_reply_was_paid_for(ledger):
    run = start(ledger)
    fresh, paid = plan(ledger, run, job("a"), job("b"))
    call(ledger, run, paid, result=OK)
    other = {**job().request, "model": "other"}
    ledger.jobs.assign_to_run(fresh, run.id, request=other)
    ledger.jobs.assign_to_run(paid, run.id, request=other)
    assert ledger.jobs.get(fresh).request["model"] == "other"
    assert ledger.jobs.get(paid).request["model"] == "m"


def test_a_job_packed_in_another_process_is_stored_in_the_same_way(tmp_path):
    read = []
    for name, prepare in (("here", lambda new: new), ("elsewhere", JobPacker().pack)):
        ledger = Ledger(Database(tmp_path / name / "ledger.sqlite3"))
        run = start(ledger)
        (number,) = plan(ledger, run, prepare(job("a", context=CONTEXT)))
        (claimed,) = ledger.jobs.claim(run.id, 10)
        assert claimed == ledger.jobs.get(number)
        blobs = ledger.database.execute("SELECT hash, data FROM blob ORDER BY hash").fetchall()
        row = ledger.database.execute("SELECT * FROM job").fetchone()
        read.append((claimed, claimed.context, [tuple(blob) for blob in blobs], tuple(row)))
        assert list(ledger.verify()) == []
        ledger.database.close()
    assert read[0] == read[1]
    claimed, context, *_ = read[0]
    assert (claimed.system, claimed.user) == ("You write.", "<question>a</question>")
    assert context == CONTEXT


def test_a_passage_that_jobs_share_is_stored_once_and_read_in_each(ledger):
    run = start(ledger)
    numbers = plan(ledger, run, job("a", context=CONTEXT), job("b", context={**CONTEXT, "origin": "q.csv:3"}))
    held = [tuple(row) for row in ledger.database.execute("SELECT hash FROM blob")]
    assert all((pack(part["text"].encode()).digest,) in held for part in PASSAGES)
    stored = ledger.database.execute("SELECT context_blob FROM job").fetchall()
    for row in stored:
        assert b"Masons" not in ledger.blobs.get(row["context_blob"])
    assert [ledger.jobs.get(number).context["origin"] for number in numbers] == ["q.csv:2", "q.csv:3"]
    assert all(ledger.jobs.get(number).context["passages"] == PASSAGES for number in numbers)


def test_the_context_of_an_earlier_version_is_read_unchanged(ledger):
    run = start(ledger)
    (number,) = plan(ledger, run, job("a"))
    digest = ledger.blobs.put(json.dumps(CONTEXT, ensure_ascii=False).encode())
    ledger.database.execute("UPDATE job SET context_blob = ? WHERE id = ?", (digest, number))
    assert ledger.jobs.get(number).context == CONTEXT


def test_a_change_of_one_context_does_not_affect_another(ledger):
    run = start(ledger)
    (number,) = plan(ledger, run, job("a", context=CONTEXT))
    first = ledger.jobs.get(number)
    first.context["passages"].clear()
    assert first.context["passages"] == []
    assert ledger.jobs.get(number).context == CONTEXT


def test_a_question_is_known_once_it_was_planned_for_any_subject_and_backend(ledger):
    run = start(ledger)
    assert not ledger.jobs.has_question(hash_of("a"))
    plan(ledger, run, job("a", backend="offline", subject=None, key=None))
    assert ledger.jobs.has_question(hash_of("a"))
    assert not ledger.jobs.has_question(hash_of("b"))


def test_a_question_of_another_kind_of_job_is_not_known(ledger):
    run = start(ledger)
    plan(ledger, run, job("a", kind="seo"), job("b", kind="revise"))
    assert not ledger.jobs.has_question(hash_of("a"))
    assert not ledger.jobs.has_question(hash_of("b"))


def test_a_spread_claim_takes_the_jobs_of_all_subjects_in_turn(ledger):
    run = start(ledger)
    listed = [
        ("a", "Biology"),
        ("b", "Biology"),
        ("c", "Biology"),
        ("d", "Physics"),
        ("e", None),
        ("f", "Physics"),
    ]
    plan(ledger, run, *(job(name, subject=subject) for name, subject in listed))
    claimed = ledger.jobs.claim(run.id, 5, spread=True)
    assert [(one.question, one.subject) for one in claimed] == [
        (job(name, subject=subject).question, subject)
        for name, subject in (listed[0], listed[3], listed[4], listed[1], listed[5])
    ]
    assert [one.subject for one in ledger.jobs.claim(run.id, 5)] == ["Biology"]
