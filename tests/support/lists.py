"""Reads question lists that stand in a test, as a command reads those of a file."""

import io

import pytest

from generator.content.site.subjects import Subject, SubjectList
from generator.errors import QuestionListError, UsageError
from generator.questions.rows import Question, read_questions

SUBJECTS = SubjectList(
    [Subject(name="Biology"), Subject(name="Physics"), Subject(name="Art History and Literature")]
)


def read(data: bytes | str, name: str) -> list[Question | QuestionListError]:
    """The rows of a list, and the errors in place of those that cannot be used."""
    raw = data if isinstance(data, bytes) else data.encode()
    return list(read_questions(io.BytesIO(raw), name, default_subject=None, subjects=SUBJECTS))


def found(data: bytes | str, name: str) -> list[tuple[str, str | None]]:
    """The questions and subjects of a list without a bad row."""
    rows = read(data, name)
    assert [row for row in rows if isinstance(row, QuestionListError)] == []
    return [(row.text, row.subject) for row in rows if isinstance(row, Question)]


def refusal(data: bytes | str, name: str) -> str:
    """Why a list is refused as a whole."""
    with pytest.raises(UsageError) as refused:
        read(data, name)
    return str(refused.value)
