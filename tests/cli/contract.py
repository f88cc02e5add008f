"""What the tests of the command line's contract share: commands run in this process, shapes of JSON, golden files."""

import contextlib
import io
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from generator.cli import main

GOLDEN = Path(__file__).resolve().parent / "golden"
UPDATE = os.environ.get("GENERATOR_UPDATE_GOLDEN") == "1"

NO_GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "LC_ALL": "C"}


class Result(NamedTuple):
    """What a command returned and wrote."""

    code: int
    out: str
    err: str


def run(site: Path, arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Result:
    """Run a command in a folder, with no key, no address and no name of git's but those given."""
    out, err = io.StringIO(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        patch.chdir(site)
        patch.setattr("sys.argv", ["generator", *arguments])
        for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
            patch.delenv(name, raising=False)
        ceiling = {"GIT_CEILING_DIRECTORIES": str(site.parent.resolve())}
        for name, value in {**NO_GIT, **ceiling, **(environment or {})}.items():
            patch.setenv(name, value)
        code = main(list(arguments))
    return Result(code, out.getvalue(), err.getvalue())


def shape(value: Any) -> Any:
    """The keys of a JSON value with the types of what they hold; a list is the one shape of all its items."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [merged([shape(item) for item in value])] if value else []
    if value is None:
        return "null"
    return {str: "string", bool: "boolean", int: "integer", float: "number"}[type(value)]


def merged(shapes: list[Any]) -> Any:
    """One shape for several: ``name?`` is a key that some lack, ``a | b`` one of several types."""
    first = shapes[0]
    if all(one == first for one in shapes):
        return first
    if all(isinstance(one, dict) for one in shapes):
        names = list(dict.fromkeys(name for one in shapes for name in one))
        return {
            name if all(name in one for one in shapes) else f"{name}?": merged(
                [one[name] for one in shapes if name in one]
            )
            for name in names
        }
    if all(isinstance(one, list) for one in shapes):
        items = [item for one in shapes for item in one]
        return [merged(items)] if items else []
    flat = {part for one in shapes for part in (one.split(" | ") if isinstance(one, str) else [_word(one)])}
    return " | ".join(sorted(flat))


def _word(one: Any) -> str:
    return "object" if isinstance(one, dict) else "array"


def compare(name: str, text: str) -> None:
    """Hold a text against a golden file, or write the file where that is asked for."""
    file = GOLDEN / name
    if UPDATE:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
        return
    wanted = file.read_text(encoding="utf-8") if file.exists() else ""
    assert text == wanted, (
        f"the command line no longer does what tests/cli/golden/{name} says; where that is meant,"
        " GENERATOR_UPDATE_GOLDEN=1 make test writes the golden files again, to be looked at and committed"
    )


def compare_json(name: str, value: Any) -> None:
    """The same for a JSON value."""
    compare(name, json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
