"""The pages about drafts and their actions, through requests to the app."""

import asyncio
import json
import re

import pytest

from generator.content.duplicates.same_page import SamePage
from generator.content.frontmatter import patch
from generator.content.judging.replies import parse_judgement
from generator.content.questions.details import DETAIL_FIELDS, QuestionDetails
from generator.store.ledger.pages import draft_page
from generator.store.ledger.storage.hashes import question_key
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.review.editing.editor import DraftEditor
from generator.workflows.review.views.draft_view import DraftViews
from tests.support.drafts import HELD, LIVER, QUESTIONS, WHO, draft_of, hold
from tests.support.judging import rated
from tests.support.published_articles import article, publish_by_hand
from tests.support.replies import GOOD, Endpoint, completion, failure, spoilt
from tests.support.repositories import commit_all, new_repository, put_behind

LONG = completion(spoilt(page_description=GOOD["page_description"] * 2))
REVISED = spoilt(introduction=GOOD["introduction"].replace("millions", "many millions"))


async def test_the_queue_shows_drafts_with_their_findings(visiting):
    visit = visiting(*[LONG] * 3, completion(GOOD), completion(GOOD))
    page = (await visit.get("/?state=fix")).text
    assert QUESTIONS[0] in page and QUESTIONS[1] not in page
    assert "1 error" in page and "characters" in page
    assert '<b data-count="review">2</b>' in page


async def test_the_queue_sorts_by_the_scores_and_names_each_as_what_it_is(visiting):
    visit = visiting()
    scores = visit.services.scores
    with visit.services.database.transaction():
        for question, value in ((QUESTIONS[0], 5), (QUESTIONS[2], 2)):
            row = draft_of(visit.services, question)
            judged = parse_judgement(json.dumps(rated(value)))
            scores.record(draft_page(row.job), row.sha, row.job, judged, model="m", now="2026-01-31")
        scores.record_checks(row.id, row.sha, 71.2)
    low, high = [(await visit.get(f"/?sort={name}")).text for name in ("score", "best")]
    order = [2, 0, 1]
    assert sorted(order, key=lambda number: low.find(f">{QUESTIONS[number]}<")) == order
    assert high.find(f">{QUESTIONS[0]}<") < high.find(f">{QUESTIONS[2]}<") < high.find(f">{QUESTIONS[1]}<")
    assert ">judge 2.0<" in low and ">checks 71<" in low
    assert low.count(">judge ") == 2 and low.count(">checks ") == 1


async def test_the_queue_is_filtered_by_its_address(visiting):
    visit = visiting()
    for query, found in (
        ("q=mitochondria", 2),
        ("subject=Biology", 0),
        ("subject=Physics", None),
        ("q=role+digestion", 1),
    ):
        page = re.sub('</?mark( class="hit")?>', "", (await visit.get(f"/?{query}")).text)
        shown = [question for question in QUESTIONS if f">{question}<" in page]
        assert (QUESTIONS[found] in shown) if found is not None else shown == [], query
    assert "No matching drafts" in (await visit.get("/?q=nothing")).text


async def test_the_queue_is_filtered_by_what_the_lists_say(visiting):
    visit = visiting()
    assert 'name="owner"' not in (await visit.get("/")).text
    details = QuestionDetails({}, "1", "<Ann>", "2026-03-01", None, frozenset(DETAIL_FIELDS))
    with visit.services.database.transaction():
        job = draft_of(visit.services, QUESTIONS[1]).job
        visit.services.ledger.question_details.put(job, details, now=visit.services.now())
    page = (await visit.get("/")).text
    assert "owner &lt;Ann&gt;" in page and "priority 1" in page and "due 2026-03-01" in page
    for query, found in (
        ("owner=%3CAnn%3E", True),
        ("owner=Bob", False),
        ("priority=1", True),
        ("due=2026-03-02", True),
        ("due=2026-03-01", False),
        ("publish=2027-01-01", False),
    ):
        page = (await visit.get(f"/?{query}")).text
        assert [question for question in QUESTIONS if f">{question}<" in page] == [QUESTIONS[1]] * found
    page = (await visit.get("/?owner=%3CAnn%3E&due=2026-03-02")).text
    assert 'value="2026-03-02"' in page
    assert "/drafts/2?owner=%3CAnn%3E&amp;due=2026-03-02" in page
    assert QUESTIONS[0] in (await visit.get("/?due=soon")).text


