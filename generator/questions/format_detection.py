"""Detects the format of a list from its first lines.

Raises ``UnsupportedFormat`` for files that are not readable lists, and for ambiguous lists: a wrong guess would cost
money, because each row becomes a paid request.
"""

import json
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, NoReturn, TypeAlias

from generator.content.text import one_line
from generator.questions.columns import column_fields, is_column_name, is_header
from generator.questions.json_and_yaml import key_of_rows
from generator.questions.lines import Line, UnsupportedFormat, ends_with_question_mark
from generator.questions.refused_formats import begins_json, refuse_code, refuse_markup
from generator.questions.separators import IsSubject, columns_without_names, has_tabbed_mark
from generator.questions.tables import are_column_types, bar_cells, csv_cells, is_table_rule, with_plain_bars

SuffixFormat: TypeAlias = Literal["csv", "tsv", "text", "json", "jsonl", "yaml"]

_SAMPLE_SIZE = 50  # lines with content
_MAX_TITLE_LINES = 10
_DELIMITERS = (",", ";", "\t", "|")

_UNFINISHED = re.compile(r"[\[{,:]\s*$")
_YAML_ROW = re.compile(r"\s*-\s+[\"']?question[\"']?\s*:(\s|$)", re.IGNORECASE)
_YAML_KEY = re.compile(r"(?P<indent>\s*(?:-\s+)?)[\"']?(?P<key>[\w ]{1,40}?)[\"']?\s*:(?P<value>\s.*|$)")
_SEPARATOR_LINE = re.compile(r"\"?sep=(\\t|[^\"]|)\"?[,;\t|]*", re.IGNORECASE)
_OPERATOR = re.compile(r"[-+*/=<>\u00b7\u00d7\u2260\u2264\u2265\s]+")
_UNDERLINE = re.compile(r"\s*(={3,}|-{4,})\s*")
_MAX_HEADER_LINES = 20


class ListFormat(NamedTuple):
    """The format of a list."""

    reader: Literal["csv", "bars", "text", "jsonl", "json", "yaml"]
    first_row_line: int = 1
    """The first row begins on this line or below it."""
    delimiter: str = ","
    header: tuple[str, ...] = ()
    """The names of the columns, as written; empty if there is no header or the reader is "text"."""
    has_header: bool = False
    """Whether the line above the rows says that they are questions."""


def detect_format(
    head: Sequence[Line], suffix_format: SuffixFormat | None, is_subject: IsSubject
) -> ListFormat:
    """Detect the format of a list from its first lines.

    Args:
        head: the first lines of the file.
        suffix_format: the format that the file's name suggests, if any; the content decides where it shows another.
        is_subject: whether a text is the name of a subject of the site.

    Raises:
        UnsupportedFormat: the format is not readable, or not certain.
    """
    if suffix_format == "yaml":
        return ListFormat("yaml")
    content = _content_lines(head)
    if not content:
        return ListFormat("text")
    refuse_markup(head, content)
    if suffix_format in ("json", "jsonl") or begins_json(content[0].text):
        return _json_format(content, suffix_format)
    if _is_yaml(content):
        return ListFormat("yaml")
    refuse_code(content)
    if found := _SEPARATOR_LINE.fullmatch(content[0].text.strip(" ")):
        return _format_with_separator_line(head, content, found[1], is_subject)
    content = list(_with_whole_header(head, content))
    return (
        _bar_table_format(content)
        or _format_with_header(
            content,
            suffix_format,
            _DELIMITERS if suffix_format != "tsv" else ("\t", *_DELIMITERS),
            is_subject,
        )
        or _format_without_header(head, content, suffix_format, is_subject)
    )


def _content_lines(head: Sequence[Line]) -> list[Line]:
    """The first lines that are not empty and not comments. A header whose first column is ``#`` is not a comment."""
    found: list[Line] = []
    for line in head:
        is_numbered_header = (
            not found and re.match(r"#[,;\t|]", line.text) and _find_header(line.text, _DELIMITERS)
        )
        is_empty = not line.text.strip(",;|\t ")
        if is_numbered_header or not (line.is_skipped or is_empty):
            found.append(line)
    return found[:_SAMPLE_SIZE]


