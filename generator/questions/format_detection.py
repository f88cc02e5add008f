"""Detects the format of a list from its first lines.

Raises ``UnsupportedFormat`` for files that are not readable lists, and for ambiguous lists: a wrong guess would cost
money, because each row becomes a paid request.
"""

import json
import re
from collections.abc import Sequence
from typing import Literal, TypeAlias

from generator.content.text import one_line
from generator.questions.bar_tables import bar_table_format
from generator.questions.column_guess import guess_columns
from generator.questions.columns import KnownNames
from generator.questions.json_and_yaml import key_of_rows
from generator.questions.lines import Line, UnsupportedFormat, ends_with_question_mark
from generator.questions.list_format import MAX_TITLE_LINES, ListFormat, columns_of_header, refuse_columns
from generator.questions.refused_formats import begins_json, refuse_code, refuse_markup
from generator.questions.separators import begins_like_question, columns_without_names, has_tabbed_mark
from generator.questions.tables import csv_cells

SuffixFormat: TypeAlias = Literal["csv", "tsv", "text", "json", "jsonl", "yaml"]

_SAMPLE_SIZE = 50  # lines with content
_DELIMITERS = (",", ";", "\t", "|")

_UNFINISHED = re.compile(r"[\[{,:]\s*$")
_YAML_ROW = re.compile(r"\s*-\s+[\"']?question[\"']?\s*:(\s|$)", re.IGNORECASE)
_YAML_KEY = re.compile(r"(?P<indent>\s*(?:-\s+)?)[\"']?(?P<key>[\w ]{1,40}?)[\"']?\s*:(?P<value>\s.*|$)")
_SEPARATOR_LINE = re.compile(r"\"?sep=(\\t|[^\"]|)\"?[,;\t|]*", re.IGNORECASE)
_UNDERLINE = re.compile(r"\s*(={3,}|-{4,})\s*")
_MAX_HEADER_LINES = 20


def detect_format(head: Sequence[Line], suffix_format: SuffixFormat | None, names: KnownNames) -> ListFormat:
    """Detect the format of a list from its first lines.

    Args:
        head: the first lines of the file.
        suffix_format: the format that the file's name suggests, if any; the content decides where it shows another.
        names: the names of columns and subjects.

    Raises:
        UnsupportedFormat: the format is not readable, or not certain.
    """
    if suffix_format == "yaml":
        return ListFormat("yaml")
    content = _content_lines(head, names)
    if not content:
        return ListFormat("text")
    refuse_markup(head, content)
    if suffix_format in ("json", "jsonl") or begins_json(content[0].text):
        return _json_format(content, suffix_format, names)
    if _is_yaml(content, names):
        return ListFormat("yaml")
    refuse_code(content)
    if found := _SEPARATOR_LINE.fullmatch(content[0].text.strip(" ")):
        return _format_with_separator_line(head, content, found[1], names)
    content = list(_with_whole_header(head, content, names))
    return (
        bar_table_format(content, names)
        or _format_with_header(
            content,
            suffix_format,
            _DELIMITERS if suffix_format != "tsv" else ("\t", *_DELIMITERS),
            names,
        )
        or _format_without_header(head, content, suffix_format, names)
    )


def _content_lines(head: Sequence[Line], names: KnownNames) -> list[Line]:
    """The first lines that are not empty and not comments. A header whose first column is ``#`` is not a comment."""
    found: list[Line] = []
    for line in head:
        is_numbered_header = (
            not found and re.match(r"#[,;\t|]", line.text) and _find_header(line.text, _DELIMITERS, names)
        )
        is_empty = not line.text.strip(",;|\t ")
        if is_numbered_header or not (line.is_skipped or is_empty):
            found.append(line)
    return found[:_SAMPLE_SIZE]


