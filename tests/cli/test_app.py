"""The program as a whole: what it says of its commands without importing them, and how it ends."""

import inspect
import os
import subprocess
import sys
from importlib import import_module

import pytest

from generator import __version__
from generator.cli.app import BatchCommands, Commands, LotCommands, SeoCommands
from generator.cli.terminal.lazy_group import CommandSource
from tests.support.servers import ROOT

SOURCES = [
    (name, source)
    for group in (Commands, SeoCommands, BatchCommands, LotCommands)
    for name, source in group.sources.items()
    if isinstance(source, CommandSource)
]


@pytest.mark.parametrize(("name", "source"), SOURCES, ids=[name for name, _ in SOURCES])
def test_the_summary_of_a_command_is_the_first_paragraph_of_its_help(name, source):
    command = getattr(import_module(f"generator.cli.{source.module}"), source.function)
    first, *_ = (inspect.getdoc(command) or "").split("\n\n")
    assert " ".join(first.split()) == source.summary


def test_the_version_is_shown(run):
    code, out, err = run("--version")
    assert (code, err) == (0, "") and out.startswith(f"generator {__version__} (Python ")
    assert all(name in out for name in ("openai ", "SQLite "))


def test_ctrl_c_ends_a_command_with_code_130(run, monkeypatch, tmp_path):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("generator.cli.ledger.ledger.ledger_status", interrupted)
    code, out, _ = run("status")
    assert (code, out) == (130, "")


def test_output_that_nobody_reads_any_more_is_no_traceback(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-m", "generator", "--help"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as listed:
        assert listed.stdout and listed.stderr
        listed.stdout.close()
        assert (listed.stderr.read(), listed.wait(30)) == (b"", 1)
