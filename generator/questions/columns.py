"""Recognises the columns of a list by their names, in several languages, and the subjects of the site."""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from generator.content.questions.details import DETAIL_FIELDS
from generator.content.text import one_line

FIELDS = ("question", "subject", "notes", "sources")
IsSubject = Callable[[str], bool]

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
# Names that hold the questions if no column has a name for questions: exports of what people search for.
_QUERY_NAMES = (
    "query|queries|top query|top queries|search query|search queries|search term|search terms|keyword|keywords"
    "|top keywords|suchanfrage|suchanfragen|häufigste suchanfragen|suchbegriff|suchbegriffe|consulta|consultas"
    "|principales consultas|consultas principales|requête|requêtes|principales requêtes"
    "|requêtes les plus fréquentes|query principali|query più frequenti|zoekopdracht|zoekopdrachten"
)
# Names of columns that do not change what is asked.
_DETAIL_NAMES = {
    "priority": "prio|priority level|priorität|prioridad|priorité|priorità|prioridade|prioriteit",
    "owner": "assignee|assigned to|responsible|editor|verantwortlich|zuständig|responsable|responsabile|eigenaar",
    "due": "due date|due on|due by|deadline|fällig|fällig am|fecha límite|échéance|scadenza|prazo",
    "publish_on": "publish on|publish date|publication date|publishing date|go live|go live date"
    "|veröffentlichen am|veröffentlichung",
}
_KNOWN = {name: field for field, names in _NAMES.items() for name in (field, *names.split("|"))}
_KNOWN |= dict.fromkeys(_TOPIC_NAMES.split("|"), TOPIC)
_OTHER = frozenset(_OTHER_NAMES.split("|"))
_QUERIES = frozenset(_QUERY_NAMES.split("|"))
_DETAILS = {
    name: field
    for field, names in _DETAIL_NAMES.items()
    for name in (field.replace("_", " "), *names.split("|"))
}

_BRACKETED_REMARK = re.compile(r"[(\[][^()\[\]]*[)\]]")
_PUNCTUATION = re.compile(r"[\W_]+")
_MAX_CHARS = 40
_MAX_WORDS = 5


class Columns(NamedTuple):
    """The columns of a table.

    Args:
        names: as written; empty for a column without a name.
        fields: see :meth:`KnownNames.fields`.
    """

    names: tuple[str, ...]
    fields: tuple[str, ...]

    def kept(self, cells: Sequence[str]) -> dict[str, str]:
        """The cells of the columns that hold neither question nor subject, as written, by the names of the columns.

        A column without a name is named by its number; of several columns with one name, the later ones too.
        """
        found: dict[str, str] = {}
        for number, (name, field, cell) in enumerate(
            zip_longest(self.names, self.fields, cells, fillvalue=""), start=1
        ):
            name = one_line(name)
            if field in ("question", "subject") or not (name or cell.strip()):
                continue
            label = name or f"column {number}"
            found[f"{label} (column {number})" if label in found else label] = cell
        return found


class KnownNames:
    """The names that lists use: of columns, and of the subjects of the site.

    Args:
        is_subject: whether a text is the name of a subject.
        more_columns: names of columns besides the usual ones, by field.
    """

    def __init__(
        self, is_subject: IsSubject, more_columns: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self.is_subject = is_subject
        more = {_normalised(name): field for field, names in (more_columns or {}).items() for name in names}
        self._columns = _KNOWN | {name: field for name, field in more.items() if field in FIELDS}
        self._details = _DETAILS | {name: field for name, field in more.items() if field in DETAIL_FIELDS}

    def fields(self, cells: Sequence[str], *, queries: bool = False) -> list[str] | None:
        """The field of each column, by the names of the columns.

        Args:
            queries: whether a column of search queries holds the questions, if no column has a name for questions.

        Returns:
            One of ``FIELDS``, ``TOPIC``, or the lower-case name of a column that is none of these. None where no column
            holds questions. If one column has the exact name of a field, columns with a synonym keep their own names.
        """
        names = [one_line(cell).casefold() for cell in cells]
        fields = []
        for name, cell in zip(names, cells, strict=True):
            field = name if name in FIELDS else self._columns.get(_normalised(cell), name)
            fields.append(name if field in names else field)
        if "question" not in fields and queries:
            found = [n for n, cell in enumerate(cells) if _normalised(cell) in _QUERIES]
            if len(found) == 1:
                fields[found[0]] = "question"
        return fields if "question" in fields else None

    def is_header(self, cells: Sequence[str], *, queries: bool = False) -> bool:
        """Whether a row of cells is a header with a column of questions, rather than a question.

        A question with commas may contain the word "question" as one of its cells. A cell that is exactly the name of
        that column, without spaces around it, makes the row a header; the other columns can then have any names.
        """
        if self.fields(cells, queries=queries) is None:
            return False
        has_exact_name = any(
            self._columns.get(_normalised(cell)) == "question" and cell == cell.strip() for cell in cells
        )
        return has_exact_name or all(map(self._could_be_column_name, cells))

    def is_column_name(self, text: str) -> bool:
        """Whether a text is a usual name of a column."""
        name = _normalised(text)
        return name in self._columns or name in _OTHER

    def detail_field(self, name: str) -> str | None:
        """The one of ``DETAIL_FIELDS`` that a column has by its name; None for other columns."""
        return self._details.get(_normalised(name))

    def _could_be_column_name(self, cell: str) -> bool:
        text = one_line(cell)
        is_short = len(text) <= _MAX_CHARS and len(text.split()) <= _MAX_WORDS
        return (is_short and "?" not in text) or self.is_column_name(text)


def duplicate_field(fields: Sequence[str]) -> str | None:
    """The first of ``FIELDS`` that two columns hold, if any."""
    return next((field for field in FIELDS if fields.count(field) > 1), None)


def kept_values(values: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """The values of an object that hold neither question nor subject, by their keys; ``fields`` are those of the keys."""
    pairs = zip(values.items(), fields, strict=True)
    return {key: value for (key, value), field in pairs if field not in ("question", "subject")}


def _normalised(cell: str) -> str:
    """A name in lower case, without punctuation and remarks in brackets."""
    return " ".join(_PUNCTUATION.sub(" ", _BRACKETED_REMARK.sub(" ", one_line(cell).casefold())).split())
