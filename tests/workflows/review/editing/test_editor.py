"""Edits of drafts: checked, recorded, never over another edit; a new question moves the article."""

import pytest

from generator.content.frontmatter import read
from generator.store.ledger.drafts.rows import NewDraft, StaleDraft
from generator.workflows.review.decisions.decisions import DraftDecisions
from generator.workflows.review.editing.editor import DraftEditor, EditRefused
from generator.workflows.review.views.draft_view import DraftViews
from tests.support.drafts import QUESTIONS, WHO, draft_of, file_of
from tests.support.published_articles import article, publish_by_hand
from tests.support.replies import GOOD

LONG = GOOD["page_description"] * 2


def test_an_edit_is_a_new_checked_version_in_the_file(services):
    before = draft_of(services)
    row = DraftEditor(services).save_fields(before, {"description": LONG}, who=WHO)
    assert (row.state, row.version, row.edited) == ("needs_fix", 2, True)
    assert row.path.startswith("needs-fix/")
    assert not file_of(services, before).exists()
    assert read(file_of(services, row).read_bytes()).get("seo.page_description") == LONG
    assert (
        DraftEditor(services).save_fields(row, {"description": GOOD["page_description"]}, who=WHO).state
        == "drafted"
    )


def test_an_answer_is_edited_as_markdown_and_made_safe_for_the_site(services):
    markdown = DraftViews(services).view(draft_of(services)).answer.replace("pH 2", r"a pH of \(2 \neq 8\)")
    row = DraftEditor(services).save_fields(draft_of(services), {"answer": markdown}, who=WHO)
    assert r"a pH of $2 ≠ 8$" in DraftViews(services).view(row).answer


def test_typed_description_and_keywords_are_cleaned_as_those_of_a_proposal(services):
    typed = {
        "description": "“Enzymes speed\nreactions up.”",
        "keywords": '"gdp", GDP, growth.;\n15,000 crore',
    }
    row = DraftEditor(services).save_fields(draft_of(services), typed, who=WHO)
    view = DraftViews(services).view(row)
    assert view.get("seo.page_description") == "Enzymes speed reactions up."
    assert view.get("seo.page_keywords") == "gdp, growth, 15000 crore"
    assert view.keywords == ("gdp", "growth", "15000 crore")


def test_a_value_that_no_file_can_have_is_refused_and_nothing_changes(services):
    with pytest.raises(EditRefused, match="answer"):
        DraftEditor(services).save_fields(draft_of(services), {"answer": 'Use `"\\n"` here.'}, who=WHO)
    with pytest.raises(EditRefused, match="date"):
        DraftEditor(services).save_fields(draft_of(services), {"date": "tomorrow"}, who=WHO)
    with pytest.raises(EditRefused, match="no field"):
        DraftEditor(services).save_fields(draft_of(services), {"id": "3"}, who=WHO)
    assert draft_of(services).version == 1


def test_a_preview_checks_without_saving(services):
    judged = DraftEditor(services).preview(draft_of(services), {"description": LONG})
    assert "description-too-long" in {finding.code for finding in judged.findings}
    assert draft_of(services).version == 1


def test_an_edit_ends_an_approval(services):
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    assert DraftEditor(services).save_fields(row, {"no_index": True}, who=WHO).state == "drafted"


def test_a_changed_question_changes_key_file_and_url(services):
    before = draft_of(services)
    row = DraftEditor(services).save_fields(before, {"question": "How do enzymes work?"}, who=WHO)
    document = read(file_of(services, row).read_bytes())
    assert (row.key, row.path) == ("biology/how-do-enzymes-work", "drafts/biology/how-do-enzymes-work.md")
    assert document.get("url") == "/learn/biology/questions/how-do-enzymes-work"
    assert document.get("article_title") == "How do enzymes work?"
    assert not file_of(services, before).exists()
    assert row.state == "drafted"


def test_a_changed_subject_moves_the_article_and_takes_its_canonical_name(services):
    row = DraftEditor(services).save_fields(draft_of(services), {"subject": "physics"}, who=WHO)
    assert (row.subject, row.key.split("/")[0]) == ("Physics", "physics")
    assert DraftViews(services).view(row).get("seo.title") == "QuickTakes | Physics"
    with pytest.raises(EditRefused, match="not one of the subjects"):
        DraftEditor(services).save_fields(row, {"subject": "Alchemy"}, who=WHO)


def test_a_published_draft_is_not_reported_as_a_duplicate_of_itself(services, tmp_path):
    publish_by_hand(tmp_path, article(QUESTIONS[0]))
    services.index.refresh()
    question = "How do enzymes speed up most chemical reactions?"
    judged = DraftEditor(services).preview(draft_of(services), {"question": question})
    assert services.index.near_duplicates(question)
    assert "similar-question" not in {finding.code for finding in judged.findings}


def test_the_address_of_another_draft_or_article_cannot_be_taken(services, tmp_path):
    with pytest.raises(EditRefused, match="another draft has this address"):
        DraftEditor(services).save_fields(draft_of(services), {"question": QUESTIONS[1].upper()}, who=WHO)
    publish_by_hand(tmp_path, article("What is a cell?"))
    services.index.refresh()
    with pytest.raises(EditRefused, match="published article"):
        DraftEditor(services).save_fields(draft_of(services), {"question": "What is a cell?"}, who=WHO)
    assert draft_of(services).key == "biology/how-do-enzymes-speed-up-chemical-reactions"


def test_a_question_like_a_published_one_is_reported(services, tmp_path):
    publish_by_hand(tmp_path, article("What is the function of the cell nucleus?"))
    services.index.refresh()
    judged = DraftEditor(services).preview(
        draft_of(services), {"question": "What is the role of the cell nucleus?"}
    )
    assert "similar-question" in {finding.code for finding in judged.findings}


def test_a_save_over_an_edit_on_disk_is_refused(services):
    row = draft_of(services)
    edited = file_of(services, row).read_bytes().replace(b"Lysozyme", b"Pepsin")
    file_of(services, row).write_bytes(edited)
    with pytest.raises(StaleDraft, match="changed meanwhile"):
        DraftEditor(services).save_fields(row, {"keywords": "a"}, who=WHO)
    assert file_of(services, row).read_bytes() == edited


def test_a_save_of_a_draft_that_changed_since_is_refused(services):
    row = draft_of(services)
    DraftEditor(services).save_fields(row, {"description": LONG}, who="Bob")
    with pytest.raises(StaleDraft):
        DraftEditor(services).save_fields(row, {"keywords": "a"}, who=WHO)


def test_an_unknown_file_is_not_overwritten_by_a_move(services):
    other = services.settings.output_dir / "drafts" / "biology" / "how-do-enzymes-work.md"
    other.write_text("mine")
    with pytest.raises(EditRefused, match="not a file of this draft"):
        DraftEditor(services).save_fields(draft_of(services), {"question": "How do enzymes work?"}, who=WHO)
    assert other.read_text() == "mine"


def test_a_question_list_finds_the_address_of_an_edited_question_held(services):
    DraftEditor(services).save_fields(draft_of(services), {"question": "How do enzymes work?"}, who=WHO)
    (holder,) = services.ledger.jobs.of_article("biology/how-do-enzymes-work")
    assert holder.question == QUESTIONS[0]


def test_a_late_reply_does_not_replace_what_a_person_edited(services):
    row = DraftEditor(services).save_fields(draft_of(services), {"no_index": True}, who=WHO)
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
        services.drafts.record(late, now="2026-02-01")
    assert draft_of(services) == row
