"""Good rows of a question list are read whatever is around them; bad rows are reported with their line."""

import contextlib
import csv
import io
import itertools
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.questions.details import QuestionDetails
from generator.content.site.subjects import Subject, SubjectList
from generator.content.text import one_line
from generator.errors import QuestionListError, UsageError
from generator.questions import json_and_yaml
from generator.questions.rows import Question, read_questions

SUBJECTS = SubjectList(
    [
        Subject(name="Education Studies"),
        Subject(name="Medicine"),
        Subject(name="Marine biology", listed=False),
    ]
)


def read(
    data: bytes | str, name: str = "list.csv", default: str | None = None
) -> list[Question | QuestionListError]:
    raw = data if isinstance(data, bytes) else data.encode()
    return list(read_questions(io.BytesIO(raw), name, default_subject=default, subjects=SUBJECTS))


def questions(data: bytes | str, name: str = "list.csv") -> list[str]:
    items = read(data, name)
    assert all(isinstance(item, Question) for item in items), items
    return [item.text for item in items if isinstance(item, Question)]


def only_error(data: bytes | str, name: str = "list.csv") -> tuple[int, str]:
    (error,) = [item for item in read(data, name) if isinstance(item, QuestionListError)]
    return error.line, error.reason


def test_a_row_has_all_its_fields() -> None:
    data = 'subject,question,notes,sources\nmedicine,"What is DVT, briefly?",Adults only.,a.pdf; b/c.md\n'
    assert read(data) == [
        Question(
            "What is DVT, briefly?",
            "Medicine",
            "Adults only.",
            ("a.pdf", "b/c.md"),
            "list.csv",
            2,
            details=QuestionDetails({"notes": "Adults only.", "sources": "a.pdf; b/c.md"}),
        )
    ]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", "question\nWhat is A?\nWhat is B?\n"),
        ("a.csv", "What is A?\nWhat is B?"),
        ("a.csv", "Question;Subject\nWhat is A?;Medicine\nWhat is B?;\n"),
        ("a.csv", "\ufeffQuestion ,subject\r\n\r\nWhat is A?,Medicine\r\n# note\r\n,\r\nWhat is B?\r\n"),
        ("a.csv", 'question\n"What is\nA?"\n"What  is ""B""?"\n'.replace('""B""', "B")),
        ("a.csv", "question\rWhat is A?\rWhat is B?\r"),
        ("A.TSV", "subject\tquestion\nMedicine\tWhat is A?\nMedicine\tWhat is B?\n"),
        ("a.txt", "\ufeff# mine\n\nWhat is A?\r\n  What is\tB?  \n"),
        ("a.jsonl", '{"question": "What is A?", "more": 1}\n\n"What is B?"\n'),
        ("a.yaml", "- What is A?\n- question: What is B?\n  subject: Medicine\n  sources: [x.md]\n"),
        ("-", '{"question": "What is A?"}\n{"question": "What is B?"}\n'),
        ("-", "subject,question\nMedicine,What is A?\nMedicine,What is B?\n"),
        ("-", "What is A?\nWhat is B?\n"),
        ("list", "question\tsubject\nWhat is A?\t\nWhat is B?\tMedicine\n"),
    ],
)
def test_every_format_gives_the_same_questions(name: str, data: str) -> None:
    assert questions(data, name) == ["What is A?", "What is B?"]


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.txt", "a.jsonl", "a.yaml", "-"])
@pytest.mark.parametrize("data", ["", "\ufeff", "\n\n", "# nothing\n"])
def test_a_list_without_a_row_is_refused(name: str, data: str) -> None:
    with pytest.raises(UsageError, match="the list contains no question"):
        read(data, name)


def test_a_question_with_commas_is_not_split_in_plain_text() -> None:
    assert questions("What are cells, tissues, and organs?\n", "-") == [
        "What are cells, tissues, and organs?"
    ]


def test_a_yaml_scalar_is_the_text_as_written() -> None:
    assert questions("- off\n- question: yes\n", "a.yaml") == ["off", "yes"]
    assert "'1984' is a number" in only_error("- 1984\n", "a.yaml")[1]


@pytest.mark.parametrize(
    ("written", "found"),
    [("Education studies", "Education Studies"), (" EDUCATION  studies", "Education Studies")]
    + [("education-studies", "Education Studies"), ("marine biology", "Marine biology"), ("", None)],
)
def test_a_subject_gets_the_spelling_of_the_site(written: str, found: str | None) -> None:
    (row,) = read(f"question,subject\nWhat is A?,{written}\n")
    assert isinstance(row, Question)
    assert row.subject == found


