"""Columns of question lists from the command line: workbooks, filters of the queue, and the way back to a sheet."""

import csv
import io
import json

import pytest

from generator.cli import main
from tests.support.servers import ROOT
from tests.support.workbooks import workbook_of

CONTENT = ROOT / "examples" / "content" / "learn"
BREAD, TEA = "How do clouds form over a warm sea?", "Why do prices rise when money loses value?"
HEADER = ["Nr", "Question", "Subject", "Owner", "Prio", "Due date", "Status"]
ROWS = [[7, BREAD, "Psychology", "Zoë", 1, "2026-03-01", "new"], [8, TEA, "Economics", "Bob", 2, "", "old"]]


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs a command in a folder with a workbook of two questions."""
    (tmp_path / "config.yaml").write_text(
        f"content_dir: {CONTENT}\nsubjects: [Biology, Economics, Physics, Psychology]\n"
    )
    (tmp_path / "q.xlsx").write_bytes(workbook_of({"Read me": [["Hello"]], "List": [HEADER, *ROWS]}))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)

    def command(*arguments):
        code = main(list(arguments))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


def listed(run, *arguments):
    return [draft["question"] for draft in json.loads(run("list", *arguments, "--json")[1])["drafts"]]


def test_a_plan_shows_the_first_new_questions_and_their_subjects(run, tmp_path):
    code, out, _ = run("draft", "q.xlsx", "--sheet", "List", "--plan")
    assert code == 0
    assert f"new questions\n  {BREAD}\n  {TEA}\n" in out
    assert "to ask, by subject\n" in out
    result = json.loads(run("draft", "q.xlsx", "--sheet", "List", "--plan", "--json")[1])
    assert result["by_subject"] == {"Psychology": 1, "Economics": 1}
    assert result["first_new"][0] == {"question": BREAD, "subject": "Psychology", "line": 2}
    assert result["estimate"]["likely"] is None


def test_a_plan_tells_what_earlier_questions_took(run):
    run("draft", str(ROOT / "examples" / "questions.csv"))
    likely = json.loads(run("draft", "q.xlsx", "--sheet", "List", "--plan", "--json")[1])["estimate"][
        "likely"
    ]
    assert likely["earlier_questions"] == 12
    for tokens in (likely["prompt_tokens"], likely["completion_tokens"]):
        assert 0 < tokens[0] <= tokens[1]
    out = run("draft", "q.xlsx", "--sheet", "List", "--plan")[1]
    assert f"likely {likely['prompt_tokens'][0]:,} to {likely['prompt_tokens'][1]:,} in" in out


def test_a_sheet_without_questions_names_the_others(run):
    code, _, err = run("draft", "q.xlsx", "--plan")
    assert (code, "'Hello'" in err) == (2, True)
    code, _, err = run("draft", "q.xlsx", "--sheet", "Lists", "--plan")
    assert (code, "only 'Read me', 'List'" in err) == (2, True)


def test_columns_are_filters_and_come_back_in_a_table(run, tmp_path):
    run("draft", "q.xlsx", "--sheet", "List")
    assert listed(run, "--owner", "zoë") == [BREAD]
    assert listed(run, "--priority", "2") == [TEA]
    assert listed(run, "--due-before", "2026-03-02") == [BREAD]
    assert listed(run, "--publish-before", "2030-01-01") == []
    code, out, _ = run("list", "--csv")
    assert code == 0
    assert out.startswith("\ufeff")
    found = list(csv.DictReader(io.StringIO(out.removeprefix("\ufeff"))))
    kept = ["Nr", "Owner", "Prio", "Due date", "Status"]
    assert [[row[name] for name in kept] for row in found] == [
        ["7", "Zoë", "1", "2026-03-01", "new"],
        ["8", "Bob", "2", "", "old"],
    ]
    assert [(row["question"], row["subject"]) for row in found] == [(BREAD, "Psychology"), (TEA, "Economics")]
    (tmp_path / "again.csv").write_text(out, encoding="utf-8")
    assert json.loads(run("draft", "again.csv", "--json")[1])["rows"] == {"drafted": 2}
    details = json.loads(run("list", "--json")[1])["drafts"][0]["details"]
    assert details["owner"] == "Zoë"
    assert details["columns"]["Nr"] == "7"


def test_wrong_usage_of_the_list_is_one_line(run):
    code, _, err = run("list", "--due-before", "1.3.2026")
    assert (code, err.count("\n"), "YYYY-MM-DD" in err) == (2, 1, True)
    code, out, _ = run("list", "--csv", "--json")
    assert (code, "one of" in json.loads(out)["error"]["message"]) == (2, True)
