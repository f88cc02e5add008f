"""A draft whose answer is that of another page or draft has a finding, however it was made; others have none."""

import csv

import pytest

from generator.content.frontmatter import read
from generator.content.markdown.answer import compose
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.review.decisions.decisions import DraftDecisions, NotApprovable
from generator.workflows.review.editing.editor import DraftEditor
from generator.workflows.review.views.draft_view import DraftViews
from tests.support import duplicate_site
from tests.support.article_files import put_article
from tests.support.drafts import WHO, draft_of, file_of
from tests.support.published_articles import article, publish_by_hand
from tests.support.replies import GOOD, completion, spoilt
from tests.support.rewrites import CORRECTED, ENZYMES, publish_page, rewrite
from tests.support.servers import ROOT
from tests.support.services import draft, rows

COMPARED = {"duplicates": {"compare_answers": True}}
PAGE = "Why do cells need mitochondria?"
PAGE_KEY = "biology/why-do-cells-need-mitochondria"
QUESTION = "How do enzymes speed up chemical reactions?"
OTHER = "What do proteins of the liver do?"
CODE = "answer-of-another-page"


def made_reply(seed: int):
    """A reply whose answer has made words, which no other seed has."""
    lines = duplicate_site.sentences(seed, 40)
    points = [
        {**point, "body": " ".join(lines[4 * n : 4 * n + 4])}
        for n, point in enumerate(GOOD["points"], start=1)
    ]
    return spoilt(introduction=" ".join(lines[:4]), points=points, conclusion=" ".join(lines[30:34]))


def copies(services, row) -> list[str]:
    version = services.drafts.versions.of(row.id)[-1]
    return [item.message for item in version.findings if item.code == CODE]


def drafts_of(services) -> dict[str, list[str]]:
    return {row.question: copies(services, row) for row in services.drafts.all()}


@pytest.fixture
def services_with(services_with):
    return lambda *script, **changes: services_with(*script, **{**COMPARED, **changes})


def test_a_draft_with_the_answer_of_a_page_cannot_be_approved_and_costs_no_further_call(
    services_with, tmp_path
):
    publish_by_hand(tmp_path, article(PAGE))
    services, endpoint = services_with(completion(GOOD))
    draft(services, rows(QUESTION))
    row = draft_of(services)
    assert copies(services, row) == [
        f"is 100% that of {PAGE_KEY}, which answers another question; answer this one"
    ]
    assert (row.state, row.reason, len(endpoint.requests)) == ("needs_fix", f"errors after repair: {CODE}", 1)
    with pytest.raises(NotApprovable):
        DraftDecisions(services).approve(row, who=WHO)


def test_a_page_among_many_with_the_same_usual_words_is_found(services_with, tmp_path):
    for number in range(300):
        text = " ".join([duplicate_site.answer(number), *GOOD["introduction"].split()])
        put_article(
            tmp_path / "content", duplicate_site.page(f"What is made {number}?", id=number, text=text)
        )
    publish_by_hand(tmp_path, article(PAGE, id=999))
    services, _ = services_with(completion(GOOD))
    draft(services, rows(QUESTION))
    assert [PAGE_KEY in message for message in copies(services, draft_of(services))] == [True]


def test_a_page_of_the_same_question_and_one_with_another_answer_are_no_finding(services_with, tmp_path):
    publish_by_hand(tmp_path, article(QUESTION, "Physics"))
    put_article(tmp_path / "content", duplicate_site.page(PAGE, id=7))
    services, _ = services_with(completion(GOOD))
    draft(services, rows(QUESTION), near="allow")
    assert drafts_of(services) == {QUESTION: []}


@pytest.mark.parametrize("concurrency", [1, 2])
def test_the_second_of_two_drafts_with_one_answer_names_the_first(services_with, concurrency):
    services, _ = services_with(by=lambda _: completion(GOOD))
    draft(services, rows(QUESTION, OTHER), concurrency=concurrency)
    assert sorted(len(found) for found in drafts_of(services).values()) == [0, 1]
    draft(services, rows(QUESTION, OTHER, PAGE), concurrency=1)  # the drafts of another run, from the ledger
    (found,) = drafts_of(services)[PAGE]
    assert "is 100% that of biology/" in found


