"""Command groups that import a command's module only when that command is run, for a quick start."""

from __future__ import annotations

from importlib import import_module
from typing import Any, ClassVar, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from generator import __version__
from generator.events import emit

CONTEXT = {"help_option_names": ["-h", "--help"]}


class CommandSource(NamedTuple):
    """Where a command is: its module below ``generator.cli``, its function, and the first sentence of its help."""

    module: str
    function: str
    summary: str


class LoggedCommand(TyperCommand):
    """A command that records its start."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        name = ctx.command_path.partition(" ")[2]
        emit("command.started", f"generator {__version__}: {name}", command=name, version=__version__)
        return super().invoke(ctx)


class LazyGroup(TyperGroup):
    """A group whose subclasses list their commands in ``sources``, in help order; a nested group is an app."""

    sources: ClassVar[dict[str, CommandSource | typer.Typer]] = {}
    default: ClassVar[str | None] = None
    """The command that runs where none is named; None to show the help."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands = {name: TyperCommand(name) for name in self.sources}  # for suggestions
        self._listing = False

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the default command in front of options that name no command."""
        if self.default is not None and (not args or args[0].startswith("-")):
            asks_for_help = bool(args) and args[0] in CONTEXT["help_option_names"]
            args = args if asks_for_help else [self.default, *args]
        return list(super().parse_args(ctx, args))

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of the commands, in the order of the help."""
        return list(self.sources)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name, its module imported; None if there is none."""
        source = self.sources.get(cmd_name)
        if source is None:
            return None
        if isinstance(source, typer.Typer):
            group = typer.main.get_group(source)
            group.name = cmd_name
            return group
        if self._listing:
            return TyperCommand(cmd_name, help=source.summary)
        module = import_module(f"generator.cli.{source.module}")
        app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, context_settings=CONTEXT)
        app.command(cmd_name, cls=LoggedCommand)(getattr(module, source.function))
        return typer.main.get_command(app)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help without importing the commands."""
        self._listing = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self._listing = False


def lazy_app(group: type[LazyGroup], text: str, *, epilog: str | None = None) -> typer.Typer:
    """An app for a group; ``text`` is its help."""
    return typer.Typer(
        cls=group,
        help=text,
        epilog=epilog,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings=CONTEXT,
    )
