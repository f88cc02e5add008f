"""Edits: checked, recorded, never over what somebody else did; a changed question moves the article."""

import json

import pytest

from generator.content.frontmatter import read
from generator.store.ledger.drafts import NewDraft, StaleDraft
from generator.workflows.review.decisions import NotApprovable
from generator.workflows.review.editor import EditRefused
from tests.support.desks import QUESTIONS, WHO, article, desk_with, file_of, only, publish_by_hand
from tests.support.replies import GOOD, completion, spoilt

LONG = GOOD["page_description"] * 2
FEWER = ", ".join(GOOD["page_keywords"][:8])


@pytest.fixture
def desk(tmp_path):
    made = desk_with(tmp_path)
    yield made
    made.shop.close()


def test_an_edit_is_a_new_checked_version_in_the_file(desk):
    before = only(desk)
    row = desk.editing.save_fields(before, {"description": LONG}, who=WHO)
    assert (row.state, row.version, row.edited) == ("needs_fix", 2, True)
    assert row.path.startswith("needs-fix/")
    assert not file_of(desk, before).exists()
    assert read(file_of(desk, row).read_bytes()).get("seo.page_description") == LONG
    assert (
        desk.editing.save_fields(row, {"description": GOOD["page_description"]}, who=WHO).state == "drafted"
    )


def test_an_answer_is_edited_as_markdown_and_made_safe_for_the_site(desk):
    markdown = desk.inspecting.view(only(desk)).answer.replace("pH 2", r"a pH of \(2 \neq 8\)")
    row = desk.editing.save_fields(only(desk), {"answer": markdown}, who=WHO)
    assert r"a pH of $2 ≠ 8$" in desk.inspecting.view(row).answer


def test_what_no_file_can_carry_is_refused_and_nothing_changes(desk):
    with pytest.raises(EditRefused, match="answer"):
        desk.editing.save_fields(only(desk), {"answer": 'Use `"\\n"` here.'}, who=WHO)
    with pytest.raises(EditRefused, match="date"):
        desk.editing.save_fields(only(desk), {"date": "tomorrow"}, who=WHO)
    with pytest.raises(EditRefused, match="no field"):
        desk.editing.save_fields(only(desk), {"id": "3"}, who=WHO)
    assert only(desk).version == 1


def test_a_preview_checks_without_saving(desk):
    judged = desk.editing.preview(only(desk), {"description": LONG})
    assert "description-too-long" in {finding.code for finding in judged.findings}
    assert only(desk).version == 1


def test_an_edit_ends_an_approval(desk):
    row = desk.deciding.approve(only(desk), who=WHO)
    assert desk.editing.save_fields(row, {"no_index": True}, who=WHO).state == "drafted"


def test_a_changed_question_moves_key_file_and_url(desk):
    before = only(desk)
    row = desk.editing.save_fields(before, {"question": "How do enzymes work?"}, who=WHO)
    document = read(file_of(desk, row).read_bytes())
    assert (row.key, row.path) == ("biology/how-do-enzymes-work", "drafts/biology/how-do-enzymes-work.md")
    assert document.get("url") == "/learn/biology/questions/how-do-enzymes-work"
    assert document.get("article_title") == "How do enzymes work?"
    assert not file_of(desk, before).exists()
    assert row.state == "drafted"


def test_a_changed_subject_moves_the_article_and_takes_its_canonical_name(desk):
    row = desk.editing.save_fields(only(desk), {"subject": "physics"}, who=WHO)
    assert (row.subject, row.key.split("/")[0]) == ("Physics", "physics")
    assert desk.inspecting.view(row).get("seo.title") == "QuickTakes | Physics"
    with pytest.raises(EditRefused, match="none of the subjects"):
        desk.editing.save_fields(row, {"subject": "Alchemy"}, who=WHO)


def test_a_published_draft_is_not_told_to_be_like_itself(desk, tmp_path):
    publish_by_hand(tmp_path, article(QUESTIONS[0]))
    desk.shop.index.refresh()
    question = "How do enzymes speed up most chemical reactions?"
    judged = desk.editing.preview(only(desk), {"question": question})
    assert desk.shop.index.near_duplicates(question)
    assert "similar-question" not in {finding.code for finding in judged.findings}


