"""The page of a draft's versions: who made them, what changed between two, and the restoring of an earlier one."""

from generator.workflows.review.editing.editor import DraftEditor
from tests.support.replies import GOOD

OTHER = GOOD["page_description"][:-1] + " and <b>more</b>."


def edited(visit, who="Grace", **changes):
    return DraftEditor(visit.services).save_fields(visit.row(), changes or {"description": OTHER}, who=who)


async def test_versions_say_who_made_them_and_are_compared_by_field(visiting):
    visit = visiting()
    edited(visit)
    edited(visit, who="Ada", keywords="enzymes, cells")
    page = (await visit.get("/drafts/1/versions?from=1&to=3")).text
    assert "written by the model" in page and "Grace" in page and "Ada" in page
    assert [name for name in ("Description", "Keywords", "Answer") if f"<h3>{name}</h3>" in page] == [
        "Description",
        "Keywords",
    ]
    assert "<b>more" not in page and "&lt;b&gt;" in page
    newest = (await visit.get("/drafts/1/versions")).text
    assert "From version 2 to version 3" in newest and "<h3>Description</h3>" not in newest
    assert "3 versions" in (await visit.get("/drafts/1")).text


async def test_a_version_that_cannot_be_parsed_is_shown_as_text_and_not_restored(visiting):
    visit = visiting()
    row = visit.row()
    file = visit.services.settings.output_dir / row.path
    file.write_text("---\ntitle: <i>broken\n", encoding="utf-8")
    await visit.post("/drafts/1/refresh")
    page = (await visit.get("/drafts/1/versions")).text
    assert "The whole file" in page and "broken" in page and "<i>" not in page
    restored = await visit.post("/drafts/1/restore", visit.seen(version=1))
    assert restored.json()["message"] == "Version 1 was restored."
    assert visit.row().sha == row.sha
    refused = await visit.post("/drafts/1/restore", visit.seen(version=2))
    assert refused.status_code == 422 and "cannot be read" in refused.json()["error"]


async def test_a_restored_version_is_checked_and_not_approved(visiting):
    visit = visiting()
    edited(visit, description="Too short.")
    edited(visit, description=GOOD["page_description"])
    await visit.post("/drafts/1/approve", visit.seen())
    reply = (await visit.post("/drafts/1/restore", visit.seen(version=2))).json()
    assert reply["undo"] is True
    row = visit.row()
    assert (row.state, row.version, bool(row.errors)) == ("needs_fix", 4, True)
    await visit.post("/undo")
    assert visit.row().state == "approved"


async def test_a_restore_of_what_was_seen_before_a_change_is_refused(visiting):
    visit = visiting()
    edited(visit)
    seen = visit.seen(version=1)
    edited(visit, keywords="enzymes, cells")
    assert (await visit.post("/drafts/1/restore", seen)).status_code == 409
    assert (await visit.post("/drafts/1/restore", visit.seen(version="1"))).status_code == 422
    assert (await visit.post("/drafts/1/restore", visit.seen(version=9))).status_code == 422
    assert (await visit.get("/drafts/99/versions")).status_code == 404
    assert (await visit.get("/drafts/1/versions?from=7&to=x")).status_code == 200


async def test_read_only_pages_have_no_restore_button(visiting):
    visit = visiting(read_only=True)
    edited(visit)
    assert "Restore" not in (await visit.get("/drafts/1/versions")).text
