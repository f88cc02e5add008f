"""Runs commands over a copy of the fixture, in this process, and gives what they show."""

import contextlib
import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from generator.cli import main

RESULTS = (
    ("status",),
    ("verify",),
    ("batch", "list"),
    ("seo", "list"),
    ("list", "--limit", "100"),
    ("list", "--state", "needs_fix", "--sort", "findings", "--reverse"),
)


def run(site: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Exit code and stdout of a command with the settings of the folder."""
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out):
        patch.chdir(site)
        for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
            patch.delenv(name, raising=False)
        for name, value in (environment or {}).items():
            patch.setenv(name, value)
        code = main(list(arguments))
    return code, out.getvalue()


def run_json(site: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> tuple[int, Any]:
    """Exit code and the object that a command shows with ``--json``."""
    code, out = run(site, *arguments, "--json", environment=environment)
    return code, json.loads(out)


def results(site: Path, commands: tuple[tuple[str, ...], ...]) -> dict[str, Any]:
    """What commands show, by their words; then what ``why`` shows of each draft."""
    found = {" ".join(command): run_json(site, *command)[1] for command in commands}
    drafts = [draft["key"] or draft["question"] for draft in found["list --limit 100"]["drafts"]]
    found["why"] = {name: shortened(run_json(site, "why", name)[1]) for name in drafts}
    return found


def shortened(history: dict[str, Any]) -> dict[str, Any]:
    """What ``why`` shows of a draft, with the long lists by their hashes."""
    return {
        **history,
        "passages": digest(history["passages"]),
        "related": digest(history["related"]),
        "versions": [{**version, "findings": digest(version["findings"])} for version in history["versions"]],
    }


def digest(value: Any) -> str:
    """A short hash of a JSON value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