def test_a_row_without_a_subject_gets_the_default() -> None:
    rows_read = read("question,subject\nWhat is A?,\nWhat is B?,Marine biology\n", default="medicine")
    assert [row.subject for row in rows_read if isinstance(row, Question)] == [
        "Medicine",
        "Marine biology",
    ]


def test_an_unknown_default_subject_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="unknown subject 'Medecine'; did you mean 'Medicine'"):
        read("What is A?", default="Medecine")


def test_without_known_subjects_every_subject_is_used_as_written() -> None:
    (row,) = read_questions(
        io.BytesIO(b"question,subject\nWhat is A?,Heraldry\n"),
        "a.csv",
        default_subject=None,
        subjects=SubjectList([]),
    )
    assert isinstance(row, Question)
    assert row.subject == "Heraldry"


GOOD_BEFORE, GOOD_AFTER = "What is a déjà vu?", "What is after?"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"Medicine,What is it?,extra", "the row has 3 cells, but the header has 2 columns"),
        (b'Medicine,"What" is it?', "the row is not valid CSV"),
        (b'Medicine,"What is it?', "a quote is opened and not closed"),
        (b"Medicine,Na\xc3\xafve caf\xe9?", "not UTF-8 text: byte 0xe9 after 'Medicine,Na\u00efve caf'"),
        (b"Medicine,What is\0 it?", "NUL"),
        (b"Medecine,What is it?", "unknown subject 'Medecine'; did you mean 'Medicine'?"),
        (b"Xyzzy,What is it?", "unknown subject 'Xyzzy'"),
        (b"Medicine,", "the question is empty"),
        (b"Medicine,\xe2\x80\x8b \xc2\xa0", "the question is empty"),
        (b"Medicine," + b"What " * 80, "the question has 399 characters, more than 300"),
        ("Medicine,Что это?".encode(), "the question gives no file name"),
        (b"Medicine," + b"a" * 210, "the question gives no file name"),
        (b"Medicine," + b"x" * 1_500_000, "the line has more than 1000000 characters"),
        (b"Medicine," + b"x" * 140_000, "not valid CSV: field larger than field limit"),
    ],
)
def test_a_bad_row_is_reported_and_the_other_rows_are_read(bad: bytes, reason: str) -> None:
    after = b"".join(b"Medicine,%s\n" % GOOD_AFTER.encode() for _ in range(12))
    items = read(b"subject,question\nMedicine,%s\n%s\n%s" % (GOOD_BEFORE.encode(), bad, after))
    assert [item.text for item in items if isinstance(item, Question)] == [GOOD_BEFORE] + 12 * [GOOD_AFTER]
    (error,) = [item for item in items if isinstance(item, QuestionListError)]
    assert (error.path, error.line) == ("list.csv", 3)
    assert reason in error.reason


def test_an_unclosed_quote_near_the_end_affects_only_its_row() -> None:
    items = read('question\n"What is A?\nWhat is B?\nWhat is C?')
    assert [getattr(item, "text", None) for item in items] == [None, "What is B?", "What is C?"]
    assert "a quote is opened and not closed" in str(items[0])


def test_the_example_lists_are_read_as_their_notes_describe() -> None:
    subjects = SubjectList(Subject(name=name) for name in ("Biology", "Physics", "Economics", "Psychology"))
    examples = Path(__file__).parents[2] / "examples"

    def bad_lines(name: str) -> list[int]:
        items = read_questions(examples / name, name, default_subject=None, subjects=subjects)
        return [item.line for item in items if isinstance(item, QuestionListError)]

    assert bad_lines("questions.csv") == []
    assert bad_lines("questions-messy.csv") == [5, 6, 7, 8, 9]


def test_a_field_may_contain_a_few_line_breaks() -> None:
    (row,) = read('question,notes\nWhat is A?,"one\ntwo\n\n# three"\n')
    assert isinstance(row, Question)
    assert row.notes == "one\ntwo\n\n# three"


@pytest.mark.parametrize(
    ("name", "data", "line", "reason"),
    [
        ("a.csv", "What is A?\nWhat is B, really?\n", 2, "the row has 2 cells, but the list has one column"),
        ("a.txt", b"What is \xc3\x84?\nWas ist \xfcber?\n", 2, "save the list as UTF-8"),
        ("a.jsonl", '"What is A?"\n{"question": "What\n', 2, "not valid JSON"),
        ("a.jsonl", '{"q": "What?"}', 1, "no key 'question'"),
        ("a.jsonl", "[1]", 1, "neither an object nor a text"),
        ("a.jsonl", '{"question": 7}', 1, "question is not a text"),
        ("a.jsonl", '{"question": "What?", "sources": [1]}', 1, "sources is neither"),
        ("a.jsonl", '{"Fragen": "Was?", "Frage": "Was?"}', 1, "two keys mean 'question'"),
        ("a.yaml", "- q: What?\n", 1, "no key 'question'"),
        ("a.yaml", "- [What?]\n", 1, "neither a mapping nor a text"),
        ("a.yaml", "- question: {a: b}\n", 1, "question is not a text"),
    ],
)
def test_a_bad_row_is_reported_with_its_line(name: str, data: bytes | str, line: int, reason: str) -> None:
    found, text = only_error(data, name)
    assert reason in text
    assert found == line


