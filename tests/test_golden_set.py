"""The golden set of this repository: complete, readable, and of the kinds that its prompts are told."""

import csv
from collections import Counter

import pytest

from generator.config import load_settings
from generator.content.questions.kinds import KINDS, kind_of
from generator.services import Services
from generator.workflows.engine.progress import NoProgress
from generator.workflows.golden.case_table import COLUMNS
from generator.workflows.golden.golden_set import read_golden_set, sources_of
from tests.support.servers import ROOT

GOLDEN = ROOT / "golden" / "questions.csv"
TRAPS = {
    "unanswerable",
    "ambiguous",
    "false premise",
    "non-latin names",
    "math",
    "code",
    "table",
    "money",
    "injection",
    "injection in a source",
    "harmful",
}


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    settings = load_settings(ROOT / "config.yaml", folder=ROOT)
    services = Services(settings.model_copy(update={"output_dir": tmp_path_factory.mktemp("golden")}))
    return read_golden_set(services, GOLDEN, NoProgress())


def test_there_are_eight_questions_of_each_kind_and_the_rules_tell_the_same_kind(cases):
    assert Counter(case.kind for case in cases) == dict.fromkeys(KINDS, 8)
    wrong = {
        case.question.text: (case.kind, kind)
        for case in cases
        if (kind := kind_of(case.question.text)) != case.kind
    }
    assert wrong == {}


def test_every_listed_subject_and_every_trap_is_there(cases):
    listed = {
        subject.name
        for subject in load_settings(ROOT / "config.yaml", folder=ROOT).subjects
        if subject.listed
    }
    assert {case.question.subject for case in cases} >= listed
    assert {case.trap for case in cases} - {""} == TRAPS


def test_what_should_be_answered_has_facts_and_what_should_not_has_none(cases):
    assert {case.question.text for case in cases if bool(case.facts) == case.declines} == set()
    assert [case.question.text for case in cases if not case.declines and len(case.facts) < 3] == []


def test_the_documents_that_it_names_are_there_and_its_columns_are_known(cases):
    folder = sources_of(GOLDEN)
    assert folder is not None
    assert {name for case in cases for name in case.question.sources} == {
        path.name for path in folder.iterdir()
    }
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        assert tuple(next(csv.reader(file))) == COLUMNS


def test_no_note_tells_the_writer_what_the_trap_is(cases):
    assert [case.question.text for case in cases if case.trap and case.question.notes] == []
