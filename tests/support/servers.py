"""The test server in a process of its own, for tests and benchmarks that need a real port."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30
STOP_SECONDS = 10


class RunningServer:
    """``python -m generator.fake_openai --port 0`` with more arguments, up until the block ends.

    ``base_url`` ends in ``/v1``. ``stop()`` sends SIGTERM, ``kill()`` SIGKILL; both may be repeated.

    >>> with RunningServer("--faults", "0.2", "--seed", "1") as server:
    ...     server.base_url, server.stats()["requests"]
    """

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self._process: subprocess.Popen[str] | None = None
        self.base_url = ""

    def __enter__(self) -> "RunningServer":
        command = [sys.executable, "-m", "generator.fake_openai", "--port", "0", *self._arguments]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.base_url = self._process.stdout.readline().strip()
        if not self.base_url:
            self._process.wait(timeout=START_SECONDS)
            raise RuntimeError("the test server did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stats(self) -> dict[str, Any]:
        """The counts of ``GET /stats``."""
        return self._call("GET", "/stats")

    def reset_stats(self) -> None:
        """Set all counts to 0."""
        self._call("POST", "/stats/reset")

    def stop(self) -> None:
        """End it gracefully, by force where it does not."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.communicate(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate(timeout=STOP_SECONDS)
            self._process = None

    def _call(self, method: str, path: str) -> dict[str, Any]:
        url = self.base_url.removesuffix("/v1") + path
        request = urllib.request.Request(url, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=STOP_SECONDS) as response:
            value: dict[str, Any] = json.loads(response.read())
        return value