@pytest.mark.parametrize(
    ("name", "data", "line", "reason"),
    [
        (
            "a.csv",
            "subject,title\nMedicine,What?\nMedicine,Why?\n",
            1,
            "no column 'question', only 'subject', 'title'",
        ),
        ("a.csv", "question,question\na,b\n", 1, "two columns mean 'question'"),
        ("a.csv", "Что это такое?\n".encode("cp1251"), 1, "its encoding is not certain"),
        ("a.csv", b"PK\x03\x04\x14\x00\xff\xfe\n\x00\x01", 1, "export the list as CSV"),
        ("a.jsonl", "[" * 100_000, 1, "this JSON cannot be read"),
        ("a.yaml", "question: What?\n", 1, "not a YAML list"),
        ("a.yaml", "- What?\n- a: [\n", 3, "not valid YAML"),
        ("a.yaml", "- &a What?\n- *a\n", 2, "aliases"),
        ("a.yaml", "[" * 50_000, 1, "nested too deeply"),
        ("a.yaml", b"- Wh\xc3\xa4t?\n- \xff\n", 2, "not UTF-8"),
        ("a.yaml", "- What\x07?\n", 1, "not valid YAML"),
    ],
)
def test_a_file_that_is_not_a_list_is_refused(name: str, data: bytes | str, line: int, reason: str) -> None:
    with pytest.raises(UsageError) as refused:
        read(data, name)
    assert str(refused.value).startswith(f"{name}:{line}: ")
    assert reason in str(refused.value)


def test_a_yaml_list_has_a_maximum_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_and_yaml, "MAX_BYTES", 10)
    with pytest.raises(UsageError, match="use CSV or JSON Lines"):
        read("- What is A?\n", "a.yaml")


def test_a_file_is_read_from_its_path(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("What is A?\n", encoding="utf-8")
    (row,) = read_questions(file, str(file), default_subject=None, subjects=SUBJECTS)
    assert isinstance(row, Question)
    assert (row.path, row.line) == (str(file), 1)


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.csv: cannot be read: No such file"):
        list(read_questions(tmp_path / "none.csv", "none.csv", default_subject=None, subjects=SUBJECTS))


def test_reading_leaves_the_stream_open() -> None:
    stream = io.BytesIO(b"What is A?\n")
    assert list(read_questions(stream, "-", default_subject=None, subjects=SUBJECTS))
    assert not stream.closed


@pytest.mark.slow
def test_memory_does_not_grow_with_the_list() -> None:
    class EndlessFile(io.RawIOBase):
        """8,000 rows of which every tenth opens a quote and does not close it."""

        def __init__(self) -> None:
            quote = itertools.cycle(['"'] + 9 * [""])
            self._left = b""
            self._rows = (f"{next(quote)}What is number {n}?\n".encode() for n in range(8_000))

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: object) -> int:
            view = memoryview(buffer)  # type: ignore[arg-type]
            row = self._left or next(self._rows, b"")
            self._left = row[len(view) :]
            view[: len(row)] = row[: len(view)]
            return min(len(row), len(view))

    tracemalloc.start()
    try:
        stream = io.BufferedReader(EndlessFile())
        count = sum(1 for _ in read_questions(stream, "a.csv", default_subject=None, subjects=SUBJECTS))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count > 1_000
    assert peak < 1_500_000  # 2,700,000 where all rows are held


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40), min_size=1, max_size=6
    )
)
def test_the_output_of_a_csv_writer_is_read_back(texts: list[str]) -> None:
    asked = [f"Why {one_line(text)} so".strip() for text in texts]
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerows([["question"], *([text] for text in asked)])
    assert questions(buffer.getvalue()) == [one_line(text) for text in asked]
    lines = "".join(json.dumps({"question": text}) + "\n" for text in asked)
    assert questions(lines, "-") == [one_line(text) for text in asked]


@given(
    st.binary(max_size=300), st.sampled_from(["a.csv", "a.tsv", "a.txt", "a.json", "a.jsonl", "a.yaml", "-"])
)
def test_no_bytes_make_reading_fail(data: bytes, name: str) -> None:
    with contextlib.suppress(UsageError):
        for item in read(data, name):
            assert isinstance(item, Question | QuestionListError)
