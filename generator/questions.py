"""Reads question lists: every row either a usable question or an error that names its line.

A row that cannot be used is an item of the result like any other, so that one bad row costs only itself.
Nothing in a list is trusted; what comes out is cleaned text with a canonical subject, and has a slug.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from generator.content.slugs import slug
from generator.content.subjects import SubjectList
from generator.content.text import clean, one_line
from generator.errors import QuestionListError, SlugError, UsageError
from generator.question_lists.columns import TOPIC, is_column_name
from generator.rows import Bad, Cells, Item, read_rows

MAX_QUESTION_CHARS = 300  # the longest published question has 184
MAX_NOTES_CHARS = 4_000

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.[a-z]{2,}", re.IGNORECASE)
# The last line of a table: the word alone or with the rows that it counts, or any words with the number.
_TOTAL = re.compile(
    r"(?:grand |sub)?(?:total|sum|summe|gesamt|insgesamt|count|anzahl)"
    r"(?:(?: (?:number )?(?:of )?(?:all )?(?:questions|rows|items|entries|records|lines|fragen|zeilen|eintr\u00e4ge))?"
    r"\s*[:=]?\s*[\d.,]*|(?: \w+){0,3}\s*[:=]\s*[\d.,]+)",
    re.IGNORECASE,
)
_ASK = "write what is asked about it"


@dataclass(frozen=True)
class QuestionRow:
    """One usable row: ``subject`` is canonical, or None where neither the row nor the caller names one.

    ``written`` is the question with the marks of its list, such as a number, where they were taken off.
    """

    question: str
    subject: str | None
    notes: str | None
    sources: tuple[str, ...]
    path: str
    line: int
    written: str | None = None


def read_questions(
    source: Path | BinaryIO, name: str, *, default_subject: str | None, subjects: SubjectList
) -> Iterator[QuestionRow | QuestionListError]:
    """The rows of a list in order; an unusable row is yielded as an error.

    Args:
        source: a file, or a stream of bytes such as standard input.
        name: what messages call it; its suffix tells the format, another or no suffix leaves that to the content.
        default_subject: the subject of rows that name none.
        subjects: the known subjects; an empty list takes every subject as it is written.

    Raises:
        UsageError: the file cannot be read or as a whole is no question list, or the default subject is unknown.
    """
    row = _Validator(name, subjects, default_subject)
    return map(row.checked, read_rows(source, name, lambda text: subjects.resolve(text) is not None))


class _Validator:
    """Turns cells into rows."""

    def __init__(self, path: str, subjects: SubjectList, default_subject: str | None) -> None:
        self._path = path
        self._subjects = subjects
        try:
            self._default = None if default_subject is None else self._subject(default_subject)
        except ValueError as error:
            raise UsageError(str(error)) from error

    def checked(self, item: Item) -> QuestionRow | QuestionListError:
        if isinstance(item, Bad):
            return QuestionListError(self._path, item.line, item.reason)
        try:
            return self._row(item)
        except SlugError as error:
            return QuestionListError(
                self._path, item.line, f"the question gives no file name: {error.reason}"
            )
        except ValueError as error:
            return QuestionListError(self._path, item.line, str(error))

    def _row(self, cells: Cells) -> QuestionRow:
        question = one_line(_text(cells.values, "question"))
        if not question:
            raise ValueError("the question is empty")
        if len(question) > MAX_QUESTION_CHARS:
            raise ValueError(f"the question has {len(question)} characters, more than {MAX_QUESTION_CHARS}")
        if reason := self._no_question(question):
            raise ValueError(reason)
        slug(question)
        written = one_line(cells.written or "")
        subject = one_line(_text(cells.values, "subject"))
        notes = clean(_text(cells.values, "notes")).strip()
        if len(notes) > MAX_NOTES_CHARS:
            raise ValueError(f"the notes have {len(notes)} characters, more than {MAX_NOTES_CHARS}")
        return QuestionRow(
            question=question,
            subject=self._subject(subject) if subject else self._topic(cells) or self._default,
            notes=notes or None,
            sources=_sources(cells.values.get("sources")),
            path=self._path,
            line=cells.line,
            written=written if written and written != question else None,
        )

    def _topic(self, cells: Cells) -> str | None:
        """The subject that a column of topics or categories names, where it does."""
        topic = cells.values.get(TOPIC)
        found = self._subjects.resolve(topic) if isinstance(topic, str) else None
        return found.name if found else None

    def _no_question(self, text: str) -> str | None:
        """Why a text is something else that stands in lists, such as a cell of another column."""
        if not any(char.isalpha() for char in text) and any(char.isdigit() for char in text):
            return f"{text!r} is a number or a date, not a question"
        if _ADDRESS.fullmatch(text):
            return f"{text!r} is an address, not a question"
        if text.startswith("\\item"):
            return f"{text!r} is a line of TeX, not a question; write it without the command"
        if _TOTAL.fullmatch(text):
            return f"{text!r} is a total, not a question"
        if is_column_name(text):
            return f"{text!r} is the name of a column, not a question; if it is a topic, {_ASK}"
        if self._subjects.resolve(text) is not None:
            return f"{text!r} is a subject, not a question; {_ASK}"
        if text.endswith(":"):
            return f"{text!r} ends with a colon, as a heading does; end it otherwise if it is a question"
        return None

    def _subject(self, text: str) -> str:
        if not len(self._subjects):
            return one_line(text)
        found = self._subjects.resolve(text)
        if found is not None:
            return found.name
        nearest = self._subjects.nearest(text)
        hint = f"; did you mean {nearest.name!r}?" if nearest else ""
        raise ValueError(f"unknown subject {text!r}{hint}")


def _text(values: dict[str, Any], field: str) -> str:
    value = values.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{field} is not a text")
    return value


def _sources(value: Any) -> tuple[str, ...]:
    """One text with semicolons between the names (CSV), or a list of names (JSON Lines, YAML)."""
    parts = value.split(";") if isinstance(value, str) else value or []
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise ValueError("sources is neither a text nor a list of texts")
    return tuple(name for part in parts if (name := one_line(part)))
