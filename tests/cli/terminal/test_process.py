"""The streams of a process: what is dropped when their readers are gone."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from generator.cli.terminal.process import LossyStream

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes of Windows cannot be polled")


@pytest.fixture
def pipe() -> Iterator[list[int]]:
    """The reading and the writing end of a pipe; a test may close either."""
    ends = list(os.pipe())
    yield ends
    for end in ends:
        if end >= 0:
            os.close(end)


def close(pipe: list[int], end: int) -> None:
    os.close(pipe[end])
    pipe[end] = -1


def fill(end: int) -> None:
    flags = fcntl.fcntl(end, fcntl.F_GETFL)
    fcntl.fcntl(end, fcntl.F_SETFL, flags | os.O_NONBLOCK)
    try:
        while True:
            os.write(end, b"x" * 512)
    except BlockingIOError:
        fcntl.fcntl(end, fcntl.F_SETFL, flags)


def test_a_text_is_written_at_once_and_whole(pipe: list[int]) -> None:
    stream = LossyStream(pipe[1], is_stopping=lambda: False).as_text()
    print("é" * 3000, file=stream)
    assert os.read(pipe[0], 10_000).decode(stream.encoding) == "é" * 3000 + "\n"
    assert (stream.isatty(), stream.fileno()) == (False, pipe[1])


def test_what_nobody_reads_any_more_is_dropped(pipe: list[int]) -> None:
    close(pipe, 0)
    stream = LossyStream(pipe[1], is_stopping=lambda: False).as_text()
    print("nobody reads this", file=stream)
    stream.flush()


def test_what_a_full_pipe_does_not_take_is_dropped_when_the_process_is_to_end(pipe: list[int]) -> None:
    fill(pipe[1])
    stream = LossyStream(pipe[1], is_stopping=lambda: True).as_text()
    print("too much", file=stream)


def test_a_command_whose_stdout_is_closed_early_exits_1_without_a_traceback() -> None:
    command = f"{sys.executable} -m generator --help | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode in (0, 1), done.stderr) == (True, "")


def test_a_command_runs_without_standard_streams() -> None:
    command = f"{sys.executable} -m generator --version <&- >&- 2>&-"
    assert subprocess.run(["bash", "-c", command], check=False).returncode == 0
