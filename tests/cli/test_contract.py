"""The help of every command is the text that was agreed on; golden files hold it, one a command."""

import json
import os
import re
import subprocess
import sys

import pytest

from tests.cli.contract import GOLDEN, UPDATE, compare
from tests.support.servers import ROOT

HELP = "help"

# In one process of its own, because the library that formats help looks at the terminal when it is imported.
_WALK = r"""
import contextlib, io, json, re, sys
from generator.cli import main

def run(*words):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = main(list(words))
    assert code == 0, words
    return out.getvalue()

def walk(path):
    text = run(*path, "--help")
    found[" ".join(path)] = text
    if path in ([], ["seo"], ["batch", "list"]):
        assert run(*path, "-h") == text, path
    commands = re.search(r"─ Commands ─.*?╰", text, re.DOTALL)
    for name in re.findall(r"^│ (\S+)", commands.group() if commands else "", re.MULTILINE):
        walk([*path, name])

found = {}
walk([])
json.dump(found, sys.stdout)
"""


@pytest.fixture(scope="module")
def helps() -> dict[str, str]:
    """The help of each command, by its words; of the program itself by the empty text."""
    unset = ("FORCE_COLOR", "PY_COLORS", "GITHUB_ACTIONS", "TERMINAL_WIDTH")
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    environment |= {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", _WALK], cwd=ROOT, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, str] = json.loads(done.stdout)
    return {words: _tidy(text) for words, text in found.items()}


def _tidy(text: str) -> str:
    return re.sub(r" +$", "", text, flags=re.MULTILINE).strip("\n") + "\n"


def _file(words: str) -> str:
    return f"{'-'.join(['generator', *words.split()])}.txt"


def _recorded() -> list[str]:
    return sorted(file.name for file in (GOLDEN / HELP).glob("*.txt"))


def test_the_commands_are_those_with_a_golden_file(helps: dict[str, str]) -> None:
    if UPDATE:
        for name in _recorded():
            (GOLDEN / HELP / name).unlink()
        for words, text in helps.items():
            compare(f"{HELP}/{_file(words)}", text)
    assert sorted(map(_file, helps)) == _recorded(), (
        "GENERATOR_UPDATE_GOLDEN=1 make test writes the golden files again where a command came or went on purpose"
    )


def test_the_help_of_batch_run_names_the_extra_in_brackets(helps: dict[str, str]) -> None:
    assert "pip install quicktakes-generator[ray]" in " ".join(helps["batch run"].split())


@pytest.mark.parametrize("name", _recorded())
def test_the_help_of_a_command_is_its_golden_file(name: str, helps: dict[str, str]) -> None:
    texts = {_file(words): text for words, text in helps.items()}
    assert name in texts, f"there is no command any more for tests/cli/golden/{HELP}/{name}"
    compare(f"{HELP}/{name}", texts[name])
