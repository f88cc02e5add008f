"""Reading a reply: the draft in it, its findings, and the article file made from it."""

import datetime
import json
import pickle
from dataclasses import replace
from typing import Any

import pytest

from generator.content.article import RelatedArticle
from generator.content.frontmatter import read
from generator.content.site.subjects import SubjectList
from generator.errors import ReplyFormatError
from generator.store.ledger.runs.jobs import Job
from generator.workflows.drafting.reply_reader import CheckedDraft, ReplyReader
from tests.support.jobs import planned_job
from tests.support.replies import GOOD, QUESTION, spoilt
from tests.support.services import settings

RELATED = {
    "id": 3,
    "title": "What is a catalyst?",
    "subject": "Chemistry",
    "url": "/learn/chemistry/questions/what-is-a-catalyst",
}
PASSAGES = (
    {"id": "s1", "kind": "source", "title": "A textbook", "text": "Enzymes lower the activation energy."},
    {"id": "s2", "kind": "article", "title": "What is a catalyst?", "text": "A catalyst is unchanged."},
)
JOB = planned_job(related=[RELATED])
OPEN = replace(JOB, subject=None)
GROUNDED = planned_job(passages=PASSAGES, request={"grounded": True})


@pytest.fixture
def reader_with(tmp_path):
    def made(**changes: Any) -> ReplyReader:
        values = settings(tmp_path, **changes)
        return ReplyReader(values, SubjectList(values.subjects))

    return made


@pytest.fixture
def reader(reader_with):
    return reader_with()


def read_by(reader: ReplyReader, reply: dict[str, Any], job: Job = JOB) -> CheckedDraft:
    return reader.read(json.dumps(reply), "stop", job)


def codes(checked: CheckedDraft) -> set[str]:
    return {finding.code for finding in checked.findings}


def points_resting_on(*passages: str) -> dict[str, Any]:
    return spoilt(points=[{**point, "passages": list(passages)} for point in GOOD["points"]])


def test_the_file_of_a_reply_reads_back_to_the_article_meant(reader):
    checked = read_by(reader, GOOD)
    assert (checked.findings, checked.errors, checked.problem) == ((), [], None)
    article = read(checked.file).article()
    assert (article.id, article.date) == (7, datetime.date(2026, 1, 31))
    assert (article.question, article.subject) == (QUESTION, "Biology")
    assert article.url == "/learn/biology/questions/how-do-enzymes-speed-up-chemical-reactions"
    assert article.seo.page_description == GOOD["page_description"]
    assert article.seo.page_keywords == ", ".join(GOOD["page_keywords"])
    assert article.related == (RelatedArticle(**RELATED),)
    for text in (GOOD["introduction"], GOOD["points"][4]["body"], GOOD["conclusion"]):
        assert text in article.answer


def test_a_draft_is_polished(reader):
    keywords = ["enzymes", "Enzymes", *GOOD["page_keywords"][1:]]
    checked = read_by(
        reader, spoilt(page_description=f'"{GOOD["page_description"]}"', page_keywords=keywords)
    )
    assert checked.draft == read_by(reader, GOOD).draft
    assert checked.file == read_by(reader, GOOD).file


def test_a_draft_with_findings_has_a_file_too(reader):
    checked = read_by(reader, spoilt(page_description="Short."))
    assert {finding.field for finding in checked.errors} == {"page_description"}
    assert read(checked.file).article().seo.page_description == "Short."


def test_a_draft_that_declines_is_not_checked_and_has_no_file(reader):
    empty = {name: type(value)() for name, value in GOOD.items() if name != "cannot_answer"}
    checked = read_by(reader, {**empty, "cannot_answer": "There is no such enzyme."})
    assert checked == CheckedDraft(checked.draft)
    assert checked.draft.cannot_answer == "There is no such enzyme."


@pytest.mark.parametrize("text", ["", "Sure, here it is.", "[]", json.dumps(GOOD)[:700], '{"points": 7}'])
def test_a_reply_without_a_draft_is_an_error(reader, text):
    with pytest.raises(ReplyFormatError):
        reader.read(text, "stop", JOB)


@pytest.mark.parametrize("chosen", ["biology", "BIOLOGY", " Biology. ", "Biology"])
def test_a_subject_chosen_by_the_model_takes_its_canonical_name(reader, chosen):
    checked = read_by(reader, spoilt(subject=chosen), OPEN)
    assert checked.draft.subject == "Biology"
    assert checked.findings == ()
    assert read(checked.file).article() == read(read_by(reader, GOOD).file).article()


def test_a_chosen_subject_that_the_site_does_not_have_is_an_error(reader):
    checked = read_by(reader, spoilt(subject="Astrology"), OPEN)
    assert checked.draft.subject == "Astrology"
    assert {finding.field for finding in checked.errors} == {"subject"}


