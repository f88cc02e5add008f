"""Copies of the package's prompts in a project: made with a record of their hashes, so that later changes are noticed."""

import hashlib
import json
from pathlib import Path

from generator.model.prompt_templates import SUFFIX
from generator.model.prompts import default_directory

RECORD = ".copied.json"
"""The file in the folder of the copies: the hash of the package's template by name, when it was copied."""


def prompt_copies() -> dict[str, bytes]:
    """The package's templates by their names, and the record of their hashes."""
    files = {file.name: file.read_bytes() for file in sorted(default_directory().glob(f"*{SUFFIX}"))}
    record = {name: _hash(data) for name, data in files.items()}
    return {**files, RECORD: (json.dumps(record, indent=1) + "\n").encode()}


def outdated_copies(folder: Path) -> list[str]:
    """The templates in a folder whose original in the package has changed since it was copied."""
    record = _record(folder)
    now = {file.name: _hash(file.read_bytes()) for file in default_directory().glob(f"*{SUFFIX}")}
    return [name for name in _names(folder) if name in record and name in now and record[name] != now[name]]


def unknown_overrides(folder: Path) -> list[str]:
    """The templates in a folder that replace none of the package, because it has none of that name."""
    known = {file.name for file in default_directory().glob(f"*{SUFFIX}")}
    return [name for name in _names(folder) if name not in known]


def _names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.glob(f"*{SUFFIX}"))


def _record(folder: Path) -> dict[str, str]:
    try:
        found = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