async def test_the_page_of_a_draft_shows_all_its_details(visiting):
    visit = visiting()
    page = (await visit.get("/drafts/1")).text
    for text in (
        "<strong>Induced Fit</strong>",
        "Get the full answer from QuickTakes - Enzymes",
        "hexokinase",
        "test-model-2026",
        "version 1 (model)",
        "$0.00",
    ):
        assert text in page, text
    assert 'href="/drafts/2"' in page


async def test_the_search_result_is_that_of_the_site_in_the_settings(visiting):
    facts = {"brand": "Acme", "page_title": "{title} ({brand})", "origin": "https://help.example.org"}
    visit = visiting(site={**facts, "address": "/help/{subject}/{slug}"})
    page = (await visit.get("/drafts/1")).text
    for text in (
        f"{QUESTIONS[0]} (Acme)",
        "Get the full answer from Acme - Enzymes",
        "help.example.org › help › biology › how-do-enzymes",
    ):
        assert text in page, text
    assert "QuickTakes" not in page and "quicktakes" not in page
    answer = (await visit.post("/drafts/1/check", {"description": "Short."})).text
    assert "Get the full answer from Acme - Short." in answer


async def test_a_finding_is_marked_in_the_text_and_linked_both_ways(visiting):
    bad = completion(spoilt(conclusion=GOOD["conclusion"] + " The gathered information shows this well."))
    visit = visiting(*[bad] * 3, completion(GOOD), completion(GOOD))
    page = (await visit.get("/drafts/1")).text
    assert '<mark class="error">' in page
    assert 'href="#finding-1"' in page and 'href="#place-1"' in page


async def test_text_of_a_draft_never_becomes_markup(visiting):
    visit = visiting()
    row = visit.row()
    DraftEditor(visit.services).save_fields(
        row, {"description": "<script>alert(1)</script>", "keywords": '<b>a</b>, "x"'}, who=WHO
    )
    for path in ("/", "/?state=fix", "/drafts/1", "/drafts/1/edit", "/?q=%3Cscript%3E"):
        page = (await visit.get(path)).text
        assert "<script>" not in page and "<b>a</b>" not in page


async def test_approving_opens_the_next_draft(visiting):
    visit = visiting()
    answer = await visit.post("/drafts/1/approve", visit.seen())
    assert (answer.status_code, answer.json()["go"]) == (200, "/drafts/2")
    assert visit.row().state == "approved"
    assert visit.services.drafts.decisions.of(1)[-1].who == "Ada"


async def test_the_last_draft_leads_back_to_the_queue(visiting):
    visit = visiting()
    for question, go in zip(QUESTIONS, ("/drafts/2", "/drafts/3", "/"), strict=True):
        number = visit.row(question).id
        answer = await visit.post(f"/drafts/{number}/approve", visit.seen(question))
        assert answer.json()["go"] == go
    assert "No drafts to review" in (await visit.get("/")).text


async def test_each_reviewer_decides_in_their_own_name(visiting):
    visit = visiting()
    await visit.post("/drafts/1/reject", visit.seen(reason="wrong"), token="token-of-grace")
    assert visit.services.drafts.decisions.of(1)[-1].who == "Grace"
    assert (await visit.post("/undo")).status_code == 422
    assert (await visit.post("/undo", token="token-of-grace")).json()["go"] == "/drafts/1"
    assert visit.row().state == "drafted"


async def test_a_rejection_needs_a_reason(visiting):
    visit = visiting()
    for body in ({}, {"reason": " "}, {"reason": 1}):
        assert (await visit.post("/drafts/1/reject", visit.seen(**body))).status_code == 422
    assert visit.row().state == "drafted"


@pytest.mark.parametrize(
    ("value", "hidden"), [("True", True), ("yes", True), ("False", False), ("maybe", False)]
)
async def test_a_draft_is_shown_as_hidden_if_the_site_hides_it(visiting, value, hidden):
    visit = visiting()
    file = visit.services.settings.output_dir / visit.row().path
    text = file.read_text(encoding="utf-8").replace("\nanswer:", f"\nno_index: {value}\nanswer:")
    file.write_text(text, encoding="utf-8")
    EditImporter(visit.services).sync(visit.row())
    page, form = (await visit.get("/drafts/1")).text, (await visit.get("/drafts/1/edit")).text
    assert ('<span class="badge">no_index</span>' in page) == hidden
    assert ('name="no_index" checked' in form) == hidden


