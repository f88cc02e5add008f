"""Finds the rows of a full-text table that share the most words with a text; it reads none of the table's texts.

Rare words count most: each word is looked up in its newest rows only, and counts the less, the more of them there are.
"""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from generator.content.language.stems import FUNCTION_WORDS, words

_MOST_CHARS = 20_000
"""A text that is longer is looked up by its beginning."""
_MOST_WORDS = 30
"""So many words are looked up, the longest ones, which are seldom the common ones: a lookup takes 0.05 ms."""
_MOST_READ = 200
_MOST_ROWS = 50


def rows_that_share_words(
    execute: Callable[[str, tuple[Any, ...]], Iterable[Any]],
    table: str,
    column: str,
    text: str,
    *,
    condition: str = "1",
    limit: int,
) -> list[int]:
    """The ids of the rows that share the most words with a text, the best first.

    Args:
        execute: runs a statement on the database.
        table: the FTS5 table; its tokenizer makes stems.
        column: the column of the table that is searched.
        condition: in SQL, on ``number``, the row's id: the rows that count. It is checked for each row that is read.
    """
    newest = (
        f"SELECT rowid AS number FROM {table} WHERE {table} MATCH ? ORDER BY rowid DESC LIMIT {_MOST_READ}"
    )
    sql = f"SELECT number FROM ({newest}) WHERE {condition} LIMIT {_MOST_ROWS}"
    distinct = set(words(text[:_MOST_CHARS])) - FUNCTION_WORDS
    scores: defaultdict[int, float] = defaultdict(float)
    for word in heapq.nsmallest(_MOST_WORDS, distinct, key=lambda one: (-len(one), one)):
        found = [row[0] for row in execute(sql, (f'{column} : "{word}"',))]
        for number in found:
            scores[number] += 1 / len(found)
    return heapq.nsmallest(limit, scores, key=lambda number: (-scores[number], number))