def _is_yaml(content: Sequence[Line], names: KnownNames) -> bool:
    """Whether the lines are YAML rows with keys: the first is ``- question:``, or one key contains others."""
    if _YAML_ROW.match(content[0].text):
        return True
    first, *others = [_YAML_KEY.match(line.text) for line in content]
    if first is None or not (first["indent"].strip() or not first["value"].strip()):
        return False
    keys = [key for key in (first, *others) if key]
    has_rows = any("-" in key["indent"] for key in keys)
    has_nested_keys = any(key["indent"] and "-" not in key["indent"] for key in keys)
    has_question_key = any(names.fields([key["key"]]) for key in keys if key["indent"])
    return has_rows and has_question_key and (has_nested_keys or not first["indent"])


def _with_whole_header(
    head: Sequence[Line], content: Sequence[Line], names: KnownNames, *delimiters: str
) -> Sequence[Line]:
    """The lines, with a header that has line breaks in its cells as one line."""
    first = content[0]
    if first.text.count('"') % 2 == 0:
        return content
    below = [line for line in head if line.number > first.number][:_MAX_HEADER_LINES]
    for n, line in enumerate(below, 1):
        if line.text.count('"') % 2:
            text = "\n".join([first.text, *(part.text for part in below[:n])])
            if _find_header(text, (*delimiters, *_DELIMITERS), names, queries=True):
                return [Line(line.number, text), *(row for row in content if row.number > line.number)]
            break
    return content


def _json_format(
    content: Sequence[Line], suffix_format: SuffixFormat | None, names: KnownNames
) -> ListFormat:
    first = content[0].text.strip()
    try:
        value = json.loads(first)
        is_row = isinstance(value, str) or (isinstance(value, dict) and key_of_rows(value, names) is None)
    except (ValueError, RecursionError):
        is_row = suffix_format == "jsonl" and not first.startswith("[") and not _UNFINISHED.search(first)
    is_jsonl = is_row and (suffix_format == "jsonl" or len(content) > 1)
    return ListFormat("jsonl" if is_jsonl else "json")


def _format_with_separator_line(
    head: Sequence[Line], content: Sequence[Line], separator: str, names: KnownNames
) -> ListFormat:
    """The format of a list whose first line names the separator, as Excel writes it."""
    delimiter = "\t" if separator == "\\t" else separator
    line, rest = content[0], content[1:]
    if not delimiter or delimiter.isalnum() or (delimiter.isspace() and delimiter != "\t"):
        named = repr(delimiter) if delimiter else "nothing"
        raise UnsupportedFormat(
            line.number,
            f"sep= names {named}, which is not a separator; write a separator such as sep=; there",
        )
    if not rest:
        return ListFormat("text", line.number + 1)
    rest = _with_whole_header(head, rest, names, delimiter)
    if found := _format_with_header(rest, "csv", (delimiter, *_DELIMITERS), names):
        return found
    cells = csv_cells(rest[0].text, delimiter)
    if len(cells) > 1:
        if found := _guessed_format(rest, delimiter, names):
            return found
        refuse_columns(rest[0], cells)
    return _format_without_header(rest, rest, "csv", names)


def _format_with_header(
    content: Sequence[Line],
    suffix_format: SuffixFormat | None,
    delimiters: Sequence[str],
    names: KnownNames,
) -> ListFormat | None:
    """The format of a list whose first line is a header; None if it is not."""
    first = content[0]
    delimiter, cells = _find_header(first.text, delimiters, names, queries=True) or ("", [])
    if not cells:
        return None
    if len(cells) == 1:
        _refuse_header_below(content, names)
        nameless = columns_without_names(
            [line.text for line in content[1:]], names.is_subject, under_header=True
        )
        if nameless:
            refuse_columns(content[1], nameless.cells)
        has_quotes = any(line.text.startswith('"') for line in content[1:])
        if suffix_format == "text" or (suffix_format is None and not has_quotes):
            return ListFormat("text", first.number + 1, has_header=True)
    columns, guess = columns_of_header(cells, names)
    return ListFormat("csv", first.number + 1, delimiter, columns, has_header=True, guess=guess)


