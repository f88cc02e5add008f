"""The versions that matter for a report of a fault."""

import platform
import sqlite3
from importlib.metadata import PackageNotFoundError, version


def versions() -> list[str]:
    """Python, the SDK and SQLite, each with its version."""
    return [f"Python {platform.python_version()}", f"openai {_sdk()}", f"SQLite {sqlite3.sqlite_version}"]


def _sdk() -> str:
    try:
        return version("openai")
    except PackageNotFoundError:
        return "missing"
