"""The command line: the only layer that prints, exits, and turns errors into exit codes.

0 all done · 1 something needs a person · 2 wrong usage, config, key, model or quota · 130 interrupted
"""

import io
import json
import os
import sys
from collections.abc import Sequence

INTERRUPTED = 130


def main(argv: Sequence[str]) -> int:
    """Run one command; returns its exit code."""
    import typer

    from generator.cli.app import build
    from generator.errors import GeneratorError

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    argv = [_usable(argument) for argument in argv]
    try:
        code = build()(argv, prog_name="generator", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except typer.TyperException as error:
        return _fail(argv, "usage", f"{error.format_message()} (see --help)", error.exit_code)
    except GeneratorError as error:
        return _fail(argv, _kind(error), str(error), exit_code_of(error))
    except (KeyboardInterrupt, typer.Abort):
        print("interrupted", file=sys.stderr)  # noqa: T201
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away, as `| head` does.
        sys.stderr.close()
        return 1


def exit_code_of(error: Exception) -> int:
    """The exit code of a run that an error ended."""
    from generator import errors

    needs_person = (errors.BudgetExceeded, errors.CallFailed, errors.PatchError, errors.FrontMatterError)
    return 1 if isinstance(error, needs_person) else 2


def error_object(error: Exception) -> dict[str, str]:
    """An error as a program reads it."""
    return {"kind": _kind(error), "message": str(error)}


def _usable(argument: str) -> str:
    """An argument that can be stored and shown; the name of an existing file stays as it is, to be opened."""
    from generator.cli.output import encodable

    path = argument.partition("=")[2] if argument.startswith("--") else argument
    return argument if os.path.lexists(path) else encodable(argument)


def _fail(argv: Sequence[str], kind: str, message: str, code: int) -> int:
    """One clear line, or one object where a program reads."""
    from generator.cli.output import safe_line

    if "--json" in argv:
        print(json.dumps({"error": {"kind": kind, "message": message}}))  # noqa: T201
    else:
        print(f"generator: {safe_line(message)}", file=sys.stderr)  # noqa: T201
    return code


def _kind(error: Exception) -> str:
    """``ModelUnavailable`` gives ``model-unavailable``."""
    name = type(error).__name__.removesuffix("Error")
    return "".join(f"-{char.lower()}" if char.isupper() else char for char in name).lstrip("-")
