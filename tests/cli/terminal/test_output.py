"""What is printed does not steer the terminal, and stays on its line."""

import io
import json
import sys
from contextlib import redirect_stdout

import pytest
import typer
from hypothesis import example, given
from hypothesis import strategies as st

from generator.cli.terminal import next_steps
from generator.cli.terminal.output import (
    encodable,
    safe,
    safe_line,
    say_json,
    say_json_lines,
    say_lines,
    table,
)


def test_what_steers_a_terminal_or_cannot_be_seen_is_not_shown():
    assert safe("a\x1b[31m\u061c\u200e\u200f\u202e\u2066\U000e0041\U000e007fb\n\tc") == "a[31mb\n\tc"


def test_a_line_stays_one_whatever_stands_in_it(capsys):
    assert safe_line("  because\n  approved\u2028x\r\ny") == "  because approved x y"
    table([("a\nb", "1")])
    assert capsys.readouterr().out == "a b  1\n"


def test_a_table_is_aligned_and_whole(capsys):
    long = "x" * 300
    table([("a", "5", long), ("bcd", "1,200", "\x1b[1my")], header=("name", "count", ""), indent="  ")
    assert capsys.readouterr().out.splitlines() == [
        "  name  count",
        f"  a         5  {long}",
        "  bcd   1,200  [1my",
    ]


def test_a_long_table_is_shown_while_it_is_read(capsys):
    def rows():
        yield from [("a", "b")] * 1_000
        assert capsys.readouterr().out == "a  b\n" * 1_000
        yield "longer", "b"

    table(rows())
    assert capsys.readouterr().out == "longer  b\n"


def test_the_last_rows_of_a_long_table_have_the_columns_of_the_first(capsys):
    table([("longest", "b")] * 999 + [("a", "b")] * 2, header=("name", ""))
    lines = capsys.readouterr().out.splitlines()
    assert {line.rstrip().rfind("b") for line in lines[1:]} == {9}


def test_a_table_without_rows_is_nothing(capsys):
    table([])
    assert capsys.readouterr().out == ""


@given(st.lists(st.fixed_dictionaries({"path": st.text(), "line": st.integers(), "fixable": st.booleans()})))
@example([{"path": '}, {"', "line": 1, "fixable": True}, {"path": "\x7f\\", "line": 2, "fixable": False}])
def test_each_object_is_a_line_of_json_as_if_it_was_printed_alone(rows):
    with redirect_stdout(io.StringIO()) as out:
        say_json_lines(rows)
    assert out.getvalue() == "".join(f"{safe(json.dumps(row))}\n" for row in rows)


def test_many_lines_are_printed_in_order_and_without_control_characters():
    with redirect_stdout(io.StringIO()) as out:
        say_lines(f"\x1b{number}" for number in range(2_500))
    assert out.getvalue() == "".join(f"{number}\n" for number in range(2_500))


def test_no_character_that_is_removed_is_printable():
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    removed = set(everything).difference(safe(everything))
    assert removed and not any(map(str.isprintable, removed))


def test_json_is_ascii(capsys):
    say_json({"a": "\u202e\xe9\udcff"})
    out = capsys.readouterr().out
    assert out.isascii()
    assert json.loads(out) == {"a": "\u202e\xe9\udcff"}


def test_undecodable_bytes_of_a_name_are_replaced():
    assert encodable("q\udcff\xe9.csv") == "q\ufffd\xe9.csv"


@pytest.fixture
def context():
    return typer.Context(typer.main.get_command(typer.Typer(callback=lambda: None)), obj="my settings.yaml")


def test_a_command_to_type_next_is_called_as_this_one_was(context, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    for called, expected in [
        (".venv/bin/generator", ".venv/bin/generator"),
        (f"{tmp_path}/.venv/bin/generator", ".venv/bin/generator"),
        ("/usr/bin/pytest", "generator"),
    ]:
        monkeypatch.setattr(sys, "argv", [called])
        line = next_steps.command_line(context, "review", output_dir="out")
        assert line == f"{expected} --config 'my settings.yaml' review --output-dir out"
    program = tmp_path / "bin" / "generator"
    program.parent.mkdir()
    program.touch(mode=0o755)
    context.obj = None
    monkeypatch.setattr(sys, "argv", [str(program)])
    assert next_steps.command_line(context, "review", output_dir=None) == "generator review"
