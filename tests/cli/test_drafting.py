"""The command line of drafting: what it prints where, its exit codes, and its way with bad input."""

import json
from pathlib import Path

import pytest

from generator.cli import main
from generator.content.frontmatter import read
from tests.servers import ROOT

EXAMPLES = ROOT / "examples"
LIST = EXAMPLES / "questions.csv"


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder with the example corpus and settings, as the current one."""
    (tmp_path / "config.yaml").write_text(
        f"content_dir: {EXAMPLES / 'content' / 'learn'}\nsubjects: [Biology, Economics, Physics, Psychology]\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys, *arguments):
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def run_json(capsys, *arguments):
    code, out, _ = run(capsys, *arguments, "--json")
    return code, json.loads(out)


def test_without_a_key_the_offline_model_drafts_and_says_so_in_one_line(site, capsys):
    code, out, err = run(capsys, "draft", LIST)
    assert (code, "12 drafted" in out) == (0, True)
    assert [line for line in err.splitlines() if "offline model" in line] == err.splitlines()
    drafts = list((site / "output" / "drafts").rglob("*.md"))
    assert len(drafts) == 12
    assert all(read(path.read_bytes()).article().related for path in drafts)


def test_a_second_run_does_nothing(site, capsys):
    run(capsys, "draft", LIST)
    code, result = run_json(capsys, "draft", LIST)
    assert (code, result["rows"], result["states"]) == (0, {"drafted": 12}, {})


def test_a_plan_calls_nothing_and_writes_no_draft(site, capsys):
    code, result = run_json(capsys, "draft", LIST, "--plan")
    assert (code, result["rows"], result["estimate"]["calls"]) == (0, {"new": 12}, 12)
    assert not (site / "output" / "drafts").exists()


def test_a_limit_asks_for_so_many_and_the_next_run_goes_on(site, capsys):
    assert run_json(capsys, "draft", LIST, "--limit", 5)[1]["states"] == {"drafted": 5}
    assert run_json(capsys, "draft", LIST)[1]["states"] == {"drafted": 7}


def test_bad_rows_are_named_and_the_good_ones_done(site, capsys):
    code, out, err = run(capsys, "draft", EXAMPLES / "questions-messy.csv")
    assert code == 1
    assert "questions-messy.csv:5" in err
    assert "5 unreadable" in out
    assert sum(run_json(capsys, "status")[1]["states"].values()) == 3


def test_strict_stops_before_the_first_call(site, capsys):
    code, _, err = run(capsys, "draft", EXAMPLES / "questions-messy.csv", "--strict")
    assert code == 1
    assert "nothing was asked" in err
    assert run_json(capsys, "status")[1]["states"] == {}


def test_an_unknown_subject_is_named_with_the_nearest_spelling(site, capsys):
    Path("list.csv").write_text("subject,question\nBiolgy,What is a cell wall?\n", encoding="utf-8")
    code, _, err = run(capsys, "draft", "list.csv")
    assert code == 1
    assert "did you mean 'Biology'" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["draft"], "SOURCE"),
        (["draft", "nowhere.csv"], "nowhere.csv"),
        (["draft", LIST, "--near", "maybe"], "--near"),
        (["draft", LIST, "--date", "tomorrow"], "--date"),
        (["draft", LIST, "--subject", "Alchemy"], "Alchemy"),
        (["draft", LIST, "--redo-state", "fine"], "--redo-state"),
        (["draft", LIST, "--frobnicate"], "--frobnicate"),
        (["why", "no-such-draft"], "nothing drafted"),
        (["--config", "nowhere.yaml", "status"], "nowhere.yaml"),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, list) else value,
)
def test_wrong_usage_is_one_line_and_code_2(site, capsys, arguments, words):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err


def test_an_error_is_one_object_where_a_program_reads(site, capsys):
    code, result = run_json(capsys, "draft", "nowhere.csv")
    assert (code, result["error"]["kind"]) == (2, "usage")


def test_an_unknown_key_in_the_settings_is_named(site, capsys):
    (site / "config.yaml").write_text("modle: {name: x}\n", encoding="utf-8")
    code, _, err = run(capsys, "status")
    assert (code, "unknown key 'modle'" in err) == (2, True)


def test_a_prompt_with_a_missing_variable_names_it(site, capsys):
    (site / "prompts").mkdir()
    (site / "prompts" / "answer.j2").write_text(
        "{% block system %}{{ nonsense }}{% endblock %}{% block user %}x{% endblock %}", encoding="utf-8"
    )
    code, _, err = run(capsys, "draft", LIST)
    assert (code, "nonsense" in err) == (2, True)


def test_a_damaged_ledger_is_one_clear_line(site, capsys):
    (site / "output").mkdir()
    (site / "output" / "ledger.sqlite3").write_bytes(b"no database " * 1000)
    code, _, err = run(capsys, "status")
    assert (code, "is damaged" in err) == (2, True)


def test_an_output_folder_that_cannot_be_made_is_one_clear_line(site, capsys):
    (site / "file").write_text("x", encoding="utf-8")
    code, _, err = run(capsys, "draft", LIST, "--output-dir", site / "file" / "out")
    assert code == 2
    assert "Traceback" not in err


def test_offline_work_is_not_silently_mixed_into_a_real_ledger(site, capsys):
    from generator.store.database import Database
    from generator.store.ledger import LEDGER_NAME, CallResult, Ledger, NewCall
    from tests.store.test_ledger import NOW, job, plan, start

    database = Database(site / "output" / LEDGER_NAME)
    ledger = Ledger(database)
    live = start(ledger)
    (number,) = plan(ledger, live, job("a"))
    new = NewCall(
        job=number,
        step=0,
        purpose="draft",
        attempt=1,
        request_hash="h",
        mode="plain",
        model="m",
        reserved=None,
    )
    ledger.close_call(
        ledger.open_call(new, run=live.id, now=NOW), CallResult(outcome="ok", cost=1, reply=b"{}"), now=NOW
    )
    ledger.finish_run(live, now=NOW)
    database.close()
    code, _, err = run(capsys, "draft", LIST)
    assert (code, "--offline" in err) == (2, True)
    assert run(capsys, "draft", LIST, "--offline")[0] == 0


def test_status_counts_and_why_tells_everything(site, capsys):
    run(capsys, "draft", LIST, "--limit", 1)
    (path,) = (site / "output" / "drafts").rglob("*.md")
    code, status = run_json(capsys, "status")
    assert (code, status["states"], status["offline_drafts"]) == (0, {"drafted": 1}, 1)
    code, known = run_json(capsys, "why", path.stem)
    assert code == 0
    assert known["model_answered"] == "offline-extractive"
    assert [call["outcome"] for call in known["calls"]] == ["ok"]
    assert known["passages"]
    assert known["decisions"][0]["decision"] == "drafted"
    code, out, _ = run(capsys, "why", f"{path.parent.name}/{path.stem}")
    assert (code, known["question"] in out) == (0, True)


def test_a_backup_is_a_ledger_of_its_own(site, capsys):
    run(capsys, "draft", LIST, "--limit", 1)
    assert run(capsys, "backup", "copy.sqlite3")[0] == 0
    assert run(capsys, "backup", "copy.sqlite3")[0] == 2
    (site / "other").mkdir()
    (site / "copy.sqlite3").rename(site / "other" / "ledger.sqlite3")
    assert run_json(capsys, "status", "--output-dir", site / "other")[1]["states"] == {"drafted": 1}
    assert run(capsys, "verify")[0] == 0


def test_standard_input_with_a_subject(site, capsys, monkeypatch):
    import io
    import sys

    class Stdin:
        buffer = io.BytesIO(b"How do vaccines train the immune system?\n# a comment\n\n")

    monkeypatch.setattr(sys, "stdin", Stdin())
    code, result = run_json(capsys, "draft", "-", "--subject", "biology", "--plan")
    assert (code, result["rows"]) == (0, {"new": 1})


def test_terminal_control_characters_of_a_list_are_not_printed(site, capsys):
    Path("list.csv").write_text("subject,question\n\x1b[31mEvil,What is red?\n", encoding="utf-8")
    _, _, err = run(capsys, "draft", "list.csv")
    assert "\x1b" not in err


def test_an_article_has_the_date_asked_for(site, capsys):
    run(capsys, "draft", LIST, "--limit", 1, "--date", "2026-01-31")
    (path,) = (site / "output" / "drafts").rglob("*.md")
    assert read(path.read_bytes()).get("date") == "2026-01-31"


@pytest.mark.parametrize("command", ["draft", "status", "why", "backup", "verify"])
def test_every_command_explains_itself_with_an_example(site, capsys, command):
    code, out, _ = run(capsys, command, "--help")
    assert (code, "Example" in out) == (0, True)
