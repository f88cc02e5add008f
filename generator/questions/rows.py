"""Reads and validates question lists.

Each row becomes a question or an error with its line, so one bad row does not stop the others. The text of a question
is cleaned and has a slug; its subject has the site's spelling.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from generator.content.questions.details import QuestionDetails, date_of_cell
from generator.content.site.subjects import SubjectList
from generator.content.slugs import slug
from generator.content.text import clean, one_line
from generator.errors import QuestionListError, SlugError, UsageError
from generator.questions.columns import TOPIC, KnownNames
from generator.questions.list_formats import BadRow, Item, RawRow, Reading, read_rows
from generator.questions.not_questions import non_question_reason

__all__ = ["Question", "Reading", "read_questions"]

MAX_QUESTION_CHARS = 300  # the longest published question has 184
MAX_NOTES_CHARS = 4_000


@dataclass(frozen=True)
class Question:
    """A question of a list.

    Args:
        text: the question on one line, without list marks.
        subject: in the site's spelling; None if neither the row nor the caller names one.
        notes: for the writer; None if there are none.
        sources: the names of the documents to use.
        path: the name of the list, for messages.
        line: the line on which the row begins, from 1.
        written: the text with its list marks, such as a number; None if none were removed.
        details: the other columns, which do not change what is asked; None in a list without columns.
    """

    text: str
    subject: str | None
    notes: str | None
    sources: tuple[str, ...]
    path: str
    line: int
    written: str | None = None
    details: QuestionDetails | None = field(default=None, hash=False)

    @property
    def place(self) -> str:
        """Where it is in its list, for messages."""
        return f"{self.path}:{self.line}"


def read_questions(
    source: Path | BinaryIO,
    name: str,
    *,
    default_subject: str | None,
    subjects: SubjectList,
    columns: Mapping[str, Sequence[str]] | None = None,
    sheet: str | None = None,
    reading: Reading | None = None,
) -> Iterator[Question | QuestionListError]:
    """Yield the rows of a list in order; an unusable row is yielded as an error.

    Args:
        source: a file, or a stream of bytes such as standard input.
        name: the name in messages; its suffix decides the format where the content does not show it.
        default_subject: the subject of rows that name none.
        subjects: the known subjects; if empty, subjects are used as written.
        columns: names of columns besides the usual ones, by field.
        sheet: the sheet of a workbook; None for the first one.
        reading: receives what is found out about the list.

    Raises:
        UsageError: the file cannot be read or is not a question list, or the default subject is unknown.
    """
    reading = reading or Reading()
    validator = _Validator(name, subjects, default_subject, columns, reading)
    items = read_rows(source, name, validator.names, reading, sheet=sheet)
    return map(validator.validate, items)


class _Validator:
    """Makes questions of raw rows."""

    def __init__(
        self,
        path: str,
        subjects: SubjectList,
        default_subject: str | None,
        columns: Mapping[str, Sequence[str]] | None,
        reading: Reading,
    ) -> None:
        self._path = path
        self._reading = reading
        self._subjects = subjects
        self.names = KnownNames(lambda text: subjects.resolve(text) is not None, columns)
        try:
            self._default = None if default_subject is None else self._subject(default_subject)
        except ValueError as error:
            raise UsageError(str(error)) from error

    def validate(self, item: Item) -> Question | QuestionListError:
        if isinstance(item, BadRow):
            return QuestionListError(self._path, item.line, item.reason)
        try:
            return self._question(item)
        except SlugError as error:
            return QuestionListError(
                self._path, item.line, f"the question gives no file name: {error.reason}; reword it"
            )
        except ValueError as error:
            return QuestionListError(self._path, item.line, str(error))

    def _question(self, cells: RawRow) -> Question:
        question = one_line(_text(cells.values, "question"))
        if not question:
            raise ValueError("the question is empty; write it, or remove the row")
        if len(question) > MAX_QUESTION_CHARS:
            raise ValueError(
                f"the question has {len(question)} characters, more than {MAX_QUESTION_CHARS}; shorten it"
            )
        if reason := non_question_reason(question, self.names):
            raise ValueError(reason)
        slug(question)
        written = one_line(cells.written or "")
        subject = one_line(_text(cells.values, "subject"))
        notes = clean(_text(cells.values, "notes")).strip()
        if len(notes) > MAX_NOTES_CHARS:
            raise ValueError(
                f"the notes have {len(notes)} characters, more than {MAX_NOTES_CHARS}; shorten them"
            )
        return Question(
            text=question,
            subject=self._subject(subject) if subject else self._topic(cells) or self._default,
            notes=notes or None,
            sources=_sources(cells.values.get("sources")),
            path=self._path,
            line=cells.line,
            written=written if written and written != question else None,
            details=self._details(cells.kept, cells.line) if cells.kept else None,
        )

    def _details(self, kept: Mapping[str, Any], line: int) -> QuestionDetails:
        found: dict[str, str] = {}
        listed = frozenset(filter(None, map(self.names.detail_field, kept)))
        for name, value in kept.items():
            field = self.names.detail_field(name)
            text = one_line(str(value)) if isinstance(value, str | int | float) else ""
            if field is not None and text:
                found.setdefault(field, text)
        return QuestionDetails(
            kept,
            priority=found.get("priority"),
            owner=found.get("owner"),
            due=self._date(found.get("due"), line),
            publish_on=self._date(found.get("publish_on"), line),
            listed=listed,
        )

    def _date(self, text: str | None, line: int) -> str | None:
        date = date_of_cell(text) if text else None
        if text and date is None:
            self._reading.add_unclear_date(text, line)
        return date

    def _topic(self, cells: RawRow) -> str | None:
        """The known subject in a column of topics or categories; None if there is none."""
        topic = cells.values.get(TOPIC)
        found = self._subjects.resolve(topic) if isinstance(topic, str) else None
        return found.name if found else None

    def _subject(self, text: str) -> str:
        if not len(self._subjects):
            return one_line(text)
        found = self._subjects.resolve(text)
        if found is not None:
            return found.name
        nearest = self._subjects.nearest(text)
        hint = f"; did you mean {nearest.name!r}?" if nearest else "; use one of the subjects in config.yaml"
        raise ValueError(f"unknown subject {text!r}{hint}")


def _text(values: dict[str, Any], field: str) -> str:
    value = values.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{field} is not a text; write it as one text")
    return value


def _sources(value: Any) -> tuple[str, ...]:
    """The names in a text with semicolons between them (CSV), or in a list (JSON Lines, YAML)."""
    parts = value.split(";") if isinstance(value, str) else value or []
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise ValueError(
            "sources is neither a text nor a list of texts; write the names of documents as a list"
        )
    return tuple(name for part in parts if (name := one_line(part)))
