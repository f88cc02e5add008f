"""Reads question lists: every row either a usable question or an error that names its line.

A row that cannot be used is an item of the result like any other, so that one bad row costs only itself.
Nothing in a list is trusted; what comes out is cleaned text with a canonical subject, and has a slug.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from generator.content.slugs import slug
from generator.content.subjects import SubjectList
from generator.content.text import clean, one_line
from generator.errors import QuestionListError, SlugError, UsageError
from generator.questions.columns import TOPIC
from generator.questions.list_formats import BadRow, CommentCounter, Item, RawRow, read_rows
from generator.questions.not_questions import no_question

__all__ = ["CommentCounter", "Question", "read_questions"]

MAX_QUESTION_CHARS = 300  # the longest published question has 184
MAX_NOTES_CHARS = 4_000


@dataclass(frozen=True)
class Question:
    """A question of a list.

    ``subject`` is canonical, or None where neither the row nor the caller names one. ``written`` is the text with the
    marks of its list, such as a number, where they were taken off.
    """

    text: str
    subject: str | None
    notes: str | None
    sources: tuple[str, ...]
    path: str
    line: int
    written: str | None = None

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
    comments: CommentCounter | None = None,
) -> Iterator[Question | QuestionListError]:
    """The rows of a list in order; an unusable row is yielded as an error.

    Args:
        source: a file, or a stream of bytes such as standard input.
        name: what messages call it; its suffix tells the format, another or no suffix leaves that to the content.
        default_subject: the subject of rows that name none.
        subjects: the known subjects; an empty list takes every subject as it is written.
        comments: counts the comments, which are left out.

    Raises:
        UsageError: the file cannot be read or as a whole is no question list, or the default subject is unknown.
    """
    row = _Validator(name, subjects, default_subject)
    return map(row.checked, read_rows(source, name, row.is_subject, comments or CommentCounter()))


class _Validator:
    """Turns cells into rows."""

    def __init__(self, path: str, subjects: SubjectList, default_subject: str | None) -> None:
        self._path = path
        self._subjects = subjects
        try:
            self._default = None if default_subject is None else self._subject(default_subject)
        except ValueError as error:
            raise UsageError(str(error)) from error

    def checked(self, item: Item) -> Question | QuestionListError:
        if isinstance(item, BadRow):
            return QuestionListError(self._path, item.line, item.reason)
        try:
            return self._row(item)
        except SlugError as error:
            return QuestionListError(
                self._path, item.line, f"the question gives no file name: {error.reason}"
            )
        except ValueError as error:
            return QuestionListError(self._path, item.line, str(error))

    def _row(self, cells: RawRow) -> Question:
        question = one_line(_text(cells.values, "question"))
        if not question:
            raise ValueError("the question is empty")
        if len(question) > MAX_QUESTION_CHARS:
            raise ValueError(f"the question has {len(question)} characters, more than {MAX_QUESTION_CHARS}")
        if reason := no_question(question, self.is_subject):
            raise ValueError(reason)
        slug(question)
        written = one_line(cells.written or "")
        subject = one_line(_text(cells.values, "subject"))
        notes = clean(_text(cells.values, "notes")).strip()
        if len(notes) > MAX_NOTES_CHARS:
            raise ValueError(f"the notes have {len(notes)} characters, more than {MAX_NOTES_CHARS}")
        return Question(
            text=question,
            subject=self._subject(subject) if subject else self._topic(cells) or self._default,
            notes=notes or None,
            sources=_sources(cells.values.get("sources")),
            path=self._path,
            line=cells.line,
            written=written if written and written != question else None,
        )

    def _topic(self, cells: RawRow) -> str | None:
        """The subject that a column of topics or categories names, where it does."""
        topic = cells.values.get(TOPIC)
        found = self._subjects.resolve(topic) if isinstance(topic, str) else None
        return found.name if found else None

    def is_subject(self, text: str) -> bool:
        """Whether a text is the name of a known subject."""
        return self._subjects.resolve(text) is not None

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
