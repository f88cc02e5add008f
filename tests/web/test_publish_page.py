"""The page that publishes: its plan, and the commit of what is published."""

from generator.workflows.review.decisions.decisions import DraftDecisions
from generator.workflows.review.editing.editor import DraftEditor
from tests.support.drafts import QUESTIONS
from tests.support.repositories import git, site_repository


def locks(visit, *drafts):
    """What the plan of these drafts sends back with its confirmation."""
    return [[number, visit.services.drafts.get(number).lock] for number in drafts]


def last_commit(folder):
    return git(folder, "show", "--name-only", "--format=", "HEAD").split()


async def test_the_plan_is_a_table_with_ids_dates_words_and_links(visiting):
    visit = visiting()
    await visit.post("/approve-clean")
    page = (await visit.get("/publish")).text
    assert 'data-action="select-none"' in page and f'data-subject="{visit.row().subject}"' not in page
    plan = (await visit.post("/publish/plan", {"drafts": [1, 2, 3]})).json()["plan"]
    assert "3 will be published" in plan and ">new</span>" in plan
    for heading in ("Article", "Subject", "File", "Id", "Date", "Words", "Links"):
        assert f">{heading}</th>" in plan
    assert all(question in plan for question in QUESTIONS[1:2])
    assert plan.count("Links to") == 3


async def test_publishing_commits_when_it_is_asked_to(visiting, tmp_path):
    visit = visiting()
    site_repository(tmp_path)
    await visit.post("/approve-clean")
    assert 'name="commit" checked' in (await visit.get("/publish")).text
    answer = await visit.post("/publish", {"seen": locks(visit, 1, 2), "commit": True})
    assert "Committed as" in answer.json()["message"]
    assert len(last_commit(tmp_path)) == 2
    assert (await visit.post("/publish", {"seen": locks(visit, 3), "commit": "yes"})).status_code == 422


async def test_the_page_offers_to_commit_what_was_published_without_a_commit(visiting, tmp_path):
    visit = visiting()
    site_repository(tmp_path)
    await visit.post("/approve-clean")
    assert "not committed" not in (await visit.get("/publish")).text
    await visit.post("/publish", {"seen": locks(visit, 1, 2)})
    page = (await visit.get("/publish")).text
    assert "2 published articles are not committed to git yet" in page
    answer = await visit.post("/publish/commit")
    assert answer.json()["go"] == "/publish" and "Committed as" in answer.json()["message"]
    assert len(last_commit(tmp_path)) == 2
    assert "not committed" not in (await visit.get("/publish")).text
    assert "committed already" in (await visit.post("/publish/commit")).json()["message"]


async def test_outside_a_checkout_no_commit_is_offered(visiting, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    visit = visiting()
    await visit.post("/approve-clean")
    page = (await visit.get("/publish")).text
    assert 'name="commit"' not in page and "in no git checkout" in page
    assert (await visit.post("/publish/commit")).status_code == 422


async def test_a_text_that_the_plan_did_not_show_is_not_published(visiting, tmp_path):
    visit = visiting()
    await visit.post("/approve-clean")
    seen = (await visit.post("/publish/plan", {"drafts": [1, 2]})).json()["seen"]
    assert seen == locks(visit, 1, 2)
    row = DraftEditor(visit.services).save_fields(visit.row(), {"no_index": True}, who="Grace")
    DraftDecisions(visit.services).approve(row, who="Grace")
    answer = await visit.post("/publish", {"seen": seen})
    assert answer.status_code == 409 and "changed since the plan was shown" in answer.json()["error"]
    assert not list((tmp_path / "content").rglob("*.md"))
    assert [row.state for row in visit.services.drafts.all()] == ["approved"] * 3
    seen = (await visit.post("/publish/plan", {"drafts": [1, 2]})).json()["seen"]
    assert (await visit.post("/publish", {"seen": seen})).status_code == 200
    assert (await visit.post("/publish", {"seen": [[99, 1]]})).status_code == 409


async def test_a_plan_without_the_versions_that_it_showed_is_refused(visiting):
    visit = visiting()
    await visit.post("/approve-clean")
    for seen in (None, 1, [1], [[1]], [[1, "2"]], [[True, 1]], [[1, -1]], [[1, 2**63]]):
        assert (await visit.post("/publish", {"seen": seen})).status_code == 422, seen
    assert (await visit.post("/publish", {"drafts": [1]})).status_code == 422
