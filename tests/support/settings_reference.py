"""Writes docs/configuration.md from the settings model and the comments of a new config.yaml."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from generator.config import Settings
from generator.workflows.init.config_file import new_config

_HEAD = """# Configuration

Made from the settings model and the comments of a new `config.yaml` by `make docs`. Every key may be left out; a key that
is not known is an error. Paths are relative to the file. `generator init` writes a commented file. The API key comes from
the environment and belongs in no file.
"""
_KEY = re.compile(
    r"^(?P<before> *)(?:# ?)?(?P<after> *)(?P<key>[a-z_]+):(?=\s|$)"
    r"(?:[^#'\"]|'[^']*'|\"[^\"]*\")*?(?: +# (?P<comment>.*))?$"
)
_MORE = re.compile(r"^(?:#)? {20,}# (?P<comment>.*)$")
_ABOVE = re.compile(r"^# (?P<comment>.*)$")


def settings_reference() -> str:
    """The whole page."""
    comments = meanings()
    parts = [_HEAD]
    top = [
        (name, field) for name, field in Settings.model_fields.items() if not _is_section(field.annotation)
    ]
    parts.append("## Top level\n\n" + _table([(name, field, comments.get(name, "")) for name, field in top]))
    for name, field in Settings.model_fields.items():
        if _is_section(field.annotation):
            rows = list(_rows(name, field.annotation, comments))
            parts.append(f"## {name}\n\n{_table(rows)}")
    return "\n".join(parts)


def meanings() -> dict[str, str]:
    """What a new config.yaml says of each key, by path."""
    return dict(_comments(new_config("content/learn")))


def setting_paths() -> set[str]:
    """All settings by path, without the sections that hold them."""
    paths = set()
    for name, field in Settings.model_fields.items():
        if _is_section(field.annotation):
            paths |= {path for path, _, _ in _rows(name, field.annotation, {})}
        else:
            paths.add(name)
    return paths


def _is_section(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _rows(path: str, model: Any, comments: dict[str, str]) -> Iterator[tuple[str, Any, str]]:
    for name, field in model.model_fields.items():
        below = f"{path}.{name}"
        if _is_section(field.annotation) and field.annotation.__name__ != "Range":
            yield from _rows(below, field.annotation, comments)
        else:
            yield below, field, comments.get(below, "")


def _table(rows: list[tuple[str, Any, str]]) -> str:
    lines = ["| Key | Default | Meaning |", "| --- | --- | --- |"]
    for path, field, comment in rows:
        lines.append(f"| `{path}` | {_default(field)} | {comment.replace('|', chr(92) + '|')} |")
    return "\n".join(lines) + "\n"


def _default(field: Any) -> str:
    value = field.get_default(call_default_factory=True)
    if isinstance(value, Path):
        value = value.as_posix()
    if isinstance(value, BaseModel):
        value = ", ".join(f"{name}: {part}" for name, part in value.model_dump().items())
    if value is None or value in ((), {}, ""):
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        value = ", ".join(map(str, value))
    return f"`{value}`".replace("|", "\\|")


def _comments(text: str) -> Iterator[tuple[str, str]]:
    """Each key with its comment: on its line and the lines after it, or above it."""
    parents: list[tuple[int, str]] = []
    above: list[str] = []
    found: dict[str, list[str]] = {}
    path = ""
    for line in text.splitlines():
        more, key, comment = _MORE.match(line), _KEY.match(line), _ABOVE.match(line)
        if more and path:
            found[path].append(more["comment"])
        elif key:
            indent = len(key["before"]) + len(key["after"])
            parents = [parent for parent in parents if parent[0] < indent]
            parents.append((indent, key["key"]))
            path = ".".join(name for _, name in parents)
            found[path] = [key["comment"]] if key["comment"] else above
            above = []
        else:
            above = [*above, comment["comment"]] if comment else []
            path = ""
    return ((path, " ".join(parts)) for path, parts in found.items())
