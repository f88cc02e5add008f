"""The list of proposals: search, order, the article beside them, and applying what was accepted."""

import re

from generator.content.findings import Finding
from generator.content.frontmatter import read
from generator.content.seo.fields import basis_of, texts_of
from tests.support.article_files import put_article
from tests.support.proposals import new
from tests.support.published_articles import article
from tests.support.repositories import commit_all, git, new_repository
from tests.support.search_data import import_pages

WARNING = Finding("description-target", "warning", "page_description", "has room for more")
TEXTS = (
    "Roots take up water by osmosis and push it upwards, while leaves pull it by transpiration.",
    "Leaves turn towards the light because auxin gathers on the side that lies in the shade.",
    "Stems carry sugar down from the leaves through sieve tubes, which companion cells keep alive.",
)


def propose(visit, name, text, **changes):
    made = new(f"biology/{name}", **{"new": text, "question": f"What do {name} do?", **changes})
    return visit.services.proposals.record(made, now=visit.services.now())


def three(visit):
    return [
        propose(visit, name, text) for name, text in zip(("roots", "leaves", "stems"), TEXTS, strict=True)
    ]


async def listed(visit, query=""):
    return [
        int(found) for found in re.findall(r'data-item="(\d+)"', (await visit.get(f"/proposals{query}")).text)
    ]


async def test_proposals_are_found_by_words_of_question_address_and_new_text(visiting):
    visit = visiting()
    roots, leaves, stems = (row.id for row in three(visit))
    assert await listed(visit, "?q=leaves") == [roots, leaves, stems]
    assert await listed(visit, "?q=SUGAR+tubes") == [stems]
    assert await listed(visit, "?q=biology/roots") == [roots]
    for text in ("%25", "_", "!", "%27", "%22)%3B--", "100%25"):
        assert await listed(visit, f"?q={text}") == []
    assert await listed(visit, "?subject=Biology") == [roots, leaves, stems]
    page = (await visit.get("/proposals?subject=History")).text
    assert "No proposal matches the filter" in page and "Clear" in page


async def test_the_order_is_the_reviewers_choice(visiting, tmp_path):
    visit = visiting()
    roots, leaves, stems = (row.id for row in three(visit))
    flagged = propose(visit, "buds", TEXTS[0] + " Buds rest.", findings=[WARNING]).id
    assert await listed(visit, "?sort=findings") == [flagged, roots, leaves, stems]
    assert (await listed(visit, "?sort=newest"))[0] == flagged
    assert await listed(visit, "?sort=opportunity") == [roots, leaves, stems, flagged]
    import_pages(
        visit.services, tmp_path, {"biology/stems": (1, 9_000, 2.0), "biology/leaves": (1, 900, 2.0)}
    )
    assert await listed(visit, "?sort=opportunity") == [stems, leaves, roots, flagged]


async def test_the_article_stands_beside_a_proposal_with_its_search_result(visiting, tmp_path):
    visit = visiting()
    made = article("What do roots do?")
    put_article(tmp_path / "content", made)
    row = propose(visit, made.key.slug, TEXTS[0])
    part = (await visit.get(f"/proposals/{row.id}/article")).text
    assert "Search result now" in part and "With the new text" in part and TEXTS[0] in part
    assert '<div class="answer">' in part
    gone = propose(visit, "gone", TEXTS[1])
    assert "cannot be read" in (await visit.get(f"/proposals/{gone.id}/article")).text
    assert (await visit.get("/proposals/99/article")).status_code == 404


def accepted(visit, folder, question):
    """An accepted proposal for a published article."""
    made = article(question)
    file = put_article(folder / "content", made)
    document = read(file.read_bytes())
    row = new(
        str(made.key),
        question=question,
        basis=basis_of(document, "page_description"),
        old=texts_of(document)["page_description"],
        new=TEXTS[0],
    )
    proposals = visit.services.proposals
    row = proposals.record(row, now=visit.services.now())
    return proposals.decide(row, "approved", who="Ada", now=visit.services.now()), file


async def test_accepted_proposals_are_applied_as_their_plan_shows_and_committed(visiting, tmp_path):
    visit = visiting()
    row, file = accepted(visit, tmp_path, "What do roots do?")
    new_repository(tmp_path)
    commit_all(tmp_path)
    before = file.read_bytes()
    assert "Show what applying changes" in (await visit.get("/proposals?state=approved")).text
    plan = (await visit.post("/proposals/apply/plan")).json()
    assert (plan["files"], plan["seen"]) == (1, [[row.id, row.lock]])
    assert "<ins>+" in plan["plan"] and "transpiration" in plan["plan"] and file.read_bytes() == before
    answer = (await visit.post("/proposals/apply", {"seen": plan["seen"], "commit": True})).json()
    assert answer["message"].startswith("Applied 1 proposal to 1 file. Committed as ")
    assert TEXTS[0].split()[0].encode() in file.read_bytes() != before
    assert git(tmp_path, "status", "--porcelain", "content") == ""
    assert visit.services.proposals.get(row.id).state == "applied"


async def test_nothing_is_applied_that_changed_after_its_plan_was_shown(visiting, tmp_path):
    visit = visiting()
    row, file = accepted(visit, tmp_path, "What do roots do?")
    seen = (await visit.post("/proposals/apply/plan")).json()["seen"]
    visit.services.proposals.decide(row, "rejected", who="Grace", now=visit.services.now())
    before = file.read_bytes()
    assert (await visit.post("/proposals/apply", {"seen": seen})).status_code == 409
    assert file.read_bytes() == before
    for wrong in (None, 1, "1", [1], [[1]], [[1, "2"]], [[True, 1]], [[1, 2]] * 501, {"1": 2}):
        assert (await visit.post("/proposals/apply", {"seen": wrong})).status_code == 422, wrong