def _is_yaml(content: Sequence[Line]) -> bool:
    """Whether the lines are YAML rows with keys: the first is ``- question:``, or one key contains others."""
    if _YAML_ROW.match(content[0].text):
        return True
    first, *others = [_YAML_KEY.match(line.text) for line in content]
    if first is None or not (first["indent"].strip() or not first["value"].strip()):
        return False
    keys = [key for key in (first, *others) if key]
    has_rows = any("-" in key["indent"] for key in keys)
    has_nested_keys = any(key["indent"] and "-" not in key["indent"] for key in keys)
    has_question_key = any(column_fields([key["key"]]) for key in keys if key["indent"])
    return has_rows and has_question_key and (has_nested_keys or not first["indent"])


def _with_whole_header(head: Sequence[Line], content: Sequence[Line], *delimiters: str) -> Sequence[Line]:
    """The lines, with a header that has line breaks in its cells as one line."""
    first = content[0]
    if first.text.count('"') % 2 == 0:
        return content
    below = [line for line in head if line.number > first.number][:_MAX_HEADER_LINES]
    for n, line in enumerate(below, 1):
        if line.text.count('"') % 2:
            text = "\n".join([first.text, *(part.text for part in below[:n])])
            if _find_header(text, (*delimiters, *_DELIMITERS)):
                return [Line(line.number, text), *(row for row in content if row.number > line.number)]
            break
    return content


def _json_format(content: Sequence[Line], suffix_format: SuffixFormat | None) -> ListFormat:
    first = content[0].text.strip()
    try:
        value = json.loads(first)
        is_row = isinstance(value, str) or (isinstance(value, dict) and key_of_rows(value) is None)
    except (ValueError, RecursionError):
        is_row = suffix_format == "jsonl" and not first.startswith("[") and not _UNFINISHED.search(first)
    is_jsonl = is_row and (suffix_format == "jsonl" or len(content) > 1)
    return ListFormat("jsonl" if is_jsonl else "json")


