"""Tells in which form a list is written, from its first lines, and refuses by name what is no list that can be read.

Whatever is refused here was never planned or paid for; what is ambiguous is refused too, with what to change.
"""

import json
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, NoReturn, TypeAlias

from generator.content.text import one_line
from generator.question_lists.columns import is_column_name, is_header
from generator.question_lists.documents import key_of_rows
from generator.question_lists.lines import Line, OtherForm
from generator.question_lists.tables import bar_cells, csv_cells, is_rule

Kind: TypeAlias = Literal["csv", "tsv", "text", "json", "jsonl", "yaml"]

_LOOKED_AT = 50  # lines with something in them
_TITLE_LINES = 10
_DELIMITERS = (",", ";", "\t", "|")
_CALL_IT = (
    "name the columns in the first line, that of the questions 'question';"
    " a question that holds the separator must stand in quotes"
)
_SAVE = "save or export the list as CSV (UTF-8)"

_MAGIC = {
    b"PK\x03\x04": "a spreadsheet, a document or an archive",
    b"PK\x05\x06": "an archive",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"%PDF-": "a PDF",
    b"{\\rtf": "an RTF document",
    b"\x1f\x8b": "compressed (gzip)",
    b"BZh91AY&SY": "compressed (bzip2)",
    b"\xfd7zXZ": "compressed (xz)",
    b"\x28\xb5\x2f\xfd": "compressed (zstd)",
    b"7z\xbc\xaf": "an archive",
    b"Rar!\x1a\x07": "an archive",
    b"SQLite format 3\0": "a database",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_MARKUP = re.compile(
    r"<!doctype|<!--|<\?xml|</?(html|head|body|meta)\b|</?[a-z][^<>]*$|</?[a-z].*>$", re.IGNORECASE
)
_JSON = re.compile(r"\s*(\[\s*($|[\"{\[\]])|\{\s*($|\"|\}))")
_UNFINISHED = re.compile(r"[\[{,:]\s*$")
_YAML_ROW = re.compile(r"\s*-\s+[\"']?question[\"']?\s*:(\s|$)", re.IGNORECASE)
_SEPARATOR = re.compile(r"\"?sep=(\\t|[^\"])\"?[,;\t|]*", re.IGNORECASE)
_UNDERLINE = re.compile(r"\s*(={3,}|-{3,})\s*")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|\$[^$]*\$|`[^`]*`")
_TIGHT_COMMA = re.compile(r"(?<!\d),(?=\S)|,(?=[^\s\d])")
# With what a question of two or three words begins that is none by its mark.
_OPENINGS = frozenset((
    "analyse", "analyze", "assess", "calculate", "compare", "contrast", "critique", "define", "derive",
    "describe", "differentiate", "discuss", "distinguish", "evaluate", "examine", "explain", "find",
    "give", "identify", "illustrate", "interpret", "justify", "list", "name", "outline", "prove", "show",
    "solve", "state", "summarise", "summarize", "what", "why", "who", "when", "where", "how", "which",
    "is", "are", "can", "do",
))  # fmt: skip


class Form(NamedTuple):
    """How a list is written."""

    reader: Literal["csv", "bars", "text", "jsonl", "json", "yaml"]
    begin: int = 1
    """The line that the first row begins at or after."""
    delimiter: str = ","
    header: tuple[str, ...] = ()
    """The names of the columns as they are written; none where there is only one, which has no name."""


def refuse_binary(head: bytes) -> None:
    """Raises OtherForm for the start of a file that is not UTF-8 text by its first bytes."""
    for magic, form in _MAGIC.items():
        if head.startswith(magic):
            raise OtherForm(1, f"the file is {form}; {_SAVE}")
    if head[:200].count(b"\0") * 3 >= len(head[:200]) > 0:
        raise OtherForm(1, f"the file is UTF-16 or no text; {_SAVE}")


def form_of(head: Sequence[Line], kind: Kind | None) -> Form:
    """The form of a list by its first lines.

    Args:
        kind: what the file's name promises; a list in another form is read as what it is.

    Raises:
        OtherForm: it is in no form that is read, or it cannot be told for sure.
    """
    if kind == "yaml":
        return Form("yaml")
    shown = _shown(head)
    if not shown:
        return Form("text")
    _refuse_markup(shown, kind)
    if kind in ("json", "jsonl") or _JSON.match(shown[0].text):
        return _json_form(shown, kind)
    if _YAML_ROW.match(shown[0].text):
        return Form("yaml")
    if found := _SEPARATOR.fullmatch(shown[0].text.strip(" ")):
        return _separated_form(shown, found[1])
    return (
        _bars_form(shown)
        or _header_form(shown, kind, _DELIMITERS if kind != "tsv" else ("\t", *_DELIMITERS))
        or _headless_form(head, shown, kind)
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


def _refuse_markup(shown: Sequence[Line], kind: Kind | None) -> None:
    first = shown[0]
    if _MARKUP.match(first.text.strip()):
        raise OtherForm(first.number, f"the file is HTML or XML; {_SAVE}")
    if first.text.rstrip() == "---":
        raise OtherForm(
            first.number, "the file begins with front matter, as an article does, and is no question list"
        )
    fence = next((line for line in shown if line.text.lstrip().startswith(("```", "~~~"))), None)
    if fence and kind not in ("json", "jsonl"):
        raise OtherForm(fence.number, "a code block of Markdown: leave out the lines of ``` around the list")


