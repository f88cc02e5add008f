"""The log file: whole lines whoever writes, a new file after a rename, and one report where it cannot be written."""

import errno
import json
import logging
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import UsageError
from generator.events.formats import JsonLine, ShortLine
from generator.events.log_file import LogFile
from tests.support.event_logs import NOW, events_of

WRITERS, LINES = 3, 200
_WRITER = """
import logging, sys
from pathlib import Path
from generator.events.log_file import LogFile
file = LogFile(Path(sys.argv[1]), now=lambda: "now", on_failure=print)
for number in range(int(sys.argv[3])):
    record = logging.makeLogRecord({"msg": "x" * 5000, "fields": {"writer": sys.argv[2], "number": number}})
    file.handle(record)
"""


def record(message: str = "done", **fields: object) -> logging.LogRecord:
    made = {"msg": message, "levelname": "INFO", "levelno": logging.INFO, "event": "test.done"}
    return logging.makeLogRecord({**made, "fields": fields})


def log_file(path: Path, reports: list[str] | None = None) -> LogFile:
    return LogFile(path, now=lambda: NOW, on_failure=(reports if reports is not None else []).append)


@given(
    st.dictionaries(
        st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()), max_size=4
    )
)
def test_a_line_is_one_json_object_whatever_the_fields_hold(fields: dict[str, object]) -> None:
    line = JsonLine(lambda: NOW).format(record("a\nb", **{"": 1}, **{k: v for k, v in fields.items() if k}))
    read = json.loads(line)
    assert "\n" not in line and line.isascii()
    assert (read["time"], read["level"], read["event"], read["message"]) == (NOW, "info", "test.done", "a\nb")
    own = {"time", "level", "event", "message", ""}
    assert {name: read[name] for name in fields if name not in own} == {
        name: value for name, value in fields.items() if name not in own
    }


def test_a_short_line_has_the_local_time_and_an_unusual_level() -> None:
    shown = ShortLine(lambda: NOW).format(record("done"))
    assert shown.endswith(" done") and len(shown) == len("hh:mm:ss done")
    warning = logging.makeLogRecord({"msg": "slow", "levelname": "WARNING", "levelno": logging.WARNING})
    assert ShortLine(lambda: NOW).format(warning).endswith(" warning: slow")


def test_lines_of_several_processes_and_threads_stay_whole(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    processes = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(path), str(number), str(LINES)])
        for number in range(WRITERS)
    ]
    own = log_file(path)
    with ThreadPoolExecutor(WRITERS) as threads:
        for number in range(LINES):
            threads.submit(own.handle, record("y" * 5000, writer="own", number=number))
    assert [process.wait() for process in processes] == [0] * WRITERS
    own.close()
    written = {(event["writer"], event["number"]) for event in events_of(path)}
    assert len(written) == len(events_of(path)) == (WRITERS + 1) * LINES


def test_a_file_that_is_renamed_is_begun_again(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    file = log_file(path)
    file.handle(record("first"))
    path.rename(tmp_path / "log.1")
    file.handle(record("second"))
    file.close()
    assert [event["message"] for event in events_of(tmp_path / "log.1")] == ["first"]
    assert [event["message"] for event in events_of(path)] == ["second"]


def test_a_file_that_cannot_be_opened_is_a_clear_error(tmp_path: Path) -> None:
    for path in (tmp_path / "missing" / "log", tmp_path):
        with pytest.raises(UsageError, match="the log file .* cannot be opened: "):
            log_file(path)


def test_a_line_that_the_disk_took_only_in_part_spoils_no_other(tmp_path: Path, monkeypatch) -> None:
    path, write = tmp_path / "log.jsonl", os.write
    file = log_file(path)

    def full(descriptor: int, data: bytes) -> int:
        monkeypatch.setattr(os, "write", no_space)
        return write(descriptor, data[:10])

    def no_space(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    file.handle(record("lost"))
    file.handle(record("lost too"))
    monkeypatch.setattr(os, "write", write)
    file.handle(record("kept"))
    file.close()
    begun, kept = path.read_text(encoding="utf-8").splitlines()
    assert (len(begun), json.loads(kept)["message"]) == (10, "kept")


def test_a_full_disk_is_reported_once_and_the_work_goes_on() -> None:
    reports: list[str] = []
    file = log_file(Path("/dev/full"), reports)
    for _ in range(3):
        file.handle(record())
    file.close()
    assert len(reports) == 1 and "cannot be written: No space left on device" in reports[0]
