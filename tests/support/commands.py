"""Runs commands against the test server, in this process or in one of their own."""

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from generator.cli import main
from generator.store.ledger.ledger import LEDGER_NAME
from generator.store.ledger.storage.database import Database
from tests.support.nightly import NIGHTLY

QUESTIONS = 60 if NIGHTLY else 24


class Commands:
    """Runs commands in a site: in this process, or in one of their own that can be killed."""

    def __init__(self, site: Path, address: str | None) -> None:
        self._site = site
        self._config = ["--config", str(site / "config.yaml")]
        self._environment = {}
        if address is not None:
            self._environment = {"OPENAI_API_KEY": "test-key", "OPENAI_BASE_URL": address}

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "generator", *self._config, *arguments],
            env=os.environ | self._environment,
            cwd=self._site,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def run(self, *arguments: str) -> tuple[int, Any]:
        """Exit code and JSON of a command."""
        code, out, _ = self._written(*arguments, "--json")
        return code, json.loads(out)

    def show(self, *arguments: str) -> tuple[int, str]:
        """Exit code of a command and what it shows to a person, on either stream."""
        code, out, err = self._written(*arguments)
        return code, out + err

    def _written(self, *arguments: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        with (
            pytest.MonkeyPatch.context() as patch,
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            patch.chdir(self._site)
            for name, value in self._environment.items():
                patch.setenv(name, value)
            code = main([*self._config, *arguments])
        return code, out.getvalue(), err.getvalue()


def rows(site: Path, sql: str) -> list[tuple[Any, ...]]:
    database = Database(site / "output" / LEDGER_NAME)
    try:
        return [tuple(row) for row in database.execute(sql)]
    finally:
        database.close()
