"""Recognises the columns of a list by their names, in several languages."""

import re
from collections.abc import Sequence

from generator.content.text import one_line

FIELDS = ("question", "subject", "notes", "sources")

# Names that always mean the field. `question` is also the French word.
_NAMES = {
    "question": (
        "questions|question text|question title|the question|your question|what is your question"
        "|enter your question|student question|full question"
        "|frage|fragen|ihre frage|deine frage|your questions|fragetext|die frage|fragestellung"
        "|pregunta|preguntas|domanda|domande|pergunta|perguntas"
        "|vraag|vragen|pytanie|pytania|fråga|frågor|spørgsmål|spørsmål"
    ),
    "subject": (
        "subjects|subject name|fach|schulfach|studienfach|asignatura|matière|matiere|discipline|disciplina|vak"
    ),
    "notes": "notizen|hinweise|anmerkungen|notas|remarques|opmerkingen",
    "sources": "quellen|fuentes|fonti|fontes|bronnen",
}
# Names of columns that hold the subject in some lists, and a topic within the subject in others.
TOPIC = "topic"
_TOPIC_NAMES = "topic|topics|category|categories|thema|kategorie|materia|matéria|sujet|tema|onderwerp|area"
# Names of columns that hold none of the fields.
_OTHER_NAMES = (
    "title|titles|titel|título|titre|titolo|prompt|prompts|query|queries|keyword|keywords|text|name|content|answer"
    "|answers|antwort|antworten|respuesta|réponse|no|nr|number|num|nummer|id|ids|date|datum|url|urls|link|links"
    "|status|author|heading|description|tags|level|sl no|s no|row|index|q|qs"
)
_KNOWN = {name: field for field, names in _NAMES.items() for name in (field, *names.split("|"))}
_KNOWN |= dict.fromkeys(_TOPIC_NAMES.split("|"), TOPIC)
_OTHER = frozenset(_OTHER_NAMES.split("|"))

_BRACKETED_REMARK = re.compile(r"[(\[][^()\[\]]*[)\]]")
_PUNCTUATION = re.compile(r"[\W_]+")
_MAX_CHARS = 40
_MAX_WORDS = 5


def column_fields(cells: Sequence[str]) -> list[str] | None:
    """The field of each column, by the names of the columns.

    Returns:
        One of ``FIELDS``, ``TOPIC``, or the lower-case name of a column that is none of these. None where no column
        holds questions. If one column has the exact name of a field, columns with a synonym keep their own names.
    """
    names = [one_line(cell).casefold() for cell in cells]
    fields = []
    for name, cell in zip(names, cells, strict=True):
        field = name if name in FIELDS else _KNOWN.get(_normalised(cell), name)
        fields.append(name if field in names else field)
    return fields if "question" in fields else None


def duplicate_field(fields: Sequence[str]) -> str | None:
    """The first of ``FIELDS`` that two columns hold, if any."""
    return next((field for field in FIELDS if fields.count(field) > 1), None)


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row of cells is a header with a column of questions, rather than a question.

    A question with commas may contain the word "question" as one of its cells. A cell that is exactly the name of that
    column, without spaces around it, makes the row a header; the other columns can then have any names.
    """
    if column_fields(cells) is None:
        return False
    has_exact_name = any(
        _KNOWN.get(_normalised(cell)) == "question" and cell == cell.strip() for cell in cells
    )
    return has_exact_name or all(map(_could_be_column_name, cells))


def is_column_name(text: str) -> bool:
    """Whether a text is a usual name of a column."""
    name = _normalised(text)
    return name in _KNOWN or name in _OTHER


def _could_be_column_name(cell: str) -> bool:
    text = one_line(cell)
    is_short = len(text) <= _MAX_CHARS and len(text.split()) <= _MAX_WORDS
    return (is_short and "?" not in text) or is_column_name(text)


def _normalised(cell: str) -> str:
    """A name in lower case, without punctuation and remarks in brackets."""
    return " ".join(_PUNCTUATION.sub(" ", _BRACKETED_REMARK.sub(" ", one_line(cell).casefold())).split())
