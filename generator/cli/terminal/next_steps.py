"""Builds the command line to type next, with the program name, settings file and folders of the current call."""

import shlex
import shutil
import sys
from pathlib import Path

import typer


def command_line(context: typer.Context, *words: str, **folders: str | None) -> str:
    """A command line with the settings file and folders of the current command.

    Args:
        folders: values of options such as ``output_dir``; None where they were not given.
    """
    parts = _program()
    if context.obj:
        parts += ["--config", context.obj]
    parts += words
    for name, value in folders.items():
        if value is not None:
            parts += [f"--{name.replace('_', '-')}", value]
    return shlex.join(parts)


def _program() -> list[str]:
    """The program as it was called; a path if it is not on PATH."""
    called = Path(sys.argv[0])
    if called.parts[-2:] == ("generator", "__main__.py"):
        return [_below_here(sys.executable), "-m", "generator"]
    if called.stem != "generator":
        return ["generator"]
    found = shutil.which("generator")
    if found and called.exists() and called.samefile(found):
        return ["generator"]
    return [_below_here(sys.argv[0])]


def _below_here(path: str) -> str:
    """A path, relative if it is below the current folder."""
    here = Path.cwd()
    return str(Path(path).relative_to(here)) if Path(path).is_relative_to(here) else path
