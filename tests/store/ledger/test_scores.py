"""Scores belong to exact bytes: they are recorded once, never change a draft's lock, and end with an edit."""

import json

import pytest

from generator.content.judging.replies import parse_judgement
from generator.store.ledger.pages import draft_page
from generator.workflows.draft_files.importer import EditImporter
from tests.support.drafts import QUESTIONS, draft_of, file_of, with_drafts
from tests.support.judging import rated


@pytest.fixture
def services(tmp_path):
    opened = with_drafts(tmp_path, QUESTIONS[:1])
    yield opened
    opened.close()


def record(services, score=4, sha=None):
    row = draft_of(services)
    judged = parse_judgement(json.dumps(rated(score)))
    with services.database.transaction():
        services.scores.record(
            draft_page(row.job), sha or row.sha, row.job, judged, model="m", now=services.now()
        )
    return judged


def test_a_judgement_is_the_score_of_the_draft_and_no_change_of_it(services):
    before = draft_of(services)
    judged = record(services)
    row = draft_of(services)
    assert (row.score, row.lock, row.updated_at) == (4.0, before.lock, before.updated_at)
    found = services.scores.of(draft_page(row.job), row.sha)
    assert (found.judgement, found.total, found.model) == (judged, 4.0, "m")
    assert services.scores.of_job(row.job) == found
    assert services.scores.of(draft_page(row.job), "other") is None
    assert services.scores.count() == 1


def test_a_judgement_of_other_bytes_is_kept_and_scores_nothing(services):
    record(services, sha="other")
    assert draft_of(services).score == -1
    assert services.scores.count() == 1


def test_an_edit_voids_both_scores(services):
    record(services)
    row = draft_of(services)
    with services.database.transaction():
        services.scores.record_checks(row.id, row.sha, 70.5)
    assert draft_of(services).checks == 70.5
    file = file_of(services, row)
    file.write_bytes(file.read_bytes().replace(b"Enzymes speed up", b"Enzymes greatly speed up", 1))
    edited = EditImporter(services).sync(draft_of(services))
    assert (edited.score, edited.checks) == (-1, -1)
    with services.database.transaction():
        services.scores.record_checks(row.id, row.sha, 70.5)
    assert draft_of(services).checks == -1
