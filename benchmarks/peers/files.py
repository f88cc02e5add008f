"""What a tool is given to do with article files, and how it is timed.

    python -m benchmarks.peers.TOOL read SOURCE [ROUNDS]
    python -m benchmarks.peers.TOOL change SOURCE TARGET

``read`` reads the front matter of every file, ``change`` gives each another description and writes it into TARGET.
Both print JSON: the seconds, and how many files the tool refused.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROUNDS = 3


def description_for(file: Path) -> str:
    """The new description of a file: a colon and a quotation mark need care in YAML."""
    return f'New description: what "{file.stem.replace("-", " ")}" means, in one sentence.'


def serve(read: Callable[[str], object], change: Callable[[str, str], str]) -> None:
    """Do what the command line asks.

    Args:
        read: reads the front matter of a text.
        change: the text with another description.
    """
    verb, source, *last = sys.argv[1:]
    files = sorted(Path(source).glob("*/*.md"))
    if verb == "read":
        print(json.dumps(time_reading(files, read, int(*last or (ROUNDS,)))))
    else:
        print(json.dumps(change_all(files, Path(*last), change)))


def time_reading(files: list[Path], read: Callable[[str], object], rounds: int = ROUNDS) -> dict[str, float]:
    """The processor time of reading all files, the best of some rounds; a file that is refused counts as read."""
    texts = [file.read_text(encoding="utf-8") for file in files]
    times, refused = [], 0
    for _ in range(rounds):
        refused = 0
        begun = time.process_time()
        for text in texts:
            try:
                read(text)
            except Exception:  # noqa: BLE001 - whatever a tool raises, it has refused the file
                refused += 1
        times.append(time.process_time() - begun)
    return {"seconds": min(times), "refused": refused}


def change_all(files: list[Path], target: Path, change: Callable[[str, str], str]) -> dict[str, float]:
    """The wall time of reading, changing and writing all files; those that are refused are not written."""
    for folder in {file.parent.name for file in files}:
        (target / folder).mkdir(parents=True)
    refused = 0
    begun = time.perf_counter()
    for file in files:
        try:
            changed = change(file.read_bytes().decode("utf-8"), description_for(file))
        except Exception:  # noqa: BLE001 - whatever a tool raises, it has refused the file
            refused += 1
            continue
        (target / file.parent.name / file.name).write_bytes(changed.encode("utf-8"))
    return {"seconds": time.perf_counter() - begun, "refused": refused}
