"""Search in the texts of drafts: stems, phrases and excerpts; kept with every change, and filled in for old ledgers."""

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.content.article import Article
from generator.content.claims.find import find_claims
from generator.content.claims.verdict import Verdict
from generator.content.frontmatter import render
from generator.content.site.site import Site
from generator.store.ledger.claims import CheckedClaim, Claims
from generator.store.ledger.pages import draft_page
from generator.store.ledger.queue.draft_queue import DraftQueue
from generator.store.ledger.queue.queue_filter import QueueFilter
from tests.support.ledgers import NOW, draft, planned, take_back

TEXTS = (
    (
        "What are Newton's laws?",
        "A body **keeps** its speed, as Newton’s first law of motion says.",
        "Speed.",
    ),
    ("What does an enzyme do?", "It speeds up a reaction. It began in 1803.", "Catalysts of a cell."),
    ("What is a wall?", "The cell has a wall. The law is another one.", "Walls of plants."),
)


def file_of(question, answer, description):
    article = Article.compose(
        site=Site(),
        id=1,
        date=datetime.date(2026, 1, 31),
        question=question,
        subject="Biology",
        answer=answer,
        description=description,
        keywords=("turgor", "stiffness"),
    )
    return render(article).encode()


@pytest.fixture
def queue(ledger, drafts):
    for number, texts in enumerate(TEXTS):
        new = draft(
            planned(ledger, f"{number}"), file_of(*texts), question=texts[0], key=f"biology/q-{number}"
        )
        drafts.record(new, now=NOW)
    return DraftQueue(ledger.database, lambda: NOW)


def found(queue, search, **wanted):
    return [row.id for row in queue.page(QueueFilter(search=search, **wanted))]


@pytest.mark.parametrize(
    ("search", "ids"),
    [
        ("Newtons", [1]),
        ("newton's", [1]),
        ('"Newtons law"', [1]),
        ("enzymes", [2]),
        ("reactions speeding", [2]),
        ("law", [1, 3]),
        ('"cell wall"', []),
        ('"a wall" cells', [3]),
        ("catal*", [2]),
        ("catal", []),
        ("turgor", [1, 2, 3]),
        ("q-1", [2]),
        ("nothing", []),
        ("?", []),
    ],
)
def test_a_search_finds_stems_and_phrases_in_all_texts(queue, search, ids):
    assert found(queue, search) == ids
    assert queue.count(QueueFilter(search=search)) == len(ids)


def test_a_search_keeps_the_filter_and_the_order(queue, drafts):
    drafts.decide(drafts.get(1), "approved", who="Ada", now=NOW)
    assert found(queue, "turgor", states=("drafted",)) == [2, 3]
    rows = queue.page(QueueFilter(search="turgor"), sort="words", descending=True)
    assert [row.words for row in rows] == [12, 10, 9]
    assert [row.id for row in rows] == [1, 3, 2]


def test_an_edit_changes_what_is_found(queue, drafts):
    row = drafts.get(2)
    assert found(queue, "ribosomes") == []
    edited = draft(row.job, file_of(TEXTS[1][0], "A ribosome is one.", "d"), origin="edit", key=row.key)
    with drafts.transaction():
        drafts.revise(row, edited, who="Ada", now=NOW)
    assert found(queue, "ribosomes") == [2]
    assert found(queue, "reaction") == []
    assert drafts.get(2).words == 4


def test_a_draft_without_an_article_is_found_by_its_question_and_reason(queue, ledger, drafts):
    new = draft(planned(ledger, "4"), None, "refused", question="Why?", key=None, reason="declined to answer")
    row = drafts.record(new, now=NOW)
    assert found(queue, "declining") == found(queue, "why") == [row.id]


def test_an_excerpt_has_the_hits(queue):
    rows = queue.page(QueueFilter(search="newtons speed"))
    excerpt = queue.excerpts(rows, "newtons speed")[1]
    assert [part.text for part in excerpt.question if part.is_hit] == ["Newton's"]
    assert [part.text for part in excerpt.text if part.is_hit] == ["speed", "Newton’s"]
    assert "".join(part.text for part in excerpt.text).startswith("A body keeps its speed, as Newton’s first")
    assert queue.excerpts(rows, "?") == {}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.text(max_size=40) | st.text(alphabet="\"'*()^:-+{}ANDORTE \x00\u030f", max_size=20),
    st.sampled_from(TEXTS),
)
def test_no_search_is_an_error_and_words_of_a_text_find_it(queue, typed, text):
    found(queue, typed)
    queue.excerpts(queue.page(QueueFilter()), typed)
    assert TEXTS.index(text) + 1 in found(queue, text[0])


def test_texts_of_an_old_ledger_are_filled_in_when_they_are_needed(queue, ledger, drafts):
    database = ledger.database
    take_back(database, 19)
    database.connection.execute("PRAGMA foreign_keys = OFF")
    path = database.path
    database.close()
    opened = type(database)(path)
    old = DraftQueue(opened, lambda: NOW)
    assert [row.words for row in old.page(QueueFilter())] == [0, 0, 0]
    assert [row.words for row in old.page(QueueFilter(), sort="words")] == [9, 10, 12]
    assert found(old, "enzymes") == [2]
    assert opened.execute("SELECT count(*) FROM draft_text_due").fetchone()[0] == 0
    assert opened.problems() == []
    opened.close()


def test_open_claims_are_counted_with_every_change(queue, ledger, drafts):
    claims = Claims(ledger)
    claim = find_claims({"introduction": "It began in 1803."})[0]
    page = draft_page(drafts.get(2).job)

    def open_claims():
        return drafts.get(2).open_claims

    doubtful = Verdict("doubtful", "model", right="1804")
    claims.record(page, [CheckedClaim(claim, doubtful, "model", "m")], now=NOW)
    assert open_claims() == 1
    assert [row.id for row in queue.page(QueueFilter(), sort="claims", descending=True)] == [2, 3, 1]
    claims.decide(claims.find(page, claim.identity), "confirmed", who="Ada", now=NOW)
    assert open_claims() == 0
    claims.record(page, [CheckedClaim(claim, Verdict("contradicted", "model"), "model", "m")], now=NOW)
    assert open_claims() == 1
    row = drafts.get(2)
    edited = draft(row.job, file_of(TEXTS[1][0], "It began long ago.", "d"), origin="edit", key=row.key)
    with drafts.transaction():
        drafts.revise(row, edited, who="Ada", now=NOW)
    assert open_claims() == 0