def test_the_address_of_another_draft_or_article_cannot_be_taken(desk, tmp_path):
    with pytest.raises(EditRefused, match="the draft of"):
        desk.editing.save_fields(only(desk), {"question": QUESTIONS[1].upper()}, who=WHO)
    publish_by_hand(tmp_path, article("What is a cell?"))
    desk.shop.index.refresh()
    with pytest.raises(EditRefused, match="published article"):
        desk.editing.save_fields(only(desk), {"question": "What is a cell?"}, who=WHO)
    assert only(desk).key == "biology/how-do-enzymes-speed-up-chemical-reactions"


def test_a_question_like_a_published_one_is_told(desk, tmp_path):
    publish_by_hand(tmp_path, article("What is the function of the cell nucleus?"))
    desk.shop.index.refresh()
    judged = desk.editing.preview(only(desk), {"question": "What is the role of the cell nucleus?"})
    assert "similar-question" in {finding.code for finding in judged.findings}


def test_a_file_edited_on_disk_is_taken_up_and_ends_an_approval(desk):
    row = desk.deciding.approve(only(desk), who=WHO)
    file = file_of(desk, row)
    edited = file.read_bytes().replace(b"Lysozyme", b"Pepsin")
    file.write_bytes(edited)
    after = desk.editing.current(row)
    assert (after.state, after.edited, desk.shop.drafts.data(after)) == ("drafted", True, edited)
    assert file.read_bytes() == edited


def test_a_file_broken_on_disk_needs_a_fix_and_is_kept_as_it_is(desk):
    row = only(desk)
    file_of(desk, row).write_bytes(b"---\ntitle: a: b\n---\n")
    after = desk.editing.current(row)
    assert (after.state, after.reason) == ("needs_fix", "draft-unreadable")
    assert file_of(desk, after).read_bytes() == b"---\ntitle: a: b\n---\n"


def test_a_question_changed_on_disk_alone_is_said_by_the_checks(desk):
    row = only(desk)
    text = (
        file_of(desk, row)
        .read_text()
        .replace("question: >-\n    How do enzymes", "question: >-\n    Why do enzymes")
    )
    file_of(desk, row).write_text(text)
    after = desk.editing.current(row)
    assert (after.state, after.key) == ("needs_fix", row.key)
    assert "path-differs" in after.reason


def test_a_file_given_anothers_address_on_disk_stays_at_its_own_and_needs_a_fix(desk):
    row = only(desk)
    file_of(desk, row).write_bytes(desk.editing.preview(row, {"question": QUESTIONS[1]}).data)
    after = desk.editing.current(row)
    assert (after.state, after.reason, after.key) == ("needs_fix", "address-taken", row.key)


def test_a_missing_file_is_written_again(desk):
    row = desk.editing.save_fields(only(desk), {"keywords": FEWER}, who=WHO)
    new = file_of(desk, row).read_bytes()
    file_of(desk, row).unlink()
    assert desk.editing.take_up_all().restored == 1
    assert file_of(desk, row).read_bytes() == new


