"""Commands against a scripted endpoint with a log file, and the events of such a file."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from generator.services import Services
from tests.support.services import no_sleep

CONFIG = """content_dir: content
subjects: [Biology]
prices: {gpt-6-luna: {input: 1, cached_input: "0.1", output: 10}}
"""
NOW = "2026-03-01T12:30:00.250+00:00"


def events_of(file: Path) -> list[dict[str, Any]]:
    """The events of a log file; each line has to be one JSON object."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def named(events: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """The events of one kind."""
    return [event for event in events if event["event"] == name]


@contextmanager
def commands_with(transport: httpx2.AsyncBaseTransport) -> Iterator[None]:
    """Within the block, the commands of this process use this transport and do not wait."""
    made = partial(Services, transport=transport, sleep=no_sleep)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("generator.cli.terminal.options.Services", made)
        yield