def _json_form(shown: Sequence[Line], kind: Kind | None) -> Form:
    first = shown[0].text.strip()
    try:
        value = json.loads(first)
        whole = isinstance(value, str) or (isinstance(value, dict) and key_of_rows(value) is None)
    except (ValueError, RecursionError):
        whole = kind == "jsonl" and not first.startswith("[") and not _UNFINISHED.search(first)
    lines = whole and (kind == "jsonl" or len(shown) > 1)
    return Form("jsonl" if lines else "json")


def _separated_form(shown: Sequence[Line], separator: str) -> Form:
    """A list whose first line tells the separator, as Excel has it."""
    delimiter = "\t" if separator == "\\t" else separator
    line, rest = shown[0], shown[1:]
    if delimiter.isalnum() or delimiter.isspace() and delimiter != "\t":
        raise OtherForm(line.number, f"sep= names {delimiter!r}, which separates no columns")
    if not rest:
        return Form("text", line.number + 1)
    form = _header_form(rest, "csv", (delimiter, *_DELIMITERS))
    if form:
        return form
    cells = csv_cells(rest[0].text, delimiter)
    if len(cells) > 1:
        _refuse_columns(rest[0], cells)
    return _headless_form(rest, rest, "csv")


def _bars_form(shown: Sequence[Line]) -> Form | None:
    """A table drawn with bars: Markdown's, or one that a database's command line prints."""
    rule = next((n for n, line in enumerate(shown[:_TITLE_LINES]) if is_rule(line.text)), None)
    top = rule == 0
    lines = shown[1:] if top else shown
    if rule is None or not lines:
        if not _is_boxed(shown[0].text):
            return None
    elif rule > 1 or (top and len(lines) > 1 and not is_rule(lines[1].text)):
        raise OtherForm(
            shown[rule].number, "a table whose header is not the first line: leave out what stands above it"
        )
    first = lines[0]
    cells = bar_cells(first.text)
    if not is_header(cells):
        _refuse_columns(first, cells)
    return Form("bars", first.number + 1, "|", tuple(cells))


def _is_boxed(text: str) -> bool:
    stripped = text.strip()
    return len(stripped) > 2 and stripped.startswith("|") and stripped.endswith("|") and " " in stripped


def _header_form(shown: Sequence[Line], kind: Kind | None, delimiters: Sequence[str]) -> Form | None:
    """A list whose first line names its columns."""
    first = shown[0]
    delimiter, cells = _header(first.text, delimiters) or ("", [])
    if not cells:
        return None
    if len(cells) == 1:
        _refuse_names_further_down(shown)
        nameless = _columns_without_names([line.text.strip() for line in shown[1:]])
        if nameless and nameless[-1].endswith("?"):
            _refuse_columns(shown[1], nameless)
        quoted = any(line.text.startswith('"') for line in shown[1:])
        if kind == "text" or (kind is None and not quoted):
            return Form("text", first.number + 1)
    return Form("csv", first.number + 1, delimiter, tuple(cells))