def test_drafts_with_answers_of_their_own_have_no_finding(services_with):
    services, _ = services_with(by=lambda body: completion(made_reply(1 if OTHER in str(body) else 2)))
    draft(services, rows(QUESTION, OTHER), concurrency=1)
    assert drafts_of(services) == {QUESTION: [], OTHER: []}


def test_an_edited_draft_is_not_compared_with_itself(services_with):
    services, _ = services_with(completion(GOOD))
    draft(services, rows(QUESTION))
    row = draft_of(services)
    row = DraftEditor(services).save_fields(
        row, {"answer": DraftViews(services).view(row).answer + " So."}, who=WHO
    )
    assert copies(services, row) == []


def test_an_edit_is_compared_again_on_the_page_and_on_disk(services_with, tmp_path):
    publish_by_hand(tmp_path, article(PAGE))
    services, _ = services_with(completion(GOOD))
    draft(services, rows(QUESTION))
    own = " ".join(duplicate_site.sentences(5, 3))
    text = "\n\n".join([own, *(f"{n}. **Part {n}**: {duplicate_site.answer(n)}" for n in (1, 2, 3, 4)), own])
    before = draft_of(services)
    copied = DraftViews(services).view(before).answer
    row = DraftEditor(services).save_fields(before, {"answer": text}, who=WHO)
    assert copies(services, row) == []
    file = file_of(services, row)
    file.write_bytes(services.drafts.versions.data(row.id, before.version) + b"\n")
    row = EditImporter(services).sync(row)
    assert read(file.read_bytes()).get("answer") and len(copied) > 1000
    assert (row.state, len(copies(services, row))) == ("needs_fix", 1)


def test_a_rewrite_is_compared_neither_with_its_page_nor_with_one_that_has_the_answer_of_its_page_already(
    services_with, tmp_path
):
    publish_page(tmp_path)
    services, _ = services_with(completion(CORRECTED))
    rewrite(services)
    assert drafts_of(services) == {ENZYMES: []}
    row = draft_of(services)
    answer = DraftViews(services).view(row).answer.replace("pH 2", "pH 1.5")
    assert copies(services, DraftEditor(services).save_fields(row, {"answer": answer}, who=WHO)) == []


def test_a_rewrite_that_takes_the_answer_of_another_page_has_the_error(services_with, tmp_path):
    publish_page(tmp_path)
    reply = made_reply(5)
    points = [(point["heading"], point["body"]) for point in reply["points"]]
    text = compose(reply["introduction"], points, reply["conclusion"])
    put_article(tmp_path / "content", duplicate_site.page(PAGE, id=7, text=text))
    services, _ = services_with(by=lambda _: completion(reply))
    rewrite(services)
    assert [PAGE_KEY in message for message in drafts_of(services)[ENZYMES]] == [True]


def test_a_run_says_how_many_drafts_have_the_answer_of_another(services_with):
    questions = rows(*(f"What does enzyme {number} of the liver cell do?" for number in range(12)))
    services, endpoint = services_with(by=lambda _: completion(GOOD))
    _, report = draft(services, questions, concurrency=4, near="allow")
    assert (services.drafts.counts(), len(endpoint.requests)) == ({"drafted": 12}, 12)
    assert sum(map(len, drafts_of(services).values())) == 11
    (note,) = [note for note in report.notes if CODE in note]
    assert note.startswith("11 of 12 questions have nearly the answer of another page or draft")


def test_copies_of_pages_by_the_offline_model_which_quotes_them_are_warnings(services_with):
    examples = ROOT / "examples"
    services, _ = services_with(content_dir=examples / "content" / "learn")
    with (examples / "questions.csv").open(encoding="utf-8") as file:
        questions = [
            row for line in csv.DictReader(file) for row in rows(line["question"], subject=line["subject"])
        ]
    draft(services, questions, offline=True, concurrency=1)
    assert services.drafts.counts() == {"drafted": len(questions)}
    assert all(len(found) == 1 for found in drafts_of(services).values())
