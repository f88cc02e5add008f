"""Files edited on disk: imported as versions, checked, never overwritten; missing ones are written again."""

import pytest

from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.review.decisions.decisions import DraftDecisions
from generator.workflows.review.editing.editor import DraftEditor
from tests.support.drafts import QUESTIONS, WHO, draft_of, draft_questions, file_of
from tests.support.replies import GOOD

FEWER = ", ".join(GOOD["page_keywords"][:8])


def save_and_crash(services, row, monkeypatch):
    """Save an edit; the process ends before the file is written."""
    with monkeypatch.context() as killed:
        killed.setattr("generator.workflows.draft_files.files.write_file", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            DraftEditor(services).save_fields(row, {"keywords": FEWER}, who=WHO)


def test_a_file_edited_on_disk_is_imported_and_ends_an_approval(services):
    row = DraftDecisions(services).approve(draft_of(services), who=WHO)
    file = file_of(services, row)
    edited = file.read_bytes().replace(b"Lysozyme", b"Pepsin")
    file.write_bytes(edited)
    after = EditImporter(services).sync(row)
    assert (after.state, after.edited, services.drafts.data(after)) == ("drafted", True, edited)
    assert file.read_bytes() == edited


def test_a_file_broken_on_disk_needs_a_fix_and_is_not_changed(services):
    row = draft_of(services)
    file_of(services, row).write_bytes(b"---\ntitle: a: b\n---\n")
    after = EditImporter(services).sync(row)
    assert (after.state, after.reason) == ("needs_fix", "draft-unreadable")
    assert file_of(services, after).read_bytes() == b"---\ntitle: a: b\n---\n"


def test_a_question_changed_on_disk_without_its_address_is_a_finding(services):
    row = draft_of(services)
    text = (
        file_of(services, row)
        .read_text()
        .replace("question: >-\n    How do enzymes", "question: >-\n    Why do enzymes")
    )
    file_of(services, row).write_text(text)
    after = EditImporter(services).sync(row)
    assert (after.state, after.key) == ("needs_fix", row.key)
    assert "path-differs" in after.reason


def test_a_file_with_the_address_of_another_draft_keeps_its_own_and_needs_a_fix(services):
    row = draft_of(services)
    file_of(services, row).write_bytes(DraftEditor(services).preview(row, {"question": QUESTIONS[1]}).data)
    after = EditImporter(services).sync(row)
    assert (after.state, after.reason, after.key) == ("needs_fix", "address-taken", row.key)


def test_a_missing_file_is_written_again(services):
    row = DraftEditor(services).save_fields(draft_of(services), {"keywords": FEWER}, who=WHO)
    new = file_of(services, row).read_bytes()
    file_of(services, row).unlink()
    assert EditImporter(services).import_edits().restored == 1
    assert file_of(services, row).read_bytes() == new


def test_an_older_file_left_by_a_crash_is_written_again(services, monkeypatch):
    first = draft_of(services)
    old = file_of(services, first).read_bytes()
    EditImporter(services).import_edits()
    save_and_crash(services, first, monkeypatch)
    row = draft_of(services)
    assert (row.version, file_of(services, row).read_bytes()) == (2, old)
    assert EditImporter(services).sync(row).version == 2
    assert file_of(services, row).read_bytes() == services.drafts.data(row) != old


def test_an_earlier_version_restored_by_a_person_is_an_edit_after_a_run_restored_the_file(
    services, monkeypatch
):
    first = draft_of(services)
    old = file_of(services, first).read_bytes()
    EditImporter(services).import_edits()
    save_and_crash(services, first, monkeypatch)
    file_of(services, first).unlink()
    draft_questions(services, *QUESTIONS)
    assert file_of(services, first).read_bytes() == services.drafts.data(draft_of(services)) != old
    file_of(services, first).write_bytes(old)
    assert [row.version for row in EditImporter(services).import_edits().edited] == [3]
    assert file_of(services, first).read_bytes() == old


@pytest.mark.parametrize("edit", [b"answer: >", b"Lysozyme"])
def test_a_file_restored_by_a_person_is_an_edit_like_any_other(services, edit):
    row = draft_of(services)
    original = file_of(services, row).read_bytes()
    file_of(services, row).write_bytes(original.replace(edit, b'answer: "'))
    broken = EditImporter(services).sync(row)
    file_of(services, broken).write_bytes(original)
    after = EditImporter(services).sync(broken)
    assert (after.version, after.state, file_of(services, after).read_bytes()) == (3, "drafted", original)
    saved = DraftEditor(services).save_fields(after, {"keywords": FEWER}, who=WHO)
    file_of(services, saved).write_bytes(original)
    assert EditImporter(services).import_edits().edited[0].version == 5
    assert file_of(services, saved).read_bytes() == original


def test_a_file_that_a_power_cut_left_empty_is_written_again(services):
    row = draft_of(services)
    new = file_of(services, row).read_bytes()
    file_of(services, row).write_bytes(b"")
    assert EditImporter(services).import_edits().restored == 1
    assert file_of(services, row).read_bytes() == new


def test_a_file_counts_as_edited_where_it_would_be_imported(services, monkeypatch):
    importer, row = EditImporter(services), draft_of(services)
    importer.import_edits()
    assert not importer.is_edited(row)
    file_of(services, row).write_bytes(b"")
    assert not importer.is_edited(row)
    file_of(services, row).write_bytes(b"mine")
    assert importer.is_edited(row)


def test_an_older_file_left_by_a_crash_is_not_an_edit(services, monkeypatch):
    first = draft_of(services)
    save_and_crash(services, first, monkeypatch)
    assert not EditImporter(services).is_edited(draft_of(services))


def test_a_file_too_large_for_an_article_is_an_edit_that_cannot_be_imported(services):
    row = draft_of(services)
    with file_of(services, row).open("ab") as file:
        file.truncate(4_000_001)
    assert EditImporter(services).is_edited(row)
    (note,) = EditImporter(services).import_edits().notes
    assert note.endswith(": larger than 4 MB")


def test_all_edited_files_are_found_and_untouched_ones_read_once(services, monkeypatch):
    assert EditImporter(services).import_edits().edited == []
    row = draft_of(services)
    file_of(services, row).write_bytes(file_of(services, row).read_bytes().replace(b"Lysozyme", b"Pepsin"))
    read_files = []
    monkeypatch.setattr(
        "generator.store.ledger.drafts.files.read_file", lambda path: read_files.append(path) or b""
    )
    assert [item.id for item in EditImporter(services).import_edits().edited] == [row.id]
    assert {file.name for file in read_files} == {file_of(services, row).name}
