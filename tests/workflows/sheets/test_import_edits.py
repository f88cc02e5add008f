"""What an import of a spreadsheet records: an edit that can be undone, and no reading of the new text."""

from generator.workflows.review.decisions.undo import undo_decision
from generator.workflows.review.editing.editor import DraftEditor
from generator.workflows.review.editing.versions import DraftVersions
from generator.workflows.review.reading import reading_state
from generator.workflows.review.team.work_done import days_until, work_done
from generator.workflows.sheets.export import ExportRequest, export_drafts
from generator.workflows.sheets.import_edits import SheetImport, import_sheet
from tests.support.drafts import WHO, draft_of
from tests.support.lots import OTHER_KEYWORDS, correct
from tests.support.reading import read_by
from tests.support.sheets import cells_of, saved_again


def import_keywords(services, folder, keywords=OTHER_KEYWORDS, who=WHO):
    file = folder / "drafts.csv"
    export_drafts(services, ExportRequest(file))
    rows = cells_of(file)
    name = draft_of(services).key
    changed = [row | ({"keywords": keywords} if row["key"] == name else {}) for row in rows]
    outcome = import_sheet(services, SheetImport(saved_again(file, changed), reviewer=who))
    assert outcome.count("changed") == 1, outcome.rows
    return draft_of(services)


def test_an_imported_text_was_not_read_by_who_imports_it(services, tmp_path):
    read_by(services, draft_of(services))
    row = import_keywords(services, tmp_path)
    assert not reading_state(services, row, WHO).is_read
    row = DraftEditor(services).save_fields(row, {"no_index": True}, who=WHO)
    assert not reading_state(services, row, WHO).is_read


def test_an_edit_on_the_page_of_a_text_that_was_read_stays_read(services):
    read_by(services, draft_of(services))
    assert reading_state(services, correct(services, draft_of(services)), WHO).is_read


def test_an_import_is_an_edit_that_is_named_and_undone(services, tmp_path):
    before = draft_of(services)
    row = import_keywords(services, tmp_path)
    assert row.edited and row.state == "drafted"
    newest = DraftVersions(services).of(row)[-1]
    assert (newest.who, newest.what) == (WHO, "edited in a spreadsheet")
    (work,) = work_done(services, days_until(services.now(), 1))
    assert (work.who, work.edited) == (WHO, 1)
    undone = undo_decision(services, reviewer=WHO)
    assert undone.decision == "edited" and undone.rows[0].sha == before.sha
