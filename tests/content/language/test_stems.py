"""The stems are equal to those of SQLite."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.language.stems import stem, stems, words

_SAMPLES = """
caresses ponies ties cats feed agreed plastered bled motoring sing conflated troubled sized hopping tanned falling
hissing fizzed failing filing happy sky relational conditional rational valency digitizer conformably radically
differently vilely analogously vietnamization predication operator feudalism decisiveness hopefulness callousness
formality sensitivity sensibility triplicate formative formalize electricity electrical hopeful goodness revival
allowance inference airliner gyroscopic adjustable defensible irritant replacement adjustment dependent adoption
homologous communism activate angularity effective bowdlerize probate rate cease controlling roll yttrium syzygy
organization organisms universities studies dying as is a psychology mitochondrial
"""


SAMPLES = _SAMPLES.split()


def sqlite_stems(text: list[str]) -> dict[int, str]:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE f USING fts5(a, tokenize='porter unicode61 remove_diacritics 2')"
    )
    connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab(f, 'instance')")
    connection.executemany("INSERT INTO f(rowid, a) VALUES (?, ?)", enumerate(text))
    found = {row: term for term, row in connection.execute("SELECT term, doc FROM v")}
    connection.close()
    return found


def test_known_words_have_sqlites_stems():
    found = sqlite_stems(SAMPLES)
    assert [stem(word) for word in SAMPLES] == [found[index] for index in range(len(SAMPLES))]


@given(st.from_regex(r"[a-z]{1,12}(ing|ed|ational|ness|y|es|ies|ement|ion|ll|e|)", fullmatch=True))
def test_generated_words_have_sqlites_stems(word):
    assert stem(word) == sqlite_stems([word])[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Élan vital!", ["elan", "vital"]),
        ("don't", ["don", "t"]),
        ("x²–H₂O 3.5", ["x²", "h₂o", "3", "5"]),
        ("", []),
    ],
)
def test_words_are_in_lower_case_without_diacritics(text, expected):
    assert words(text) == expected


def test_function_words_give_no_stem():
    assert stems("What are the causes of inflation?") == ["caus", "inflat"]
