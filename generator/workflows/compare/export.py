"""Writes the pairs of a comparison for people to judge, blind: nothing in the folder says which side wrote what."""

from __future__ import annotations

import csv
import io
import random
import re
from typing import TYPE_CHECKING

from generator.errors import UsageError
from generator.store.files import read_file, write_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from generator.workflows.compare.case_pairs import CasePair
    from generator.workflows.compare.recorded import SideDraft
    from generator.workflows.compare.requests import CompareReport

_OF_AN_EXPORT = re.compile(r"pair-\d+\.md|answers\.csv|README\.md")
_ANSWERS = ("pair", "better", "remark")
_KEY = ("pair", "question", "1", "2")
_READ_ME = """# Which answer is better?

Each file holds a question and two answers. Read both, then write into answers.csv which is better: 1, 2, or = where you
see no difference. What counts, in this order: correct, answers what was asked, useful, clear. Length does not count.
"""


def check_export_folder(folder: Path) -> None:
    """Refuse a folder that pairs cannot be written into; before anything is paid for.

    Raises:
        UsageError: it is a file, or has files that are not of an export.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"--export {folder} is a file")
    others = [name for name in _names(folder) if not _OF_AN_EXPORT.fullmatch(name)]
    if others:
        raise UsageError(f"--export {folder} has files of another kind ({others[0]}): name an empty folder")


def export_pairs(report: CompareReport, folder: Path, *, seed: int) -> None:
    """Write one file for each pair in which both sides answer, and a table to fill in.

    The file ``FOLDER.key.csv`` beside the folder says which answer is of which side. The order within each pair is
    drawn; the same seed draws the same, so that the same pairs can be exported twice.

    Raises:
        UsageError: the folder has other pairs, which people may be judging; nothing is written.
        StorageError: a file cannot be written.
    """
    check_export_folder(folder)
    rng = random.Random(seed)
    files: dict[str, bytes] = {}
    key = []
    for number, pair in enumerate((pair for pair in report.pairs if pair.has_both_texts), start=1):
        order = rng.sample([("A", pair.a), ("B", pair.b)], k=2)
        name = f"pair-{number:03}"
        files[f"{name}.md"] = _page(pair, order[0][1], order[1][1]).encode()
        key.append((name, pair.case.question.text, order[0][0], order[1][0]))
    there = {name: read_file(folder / name) for name in _names(folder) if name.startswith("pair-")}
    if there and there != files:
        raise UsageError(f"--export {folder} has other pairs: name an empty folder")
    files["README.md"] = _READ_ME.encode()
    if not there:
        files["answers.csv"] = _table(_ANSWERS, [(name, "", "") for name, *_ in key])
    for name, data in files.items():
        write_file(folder / name, data)
    write_file(folder.with_name(f"{folder.name}.key.csv"), _table(_KEY, key))


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def _page(pair: CasePair, first: SideDraft, second: SideDraft) -> str:
    return f"# {pair.case.question.text}\n\n## Answer 1\n\n{_text(first)}\n\n## Answer 2\n\n{_text(second)}\n"


def _text(draft: SideDraft) -> str:
    assert draft.draft is not None
    return f"{draft.text}\n\nDescription: {draft.draft.page_description}"


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue().encode()
