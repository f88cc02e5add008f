"""The review page of a rewrite: the published text beside the new one, and only what a rewrite may change."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.drafts import QUESTIONS, with_drafts
from tests.support.rewrites import CUT_OFF, ENZYMES, KEY, publish_page, rewrite, rewrite_of, rewriting
from tests.support.visits import visit_to


@pytest.fixture
def visit(tmp_path):
    """A visit over one rewrite."""

    def opened():
        with_drafts(tmp_path, QUESTIONS[1:2]).close()
        publish_page(tmp_path)
        services, _ = rewriting(tmp_path)
        rewrite(services, note="Name the year.")
        services.close()
        return visit_to(tmp_path)

    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(opened).result()
    yield made
    made.worker.close()
    made.services.close()


async def test_the_page_shows_the_published_text_beside_the_rewrite(visit):
    row = rewrite_of(visit.services)
    page = (await visit.get(f"/drafts/{row.id}")).text
    assert "Beside the published page" in page and "“Name the year.”" in page
    assert "<del>" in page and "<ins>up to</ins>" in page
    assert CUT_OFF[-30:] in page and "[cut-off]" not in page and "cut-off" in page
    assert ">rewrite</a>" in page
    assert (await visit.get("/")).text.count(ENZYMES) >= 1


async def test_a_draft_of_a_new_article_has_no_published_text(visit):
    row = visit.row(QUESTIONS[1])
    assert "Beside the published page" not in (await visit.get(f"/drafts/{row.id}")).text


async def test_the_address_of_the_page_leads_to_its_rewrite(visit):
    found = await visit.get(f"/drafts/{KEY}")
    assert found.headers.get("location") == f"/drafts/{rewrite_of(visit.services).id}"


async def test_an_outdated_rewrite_says_so(visit):
    file = visit.services.settings.content_dir / f"{KEY}.md"
    file.write_bytes(file.read_bytes() + b"\n")
    page = (await visit.get(f"/drafts/{rewrite_of(visit.services).id}")).text
    assert f"generator rewrite {KEY}" in page


async def test_the_form_keeps_question_and_subject(visit):
    row = rewrite_of(visit.services)
    form = (await visit.get(f"/drafts/{row.id}/edit")).text
    assert 'name="question" rows="2" readonly' in form and 'name="subject" disabled' in form
    seen = {"lock": row.lock, "sha": row.sha}
    refused = await visit.post(f"/drafts/{row.id}/save", {**seen, "question": "What are enzymes?"})
    assert refused.status_code >= 400 and "keeps the question" in refused.text


async def test_a_rewrite_is_approved_and_published_from_the_page(visit):
    row = rewrite_of(visit.services)
    approved = await visit.post(f"/drafts/{row.id}/approve", {"lock": row.lock, "sha": row.sha})
    assert approved.status_code == 200
    plan = await visit.post("/publish/plan", {"drafts": [row.id]})
    assert "replaces the page" in plan.json()["plan"] and "<ins>" in plan.json()["plan"]
    await visit.post("/publish", {"seen": plan.json()["seen"]})
    text = (visit.services.settings.content_dir / f"{KEY}.md").read_text(encoding="utf-8")
    assert "up to a million" in text and visit.services.drafts.get(row.id).state == "published"