def test_an_older_file_that_a_crash_left_standing_is_written_again(desk, monkeypatch):
    first = only(desk)
    old = file_of(desk, first).read_bytes()
    desk.editing.take_up_all()
    with monkeypatch.context() as killed:
        killed.setattr("generator.workflows.review.editor.place", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            desk.editing.save_fields(first, {"keywords": FEWER}, who=WHO)
    row = only(desk)
    assert (row.version, file_of(desk, row).read_bytes()) == (2, old)
    assert desk.editing.current(row).version == 2
    assert file_of(desk, row).read_bytes() == desk.shop.drafts.data(row) != old


@pytest.mark.parametrize("edit", [b"answer: >", b"Lysozyme"])
def test_a_file_put_back_as_it_was_is_an_edit_like_any_other(desk, edit):
    row = only(desk)
    original = file_of(desk, row).read_bytes()
    file_of(desk, row).write_bytes(original.replace(edit, b'answer: "'))
    broken = desk.editing.current(row)
    file_of(desk, broken).write_bytes(original)
    after = desk.editing.current(broken)
    assert (after.version, after.state, file_of(desk, after).read_bytes()) == (3, "drafted", original)
    saved = desk.editing.save_fields(after, {"keywords": FEWER}, who=WHO)
    file_of(desk, saved).write_bytes(original)
    assert desk.editing.take_up_all().edited[0].version == 5
    assert file_of(desk, saved).read_bytes() == original


def test_a_save_over_an_edit_on_disk_is_refused(desk):
    row = only(desk)
    edited = file_of(desk, row).read_bytes().replace(b"Lysozyme", b"Pepsin")
    file_of(desk, row).write_bytes(edited)
    with pytest.raises(StaleDraft, match="changed meanwhile"):
        desk.editing.save_fields(row, {"keywords": "a"}, who=WHO)
    assert file_of(desk, row).read_bytes() == edited


def test_a_save_on_a_stale_reading_is_refused(desk):
    row = only(desk)
    desk.editing.save_fields(row, {"description": LONG}, who="Bob")
    with pytest.raises(StaleDraft):
        desk.editing.save_fields(row, {"keywords": "a"}, who=WHO)


def test_an_unknown_file_is_not_overwritten_by_a_move(desk):
    other = desk.shop.settings.output_dir / "drafts" / "biology" / "how-do-enzymes-work.md"
    other.write_text("mine")
    with pytest.raises(EditRefused, match="not a file of this draft"):
        desk.editing.save_fields(only(desk), {"question": "How do enzymes work?"}, who=WHO)
    assert other.read_text() == "mine"


def test_all_edited_files_are_found_and_untouched_ones_read_once(desk, monkeypatch):
    assert desk.editing.take_up_all().edited == []
    row = only(desk)
    file_of(desk, row).write_bytes(file_of(desk, row).read_bytes().replace(b"Lysozyme", b"Pepsin"))
    read_files = []
    monkeypatch.setattr(
        "generator.store.ledger.draft_files_seen.read_file", lambda path: read_files.append(path) or b""
    )
    assert [item.id for item in desk.editing.take_up_all().edited] == [row.id]
    assert {file.name for file in read_files} == {file_of(desk, row).name}


def test_a_question_list_finds_the_address_of_an_edited_question_held(desk):
    desk.editing.save_fields(only(desk), {"question": "How do enzymes work?"}, who=WHO)
    (holder,) = desk.shop.ledger.jobs.of_article("biology/how-do-enzymes-work")
    assert holder.question == QUESTIONS[0]


def test_a_late_reply_does_not_replace_what_a_person_edited(desk):
    row = desk.editing.save_fields(only(desk), {"no_index": True}, who=WHO)
    late = NewDraft(
        job=row.job,
        key=row.key,
        question=row.question,
        subject=row.subject,
        state="drafted",
        data=b"late",
        path=row.path,
        origin="model",
        findings=(),
        offline=False,
    )
    with pytest.raises(StaleDraft, match="left alone"):
        desk.shop.drafts.record(late, now="2026-02-01")
    assert only(desk) == row


KEYWORDS = ", ".join(GOOD["page_keywords"]).replace("catalase", "catalases")


def with_first_body(text):
    first, *others = GOOD["points"]
    return spoilt(points=[{**first, "body": first["body"] + text}, *others])


def findings_of(desk, row):
    return [
        (item.code, item.severity, item.message) for item in desk.shop.drafts.versions(row.id)[-1].findings
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
def test_a_letter_changed_elsewhere_removes_no_finding(tmp_path, code, reply):
    desk = desk_with(tmp_path, QUESTIONS[:1], *[completion(reply)] * 3)
    before = only(desk)
    expected = findings_of(desk, before)
    row = desk.editing.save_fields(
        before, {"description": GOOD["page_description"].replace("lowering", "lowring")}, who=WHO
    )
    assert code in {item[0] for item in expected}
    assert findings_of(desk, row) == expected
    assert (row.state, row.errors, row.warnings) == (before.state, before.errors, before.warnings)
    with pytest.raises(NotApprovable):
        desk.deciding.approve(row, who=WHO)
    desk.shop.close()


def test_a_letter_changed_on_disk_removes_no_finding(tmp_path):
    reply = spoilt(introduction=GOOD["introduction"].rstrip("."))
    desk = desk_with(tmp_path, QUESTIONS[:1], *[completion(reply)] * 3)
    row = only(desk)
    file_of(desk, row).write_bytes(file_of(desk, row).read_bytes().replace(b"catalase", b"catalases"))
    after = desk.editing.current(row)
    assert (after.version, after.state, findings_of(desk, after)) == (2, "needs_fix", findings_of(desk, row))
    desk.shop.close()


def test_a_mended_field_loses_its_finding_and_no_other(tmp_path):
    reply = {
        **with_first_body("\n\n## A heading\n\nMore of it."),
        "conclusion": GOOD["conclusion"].rstrip("."),
    }
    desk = desk_with(tmp_path, QUESTIONS[:1], *[completion(reply)] * 3)
    answer = desk.inspecting.view(only(desk)).answer
    row = desk.editing.save_fields(only(desk), {"answer": answer.rstrip() + "."}, who=WHO)
    assert [item[0] for item in findings_of(desk, row)] == ["heading-inside"]
    answer = desk.inspecting.view(row).answer.replace("## A heading", "A heading")
    assert desk.editing.save_fields(row, {"answer": answer}, who=WHO).state == "drafted"
    desk.shop.close()


def test_a_reply_cut_off_by_its_limit_stays_an_error_until_the_answer_is_changed(tmp_path):
    text = json.dumps({**GOOD, "page_keywords": GOOD["page_keywords"]})
    cut = completion(text[: text.index('"page_keywords"')], finish_reason="length")
    desk = desk_with(tmp_path, QUESTIONS[:1], *[cut] * 5)
    assert "cut-by-length" in {item[0] for item in findings_of(desk, only(desk))}
    row = desk.editing.save_fields(only(desk), {"keywords": KEYWORDS}, who=WHO)
    assert [item[0] for item in findings_of(desk, row)] == ["cut-by-length"]
    answer = desk.inspecting.view(row).answer
    row = desk.editing.save_fields(row, {"answer": answer.replace("pH 2", "pH 1.5")}, who=WHO)
    assert (row.state, row.errors) == ("drafted", 0)
    desk.shop.close()


def test_a_text_broken_in_between_brings_no_finding_to_an_end(tmp_path):
    desk = desk_with(tmp_path, QUESTIONS[:1], *[completion(with_first_body(' Write `"a\\n"`.'))] * 3)
    row = only(desk)
    whole = file_of(desk, row).read_bytes().replace(b"catalase", b"catalases")
    file_of(desk, row).write_bytes(b"---\ntitle: a: b\n---\n")
    row = desk.editing.current(row)
    file_of(desk, row).write_bytes(whole)
    row = desk.editing.current(row)
    assert (row.state, row.reason) == ("needs_fix", "line-break-pair")
    desk.shop.close()


def test_an_edited_draft_is_held_to_the_passages_that_it_was_given(tmp_path):
    publish_by_hand(tmp_path, article("Which factors change how fast enzymes act in chemical reactions?"))
    desk = desk_with(tmp_path, QUESTIONS[:1])
    before = only(desk)
    expected = findings_of(desk, before)
    assert {item[0] for item in expected} == {"verbatim"}
    row = desk.editing.save_fields(before, {"keywords": KEYWORDS}, who=WHO)
    assert findings_of(desk, row) == expected
    assert row.warnings == before.warnings == len(desk.inspecting.view(row).findings)
    desk.shop.close()


def test_a_question_like_a_published_one_is_told_until_it_is_changed_again(desk, tmp_path):
    publish_by_hand(tmp_path, article("What is the function of the cell nucleus?"))
    desk.shop.index.refresh()
    row = desk.editing.save_fields(only(desk), {"question": "What is the role of the cell nucleus?"}, who=WHO)
    row = desk.editing.save_fields(row, {"keywords": KEYWORDS}, who=WHO)
    assert [item[0] for item in findings_of(desk, row)] == ["similar-question"]
    row = desk.editing.save_fields(row, {"question": "How do enzymes work?"}, who=WHO)
    assert findings_of(desk, row) == []
