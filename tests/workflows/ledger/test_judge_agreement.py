"""How well the judge agrees with people: shown from 100 decisions on, from what they decided after it judged."""

import json
from itertools import count

import pytest

from generator.content.judging.replies import parse_judgement
from generator.store.ledger.pages import draft_page
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.ledger import judge_agreement as measured
from generator.workflows.ledger.judge_agreement import judge_agreement
from generator.workflows.ledger.status import ledger_status
from generator.workflows.review.decisions.decisions import DraftDecisions
from generator.workflows.review.decisions.undo import ReviewUndo
from tests.support.drafts import QUESTIONS, WHO, draft_of, file_of, with_drafts
from tests.support.judging import rated


@pytest.fixture
def services(tmp_path):
    opened = with_drafts(tmp_path, QUESTIONS)
    ticks = count()
    opened.now = lambda: f"2100-01-01T00:00:00.{next(ticks):03}+00:00"
    yield opened
    opened.close()


def score(services, question, value):
    row = draft_of(services, question)
    with services.database.transaction():
        services.scores.record(
            draft_page(row.job), row.sha, row.job, parse_judgement(json.dumps(rated(value))), model="m", now=services.now()
        )  # fmt: skip


def approve(services, question):
    return DraftDecisions(services).approve(draft_of(services, question), who=WHO)


def reject(services, question):
    return DraftDecisions(services).reject(draft_of(services, question), reason="wrong", who=WHO)


def test_a_judge_that_never_judged_is_not_mentioned(services):
    approve(services, QUESTIONS[0])
    assert judge_agreement(services) is None
    assert ledger_status(services).judge is None


def test_below_a_hundred_decisions_the_missing_ones_are_counted(services):
    score(services, QUESTIONS[0], 5)
    assert (judge_agreement(services).decisions, judge_agreement(services).missing) == (0, 100)
    approve(services, QUESTIONS[0])
    approve(services, QUESTIONS[1])  # never judged
    found = ledger_status(services).judge
    assert (found.decisions, found.missing, found.agreement) == (1, 99, None)


def test_what_was_decided_before_the_score_or_taken_back_or_decided_as_one_does_not_count(services):
    approve(services, QUESTIONS[0])
    score(services, QUESTIONS[0], 5)
    score(services, QUESTIONS[1], 2)
    reject(services, QUESTIONS[1])
    assert judge_agreement(services).decisions == 1
    ReviewUndo(services).undo(who=WHO)
    assert judge_agreement(services).decisions == 0
    score(services, QUESTIONS[2], 5)
    DraftDecisions(services).approve_clean(who=WHO)
    assert judge_agreement(services).decisions == 0


def test_the_grades_are_rejected_approved_after_an_edit_and_approved_as_judged(services, monkeypatch):
    for question, value in zip(QUESTIONS, (2, 3, 5), strict=True):
        score(services, question, value)
    reject(services, QUESTIONS[0])
    file = file_of(services, draft_of(services, QUESTIONS[1]))
    file.write_bytes(file.read_bytes().replace(b"Digestion needs", b"Also, digestion needs", 1))
    EditImporter(services).sync(draft_of(services, QUESTIONS[1]))
    approve(services, QUESTIONS[1])
    approve(services, QUESTIONS[2])
    monkeypatch.setattr(measured, "DECISIONS_NEEDED", 3)
    found = judge_agreement(services)
    assert (found.decisions, found.agreement.kappa) == (3, 1.0)
    assert {(item.total, item.decision, item.is_edited) for item in services.scores.decided(10)} == {
        (2.0, "rejected", False),
        (3.0, "approved", True),
        (5.0, "approved", False),
    }
