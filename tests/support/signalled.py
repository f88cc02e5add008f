"""Commands in processes of their own that get signals, as from a terminal or a supervisor."""

import os
import shlex
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

STOP_SECONDS = 20


@dataclass
class Ended:
    """How a command ended: its exit code, and what it wrote."""

    code: int
    out: str
    errors: str


class Command:
    """``generator`` with arguments, in a session of its own; what is left of it at the end of the block is killed.

    Args:
        address: of the endpoint.
        pipe: the rest of a shell command line, such as ``2>&1 | tee log``; the exit code is still that of the command.
    """

    def __init__(
        self, site: Path, *arguments: str, address: str = "http://127.0.0.1:9/v1", pipe: str = ""
    ) -> None:
        words = [sys.executable, "-m", "generator", "--config", str(site / "config.yaml"), *arguments]
        command = (
            ["bash", "-c", f"trap : INT; {shlex.join(words)} {pipe}; exit ${{PIPESTATUS[0]}}"]
            if pipe
            else words
        )
        environment = {"OPENAI_API_KEY": "test-key", "OPENAI_BASE_URL": address, "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command,
            cwd=site,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def __enter__(self) -> "Command":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.signal_group(signal.SIGKILL)
        self.process.communicate(timeout=STOP_SECONDS)

    def signal(self, number: int) -> None:
        """Send a signal to this process alone."""
        self.process.send_signal(number)

    def signal_group(self, number: int) -> None:
        """Send a signal to all of its processes, as Ctrl-C in a terminal does."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def read_until(self, text: str) -> str:
        """What it writes to stderr, up to the first line that holds a text."""
        assert self.process.stderr is not None
        read = ""
        while line := self.process.stderr.readline().decode():
            read += line
            if text in line:
                return read
        raise AssertionError(read)

    def end(self) -> Ended:
        """Wait for its end."""
        out, errors = self.process.communicate(timeout=STOP_SECONDS)
        return Ended(self.process.returncode, out.decode(), (errors or b"").decode())