async def test_no_decision_is_made_on_a_draft_that_changed(visiting):
    visit = visiting()
    seen = visit.seen()
    DraftEditor(visit.services).save_fields(visit.row(), {"no_index": True}, who="Grace")
    for path in ("approve", "save", "revise", "reject"):
        answer = await visit.post(f"/drafts/1/{path}", {**seen, "reason": "x", "comment": "x"})
        assert (answer.status_code, answer.json()["stale"]) == (409, True), path
    assert (await visit.post("/drafts/1/approve", {})).status_code == 409


async def test_a_file_changed_on_disk_is_noticed_and_imported_on_request(visiting):
    visit = visiting()
    row = visit.row()
    file = visit.services.settings.output_dir / row.path
    file.write_text(patch(file.read_text(), {"no_index": True}), encoding="utf-8")
    assert "was changed on disk" in (await visit.get("/drafts/1")).text
    assert visit.row().version == 1
    assert (await visit.post("/drafts/1/approve", visit.seen())).status_code == 409
    assert (await visit.post("/drafts/1/refresh")).status_code in (200, 409)
    assert visit.row().version == 2
    assert "was changed on disk" not in (await visit.get("/drafts/1")).text


async def test_all_clean_drafts_are_one_decision_and_one_undo(visiting):
    visit = visiting()
    assert "Approve all 3 clean drafts" in (await visit.get("/")).text
    assert "Approved 3 clean drafts" in (await visit.post("/approve-clean")).json()["message"]
    assert (await visit.post("/undo")).json()["go"] == "/"
    assert visit.row().state == "drafted"


async def test_a_check_while_typing_shows_all_findings_and_saves_nothing(visiting):
    visit = visiting()
    live = (
        await visit.post(
            "/drafts/1/check", {"description": "x" * 130, "answer": "Some $x^2$.", "question": "How do they?"}
        )
    ).json()
    assert "8 too many" in live["search"]
    assert 'data-field="seo.page_description"' in live["findings"]
    assert "<math" in live["answer"]
    assert "biology/how-do-they" in live["moved"]
    assert visit.row().version == 1


async def test_a_finding_names_its_field_as_the_edit_form_does(visiting):
    visit = visiting()
    answer = f"{GOOD['introduction']} The gathered information shows it.\n\n1. **Point**: text."
    live = (await visit.post("/drafts/1/check", {"answer": answer, "description": "x" * 200})).json()
    names = set(re.findall(r">([^<>]+)</button>: ", live["findings"]))
    parts = {"Answer", "Description", "Introduction", "Points", "Point 1", "Conclusion"}
    assert {"Answer", "Description"} <= names <= parts


@pytest.mark.parametrize(
    "body",
    [
        {"answer": 1},
        {"no_index": "yes"},
        {"date": "tomorrow"},
        {"subject": "Alchemy"},
        {"answer": 'a `"\\n"`'},
    ],
)
async def test_an_edit_that_cannot_be_saved_is_an_error(visiting, body):
    visit = visiting()
    answer = await visit.post("/drafts/1/save", visit.seen(**body))
    assert answer.status_code == 422 and answer.json()["error"]
    assert visit.row().version == 1


async def test_a_saved_edit_is_a_new_version(visiting):
    visit = visiting()
    answer = await visit.post(
        "/drafts/1/save?state=fix", {**visit.seen(), "question": "How do enzymes work?"}
    )
    assert answer.json()["go"] == "/drafts/1?state=fix"
    assert visit.services.drafts.get(1).key == "biology/how-do-enzymes-work"


async def test_a_revision_is_requested_in_the_background_compared_and_accepted_field_by_field(visiting):
    visit = visiting(endpoint=Endpoint(completion(REVISED)))
    answer = await visit.post("/drafts/1/revise", visit.seen(comment="say many"))
    assert answer.json()["go"] == "/drafts/2"
    await visit.worker_done()
    page = (await visit.get("/drafts/1/revision")).text
    assert "<ins>many " in page and "Introduction" in page
    number = visit.services.revisions.of(1)[0].id
    answer = await visit.post("/drafts/1/revision", visit.seen(revision=number, take=["introduction"]))
    assert answer.status_code == 200
    assert "many millions" in DraftViews(visit.services).view(visit.row()).answer
    assert (await visit.get("/drafts/1/revision")).status_code == 404


