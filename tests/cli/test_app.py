"""What the command tree says of a command without importing it is what the command says of itself."""

import inspect
from importlib import import_module

import pytest

from generator.cli.app import BatchCommands, Commands, SeoCommands
from generator.cli.lazy_group import CommandSource

SOURCES = [
    (name, source)
    for group in (Commands, SeoCommands, BatchCommands)
    for name, source in group.sources.items()
    if isinstance(source, CommandSource)
]


@pytest.mark.parametrize(("name", "source"), SOURCES, ids=[name for name, _ in SOURCES])
def test_the_summary_of_a_command_is_the_first_paragraph_of_its_help(name, source):
    command = getattr(import_module(f"generator.cli.{source.module}"), source.function)
    first, *_ = (inspect.getdoc(command) or "").split("\n\n")
    assert " ".join(first.split()) == source.summary