def _header(text: str, delimiters: Sequence[str]) -> tuple[str, list[str]] | None:
    """The separator and the names of the columns in a line that names one for questions."""
    found = []
    for delimiter in dict.fromkeys(delimiters):
        cells = csv_cells(text, delimiter)
        if cells and is_header(cells):
            found.append((delimiter, cells))
    return max(found, key=lambda pair: len(pair[1])) if found else None


def _headless_form(head: Sequence[Line], shown: Sequence[Line], kind: Kind | None) -> Form:
    """A list of questions alone, one a line or row."""
    first = shown[0]
    _refuse_names_further_down(shown)
    if kind in ("csv", "tsv"):
        cells = csv_cells(first.text, "," if kind == "csv" else "\t")
        if len(cells) > 1:
            _refuse_columns(first, cells)
    if nameless := _columns_without_names([line.text.strip() for line in shown]):
        _refuse_columns(first, nameless)
    _refuse_heading(head)
    if _is_name_above_questions([one_line(line.text) for line in shown]):
        raise OtherForm(
            first.number,
            f"{one_line(first.text)[:40]!r} looks like a title or the name of a column, not like a question;"
            " leave it out, or put a line 'question' above it",
        )
    if kind in ("csv", "tsv"):
        return Form("csv", first.number, "," if kind == "csv" else "\t")
    return Form("text", first.number)


def _refuse_columns(line: Line, cells: Sequence[str]) -> NoReturn:
    columns = ", ".join(repr(one_line(cell)[:40]) for cell in cells[:8])
    raise OtherForm(line.number, f"there is no column 'question', only {columns}; {_CALL_IT}")


def _refuse_names_further_down(shown: Sequence[Line]) -> None:
    for line in shown[1:_TITLE_LINES]:
        found = _header(line.text, _DELIMITERS)
        if found and (len(found[1]) > 1 or not _header(shown[0].text, _DELIMITERS)):
            raise OtherForm(line.number, "the names of the columns; leave out the lines above them")


def _refuse_heading(head: Sequence[Line]) -> None:
    for above, line in zip(head, head[1:], strict=False):
        if not above.skipped and _UNDERLINE.fullmatch(line.text):
            raise OtherForm(above.number, "a heading, by the line under it: leave both out")


def _columns_without_names(rows: Sequence[str]) -> list[str] | None:
    """The cells of the first row, where all rows have the same separators and a short cell beside the question."""
    split_by = (
        ("\t", re.compile(r"\t")),
        (";", re.compile(";")),
        ("|", re.compile(r"\s\|\s|(?<!\|)\|(?!\|)")),
        (",", _TIGHT_COMMA),
    )
    if not rows:
        return None
    bare = [_BRACKETED.sub("", row) for row in rows]
    for delimiter, pattern in split_by:
        counts = {len(pattern.findall(row)) for row in bare}
        if len(counts) != 1 or counts == {0}:
            continue
        if delimiter == "|" and counts != {1} and not all(" | " in row for row in bare):
            continue  # a pair of bars is an absolute value
        several = len(rows) > 1
        tight = delimiter == ";" and not any("; " in row for row in bare)
        beside = all(_has_short_cell(pattern.split(row)) for row in bare)
        if delimiter == "\t" or (tight and several) or (beside and (tight or several)):
            return [cell.strip() for cell in pattern.split(rows[0])]
    return None


def _has_short_cell(cells: Sequence[str]) -> bool:
    return any("?" not in cell and len(cell.split()) <= 3 for cell in cells)


def _is_name_above_questions(rows: Sequence[str]) -> bool:
    """Whether the first row is one to three words above rows that are questions by their mark or length."""
    first, others = rows[0], rows[1:]
    if is_column_name(first):
        return True
    words = first.casefold().split()
    if "?" in first or len(words) > 3 or not words or words[0] in _OPENINGS or not others:
        return False
    return all("?" in row or len(row.split()) > 3 for row in others)
