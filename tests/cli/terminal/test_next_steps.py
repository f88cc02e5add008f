"""What commands say to type next works as it stands: with the settings file and the folders that they were given."""

import json
import sys
from types import ModuleType

import pytest

from generator.cli import main
from tests.support.drafts import HELD_KEY, hold, with_drafts
from tests.support.seo_pages import KEYWORDS, page

DRAFT_KEY = "biology/how-do-enzymes-speed-up-chemical-reactions"
PROGRAM = "generator --config settings/my.yaml"
THERE = ("--output-dir", "there")
ELSEWHERE = ("--content-dir", "pages")


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder whose settings are in a file of another name, as the current one."""
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "my.yaml").write_text(
        "content_dir: content\noutput_dir: output\nsubjects: [Biology]\nreview: {reviewer: Ada}\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["generator"])
    return tmp_path


@pytest.fixture
def run(site, capsys):
    """Runs a command with these settings; what it wrote, to either stream."""

    def command(*arguments):
        main(["--config", "settings/my.yaml", *arguments])
        return "".join(capsys.readouterr())

    return command


@pytest.mark.parametrize(
    ("command", "following"),
    [
        (("list",), "draft QUESTIONS"),
        (("status",), "draft QUESTIONS"),
        (("seo", "list"), "seo propose"),
    ],
)
def test_where_nothing_was_made_yet(run, command, following):
    assert f"yet: {PROGRAM} {following} --output-dir there\n" in run(*command, *THERE)


def test_after_proposals(site, run):
    page(site, keywords=(*KEYWORDS[:-1], "x" * 90))
    (site / "content").rename(site / "pages")
    said = run("seo", "propose", *THERE, *ELSEWHERE)
    assert (
        f"Next: {PROGRAM} seo diff --output-dir there,"
        f" then {PROGRAM} seo apply --clean --output-dir there --content-dir pages\n"
    ) in said


def test_after_a_revision_is_proposed(site, run):
    with_drafts(site).close()
    (site / "output").rename(site / "there")
    said = run("revise", DRAFT_KEY, "--note", "remove point 2", "--offline", *THERE)
    for flag in ("--accept all", "--keep"):
        assert f"{PROGRAM} revise {DRAFT_KEY} {flag} --output-dir there" in said


def test_after_a_near_duplicate_is_allowed(site, run):
    hold(site)
    (site / "output").rename(site / "there")
    assert f"{PROGRAM} draft QUESTIONS --output-dir there" in run("allow", HELD_KEY, *THERE)


def test_after_a_request_file_is_run(site, run, monkeypatch):
    for name in ("ray", "ray.data"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    (site / "requests.jsonl").write_bytes(b"")
    said = run("batch", "run", "requests.jsonl", "my answers", "--vllm-model", "m")
    assert said.endswith(f"Next: {PROGRAM} batch import 'my answers'/*.jsonl\n")


def test_after_answers_that_have_to_be_asked_for_again(site, run):
    (site / "list.csv").write_text("subject,question\nBiology,What is a cell wall?\n", encoding="utf-8")
    (site / "pages").mkdir()
    said = run("batch", "export", "r.jsonl", "list.csv", *THERE, *ELSEWHERE)
    assert f"Next: {PROGRAM} batch import RESPONSES --output-dir there --content-dir pages\n" in said
    (line,) = map(json.loads, (site / "r.jsonl").read_text(encoding="utf-8").splitlines())
    failed = {"custom_id": line["custom_id"], "response": None, "error": {"code": "c", "message": "m"}}
    (site / "a.jsonl").write_text(json.dumps(failed) + "\n", encoding="utf-8")
    said = run("batch", "import", "a.jsonl", *THERE, *ELSEWHERE)
    for command in ("export FILE", "collect"):
        assert f"{PROGRAM} batch {command} --output-dir there --content-dir pages" in said
