"""The rows that share rare words with a text come first, also where most rows share its usual words."""

import sqlite3

import pytest

from generator.store.shared_words import rows_that_share_words


@pytest.fixture
def execute():
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE page USING fts5(title, answer, tokenize='porter unicode61')")
    rows = [
        (number, "hexokinase catalase", "photosynthesis everywhere important") for number in range(1, 400)
    ]
    rows[6] = (7, "", "important hexokinase with catalase")
    connection.executemany("INSERT INTO page (rowid, title, answer) VALUES (?, ?, ?)", rows)
    yield connection.execute
    connection.close()


def found(execute, text, **changes):
    return rows_that_share_words(execute, "page", "answer", text, **{"limit": 3, **changes})


def test_a_row_with_the_rare_words_is_first_and_the_newest_follow(execute):
    assert found(execute, "Important photosynthesis, catalases, hexokinase") == [7, 350, 351]


def test_rows_that_do_not_meet_the_condition_are_left_out(execute):
    assert 7 not in found(execute, "catalase photosynthesis", condition="number <> 7")


@pytest.mark.parametrize("text", ["", "the of and", '"* AND answer:', "ヒト\0"])
def test_no_text_is_an_error(execute, text):
    assert len(found(execute, text)) <= 3
