"""Detects tables that are drawn with bars, as in Markdown or printed by a database client."""

import re
from collections.abc import Sequence

from generator.questions.column_guess import guess_columns
from generator.questions.columns import KnownNames
from generator.questions.lines import Line, UnsupportedFormat
from generator.questions.list_format import MAX_TITLE_LINES, ListFormat, columns_of_header, refuse_columns
from generator.questions.tables import are_column_types, bar_cells, is_table_rule, with_plain_bars

_OPERATOR = re.compile(r"[-+*/=<>\u00b7\u00d7\u2260\u2264\u2265\s]+")


def bar_table_format(content: Sequence[Line], names: KnownNames) -> ListFormat | None:
    """The format of a table drawn with bars, as in Markdown or printed by a database client; None if it is none."""
    rule = next((n for n, line in enumerate(content[:MAX_TITLE_LINES]) if is_table_rule(line.text)), None)
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
    if names.is_header(cells):
        columns, _ = columns_of_header(cells, names)
        return ListFormat("bars", first.number + 1, "|", columns, has_header=True)
    rows = [bar_cells(line.text) for line in lines if not is_table_rule(line.text)]
    guessed = guess_columns(rows, names, has_header=True if rule is not None else None)
    if guessed is None:
        refuse_columns(first, cells)
    first_row = first.number + guessed.first_is_header
    return ListFormat("bars", first_row, "|", guessed.columns, guessed.first_is_header, guessed.words)


def _has_rule_below(lines: Sequence[Line]) -> bool:
    """Whether a rule or a row of column types is below the first line."""
    return len(lines) < 2 or is_table_rule(lines[1].text) or are_column_types(bar_cells(lines[1].text))


def _is_bar_row(text: str) -> bool:
    """Whether a line is a row between bars, not an equation of absolute values."""
    stripped = with_plain_bars(text).strip()
    if len(stripped) <= 2 or not (stripped.startswith("|") and stripped.endswith("|") and " " in stripped):
        return False
    return not any(_OPERATOR.fullmatch(cell) for cell in bar_cells(stripped))
