"""The command line: the only layer that prints, exits, and turns errors into exit codes.

0 all done · 1 something needs a person · 2 wrong usage, config, key, model or quota · 130 interrupted (143 by SIGTERM)
"""

import errno
import io
import json
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.cli.terminal.event_log import CommandLog


def main(argv: Sequence[str]) -> int:
    """Run one command; returns its exit code."""
    from generator.cli.terminal.event_log import CommandLog
    from generator.cli.terminal.exit_codes import INTERRUPTED
    from generator.workflows.engine.stopping import signals

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    with CommandLog() as log:
        code = _run([_usable(argument) for argument in argv], log)
        return log.ended((signals.exit_code() or code) if code == INTERRUPTED else code)


def _run(argv: Sequence[str], log: "CommandLog") -> int:
    """Run one command; returns its exit code, without regard to which signal interrupted it."""
    import typer

    from generator.cli.app import build
    from generator.cli.terminal.exit_codes import INTERRUPTED, exit_code_of, kind_of
    from generator.errors import GeneratorError
    from generator.workflows.engine.stopping import signals

    try:
        code = build(log)(argv, prog_name="generator", standalone_mode=False)
        if code == INTERRUPTED and signals.interrupted():  # typer returns it for KeyboardInterrupt
            print("interrupted", file=sys.stderr)  # noqa: T201
        return code if isinstance(code, int) else 0
    except typer.TyperException as error:
        return _fail(argv, "usage", f"{error.format_message()} (see --help)", error.exit_code)
    except GeneratorError as error:
        return _fail(argv, kind_of(error), str(error), exit_code_of(error))
    except (KeyboardInterrupt, typer.Abort):
        print("interrupted", file=sys.stderr)  # noqa: T201
        return INTERRUPTED
    except SystemExit:  # of typer: the reader of stdout closed it, as `head` does
        return INTERRUPTED if signals.stop_requested() else 1
    except OSError as error:
        if error.errno != errno.EIO or not signals.stop_requested():
            raise
        return INTERRUPTED  # the terminal was closed


def _usable(argument: str) -> str:
    """An argument that can be stored and shown; the name of an existing file stays as it is, to be opened."""
    from generator.cli.terminal.output import encodable

    path = argument.partition("=")[2] if argument.startswith("--") else argument
    return argument if os.path.lexists(path) else encodable(argument)


def _fail(argv: Sequence[str], kind: str, message: str, code: int) -> int:
    """One clear line, or one object where a program reads."""
    from generator.cli.terminal.event_log import log_error
    from generator.cli.terminal.output import safe_line

    log_error(kind, message)
    if "--json" in argv:
        print(json.dumps({"error": {"kind": kind, "message": message}}))  # noqa: T201
    else:
        print(f"generator: {safe_line(message)}", file=sys.stderr)  # noqa: T201
    return code
