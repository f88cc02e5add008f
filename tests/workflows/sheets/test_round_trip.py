"""Export then import changes nothing, whatever the texts of a draft are."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from generator.workflows.review.editing.editor import DraftEditor, EditRefused
from generator.workflows.sheets.export import ExportRequest, export_drafts
from generator.workflows.sheets.import_edits import SheetImport, import_sheet
from tests.support.drafts import QUESTIONS, draft_of, with_drafts

PIECES = st.sampled_from(
    ["=1+1", "+", "- a", "@", "'", "''=", "\n", "\r\n", "\t", "“x” ’", "1. **A**: b", "$x$", "\\n", ",", ";", '"', "1/2", "_x000D_"]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=6), min_size=1, max_size=6).map("".join)


@pytest.fixture
def services(tmp_path):
    made = with_drafts(tmp_path, QUESTIONS[:1])
    yield made
    made.close()


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(answer=TEXTS, description=TEXTS, keywords=TEXTS)
def test_export_then_import_changes_nothing(tmp_path, services, ending, answer, description, keywords):
    texts = {"answer": answer, "description": description, "keywords": keywords}
    try:
        DraftEditor(services).save_fields(draft_of(services), texts, who="Ada")
    except EditRefused:
        assume(False)
    file = tmp_path / f"drafts{ending}"
    file.unlink(missing_ok=True)
    before = "\n".join(services.database.connection.iterdump())
    assert export_drafts(services, ExportRequest(file)).drafts == 1
    for dry_run in (True, False):
        outcome = import_sheet(services, SheetImport(file, dry_run, "Ada"))
        assert [row.result for row in outcome.rows] == ["unchanged"], outcome.rows
    assert "\n".join(services.database.connection.iterdump()) == before
