"""``generator init`` as a person or a script runs it: from an empty folder to a plan."""

import json


def test_the_commands_that_init_names_work_in_the_folder_it_made(tmp_path, monkeypatch, run):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    code, out, err = run("init", "site")
    assert (code, err) == (0, "")
    assert "made config.yaml, content/, questions.csv, .gitignore" in out and "cd site" in out
    (plan,) = [line.split("#")[0].split() for line in out.splitlines() if "--plan" in line]
    monkeypatch.chdir(tmp_path / "site")
    code, out, err = run(*plan[1:])
    assert code == 0 and "5  new" in out and "cost:" in out
    assert "OPENAI_API_KEY is not set" in err


def test_init_in_a_folder_that_has_settings_changes_nothing(tmp_path, monkeypatch, run):
    monkeypatch.chdir(tmp_path)
    assert run("init")[0] == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    code, out, err = run("init")
    assert (code, out) == (2, "") and "config.yaml exists already: nothing was changed" in err
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_init_from_an_existing_site_as_json(linked_site, run, tmp_path):
    code, out, _ = run("init", "project", "--from", "learn", "--json")
    assert code == 0
    shown = json.loads(out)
    assert (shown["articles"], shown["unreadable"], shown["kept"]) == (14, [], [])
    assert "config.yaml" in shown["written"]
    assert run("--config", "project/config.yaml", "index")[0] == 0
