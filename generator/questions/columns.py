"""The columns of a list: which of them holds the questions, by its name in the languages that lists come in."""

import re
from collections.abc import Sequence

from generator.content.text import one_line

FIELDS = ("question", "subject", "notes", "sources")

# Names that mean the field and nothing else. `question` itself is French as well.
_NAMES = {
    "question": (
        "questions|question text|question title|the question|your question|what is your question|enter your question|student question|full question"
        "|frage|fragen|ihre frage|deine frage|your questions|fragetext|die frage|fragestellung|pregunta|preguntas|domanda|domande|pergunta|perguntas"
        "|vraag|vragen|pytanie|pytania|fråga|frågor|spørgsmål|spørsmål"
    ),
    "subject": (
        "subjects|subject name|fach|schulfach|studienfach|asignatura|matière|matiere|discipline|disciplina|vak"
    ),
    "notes": "notizen|hinweise|anmerkungen|notas|remarques|opmerkingen",
    "sources": "quellen|fuentes|fonti|fontes|bronnen",
}
# Names of columns that in some lists hold the subject, and in others what the question is about within it.
TOPIC = "topic"
_TOPIC_NAMES = "topic|topics|category|categories|thema|kategorie|materia|matéria|sujet|tema|onderwerp|area"
# Names of columns that hold something else.
_OTHER_NAMES = (
    "title|titles|titel|título|titre|titolo|prompt|prompts|query|queries|keyword|keywords|text|name|content|answer"
    "|answers|antwort|antworten|respuesta|réponse|no|nr|number|num|nummer|id|ids|date|datum|url|urls|link|links"
    "|status|author|heading|description|tags|level|sl no|s no|row|index|q|qs"
)
_KNOWN = {name: field for field, names in _NAMES.items() for name in (field, *names.split("|"))}
_KNOWN |= dict.fromkeys(_TOPIC_NAMES.split("|"), TOPIC)
_OTHER = frozenset(_OTHER_NAMES.split("|"))

_ASIDE = re.compile(r"[(\[][^()\[\]]*[)\]]")
_MARKS = re.compile(r"[\W_]+")
_MOST_CHARS = 40
_MOST_WORDS = 5


def fields_of(cells: Sequence[str]) -> list[str] | None:
    """What the columns with these names hold: ``FIELDS`` and ``TOPIC`` by their names, all else by its own.

    None where none holds questions. A column with a field's own name holds it, whatever other column could.
    """
    exact = [one_line(cell).casefold() for cell in cells]
    names = []
    for name, cell in zip(exact, cells, strict=True):
        field = name if name in FIELDS else _KNOWN.get(_plain(cell), name)
        names.append(name if field in exact else field)
    return names if "question" in names else None


def doubled(names: Sequence[str]) -> str | None:
    """The field that two columns hold."""
    return next((field for field in FIELDS if names.count(field) > 1), None)


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row of cells names columns, one of which holds questions, rather than being a question itself.

    A question with commas may hold the word as a part. A cell that is the name and nothing else, not even a space,
    is one: beside it, columns may be called whatever a form asked.
    """
    if fields_of(cells) is None:
        return False
    named = any(_KNOWN.get(_plain(cell)) == "question" and cell == cell.strip() for cell in cells)
    return named or all(map(_may_be_name, cells))


def is_column_name(text: str) -> bool:
    """Whether a text is no more than the name of a column."""
    plain = _plain(text)
    return plain in _KNOWN or plain in _OTHER


def _may_be_name(cell: str) -> bool:
    text = one_line(cell)
    short = len(text) <= _MOST_CHARS and len(text.split()) <= _MOST_WORDS
    return (short and "?" not in text) or is_column_name(text)


def _plain(cell: str) -> str:
    """A name without case, remarks in brackets and marks."""
    return " ".join(_MARKS.sub(" ", _ASIDE.sub(" ", one_line(cell).casefold())).split())
