"""Tells in which form a list is written, from its first lines, and refuses by name what is no list that can be read.

Whatever is refused here was never planned or paid for; what is ambiguous is refused too, with what to change.
"""

import json
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, NoReturn, TypeAlias

from generator.content.text import one_line
from generator.questions.columns import fields_of, is_column_name, is_header
from generator.questions.json_and_yaml import key_of_rows
from generator.questions.lines import Line, UnsupportedFormat, asks
from generator.questions.refused_formats import opens_json, refuse_code, refuse_markup
from generator.questions.separators import IsSubject, columns_without_names, has_tabbed_mark
from generator.questions.tables import are_types, bar_cells, csv_cells, is_rule, plain_bars

Kind: TypeAlias = Literal["csv", "tsv", "text", "json", "jsonl", "yaml"]

_LOOKED_AT = 50  # lines with something in them
_TITLE_LINES = 10
_DELIMITERS = (",", ";", "\t", "|")

_UNFINISHED = re.compile(r"[\[{,:]\s*$")
_YAML_ROW = re.compile(r"\s*-\s+[\"']?question[\"']?\s*:(\s|$)", re.IGNORECASE)
_YAML_KEY = re.compile(r"(?P<indent>\s*(?:-\s+)?)[\"']?(?P<key>[\w ]{1,40}?)[\"']?\s*:(?P<value>\s.*|$)")
_SEPARATOR = re.compile(r"\"?sep=(\\t|[^\"]|)\"?[,;\t|]*", re.IGNORECASE)
_OPERATOR = re.compile(r"[-+*/=<>\u00b7\u00d7\u2260\u2264\u2265\s]+")
_UNDERLINE = re.compile(r"\s*(={3,}|-{4,})\s*")
_MOST_HEADER_LINES = 20


class ListFormat(NamedTuple):
    """How a list is written."""

    reader: Literal["csv", "bars", "text", "jsonl", "json", "yaml"]
    begin: int = 1
    """The line that the first row begins at or after."""
    delimiter: str = ","
    header: tuple[str, ...] = ()
    """The names of the columns as they are written; none where there is only one."""
    named: bool = False
    """Whether the first line says that what follows are questions."""


def form_of(head: Sequence[Line], kind: Kind | None, is_subject: IsSubject) -> ListFormat:
    """The form of a list by its first lines.

    Args:
        kind: what the file's name promises; a list in another form is read as what it is.
        is_subject: whether a text is the name of a subject of the site.

    Raises:
        UnsupportedFormat: it is in no form that is read, or it cannot be told for sure.
    """
    if kind == "yaml":
        return ListFormat("yaml")
    shown = _shown(head)
    if not shown:
        return ListFormat("text")
    refuse_markup(head, shown)
    if kind in ("json", "jsonl") or opens_json(shown[0].text):
        return _json_form(shown, kind)
    if _is_yaml(shown):
        return ListFormat("yaml")
    refuse_code(shown)
    if found := _SEPARATOR.fullmatch(shown[0].text.strip(" ")):
        return _separated_form(head, shown, found[1], is_subject)
    shown = list(_with_whole_header(head, shown))
    return (
        _bars_form(shown)
        or _header_form(shown, kind, _DELIMITERS if kind != "tsv" else ("\t", *_DELIMITERS), is_subject)
        or _headless_form(head, shown, kind, is_subject)
    )


def _shown(head: Sequence[Line]) -> list[Line]:
    """The first lines that are neither empty nor comments; a header whose first column is called ``#`` is none."""
    kept: list[Line] = []
    for line in head:
        numbered = not kept and re.match(r"#[,;\t|]", line.text) and _header(line.text, _DELIMITERS)
        empty = not line.text.strip(",;|\t ")
        if numbered or not (line.skipped or empty):
            kept.append(line)
    return kept[:_LOOKED_AT]


