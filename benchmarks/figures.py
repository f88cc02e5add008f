"""What a benchmark reports: tables of figures, printed, and written as lines of JSON where ``__main__`` collects them.

A cell is text with its unit, so that terminal, JSON and page show the same.
"""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FIGURES_FILE = "BENCHMARK_FIGURES"
"""The environment variable that names the file to which the tables are added."""


@dataclass(frozen=True)
class Table:
    """A table of results: the first column names what was measured.

    Args:
        title: what was measured, and how much of it.
        header: the names of the columns.
        rows: cells of text, as many in each row as the header has.
        note: how it was measured, and how to read it, in Markdown.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def show(title: str, header: Sequence[str], rows: Iterable[Sequence[str]], *, note: str = "") -> None:
    """Print a table, and add it to the file that FIGURES_FILE names."""
    table = Table(title, tuple(header), tuple(tuple(row) for row in rows), note)
    print(f"\n{table.title}\n{aligned([table.header, *table.rows])}", flush=True)
    if path := os.environ.get(FIGURES_FILE):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(table)) + "\n")


def collected(path: Path) -> list[Table]:
    """The tables of a file that benchmarks wrote; none where there is no file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    return [
        Table(
            item["title"],
            tuple(item["header"]),
            tuple(tuple(row) for row in item["rows"]),
            item["note"],
        )
        for item in found
    ]


def aligned(rows: Iterable[tuple[str, ...]]) -> str:
    """Rows as aligned columns, the first to the left."""
    lines = list(rows)
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )
