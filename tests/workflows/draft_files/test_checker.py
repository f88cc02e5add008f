"""Findings of an edited draft: what the edit did not change keeps its findings."""

import json

import pytest

from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.review.decisions.decisions import DraftDecisions, NotApprovable
from generator.workflows.review.editing.editor import DraftEditor
from generator.workflows.review.views.draft_view import DraftViews
from tests.support.drafts import QUESTIONS, QUOTED, WHO, draft_of, file_of, with_drafts
from tests.support.published_articles import article, publish_by_hand
from tests.support.replies import GOOD, completion, spoilt

KEYWORDS = ", ".join(GOOD["page_keywords"]).replace("catalase", "catalases")


def with_first_body(text):
    first, *others = GOOD["points"]
    return spoilt(points=[{**first, "body": first["body"] + text}, *others])


def findings_of(services, row):
    return [
        (item.code, item.severity, item.message) for item in services.drafts.versions.of(row.id)[-1].findings
    ]


@pytest.mark.parametrize(
    ("code", "reply"),
    [
        ("cut-off", spoilt(introduction=GOOD["introduction"].rstrip("."))),
        ("heading-inside", with_first_body("\n\n## A heading\n\nMore of it.")),
        ("heading-inside", with_first_body("\n\nA heading\n=====\n\nMore of it.")),
        ("heading-format", spoilt(points=[{**GOOD["points"][0], "heading": "Cost in $"}, *GOOD["points"][1:]])),
        ("line-break-pair", with_first_body(' Write `printf("a\\n")` for it.')),
        ("html", with_first_body(" It reads `x` <T>.")),
        ("keyword-format", spoilt(page_keywords=[*GOOD["page_keywords"][:8], "a keyword of far too many words here"])),
    ],
)  # fmt: skip
def test_a_change_in_another_field_removes_no_finding(tmp_path, code, reply):
    services = with_drafts(tmp_path, QUESTIONS[:1], *[completion(reply)] * 3)
    before = draft_of(services)
    expected = findings_of(services, before)
    row = DraftEditor(services).save_fields(
        before, {"description": GOOD["page_description"].replace("lowering", "lowring")}, who=WHO
    )
    assert code in {item[0] for item in expected}
    assert findings_of(services, row) == expected
    assert (row.state, row.errors, row.warnings) == (before.state, before.errors, before.warnings)
    with pytest.raises(NotApprovable):
        DraftDecisions(services).approve(row, who=WHO)
    services.close()


def test_a_change_on_disk_in_another_field_removes_no_finding(tmp_path):
    reply = spoilt(introduction=GOOD["introduction"].rstrip("."))
    services = with_drafts(tmp_path, QUESTIONS[:1], *[completion(reply)] * 3)
    row = draft_of(services)
    file_of(services, row).write_bytes(file_of(services, row).read_bytes().replace(b"catalase", b"catalases"))
    after = EditImporter(services).sync(row)
    assert (after.version, after.state, findings_of(services, after)) == (
        2,
        "needs_fix",
        findings_of(services, row),
    )
    services.close()


def test_a_corrected_field_loses_its_finding_and_no_other(tmp_path):
    reply = {
        **with_first_body("\n\n## A heading\n\nMore of it."),
        "conclusion": GOOD["conclusion"].rstrip("."),
    }
    services = with_drafts(tmp_path, QUESTIONS[:1], *[completion(reply)] * 3)
    answer = DraftViews(services).view(draft_of(services)).answer
    row = DraftEditor(services).save_fields(draft_of(services), {"answer": answer.rstrip() + "."}, who=WHO)
    assert [item[0] for item in findings_of(services, row)] == ["heading-inside"]
    answer = DraftViews(services).view(row).answer.replace("## A heading", "A heading")
    assert DraftEditor(services).save_fields(row, {"answer": answer}, who=WHO).state == "drafted"
    services.close()


def test_a_reply_cut_off_by_its_limit_stays_an_error_until_the_answer_is_changed(tmp_path):
    text = json.dumps({**GOOD, "page_keywords": GOOD["page_keywords"]})
    cut = completion(text[: text.index('"page_keywords"')], finish_reason="length")
    services = with_drafts(tmp_path, QUESTIONS[:1], *[cut] * 5)
    assert "cut-by-length" in {item[0] for item in findings_of(services, draft_of(services))}
    row = DraftEditor(services).save_fields(draft_of(services), {"keywords": KEYWORDS}, who=WHO)
    assert [item[0] for item in findings_of(services, row)] == ["cut-by-length"]
    answer = DraftViews(services).view(row).answer
    row = DraftEditor(services).save_fields(row, {"answer": answer.replace("pH 2", "pH 1.5")}, who=WHO)
    assert (row.state, row.errors) == ("drafted", 0)
    services.close()


def test_a_broken_text_in_between_removes_no_finding(tmp_path):
    services = with_drafts(tmp_path, QUESTIONS[:1], *[completion(with_first_body(' Write `"a\\n"`.'))] * 3)
    row = draft_of(services)
    whole = file_of(services, row).read_bytes().replace(b"catalase", b"catalases")
    file_of(services, row).write_bytes(b"---\ntitle: a: b\n---\n")
    row = EditImporter(services).sync(row)
    file_of(services, row).write_bytes(whole)
    row = EditImporter(services).sync(row)
    assert (row.state, row.reason) == ("needs_fix", "line-break-pair")
    services.close()


def test_an_edited_draft_is_checked_against_the_passages_of_its_prompt(tmp_path):
    publish_by_hand(tmp_path, article("Which factors change how fast enzymes act in chemical reactions?"))
    services = with_drafts(tmp_path, QUESTIONS[:1], context=QUOTED)
    before = draft_of(services)
    expected = findings_of(services, before)
    assert {item[0] for item in expected} == {"verbatim", "description-echo"}
    row = DraftEditor(services).save_fields(before, {"keywords": KEYWORDS}, who=WHO)
    assert findings_of(services, row) == expected
    assert row.warnings == before.warnings == len(DraftViews(services).view(row).findings)
    services.close()


def test_a_question_like_a_published_one_is_reported_until_it_is_changed_again(services, tmp_path):
    publish_by_hand(tmp_path, article("What is the function of the cell nucleus?"))
    services.index.refresh()
    row = DraftEditor(services).save_fields(
        draft_of(services), {"question": "What is the role of the cell nucleus?"}, who=WHO
    )
    row = DraftEditor(services).save_fields(row, {"keywords": KEYWORDS}, who=WHO)
    assert [item[0] for item in findings_of(services, row)] == ["off-topic", "similar-question"]
    row = DraftEditor(services).save_fields(row, {"question": "How do enzymes work?"}, who=WHO)
    assert findings_of(services, row) == []