def _is_yaml(shown: Sequence[Line]) -> bool:
    """Whether the lines are YAML rows with keys: the first one is ``- question:``, or below one key stand others."""
    if _YAML_ROW.match(shown[0].text):
        return True
    first, *others = [_YAML_KEY.match(line.text) for line in shown]
    if first is None or not (first["indent"].strip() or not first["value"].strip()):
        return False
    keys = [key for key in (first, *others) if key]
    rows = any("-" in key["indent"] for key in keys)
    below = any(key["indent"] and "-" not in key["indent"] for key in keys)
    asked = any(fields_of([key["key"]]) for key in keys if key["indent"])
    return rows and asked and (below or not first["indent"])


def _with_whole_header(head: Sequence[Line], shown: Sequence[Line], *delimiters: str) -> Sequence[Line]:
    """The lines with those of a first row in one whose cells hold line breaks, where it names columns."""
    first = shown[0]
    if first.text.count('"') % 2 == 0:
        return shown
    below = [line for line in head if line.number > first.number][:_MOST_HEADER_LINES]
    for n, line in enumerate(below, 1):
        if line.text.count('"') % 2:
            text = "\n".join([first.text, *(part.text for part in below[:n])])
            if _header(text, (*delimiters, *_DELIMITERS)):
                return [Line(line.number, text), *(row for row in shown if row.number > line.number)]
            break
    return shown


def _json_form(shown: Sequence[Line], kind: Kind | None) -> ListFormat:
    first = shown[0].text.strip()
    try:
        value = json.loads(first)
        whole = isinstance(value, str) or (isinstance(value, dict) and key_of_rows(value) is None)
    except (ValueError, RecursionError):
        whole = kind == "jsonl" and not first.startswith("[") and not _UNFINISHED.search(first)
    lines = whole and (kind == "jsonl" or len(shown) > 1)
    return ListFormat("jsonl" if lines else "json")


def _separated_form(
    head: Sequence[Line], shown: Sequence[Line], separator: str, is_subject: IsSubject
) -> ListFormat:
    """A list whose first line tells the separator, as Excel has it."""
    delimiter = "\t" if separator == "\\t" else separator
    line, rest = shown[0], shown[1:]
    if not delimiter or delimiter.isalnum() or (delimiter.isspace() and delimiter != "\t"):
        named = repr(delimiter) if delimiter else "nothing"
        raise UnsupportedFormat(line.number, f"sep= names {named}, which separates no columns")
    if not rest:
        return ListFormat("text", line.number + 1)
    rest = _with_whole_header(head, rest, delimiter)
    form = _header_form(rest, "csv", (delimiter, *_DELIMITERS), is_subject)
    if form:
        return form
    cells = csv_cells(rest[0].text, delimiter)
    if len(cells) > 1:
        _refuse_columns(rest[0], cells)
    return _headless_form(rest, rest, "csv", is_subject)


def _bars_form(shown: Sequence[Line]) -> ListFormat | None:
    """A table drawn with bars: Markdown's, or one that a database's command line prints."""
    rule = next((n for n, line in enumerate(shown[:_TITLE_LINES]) if is_rule(line.text)), None)
    top = rule == 0
    lines = shown[1:] if top else shown
    if not lines:
        return None
    if rule is None:
        if not all(_is_boxed(line.text) for line in shown[:3]):
            return None
    elif rule > 1 or "|" not in plain_bars(lines[0].text) or (top and not _is_header_below(lines)):
        raise UnsupportedFormat(
            shown[rule].number, "this table does not begin in the first line; remove the lines above it"
        )
    first = lines[0]
    cells = bar_cells(first.text)
    if not is_header(cells):
        _refuse_columns(first, cells)
    return ListFormat("bars", first.number + 1, "|", tuple(cells))


def _is_header_below(lines: Sequence[Line]) -> bool:
    """Whether the first line has a rule below it, or the types of its columns."""
    return len(lines) < 2 or is_rule(lines[1].text) or are_types(bar_cells(lines[1].text))


