"""Reads many article files, in several processes when that pays.

The processes are plain interpreters that run this file's :func:`main`, not ``multiprocessing``: they need no main
module that can be imported again, no free lock and no fork of a process that has threads. Each takes its
share of the paths from its standard input and writes rows, chunk by chunk, to its standard output.
"""

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, NamedTuple

from generator.store.corpus.files import FileStamp, Record, Unreadable, read

Wanted = tuple[str, FileStamp]
Outcome = Record | Unreadable

_SEVERAL_PROCESSES_FROM = 2_000
_MOST_PROCESSES = 4
_CHUNK = 64
_PACKAGE_PARENT = str(Path(__file__).resolve().parents[3])
_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from generator.store.corpus.reader_processes import main; main()"


class _Share(NamedTuple):
    content_dir: str
    chunks: list[Sequence[Wanted]]


def read_all(
    content_dir: Path, wanted: Sequence[Wanted], *, processes: int | None = None
) -> Iterator[Outcome]:
    """Read the files, in order; ``processes`` is by default the number of cores, at most four, if there are many."""
    count = processes or min(_MOST_PROCESSES, _cores())
    done = 0
    if len(wanted) >= _SEVERAL_PROCESSES_FROM and count > 1:
        for chunk in _read_in_processes(str(content_dir), wanted, count):
            yield from chunk
            done += len(chunk)
    for path, stamp in wanted[done:]:
        yield read(str(content_dir), path, stamp)


def _read_in_processes(content_dir: str, wanted: Sequence[Wanted], count: int) -> Iterator[list[Outcome]]:
    """The chunks in order, each from the next process in turn; ends early when one of them fails."""
    chunks = [wanted[at : at + _CHUNK] for at in range(0, len(wanted), _CHUNK)]
    with ExitStack() as stack:
        try:
            outputs = [
                stack.enter_context(_Reader(_Share(content_dir, chunks[at::count]))) for at in range(count)
            ]
            for number in range(len(chunks)):
                yield pickle.load(outputs[number % count])
        except (OSError, EOFError, pickle.UnpicklingError):
            return  # no room for another process: the caller goes on alone


class _Reader:
    """One process and what it writes; killed on the way out, should it still run."""

    def __init__(self, share: _Share) -> None:
        with tempfile.TemporaryFile() as task:
            pickle.dump(share, task)
            task.seek(0)
            self._process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, _PACKAGE_PARENT],
                stdin=task,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )

    def __enter__(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()


def main() -> None:
    """Read the share given on standard input."""
    share: _Share = pickle.load(sys.stdin.buffer)
    for chunk in share.chunks:
        pickle.dump([read(share.content_dir, path, stamp) for path, stamp in chunk], sys.stdout.buffer)
        sys.stdout.buffer.flush()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
