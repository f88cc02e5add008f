"""Drafts in a spreadsheet, from the command line: exported, edited by a person, imported."""

import json

import pytest
import yaml

from generator.cli import main
from tests.support.drafts import QUESTIONS, draft_of, file_of, with_drafts
from tests.support.services import scripted_services
from tests.support.sheets import cells_of, saved_again

CONFIG = {
    "content_dir": "content",
    "review": {"reviewer": "Ada"},
    "subjects": ["Biology", "Physics"],
    "duplicates": {"compare_answers": False},
}
KEY = "biology/how-do-enzymes-speed-up-chemical-reactions"
CELLS = "biology/why-do-cells-need-mitochondria"
DESCRIPTION = (
    "How enzymes lower the energy that a reaction needs, and why no cell can do without these proteins."
)


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs a command in a folder with three drafts; returns code, stdout and stderr."""
    with_drafts(tmp_path).close()
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(CONFIG))
    monkeypatch.chdir(tmp_path)

    def command(*arguments):
        code = main(list(map(str, arguments)))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


@pytest.fixture
def services(tmp_path, run):
    made = scripted_services(tmp_path)
    yield made
    made.close()


@pytest.fixture(params=[".xlsx", ".csv"])
def exported(request, tmp_path, run):
    file = tmp_path / f"drafts{request.param}"
    assert run("drafts", "export", file) == (0, f"{file}: 3 drafts\n", "")
    return file


def imported(run, file, *options):
    code, out, _ = run("drafts", "import", file, "--json", *options)
    return code, json.loads(out)


def dump(services):
    return "\n".join(services.database.connection.iterdump())


def test_an_export_has_what_a_person_needs(exported):
    rows = cells_of(exported)
    assert [row["question"] for row in rows] == list(QUESTIONS)
    first = rows[0]
    assert (first["draft"], first["key"], first["state"], first["comment"]) == ("1", KEY, "drafted", "")
    assert "1. **" in first["answer"] and first["answer"].count("\n") > 4
    assert set(first) >= {"subject", "description", "keywords", "comments", "findings", "claims"}


def test_an_unchanged_file_changes_no_byte(run, exported, services):
    before = dump(services)
    code, outcome = imported(run, exported)
    assert (code, outcome["unchanged"], outcome["rows"]) == (0, 3, [])
    saved = saved_again(exported, [{**row, "state": "approved"} for row in cells_of(exported)])
    code, outcome = imported(run, saved)
    assert (code, outcome["unchanged"], outcome["other_states"]) == (0, 3, 3)
    assert dump(services) == before


def test_edits_and_comments_are_taken_once_and_approve_nothing(run, exported, services):
    rows = cells_of(exported)
    rows[0] |= {"description": DESCRIPTION, "comment": "=Is this right?\n“Yes”", "state": "approved"}
    rows[1] |= {"comment": "x", "state": "rejected"}
    rows[2]["answer"] = "Too short."
    file = saved_again(exported, rows)
    before = dump(services)
    code, planned = imported(run, file, "--dry-run")
    assert dump(services) == before
    code, outcome = imported(run, file)
    assert code == 0 and outcome["rows"] == planned["rows"] and outcome["changed"] == 3
    first, second, third = outcome["rows"]
    assert first["fields"][0] | {"words_before": 0} == {
        "field": "description",
        "words_before": 0,
        "words_after": 18,
    }
    assert second["fields"] == [] and second["comment"] and third["state"] == "needs_fix"
    row = draft_of(services, QUESTIONS[0])
    assert (row.state, row.edited, row.version) == ("drafted", True, 2)
    assert DESCRIPTION in file_of(services, row).read_text()
    (comment,) = services.comments.of(1)
    assert (comment.text, comment.who) == ("=Is this right?\n“Yes”", "Ada")
    assert services.drafts.decisions.of(1)[-1].who == "Ada"
    before = dump(services)
    assert imported(run, file)[1]["unchanged"] == 3
    assert dump(services) == before


def test_a_row_of_another_version_is_refused_by_name_with_what_changed(run, exported, services):
    rows = cells_of(exported)
    file = file_of(services, draft_of(services))
    file.write_text(file.read_text().replace("Lysozyme", "Pepsin"))
    rows[0]["description"] = DESCRIPTION
    rows[1] |= {"hash": "0" * 64, "description": DESCRIPTION}
    rows[2]["draft"] = "1"
    code, out, err = run("drafts", "import", saved_again(exported, rows))
    assert code == 1 and out == "0 drafts changed, 0 unchanged, 3 refused\n"
    assert f"row 2  {KEY}: changed since the export: answer" in err
    assert "is of no version of this draft" in err
    assert f"row 4  {CELLS}: draft 1 is not {CELLS}" in err


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"question": "???"}, "question: "),
        ({"subject": "Alchemy"}, "not one of the subjects"),
        ({"question": QUESTIONS[1]}, "question: "),
        ({"answer": " "}, "the cell of answer is empty"),
        ({"comment": "x" * 5_001}, "at most 5,000"),
        ({"draft": "99"}, "there is no draft 99"),
        ({"draft": "one"}, "is no number of a draft"),
    ],
)
def test_a_row_that_cannot_be_applied_changes_nothing_also_in_a_dry_run(
    run, exported, services, change, reason
):
    rows = cells_of(exported)
    rows[0] |= change
    file = saved_again(exported, rows)
    before = dump(services)
    for options in (["--dry-run"], []):
        code, outcome = imported(run, file, *options)
        (row,) = outcome["rows"]
        assert (code, row["row"], row["result"], outcome["unchanged"]) == (1, 2, "refused", 2)
        assert reason in row["reason"]
    assert dump(services) == before


def test_a_draft_in_two_rows_of_which_one_is_edited_is_refused(run, exported, services):
    rows = cells_of(exported)
    file = saved_again(exported, [*rows, {**rows[0], "description": DESCRIPTION}])
    before = dump(services)
    code, outcome = imported(run, file)
    assert code == 1 and [row["row"] for row in outcome["rows"]] == [2, 5]
    assert "the draft is in several rows: 2, 5" in outcome["rows"][0]["reason"]
    assert dump(services) == before
    assert imported(run, saved_again(exported, [*rows, rows[0]]))[0] == 0


def test_a_cell_that_no_spreadsheet_holds_is_refused_before_a_file_is_written(run, tmp_path, services):
    file = file_of(services, draft_of(services))
    file.write_text(file.read_text().replace("Lysozyme", "Lysozyme " + "x" * 32_767, 1))
    code, out, err = run("drafts", "export", "long.xlsx")
    assert code == 1 and not (tmp_path / "long.xlsx").exists()
    assert f"{KEY}: answer has" in err and "a cell holds 32,767" in err


def test_the_columns_of_the_lists_are_shown_and_never_read(run, exported, services, tmp_path):
    with services.drafts.transaction():
        services.database.execute(
            "INSERT INTO question_details SELECT identity, ?, NULL, NULL, NULL, NULL, '2026-01-01' FROM job"
            " WHERE kind = 'answer'",
            (json.dumps({"Due": "=2026-11-30", "State": "x", "Answer": "y"}),),
        )
    file = tmp_path / f"again{exported.suffix}"
    assert run("drafts", "export", file, "--state", "drafted", "--text", "mitochondria")[0] == 0
    (row,) = cells_of(file)
    assert (row["due"], row["state (list)"], row["answer (list)"]) == ("=2026-11-30", "x", "y")
    saved = saved_again(file, [{**row, "due": "30/11/2026", "state (list)": ""}])
    assert imported(run, saved)[1]["unchanged"] == 1
    listed = run("list", "--csv")[1]
    assert "'=2026-11-30" in listed and ",=2026" not in listed