def test_a_reply_that_chooses_no_subject_has_no_file(reader):
    checked = read_by(reader, GOOD, OPEN)
    assert (checked.file, checked.problem) == (None, None)
    assert {finding.field for finding in checked.errors} == {"subject"}


def test_the_subject_of_the_list_is_used_whatever_the_model_names(reader):
    checked = read_by(reader, spoilt(subject="physics"))
    assert checked.findings == ()
    assert read(checked.file).article().subject == "Biology"


def test_a_job_that_needs_no_file_has_neither_file_nor_problem(reader):
    checked = read_by(reader, GOOD, replace(JOB, date=None, question="¿?"))
    assert (checked.file, checked.problem) == (None, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"question": "¿?"},
        {"question": "w" * 300},
        {"subject": "物理"},
        {"date": "2026-13-40"},
        {"date": ""},
        {"related": [{"id": 3, "title": "What is a catalyst?"}]},
        {"related": [RELATED] * 6},
    ],
    ids=["no-slug", "long", "no-folder", "broken-date", "no-date", "broken-link", "six-links"],
)
def test_a_job_of_which_no_article_can_be_made_has_a_problem_and_no_file(reader, changes):
    checked = read_by(reader, GOOD, planned_job(**changes))
    assert checked.file is None
    assert checked.problem.startswith("no article file can be made of the reply: ")
    assert checked.draft.introduction == GOOD["introduction"]


def test_a_stored_draft_is_checked_like_a_reply(reader):
    checked = read_by(reader, GOOD)
    assert reader.check(checked.draft, "stop", JOB) == checked


def test_a_reply_cut_off_by_its_length_shows_in_the_findings(reader):
    part = json.dumps({**GOOD, "page_keywords": []})
    codes = [finding.code for finding in reader.read(part, "length", JOB).findings]
    assert "cut-by-length" in codes
    assert "cut-by-length" not in [finding.code for finding in reader.read(part, "stop", JOB).findings]


@pytest.mark.parametrize("rest", ["", "\n" * 500, " }}} {{{ and so on", "\n```"])
def test_a_whole_reply_was_not_cut_off_whatever_the_endpoint_says(reader, rest):
    text = ("```json\n" if "```" in rest else "") + json.dumps(GOOD) + rest
    whole = reader.read(json.dumps(GOOD), "stop", JOB)
    assert reader.read(text, "length", JOB) == whole


def test_a_text_that_ends_in_the_middle_of_a_whole_reply_is_a_finding(reader):
    cut = json.dumps({**GOOD, "conclusion": GOOD["conclusion"][:-30]})
    assert "cut-off" in [finding.code for finding in reader.read(cut, "length", JOB).findings]


@pytest.mark.parametrize(("grounding", "severity"), [("required", "error"), ("preferred", "warning")])
def test_points_need_sources_where_the_job_is_grounded(reader_with, grounding, severity):
    reader = reader_with(context={"grounding": grounding})
    checked = read_by(reader, points_resting_on("s2"), GROUNDED)
    assert {finding.severity for finding in checked.findings if finding.code == "unsupported-point"} == {
        severity
    }
    assert "unsupported-point" not in codes(read_by(reader, points_resting_on("s1"), GROUNDED))
    assert "unknown-passage" in codes(read_by(reader, points_resting_on("s1", "s9"), GROUNDED))


def test_points_need_no_sources_where_the_job_or_the_settings_say_so(reader_with):
    reply = points_resting_on("s9")
    not_grounded = planned_job(passages=PASSAGES)
    assert codes(read_by(reader_with(context={"grounding": "required"}), reply, not_grounded)) == set()
    assert codes(read_by(reader_with(context={"grounding": "off"}), reply, GROUNDED)) == set()


@pytest.mark.parametrize("job", [JOB, OPEN, GROUNDED, replace(JOB, date=None)])
def test_a_checked_draft_can_be_pickled(reader, job):
    checked = read_by(reader, spoilt(page_description="Short.", subject="physics"), job)
    assert pickle.loads(pickle.dumps(checked)) == checked


def test_only_the_offline_model_may_copy_its_passages(reader):
    passages = [{"id": "a1", "kind": "article", "title": "Enzymes", "text": GOOD["points"][0]["body"]}]
    copied = {
        backend: "verbatim" in codes(read_by(reader, GOOD, planned_job(backend=backend, passages=passages)))
        for backend in ("model", "offline")
    }
    assert copied == {"model": True, "offline": False}


@pytest.mark.parametrize("missing", ["article_id", "date"])
def test_a_question_without_id_or_date_needs_no_file(reader, missing):
    checked = read_by(reader, GOOD, planned_job(**{missing: None}))
    assert (checked.findings, checked.file, checked.problem) == ((), None, None)
