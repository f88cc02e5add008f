"""The claims of dead runs are released."""

from generator.store.ledger.runs.runs import RunLock
from tests.support.ledgers import job, plan, start


def test_the_claims_of_a_dead_run_are_released_and_those_of_a_living_one_are_not(ledger):
    dead, living = start(ledger, "dead"), start(ledger, "living")
    plan(ledger, dead, job("a"))
    plan(ledger, living, job("b"))
    ledger.jobs.claim(dead.id, 1)
    ledger.jobs.claim(living.id, 1)
    dead.lock.release()  # as the system does when a process ends in any way
    start(ledger, "third")
    states = dict(tuple(row) for row in ledger.database.execute("SELECT question, state FROM job"))
    assert states == {"What is a?": "planned", "What is b?": "claimed"}


def test_a_run_lock_can_be_acquired_once(tmp_path):
    first, second = RunLock(tmp_path, "x"), RunLock(tmp_path, "x")
    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()
