"""Lists in the encodings that programs write are read as what their authors typed, and a guess is told."""

import csv
import io
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.errors import QuestionListError
from generator.questions.rows import Question, Reading, read_questions
from tests.support.lists import SUBJECTS, found, read, refusal

ACCENTS = ("What is a café?", "What is Darwin’s “fitness”?", "Wie groß ist München?", "¿Qué es la energía?")
LIST = "subject;question\n" + "".join(f"Biology;{text}\n" for text in ACCENTS)
SURE = ("utf-8", "utf-8-sig", "utf-16", "utf-32")
GUESSED = ("utf-16-le", "utf-16-be", "cp1252", "mac_roman")


def guesses(data: bytes, name: str) -> list[str]:
    reading = Reading()
    list(read_questions(io.BytesIO(data), name, default_subject=None, subjects=SUBJECTS, reading=reading))
    return reading.guesses


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.tsv", "list"])
@pytest.mark.parametrize("encoding", [*SURE, *GUESSED])
def test_a_list_is_read_in_its_encoding_and_a_guess_is_told(encoding: str, name: str) -> None:
    data = LIST.encode(encoding)
    assert found(data, name) == [(text, "Biology") for text in ACCENTS]
    assert len(guesses(data, name)) == (encoding in GUESSED)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.yaml"])
def test_json_and_yaml_are_read_in_other_encodings_too(encoding: str, name: str) -> None:
    assert found(f'["{ACCENTS[0]}"]'.encode(encoding), "a.json") == [(ACCENTS[0], None)]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("What is a café?", "cp1252"),
        ("How does a price–demand curve work?", "cp1252"),
        ("What does “liberty” mean?", "mac_roman"),
        ("What is Darwin’s theory?", "mac_roman"),
        ("What are the Four C’s of a story?", "mac_roman"),
        ("What does the Œuvre of Molière show?", "cp1252"),
        ("What is a €5 note?", "cp1252"),
        ("Was heißt Ökologie?", "cp850"),
        ("What is the Schrödinger equation?", "cp850"),
        ("Gdzie leży Łódź?", "cp1250"),
        ("What is a cœur à €5?", "iso8859_15"),
        ("Türkiye'de yağmur nasıl oluşur?", "cp1254"),
        ("İstanbul'da kaç şehir var?", "cp1254"),
        ("What is Poincaré's conjecture at 20 °C ± 1?", "cp1252"),
        ("Why is Malmö’s bridge long?", "cp1252"),
    ],
)
def test_a_single_accent_shows_the_encoding(text: str, encoding: str) -> None:
    data = f"question\nWhat is mass?\n{text}\n".encode(encoding)
    assert [question for question, _ in found(data, "a.csv")] == ["What is mass?", text]


def test_an_accent_far_below_the_beginning_shows_the_encoding_of_a_file() -> None:
    rows = [f"What is number {n}, in the end?" for n in range(5_000)]
    data = "\n".join(["question", *rows, "What is a café?"]).encode("cp1252")
    assert [question for question, _ in found(data, "a.txt")] == [*rows, "What is a café?"]


def test_a_line_that_is_not_utf_8_in_a_list_that_is_stays_an_error_of_its_line() -> None:
    data = "question\nWhat is a café?\nWhat is mass?\n".encode() + b"What is a caf\xe9?\n"
    *rows, bad = read(data, "a.csv")
    assert all(isinstance(row, Question) for row in rows)
    assert isinstance(bad, QuestionListError)
    assert (bad.line, "byte 0xe9" in bad.reason) == (4, True)


def test_another_alphabet_in_an_old_encoding_is_refused() -> None:
    for encoding in ("cp1251", "koi8-r", "iso8859_5"):
        text = refusal("question\nЧто такое масса?\nЧто такое энергия?\n".encode(encoding), "a.csv")
        assert text.startswith("a.csv:2: the list is not UTF-8, and its encoding is not certain")


def test_half_a_character_at_the_end_of_utf_16_is_an_error_of_its_line() -> None:
    first, bad = read("What is DNA?\nWhat is mass?".encode("utf-16") + b"a", "a.txt")
    assert isinstance(first, Question)
    assert isinstance(bad, QuestionListError)
    assert bad.line == 2


def test_a_byte_that_the_encoding_lacks_affects_only_its_line() -> None:
    rows = "".join(f"What is café number {n}?\n" for n in range(9_000))
    *good, bad = read(rows.encode("cp1252") + b"What is \x81?\n", "a.txt")
    assert len([row for row in good if isinstance(row, Question)]) == 9_000
    assert isinstance(bad, QuestionListError)


def peak_memory(data: bytes) -> int:
    stream = io.BytesIO(data)
    tracemalloc.start()
    try:
        for _ in read_questions(stream, "a.txt", default_subject=None, subjects=SUBJECTS):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
def test_a_list_in_another_encoding_is_not_held_in_memory() -> None:
    text = "".join(f"What is café number {n}, and why is it so?\n" for n in range(10_000))
    assert peak_memory(text.encode("utf-16")) < peak_memory(text.encode()) + 200_000


WORDS = st.lists(
    st.sampled_from(
        ["cells", "heat", "naïve", "café", "Darwin’s", "“fitness”", "Zürich", "señor", "of", "a – b", "x; y"]
    ),
    min_size=2,
    max_size=12,
)
ASKED = st.builds(lambda words, n: f"What is {' '.join(words)} number {n}?", WORDS, st.integers(0, 9999))


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(ASKED, st.sampled_from(["Biology", "Physics", ""]), st.text("ab ,;\"'\n|", max_size=8)),
        min_size=1,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([*SURE, "cp1252", "utf-16-le"]),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_table_is_read_back_from_every_separator_and_encoding(
    rows: list[tuple[str, str, str]], separator: str, encoding: str, names_separator: bool, line_break: str
) -> None:
    buffer = io.StringIO()
    if names_separator:
        buffer.write(f"sep={separator}{line_break}")
    writer = csv.writer(buffer, delimiter=separator, lineterminator=line_break)
    writer.writerows([("Question", "Subject", "Owner"), *rows])
    name = "a.tsv" if separator == "\t" else "a.csv"
    items = read(buffer.getvalue().encode(encoding), name)
    assert [(row.text, row.subject) for row in items if isinstance(row, Question)] == [
        (text, subject or None) for text, subject, _ in rows
    ]
    assert len(items) == len(rows)