def _find_header(
    text: str, delimiters: Sequence[str], names: KnownNames, *, queries: bool = False
) -> tuple[str, list[str]] | None:
    """The separator and the cells of a header; None if the line is not a header with a column of questions.

    The separator that gives the most cells is chosen. ``queries``: see :meth:`KnownNames.fields`.
    """
    found = []
    for delimiter in dict.fromkeys(delimiters):
        cells = csv_cells(text, delimiter)
        if cells and names.is_header(cells, queries=queries):
            found.append((delimiter, cells))
    return max(found, key=lambda pair: len(pair[1])) if found else None


def _format_without_header(
    head: Sequence[Line], content: Sequence[Line], suffix_format: SuffixFormat | None, names: KnownNames
) -> ListFormat:
    """The format of a list with one question on each line or row."""
    first = content[0]
    _refuse_header_below(content, names)
    if all(has_tabbed_mark(line.text) for line in content):
        return ListFormat("text", first.number)
    if found := _format_of_columns(content, suffix_format, names):
        return found
    _refuse_heading(head)
    if names.is_column_name(first.text):
        raise UnsupportedFormat(
            first.number,
            f"{one_line(first.text)[:40]!r} looks like a title or the name of a column, not like a question;"
            " replace it with 'question', or, if it is a question, write 'question' above it",
        )
    is_question = ends_with_question_mark(first.text) or begins_like_question(first.text)
    guess = "" if is_question else "a list without a header"
    if suffix_format in ("csv", "tsv"):
        return ListFormat("csv", first.number, "," if suffix_format == "csv" else "\t", guess=guess)
    return ListFormat("text", first.number, guess=guess)


def _format_of_columns(
    content: Sequence[Line], suffix_format: SuffixFormat | None, names: KnownNames
) -> ListFormat | None:
    """The format of lines with several columns and no header; None if each line may be one question.

    Raises:
        UnsupportedFormat: it is not certain which column holds the questions.
    """
    possible = []
    if suffix_format in ("csv", "tsv"):
        delimiter = "," if suffix_format == "csv" else "\t"
        cells = csv_cells(content[0].text, delimiter)
        if len(cells) > 1:
            possible.append((delimiter, cells))
    if nameless := columns_without_names([line.text for line in content], names.is_subject):
        possible.append(nameless)
    formats = (_guessed_format(content, delimiter, names) for delimiter, _ in possible)
    found = next(filter(None, formats), None)
    if possible and found is None:
        refuse_columns(content[0], possible[0][1])
    return found


def _guessed_format(content: Sequence[Line], delimiter: str, names: KnownNames) -> ListFormat | None:
    """The format of columns without known names; None if it is not certain which one holds the questions.

    Args:
        delimiter: empty if the columns are not separated by a character.
    """
    rows = [csv_cells(line.text, delimiter) for line in content] if delimiter else []
    guessed = guess_columns(rows, names, delimiter=delimiter)
    if guessed is None:
        return None
    separator = "a tab" if delimiter == "\t" else repr(delimiter)
    return ListFormat(
        "csv",
        content[0].number + guessed.first_is_header,
        delimiter,
        guessed.columns,
        has_header=guessed.first_is_header,
        guess=f"columns separated by {separator}, {guessed.words}",
    )


def _refuse_header_below(content: Sequence[Line], names: KnownNames) -> None:
    """Refuse a list whose header is below the first line."""
    for line in content[1:MAX_TITLE_LINES]:
        found = _find_header(line.text, _DELIMITERS, names)
        if found and (len(found[1]) > 1 or not _find_header(content[0].text, _DELIMITERS, names)):
            raise UnsupportedFormat(line.number, "this line names the columns; remove the lines above it")


def _refuse_heading(head: Sequence[Line]) -> None:
    """Refuse an underlined Markdown heading, whose underline is otherwise ignored as a rule."""
    for above, line in zip(head, head[1:], strict=False):
        if not (above.is_skipped or ends_with_question_mark(above.text)) and _UNDERLINE.fullmatch(line.text):
            raise UnsupportedFormat(
                above.number, "this line is a heading, underlined in the next line; remove both"
            )