def _format_with_separator_line(
    head: Sequence[Line], content: Sequence[Line], separator: str, is_subject: IsSubject
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
    rest = _with_whole_header(head, rest, delimiter)
    if found := _format_with_header(rest, "csv", (delimiter, *_DELIMITERS), is_subject):
        return found
    cells = csv_cells(rest[0].text, delimiter)
    if len(cells) > 1:
        _refuse_columns(rest[0], cells)
    return _format_without_header(rest, rest, "csv", is_subject)


def _bar_table_format(content: Sequence[Line]) -> ListFormat | None:
    """The format of a table drawn with bars, as in Markdown or printed by a database client; None if it is none."""
    rule = next((n for n, line in enumerate(content[:_MAX_TITLE_LINES]) if is_table_rule(line.text)), None)
    begins_with_rule = rule == 0
    lines = content[1:] if begins_with_rule else content
    if not lines:
        return None
    if rule is None:
        if not all(_is_bar_row(line.text) for line in content[:3]):
            return None
    elif (
        rule > 1
        or "|" not in with_plain_bars(lines[0].text)
        or (begins_with_rule and not _has_rule_below(lines))
    ):
        raise UnsupportedFormat(
            content[rule].number,
            "this table does not begin in the first line; remove the lines above it",
        )
    first = lines[0]
    cells = bar_cells(first.text)
    if not is_header(cells):
        _refuse_columns(first, cells)
    return ListFormat("bars", first.number + 1, "|", tuple(cells), has_header=True)


def _has_rule_below(lines: Sequence[Line]) -> bool:
    """Whether a rule or a row of column types is below the first line."""
    return len(lines) < 2 or is_table_rule(lines[1].text) or are_column_types(bar_cells(lines[1].text))


def _is_bar_row(text: str) -> bool:
    """Whether a line is a row between bars, not an equation of absolute values."""
    stripped = with_plain_bars(text).strip()
    if len(stripped) <= 2 or not (stripped.startswith("|") and stripped.endswith("|") and " " in stripped):
        return False
    return not any(_OPERATOR.fullmatch(cell) for cell in bar_cells(stripped))


def _format_with_header(
    content: Sequence[Line],
    suffix_format: SuffixFormat | None,
    delimiters: Sequence[str],
    is_subject: IsSubject,
) -> ListFormat | None:
    """The format of a list whose first line is a header; None if it is not."""
    first = content[0]
    delimiter, cells = _find_header(first.text, delimiters) or ("", [])
    if not cells:
        return None
    if len(cells) == 1:
        _refuse_header_below(content)
        nameless = columns_without_names([line.text for line in content[1:]], is_subject, under_header=True)
        if nameless:
            _refuse_columns(content[1], nameless)
        has_quotes = any(line.text.startswith('"') for line in content[1:])
        if suffix_format == "text" or (suffix_format is None and not has_quotes):
            return ListFormat("text", first.number + 1, has_header=True)
    return ListFormat("csv", first.number + 1, delimiter, tuple(cells), has_header=True)


def _find_header(text: str, delimiters: Sequence[str]) -> tuple[str, list[str]] | None:
    """The separator and the cells of a header; None if the line is not a header with a column of questions.

    The separator that gives the most cells is chosen.
    """
    found = []
    for delimiter in dict.fromkeys(delimiters):
        cells = csv_cells(text, delimiter)
        if cells and is_header(cells):
            found.append((delimiter, cells))
    return max(found, key=lambda pair: len(pair[1])) if found else None


def _format_without_header(
    head: Sequence[Line], content: Sequence[Line], suffix_format: SuffixFormat | None, is_subject: IsSubject
) -> ListFormat:
    """The format of a list with one question on each line or row."""
    first = content[0]
    _refuse_header_below(content)
    if all(has_tabbed_mark(line.text) for line in content):
        return ListFormat("text", first.number)
    if suffix_format in ("csv", "tsv"):
        cells = csv_cells(first.text, "," if suffix_format == "csv" else "\t")
        if len(cells) > 1:
            _refuse_columns(first, cells)
    if nameless := columns_without_names([line.text for line in content], is_subject):
        _refuse_columns(first, nameless)
    _refuse_heading(head)
    if is_column_name(first.text):
        raise UnsupportedFormat(
            first.number,
            f"{one_line(first.text)[:40]!r} looks like a title or the name of a column, not like a question;"
            " replace it with 'question', or, if it is a question, write 'question' above it",
        )
    if suffix_format in ("csv", "tsv"):
        return ListFormat("csv", first.number, "," if suffix_format == "csv" else "\t")
    return ListFormat("text", first.number)


def _refuse_columns(line: Line, cells: Sequence[str]) -> NoReturn:
    columns = ", ".join(repr(one_line(cell)[:40]) for cell in cells[:8])
    raise UnsupportedFormat(
        line.number,
        f"there is no column 'question', only {columns}; name the column of the questions 'question' in the first"
        " line, or, if each line is one question, write 'question' alone there and, in CSV, each question in quotes",
    )


def _refuse_header_below(content: Sequence[Line]) -> None:
    """Refuse a list whose header is below the first line."""
    for line in content[1:_MAX_TITLE_LINES]:
        found = _find_header(line.text, _DELIMITERS)
        if found and (len(found[1]) > 1 or not _find_header(content[0].text, _DELIMITERS)):
            raise UnsupportedFormat(line.number, "this line names the columns; remove the lines above it")


def _refuse_heading(head: Sequence[Line]) -> None:
    """Refuse an underlined Markdown heading, whose underline is otherwise ignored as a rule."""
    for above, line in zip(head, head[1:], strict=False):
        if not (above.is_skipped or ends_with_question_mark(above.text)) and _UNDERLINE.fullmatch(line.text):
            raise UnsupportedFormat(
                above.number, "this line is a heading, underlined in the next line; remove both"
            )
