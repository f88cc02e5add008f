"""Questions that a script gives: a list file, texts, or texts with their subject and notes."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.errors import UsageError
from generator.workflows.drafting.requests import QuestionSource

_NAME = "questions.json"


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question to draft an article for.

    Args:
        subject: by its name on the site; None for the subject that the whole call names.
        notes: for the writer.
    """

    text: str
    subject: str | None = None
    notes: str | None = None


Questions = str | Path | Sequence[str | NewQuestion]
"""The path of a list file, in any format of ``generator draft``, or the questions themselves."""


def question_source(questions: Questions, *, subject: str | None, sheet: str | None) -> QuestionSource:
    """The list that a workflow reads. Texts are checked by the same rules as the rows of a file.

    Raises:
        UsageError: there is no question.
    """
    if isinstance(questions, str | Path):
        return QuestionSource(Path(questions), str(questions), str(questions), subject, sheet)
    if not questions:
        raise UsageError("there is no question to draft")
    rows = [_row(item) for item in questions]
    return QuestionSource(io.BytesIO(json.dumps(rows).encode()), _NAME, _NAME, subject)


def _row(item: str | NewQuestion) -> dict[str, str]:
    question = item if isinstance(item, NewQuestion) else NewQuestion(item)
    cells = {"question": question.text, "subject": question.subject, "notes": question.notes}
    return {name: cell for name, cell in cells.items() if cell is not None}