async def test_the_old_text_can_be_kept(visiting):
    visit = visiting(endpoint=Endpoint(completion(REVISED)))
    await visit.post("/drafts/1/revise", visit.seen(comment="say many"))
    await visit.worker_done()
    number = visit.services.revisions.of(1)[0].id
    assert (await visit.post("/drafts/1/revision", visit.seen(revision=number, take=[]))).status_code == 200
    assert visit.row().version == 1
    assert (await visit.post("/drafts/1/revision", visit.seen(revision=99, take=[]))).status_code == 404


async def test_a_model_that_cannot_be_asked_is_reported_on_every_page(visiting):
    visit = visiting(endpoint=Endpoint(failure(401, "invalid_api_key", "bad key")))
    assert (await visit.post("/drafts/1/revise", visit.seen(comment="shorter"))).status_code == 200
    await visit.worker_done()
    assert "the model cannot be asked" in (await visit.get("/status.json")).json()["line"]


async def test_publishing_shows_its_plan_first(visiting, tmp_path):
    visit = visiting()
    await visit.post("/approve-clean")
    assert "3 approved drafts" in (await visit.get("/publish")).text
    plan = (await visit.post("/publish/plan", {"drafts": [1, 2]})).json()
    assert [number for number, _ in plan["seen"]] == [1, 2] and QUESTIONS[0].split()[0].lower() in plan[
        "plan"
    ]
    assert not list((tmp_path / "content").rglob("*.md"))
    answer = await visit.post("/publish", {"seen": plan["seen"]})
    assert answer.json()["message"].startswith("Published 2 articles")
    assert len(list((tmp_path / "content").rglob("*.md"))) == 2
    assert "Published as" in (await visit.get("/drafts/1?state=published")).text
    for wrong in ({}, {"seen": "1"}, {"seen": ["1"]}, {"seen": [[1, 1]] * 501}):
        assert (await visit.post("/publish", wrong)).status_code == 422


async def test_nothing_is_published_while_the_branch_is_behind_its_remote(visiting, tmp_path):
    visit = visiting()
    await visit.post("/approve-clean")
    new_repository(tmp_path)
    (tmp_path / "README.md").write_text("the site", encoding="utf-8")
    commit_all(tmp_path, "README.md")
    put_behind(tmp_path)
    answer = await visit.post("/publish", {"seen": [[1, visit.row().lock]]})
    assert (answer.status_code, "1 commit behind origin/" in answer.json()["error"]) == (422, True)
    assert not list((tmp_path / "content").rglob("*.md"))


async def test_a_single_draft_is_named_in_the_singular(visiting):
    visit = visiting()
    for number, question in enumerate(QUESTIONS[:2], start=1):
        await visit.post(f"/drafts/{number}/approve", visit.seen(question))
    assert "Approve 1 clean draft of this list" in (await visit.get("/")).text
    assert (await visit.post("/approve-clean")).json()["message"].startswith("Approved 1 clean draft.")
    answer = await visit.post("/publish", {"seen": [[1, visit.row().lock]]})
    assert answer.json()["message"].startswith("Published 1 article.")


async def test_status_counts_while_a_batch_runs(visiting):
    visit = visiting()
    status = (await visit.get("/status.json?draft=1")).json()
    assert status["counts"]["review"] == 3 and status["revision"] is None


async def test_an_address_of_the_site_finds_its_draft(visiting):
    visit = visiting()
    answer = await visit.get(f"/drafts/{visit.row().key}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/drafts/1")


async def test_an_error_is_a_page_with_a_link_back(visiting):
    visit = visiting()
    answer = await visit.get("/drafts/77")
    assert answer.status_code == 404 and "There is no such draft" in answer.text


async def test_a_near_duplicate_is_shown_with_the_similar_article(visiting, tmp_path):
    await asyncio.to_thread(hold, tmp_path)
    visit = visiting()
    queue = (await visit.get("/?state=near")).text
    assert HELD in queue and '<b data-count="near">1</b>' in queue
    page = (await visit.get(f"/drafts/{visit.row(HELD).id}?state=near")).text
    for text in (HELD, LIVER, "biology/what-are-the-main-functions-of-the-liver", "Induced Fit"):
        assert text in page, text
    assert "Draft it anyway" in page and ">Reject <" in page and ">Approve <" not in page


