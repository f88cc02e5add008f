"""Reads the list of a request, and tells what was guessed, left out or not certain in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from generator.content.display import plural
from generator.questions.rows import Question, Reading, read_questions
from generator.workflows.ports import HasSettings, HasSubjects

if TYPE_CHECKING:
    from generator.errors import QuestionListError
    from generator.workflows.drafting.requests import QuestionSource
    from generator.workflows.engine.progress import Progress


class ListServices(HasSettings, HasSubjects, Protocol):
    """What reading a list takes."""


def read_list(
    services: ListServices, questions: QuestionSource, progress: Progress
) -> Iterator[Question | QuestionListError]:
    """The rows of a list.

    With the first question, a note tells what was guessed to read it; after the last row, notes tell how many comments
    were left out and how many dates are not certain.
    """
    if isinstance(questions.source, Sequence):
        return iter(questions.source)
    reading = Reading()
    rows = read_questions(
        questions.source,
        questions.name,
        default_subject=questions.subject,
        subjects=services.subjects,
        columns=services.settings.questions.columns,
        sheet=questions.sheet,
        reading=reading,
    )

    def all_rows() -> Iterator[Question | QuestionListError]:
        is_guess_told = False
        for row in rows:
            if isinstance(row, Question) and not is_guess_told:
                is_guess_told = True
                _tell_guess(reading, row, progress)
            yield row
        _tell_end(reading, questions.name, progress)

    return all_rows()


def _tell_guess(reading: Reading, first: Question, progress: Progress) -> None:
    if reading.guesses:
        progress.note(f"{first.path} is read as {', '.join(reading.guesses)}; first question: {first.text!r}")


def _tell_end(reading: Reading, name: str, progress: Progress) -> None:
    if reading.comments.count:
        progress.note(
            f"{plural(reading.comments.count, 'comment')} in the list left out (lines that begin with '# ')"
        )
    if reading.first_unclear_date:
        text, line = reading.first_unclear_date
        progress.note(
            f"{name}:{line}: {text!r} is not certainly a date ({plural(reading.unclear_dates, 'such cell')});"
            " write YYYY-MM-DD to filter by it"
        )
