"""A draft that a reviewer corrected or rejected becomes a case; every other byte of the table stays as it is."""

import csv
import io

import pytest

from generator.errors import UsageError
from generator.workflows.engine.progress import NoProgress
from generator.workflows.golden.add import AddRequest, add_case
from generator.workflows.golden.golden_set import read_golden_set
from generator.workflows.review.decisions.decide import reject_drafts
from tests.support.drafts import QUESTIONS, WHO, draft_of, with_drafts

KEY = "biology/how-do-enzymes-speed-up-chemical-reactions"
HEADER = "subject,question,kind,trap,expect,facts,notes,sources,reason\n"


@pytest.fixture
def services(tmp_path):
    opened = with_drafts(tmp_path, QUESTIONS[:1])
    yield opened
    opened.close()


def edit(services, old, new):
    file = services.settings.output_dir / draft_of(services).path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def add(services, file, **options):
    return add_case(services, AddRequest(KEY, file, **options))


def cases(services, file):
    return read_golden_set(services, file, NoProgress())


def test_an_edit_shows_what_must_and_what_must_not_be_said(services, tmp_path):
    edit(services, "75 to 23 kilojoules", "86 to 18 kilojoules")
    outcome = add(services, tmp_path / "golden" / "questions.csv")
    assert outcome.row == (2, True, ())
    (case,) = cases(services, tmp_path / "golden" / "questions.csv")
    assert (case.question.text, case.question.subject, case.kind) == (QUESTIONS[0], "Biology", "mechanism")
    assert case.declines is False and case.question.notes is None
    wanted = {fact.forms[0] for fact in case.facts if not fact.is_forbidden}
    unwanted = {fact.forms[0] for fact in case.facts if fact.is_forbidden}
    assert any("86" in form or "18" in form for form in wanted)
    assert any("75" in form or "23" in form for form in unwanted)


def test_a_rejection_becomes_a_case_with_its_reason(services, tmp_path):
    reject_drafts(services, [KEY], reviewer=WHO, reason="too shallow;\nno example")
    file = tmp_path / "g.csv"
    add(services, file)
    (case,) = cases(services, file)
    assert case.reason == "rejected: too shallow; no example"
    assert case.facts == ()
    assert file.read_text(encoding="utf-8").startswith(HEADER)


def test_facts_reason_and_expectation_can_be_given(services, tmp_path):
    reject_drafts(services, [KEY], reviewer=WHO, reason="no")
    file = tmp_path / "g.csv"
    add(services, file, facts="catalase; !hexokinase", reason="too long")
    (case,) = cases(services, file)
    assert [fact.text for fact in case.facts] == ["catalase", "!hexokinase"] and case.reason == "too long"
    add(services, tmp_path / "h.csv", expect="decline")
    (case,) = cases(services, tmp_path / "h.csv")
    assert case.declines is True and case.facts == ()


def test_what_nobody_corrected_is_no_case(services, tmp_path):
    with pytest.raises(UsageError, match="is drafted and nobody has corrected it"):
        add(services, tmp_path / "g.csv")
    assert not (tmp_path / "g.csv").exists()


@pytest.mark.parametrize(
    ("before", "added"),
    [
        ("question,subject\nWhy?,Biology\n", f"{QUESTIONS[0]},Biology\n"),
        ("question,subject\nWhy?,Biology", f"\n{QUESTIONS[0]},Biology\n"),
        ("\ufeffsubject;question;reason\r\nBiology;Why?;\r\n", f"Biology;{QUESTIONS[0]};rejected: no\r\n"),
        ('question\n"Why\nnot?"\n', f"{QUESTIONS[0]}\n"),
    ],
)
def test_a_row_is_added_in_the_form_of_the_table(services, tmp_path, before, added):
    reject_drafts(services, [KEY], reviewer=WHO, reason="no")
    file = tmp_path / "g.csv"
    file.write_bytes(before.encode())
    outcome = add(services, file)
    assert file.read_bytes().decode() == before + added
    assert ("reason" in outcome.row.dropped) == ("reason" not in before)
    text = file.read_bytes().decode().removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in before else ","))
    assert len(rows) == 3


def test_a_question_that_the_table_has_is_left_alone(services, tmp_path):
    reject_drafts(services, [KEY], reviewer=WHO, reason="no")
    file = tmp_path / "g.csv"
    add(services, file)
    before = file.read_bytes()
    assert add(services, file, facts="other").row == (2, False, ())
    assert file.read_bytes() == before


@pytest.mark.parametrize("data", [b"Why is grass green?\n", b"\xff\xfe\n", b"[1]"])
def test_a_file_that_is_no_table_is_refused_and_left_alone(services, tmp_path, data):
    reject_drafts(services, [KEY], reviewer=WHO, reason="no")
    file = tmp_path / "g.csv"
    file.write_bytes(data)
    with pytest.raises(UsageError):
        add(services, file)
    assert file.read_bytes() == data


def test_rows_that_cannot_be_used_are_named(services, tmp_path):
    file = tmp_path / "g.csv"
    file.write_text("question,expect,facts\nWhy is grass green?,maybe,\nWhy is blood red?,answer,a;|\n")
    with pytest.raises(UsageError, match=r"g\.csv:2: expect is 'maybe'.*g\.csv:3: the fact"):
        cases(services, file)
    file.write_text("question,expect\n")
    with pytest.raises(UsageError, match="no question"):
        cases(services, file)