def _is_boxed(text: str) -> bool:
    """Whether a line is a row between bars, rather than an equation of absolute values."""
    stripped = plain_bars(text).strip()
    if len(stripped) <= 2 or not (stripped.startswith("|") and stripped.endswith("|") and " " in stripped):
        return False
    return not any(_OPERATOR.fullmatch(cell) for cell in bar_cells(stripped))


def _header_form(
    shown: Sequence[Line], kind: Kind | None, delimiters: Sequence[str], is_subject: IsSubject
) -> ListFormat | None:
    """A list whose first line names its columns."""
    first = shown[0]
    delimiter, cells = _header(first.text, delimiters) or ("", [])
    if not cells:
        return None
    if len(cells) == 1:
        _refuse_names_further_down(shown)
        nameless = columns_without_names([line.text for line in shown[1:]], is_subject, under_header=True)
        if nameless:
            _refuse_columns(shown[1], nameless)
        quoted = any(line.text.startswith('"') for line in shown[1:])
        if kind == "text" or (kind is None and not quoted):
            return ListFormat("text", first.number + 1, named=True)
    return ListFormat("csv", first.number + 1, delimiter, tuple(cells), named=True)


def _header(text: str, delimiters: Sequence[str]) -> tuple[str, list[str]] | None:
    """The separator and the names of the columns in a line that names one for questions."""
    found = []
    for delimiter in dict.fromkeys(delimiters):
        cells = csv_cells(text, delimiter)
        if cells and is_header(cells):
            found.append((delimiter, cells))
    return max(found, key=lambda pair: len(pair[1])) if found else None


def _headless_form(
    head: Sequence[Line], shown: Sequence[Line], kind: Kind | None, is_subject: IsSubject
) -> ListFormat:
    """A list of questions alone, one a line or row."""
    first = shown[0]
    _refuse_names_further_down(shown)
    if all(has_tabbed_mark(line.text) for line in shown):
        return ListFormat("text", first.number)
    if kind in ("csv", "tsv"):
        cells = csv_cells(first.text, "," if kind == "csv" else "\t")
        if len(cells) > 1:
            _refuse_columns(first, cells)
    if nameless := columns_without_names([line.text for line in shown], is_subject):
        _refuse_columns(first, nameless)
    _refuse_heading(head)
    if is_column_name(first.text):
        raise UnsupportedFormat(
            first.number,
            f"{one_line(first.text)[:40]!r} looks like a title or the name of a column, not like a question;"
            " write 'question' in its place, or above it if it is a question itself",
        )
    if kind in ("csv", "tsv"):
        return ListFormat("csv", first.number, "," if kind == "csv" else "\t")
    return ListFormat("text", first.number)


def _refuse_columns(line: Line, cells: Sequence[str]) -> NoReturn:
    columns = ", ".join(repr(one_line(cell)[:40]) for cell in cells[:8])
    raise UnsupportedFormat(
        line.number,
        f"there is no column 'question', only {columns}; name the column of the questions 'question' in the first"
        " line, or, if each line is one question, write 'question' alone there and, in CSV, each question in quotes",
    )


def _refuse_names_further_down(shown: Sequence[Line]) -> None:
    for line in shown[1:_TITLE_LINES]:
        found = _header(line.text, _DELIMITERS)
        if found and (len(found[1]) > 1 or not _header(shown[0].text, _DELIMITERS)):
            raise UnsupportedFormat(line.number, "this line names the columns; remove the lines above it")


def _refuse_heading(head: Sequence[Line]) -> None:
    for above, line in zip(head, head[1:], strict=False):
        if not (above.skipped or asks(above.text)) and _UNDERLINE.fullmatch(line.text):
            raise UnsupportedFormat(
                above.number, "this line is a heading, underlined in the next line; remove both"
            )
