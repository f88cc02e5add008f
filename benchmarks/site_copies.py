"""A content folder of any size: the articles of the sample, again and again under new questions and slugs."""

import itertools
import re
from pathlib import Path

_QUESTION = re.compile(rb"(?<=\nquestion: >-\n    )[^\n]*")


def copies(source: Path, target: Path, wanted: int) -> None:
    """Fill the folder ``target`` with as many articles."""
    files = sorted(source.glob("*/*.md"))
    rounds = ((number, path) for number in itertools.count() for path in files)
    for number, path in itertools.islice(rounds, wanted):
        data, name = path.read_bytes(), path.stem
        if number:
            name = f"{path.stem}-{number}"
            data = _renamed(data, path.stem, number)
        file = target / path.parent.name / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def _renamed(data: bytes, stem: str, number: int) -> bytes:
    data = _QUESTION.sub(lambda match: b"%s %d" % (match[0], number), data, count=1)
    for old, new in (
        (f"{stem}.md\n", f"{stem}-{number}.md\n"),
        (f"{stem}\nscore", f"{stem}-{number}\nscore"),
    ):
        data = data.replace(old.encode(), new.encode(), 1)
    return data
