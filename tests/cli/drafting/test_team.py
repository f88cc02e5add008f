"""A team on the command line: assignments, comments, and the work of a month."""

import csv
import json

import pytest
import yaml

from generator.cli import main
from generator.workflows.review.decisions.decisions import DraftDecisions
from generator.workflows.review.decisions.undo import ReviewUndo
from generator.workflows.review.editing.editor import DraftEditor
from generator.workflows.review.team.comments import DraftComments
from tests.support.drafts import QUESTIONS, with_drafts
from tests.support.services import scripted_services

CONFIG = {"content_dir": "content", "review": {"reviewer": "Ada"}, "subjects": ["Biology"]}
ENZYMES = "how-do-enzymes-speed-up-chemical-reactions"
CELLS = "why-do-cells-need-mitochondria"


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


def listed(run, *options):
    return [item["question"] for item in json.loads(run("list", "--json", *options)[1])["drafts"]]


def test_drafts_are_assigned_listed_and_unassigned(run):
    code, out, err = run("drafts", "assign", ENZYMES, CELLS, "--to", " Kim  Lee ")
    assert code == 0 and out.endswith("2 drafts assigned to Kim Lee\n") and "has no link yet" in err
    assert listed(run, "--assigned", "kim lee") == [QUESTIONS[0], QUESTIONS[2]]
    assert listed(run, "--unassigned") == [QUESTIONS[1]]
    assert "assigned to Kim Lee" in run("show", ENZYMES)[1]
    assert json.loads(run("drafts", "unassign", CELLS, "--json")[1])["assigned_to"] is None
    assert listed(run, "--assigned", "Kim Lee") == [QUESTIONS[0]]
    assert run("drafts", "assign", ENZYMES, "unknown", "--to", "Kim")[0] == 2
    assert run("drafts", "assign", ENZYMES, "--to", "Kim:edit")[0] == 2


def test_who_decided_can_be_listed(run):
    run("approve", ENZYMES)
    run("reject", CELLS, "--reason", "x", "--reviewer", "Grace")
    assert listed(run, "--decided-by", "ada") == [QUESTIONS[0]]
    run("undo", ENZYMES)
    assert listed(run, "--decided-by", "Ada") == []


def test_comments_are_written_resolved_and_shown(run):
    code, out, _ = run("drafts", "comment", ENZYMES, "Is it so?\nReally", "--field", "answer")
    assert code == 0 and "1  Ada," in out and "   Is it so?\n   Really\n" in out
    assert "Is it so?" in run("show", ENZYMES)[1] and "Is it so?" in run("why", ENZYMES)[1]
    run("drafts", "comment", ENZYMES, "--resolve", 1, "--reviewer", "Grace")
    (comment,) = json.loads(run("show", ENZYMES, "--json")[1])["comments"]
    assert (comment["resolved_by"], comment["field"]) == ("Grace", "answer")
    assert run("drafts", "comment", ENZYMES, "--resolve", 1)[0] == 2
    assert run("drafts", "comment", ENZYMES, "--reopen", 1)[0] == 0
    assert run("drafts", "comment", ENZYMES, "x", "--reopen", 1)[0] == 2
    assert run("drafts", "comment", ENZYMES, "--field", "answer")[0] == 2


def test_the_work_of_a_month_counts_drafts_once_and_undone_decisions_apart(run, tmp_path):
    at = {"value": "2026-10-31T12:00:00.000+00:00"}
    services = scripted_services(tmp_path)
    services.now = lambda: at["value"]

    rows = list(services.drafts.all())
    decisions = DraftDecisions(services)
    decisions.approve(rows[2], who="=Kim")
    at["value"] = "2026-11-15T12:00:00.000+00:00"
    decisions.approve(rows[0], who="=Kim")
    ReviewUndo(services).undo(who="=Kim")
    edited = DraftEditor(services).save_fields(services.drafts.get(1), {"description": "One."}, who="=Kim")
    DraftEditor(services).save_fields(edited, {"description": "Two."}, who="=Kim")
    DraftComments(services).add(edited, "x", who="=Kim")
    decisions.reject(rows[1], reason="x", who="Grace")
    services.close()

    people = json.loads(run("review-log", "--month", "2026-11", "--json")[1])["people"]
    kim, grace = people
    counts = {name: kim[name] for name in ("drafts", "approved", "edited", "undone", "comments", "rejected")}
    assert counts == {"drafts": 1, "approved": 0, "edited": 1, "undone": 1, "comments": 1, "rejected": 0}
    assert grace["rejected"] == 1 and kim["words"] > 100
    assert run("review-log", "--month", "2026-11", "--csv", "log.csv")[0] == 0
    lines = list(csv.DictReader((tmp_path / "log.csv").read_text("utf-8-sig").splitlines()))
    assert [line["reviewer"] for line in lines] == ["'=Kim", "Grace"]
    assert run("review-log", "--month", "2026-11", "--csv", "log.csv")[0] == 2
    assert run("review-log", "--month", "2026-13")[0] == 2
    assert run("review-log", "--month", "2026-12")[2] == "nobody reviewed anything in 2026-12\n"
