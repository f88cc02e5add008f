"""Writes docs/commands.md from the command line: each command with its help, arguments and options."""

from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from generator.cli.app import EPILOG, build

_HEAD = """# Commands

Made from the command line by `make docs`; `generator COMMAND --help` shows the same.
"""
_EVERYWHERE = frozenset({"--help"})


def command_reference() -> str:
    """The whole page."""
    group: Any = get_command(build())
    found = list(commands(group))
    summary = [
        f"| [`{' '.join(words)}`](#{'-'.join(words)}) | {_summary(command)} |" for words, command in found
    ]
    parts = [
        _HEAD,
        f"{EPILOG}\n",
        "Options of every command, before its name:\n",
        _table(group),
        "| Command | What it does |\n| --- | --- |\n" + "\n".join(summary) + "\n",
        *(_section(words, command) for words, command in found),
    ]
    return "\n".join(parts)


def commands(group: Any, words: list[str] | None = None) -> Iterator[tuple[list[str], Any]]:
    """Every command below a group with its words; ``words`` are those of the group."""
    words = words or []
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        if hasattr(command, "list_commands"):
            yield from commands(command, [*words, name])
        else:
            yield [*words, name], command


def _summary(command: Any) -> str:
    return _cell((command.help or "").split("\n\n")[0])


def _section(words: list[str], command: Any) -> str:
    name = " ".join(words)
    paragraphs = [" ".join(part.split()) for part in (command.help or "").split("\n\n")]
    text, examples = [], []
    for paragraph in paragraphs:
        is_example = paragraph.startswith("Example")
        (examples if is_example else text).append(paragraph)
    arguments = " ".join(_argument(one) for one in command.params if one.param_type_name == "argument")
    usage = f"generator {name} [OPTIONS] {arguments}".strip()
    lines = [
        f"## {name}\n",
        *(f"{paragraph}\n" for paragraph in text),
        f"```\n{usage}\n```\n",
        _table(command),
    ]
    lines += [f"{_example(paragraph)}\n" for paragraph in examples]
    return "\n".join(lines)


def _argument(parameter: Any) -> str:
    name = parameter.metavar or parameter.name.upper()
    name = f"{name}..." if parameter.nargs == -1 and not name.endswith("...") else name
    return name if parameter.required else f"[{name}]"


def _example(paragraph: str) -> str:
    label, _, command = paragraph.partition(": ")
    return f"{label}: `{command.strip()}`"


def _table(command: Any) -> str:
    rows = []
    for parameter in command.params:
        if getattr(parameter, "hidden", False) or _EVERYWHERE & set(parameter.opts):
            continue
        is_option = parameter.param_type_name == "option"
        names = (
            ", ".join(f"`{one}`" for one in (*parameter.opts, *parameter.secondary_opts))
            if is_option
            else (f"`{_argument(parameter)}`")
        )
        takes_value = is_option and not getattr(parameter, "is_flag", False)
        value = f" `{_cell(parameter.metavar or parameter.type.name.upper())}`" if takes_value else ""
        default = parameter.default
        shown = (
            f" Default: `{default}`."
            if default not in (None, False, (), [], "") and not callable(default)
            else ""
        )
        rows.append(f"| {names}{value} | {_cell(parameter.help or '')}{shown} |")
    if not rows:
        return ""
    return "| Option | Meaning |\n| --- | --- |\n" + "\n".join(rows) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
