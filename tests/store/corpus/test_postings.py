"""Ranking term by term gives the same result as one query of SQLite for all terms."""

import random
import sqlite3

from hypothesis import given, settings
from hypothesis import strategies as st

from generator.store.corpus.postings import Postings
from generator.store.corpus.ranking import Term, match_expression

WORDS = ("copper", "river", "light", "cell", "wage", "the")
texts = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)


def table(rows: list[tuple[str, str]]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE lead USING fts5(question, keywords)")
    connection.executemany("INSERT INTO lead VALUES (?, ?)", rows)
    return connection


@given(
    rows=st.lists(st.tuples(texts, texts), min_size=1, max_size=20),
    queries=st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4, unique=True), max_size=5),
    limit=st.integers(1, 25),
)
def test_the_best_rows_are_those_of_one_query_for_all_terms(
    rows: list[tuple[str, str]], queries: list[list[str]], limit: int
) -> None:
    connection = table(rows)
    postings = Postings("lead", "6.0, 1.0")
    sql = (
        "SELECT rowid, -bm25(lead, 6.0, 1.0) AS worth FROM lead WHERE lead MATCH ?"
        " ORDER BY worth DESC, rowid LIMIT ?"
    )
    for query in queries:
        terms = [Term(word, word, 1.0) for word in query]
        expected = connection.execute(sql, (match_expression(terms), limit)).fetchall()
        assert postings.best(connection, terms, limit=limit) == expected


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000), limit=st.integers(1, 60))
def test_long_lists_that_are_only_looked_up_give_the_same_rows(seed: int, limit: int) -> None:
    draw = random.Random(seed)
    common = ["the", "light", "wage"]
    rows = [
        (
            " ".join(draw.choices(common, k=draw.randint(0, 6)) + draw.choices(WORDS, k=draw.randint(0, 1))),
            draw.choice(("copper", "river", "", "", "", "", "", "")),
        )
        for _ in range(600)
    ]
    connection = table(rows)
    terms = [Term(word, word, 1.0) for word in draw.sample(WORDS, 5)]
    sql = (
        "SELECT rowid, -bm25(lead, 6.0, 1.0) AS worth FROM lead WHERE lead MATCH ? ORDER BY worth DESC, rowid"
    )
    every = connection.execute(sql, (match_expression(terms),)).fetchall()
    postings = Postings("lead", "6.0, 1.0")
    assert postings.best(connection, terms, limit=limit) == every[:limit]
    odd = {row for row, _ in every if row % 2}
    expected = [item for item in every if item[0] in odd][:limit]
    among_odd = Postings("lead", "6.0, 1.0", among=odd)
    assert among_odd.best(connection, terms, limit=limit) == expected


def test_only_the_given_rows_are_ranked() -> None:
    connection = table([("copper", ""), ("copper copper", ""), ("river", "")])
    terms = [Term("copper", "copper", 1.0)]
    found = Postings("lead", "6.0, 1.0", among={1, 3}).best(connection, terms, limit=5)
    assert [row for row, _ in found] == [1]


def test_no_terms_find_nothing() -> None:
    assert Postings("lead", "6.0, 1.0").best(table([("copper", "")]), [], limit=5) == []
