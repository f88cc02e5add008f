"""The table of topics: which terms are searched, and how close articles are."""

import sqlite3
from collections.abc import Iterator

import pytest

from generator.store.corpus.ranking import Vocabulary
from generator.store.corpus.relatedness import ArticleText, profile
from generator.store.corpus.topic_features import TOPIC_TABLES, TopicWriter, remove_topics
from generator.store.corpus.topics import TopicTable, closeness

DOCUMENTS = ("tides and the moon", "ships and harbours", "fog over the harbour", "the effect of rain", "rain")


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:")
    for table in ("lead", "body"):
        opened.execute(f"CREATE VIRTUAL TABLE {table} USING fts5(text, tokenize='porter unicode61')")
        opened.execute(f"CREATE VIRTUAL TABLE {table}_terms USING fts5vocab({table}, 'row')")
        opened.executemany(f"INSERT INTO {table} VALUES (?)", [(text,) for text in DOCUMENTS])
    opened.executescript(TOPIC_TABLES)
    yield opened
    opened.close()


@pytest.fixture
def table() -> TopicTable:
    return new_table()


def new_table() -> TopicTable:
    return TopicTable(Vocabulary("lead", len(DOCUMENTS)), Vocabulary("body", len(DOCUMENTS)))


def about(question: str) -> ArticleText:
    return ArticleText(question, "", "", "")


def test_closeness_grows_with_common_terms_and_shrinks_with_others(table, connection):
    own = table.of_text(connection, about("How does the moon raise tides?"))
    near = table.of_text(connection, about("Tides and the moon"))
    far = table.of_text(connection, about("Tides and ships, harbours, fog"))
    none = table.of_text(connection, about(""))
    worth = table.worth(connection, own)
    assert closeness(worth, near) > closeness(worth, far) > 0
    assert closeness(worth, none) == 0


def test_a_stem_counts_as_often_as_the_candidate_has_it(table, connection):
    own = table.of_text(connection, about("Tides"))
    once, often = (table.of_text(connection, about(text)) for text in ("tide ship", "tide tide tide ship"))
    worth = table.worth(connection, own)
    assert closeness(worth, often) > closeness(worth, once) > 0


def test_closeness_does_not_depend_on_the_order_of_words(table, connection):
    own = table.of_text(connection, about("Do ships sail on tides in fog and rain?"))
    one = table.of_text(connection, about("fog rain tides ships moon"))
    other = table.of_text(connection, about("moon ships tides rain fog"))
    worth = table.worth(connection, own)
    assert closeness(worth, one) == closeness(worth, other)


def test_searched_terms_are_those_of_the_leads_by_weight_in_a_spelling_of_the_text(table, connection):
    topics = table.of_text(connection, about("Are harbours foggy, and do glaciers tide over 1066?"))
    terms = table.terms(connection, topics)
    assert {term.stem for term in terms} == {"harbour", "tide"}
    assert {term.word for term in terms} == {"harbours", "tide"}
    assert [term.weight for term in terms] == sorted((term.weight for term in terms), reverse=True)


def test_an_article_that_is_no_longer_indexed_has_no_topics(table, connection):
    TopicWriter(connection).add([(7, profile(about("Tides and ships")))])
    remove_topics(connection, 7)
    assert list(table.of_article(connection, 7)) == []


def test_stored_topics_are_those_of_the_text_in_every_later_process(connection):
    texts = [about("How does the moon raise tides?"), about("tide tide ship"), about("Tides, fog and ships")]
    TopicWriter(connection).add([(1, profile(texts[0])), (2, profile(texts[1]))])
    TopicWriter(connection).add([(3, profile(texts[2]))])
    for order in ((1, 2, 3), (3, 1, 2)):
        table = new_table()
        unpublished = table.of_text(connection, about("A glacier by the harbour"))
        stored = {rowid: table.of_article(connection, rowid) for rowid in order}
        assert [stored[rowid] for rowid in (1, 2, 3)] == [
            tuple(table.of_text(connection, text)) for text in texts
        ]
        assert set(unpublished).isdisjoint(number for topics in stored.values() for number in topics)


def test_features_that_another_process_has_stored_since_are_left_out(table, connection):
    TopicWriter(connection).add([(1, profile(about("Tides and ships")))])
    own = table.of_article(connection, 1)
    worth = table.worth(connection, own)
    TopicWriter(connection).add([(2, profile(about("Glacier tides")))])
    newer = table.of_article(connection, 2)
    assert set(newer) < set(own)
    assert closeness(worth, newer) > 0