async def test_every_draft_shows_the_nearest_published_questions_with_their_verdicts(visiting, tmp_path):
    near = "How do enzymes speed up chemical reactions in <b>milk</b>?"
    for number, question in enumerate(
        (near, LIVER, "What does the function of enzymes depend on?"), start=900
    ):
        publish_by_hand(tmp_path, article(question, id=number))
    visit = visiting(site={"origin": "https://learn.example"})
    visit.services.index.refresh()
    ledger = visit.services.ledger
    with ledger.database.transaction():
        said = SamePage("different", "milk & <i>more</i>")
        keys = question_key(QUESTIONS[0]), question_key(near)
        ledger.same_page.record(*keys, said, model="test-model", now="now")
    page = (await visit.get(f"/drafts/{visit.row().id}")).text
    section = page.split('id="h-nearest"')[1].split("</section>")[0]
    first, second = section.split("<li>")[1:]
    assert 'href="https://learn.example/learn/biology/questions/how-do-enzymes' in first
    assert "in &lt;b&gt;milk&lt;/b&gt;?" in first
    assert "another page (test-model: milk &amp; &lt;i&gt;more&lt;/i&gt;)" in first
    assert re.search(r"similarity 0\.[5-7]\d", first) and "(test-model" not in second
    assert LIVER not in section


async def test_a_near_duplicate_of_a_draft_links_to_it(visiting, tmp_path):
    visit = visiting()
    alike = "How can enzymes speed up chemical reactions?"
    await asyncio.to_thread(hold, tmp_path, alike)
    page = (await visit.get(f"/drafts/{visit.row(alike).id}")).text
    assert f'<a href="/drafts/{visit.row().id}?state=all">{QUESTIONS[0]}</a>' in page


async def test_allowing_and_rejecting_a_near_duplicate_open_the_next(visiting, tmp_path):
    other = "What are the key functions of the liver?"
    await asyncio.to_thread(hold, tmp_path, HELD, other)
    visit = visiting()
    first, second = visit.row(HELD), visit.row(other)
    answer = (await visit.post(f"/drafts/{first.id}/allow?state=near", visit.seen(HELD, sha=""))).json()
    assert (answer["go"], answer["undo"]) == (f"/drafts/{second.id}?state=near", True)
    assert "to be drafted</span>" in (await visit.get("/?state=near")).text
    allowed = (await visit.get(f"/drafts/{first.id}?state=near")).text
    assert "to be drafted anyway" in allowed and "/allow" not in allowed
    assert (await visit.post(f"/drafts/{first.id}/allow", visit.seen(HELD, sha=""))).status_code == 422
    assert (await visit.post(f"/drafts/{first.id}/allow", {"lock": 0, "sha": ""})).status_code == 409
    sent = visit.seen(other, sha="", reason="answered already")
    answer = await visit.post(f"/drafts/{second.id}/reject?state=near", sent)
    assert (answer.status_code, visit.row(other).state) == (200, "rejected")
    assert "No longer rejected" in (await visit.post("/undo")).json()["message"]


async def test_what_cannot_be_edited_has_no_form(visiting, tmp_path):
    visit = visiting()
    row = visit.row()
    for state in ("approved", "publishing"):
        row = visit.services.drafts.decide(row, state, who=WHO, now=visit.services.now())
    answer = await visit.get(f"/drafts/{row.id}/edit")
    assert answer.status_code == 404 and "publishing" in answer.text
    broken = visit.row(QUESTIONS[1])
    (visit.services.settings.output_dir / broken.path).write_bytes(b"---\ntitle: a: b\n---\n")
    EditImporter(visit.services).import_edits()
    answer = await visit.get(f"/drafts/{broken.id}/edit")
    assert answer.status_code == 404 and visit.row(QUESTIONS[1]).path in answer.text


async def test_a_page_that_does_not_exist_is_not_found(visiting):
    visit = visiting()
    for path in ("/drafts/999", "/drafts/999/edit", "/static/none.js", "/no-such-page"):
        assert (await visit.get(path)).status_code == 404, path
