"""Lots from the command line, as a person reads them."""

import json

import pytest
import yaml

from generator.cli import main
from tests.support.drafts import with_drafts

FIRST = "biology/how-do-enzymes-speed-up-chemical-reactions"
WHY = "biology/why-do-cells-need-mitochondria"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs a command in a folder with three drafts; returns code, stdout and stderr."""
    with_drafts(tmp_path).close()
    settings = {
        "content_dir": "content",
        "subjects": ["Biology"],
        "review": {"reviewer": "Ada", "sampling": {"limit": 0.3}},
        "duplicates": {"compare_answers": False},
    }
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def command(*arguments):
        code = main(list(arguments))
        return code, *capsys.readouterr()

    return command


def test_a_lot_is_frozen_read_and_released(run):
    assert run("lots")[2].startswith("no lots yet")
    code, out, said = run("lots", "create", "--text", "enzymes", "--seed", "s")
    assert code == 0 and "to read them: generator review --sample" in said
    assert "lot 1  reading  2 drafts  text enzymes" in out
    assert "goal: under 30 % bad with 95 % confidence; seed s; frozen by Ada" in out
    for draw in json.loads(run("lots", "show", "1", "--json")[1])["draws"]:
        assert run("lots", "judge", draw["key"], "--as", "fine")[0] == 0
    assert "1  reached  2 drafts  2 of 2 read, 0 serious, 0 minor  text enzymes" in run("lots")[1]
    assert "lot 1 is reached: 2 drafts" in run("status")[1]
    assert "lot 1 decides on it, judged fine" in run("show", FIRST)[1]
    assert "\n".join(run("list", "--lot", "1")[1].split()).count("biology/") == 2
    assert "lot 1 decides on 2 clean drafts" in run("approve", "--clean")[2]
    assert run("lots", "release", "1")[:2] == (0, "lot 1: 2 drafts approved\n")
    assert "lot 1, judged fine, approved" in run("why", FIRST)[1]
    assert run("undo")[1].count("no longer approved; drafted now") == 2


def test_a_fault_ends_a_lot_and_its_slice_is_cut_out(run):
    run("lots", "create", "--limit", "0.1")
    code, out, _ = run("lots", "judge", WHY, "--as", "serious", "--reason", "harmful\nadvice")
    assert code == 1 and "failed" in out and f"serious  {WHY}  by Ada: harmful advice" in out
    code, out, _ = run("lots", "cut", "1", "--kind", "why")
    assert code == 0 and "lot 1: 1 draft cut out, to be read one by one" in out
    assert "lot 2  reading  2 drafts" in out and "the rest of lot 1" in out
    assert "lot 1, judged serious, to be read" in run("show", WHY)[1]
    assert run("lots", "draw", "2")[0] == 2
    assert "lot 2  review" in run("lots", "full-review", "2")[1]


def test_a_corrected_minor_fault_is_counted_and_its_judgement_undone(run, tmp_path):
    run("lots", "create", "--text", "mitochondria")
    file = tmp_path / "output" / "drafts" / f"{WHY}.md"
    file.write_text(file.read_text(encoding="utf-8").replace("Enzymes", "The enzymes", 1), encoding="utf-8")
    code, out, _ = run("lots", "judge", WHY, "--as", "minor")
    assert code == 0 and "1 of 1 read, 0 serious, 1 minor" in out
    assert run("undo")[1] == f"{WHY}: unread again, in lot 1\n"
