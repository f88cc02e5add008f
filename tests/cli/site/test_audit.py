"""``generator audit`` as a user meets it: tables, lists, JSON lines, fixes, exit codes."""

import json
from pathlib import Path

import pytest

from generator.cli import main
from tests.support.made_site import KEELS, LENSES, MadeSite

CONFIG = "content_dir: learn\noutput_dir: output\nsubjects: [Biology, Physics, Psychology]\n"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MadeSite:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return MadeSite(tmp_path / "learn")


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(["audit", *argv])
    return code, *capsys.readouterr()


def test_a_healthy_site_exits_0(site, capsys):
    assert run(capsys) == (0, "4 files checked, 0 with errors\n", "")


def test_the_table_has_counts_and_two_examples_errors_first(site, capsys):
    for path in site.folder.rglob("*.md"):
        path.write_text(path.read_text(encoding="utf-8").replace("score: -1.0\n", ""), encoding="utf-8")
    site.spoil(LENSES, {"url": ""})
    code, out, _ = run(capsys)
    lines = out.splitlines()
    assert code == 1
    assert lines[0].split() == ["severity", "rule", "files", "fixable", "for", "example"]
    assert lines[1].split()[:4] == ["error", "field-missing", "1", "0"]
    assert lines[2].split()[:4] == ["warning", "score-missing", "4", "0"]
    assert lines[2].endswith("summer.md".replace("summer", "why-do-monsoons-bring-rain-in-summer"))
    assert lines[3].split() == [f"physics/{site.path('How does the moon cause tides on Earth?').name}"]
    assert lines[-1] == "4 files checked, 1 with errors"


def test_one_rule_lists_every_file_by_line(site, capsys):
    site.spoil(LENSES, {"score": None})
    site.spoil(KEELS, {"score": None})
    code, out, _ = run(capsys, "--rule", "score-missing")
    places = [line.partition(": ")[0] for line in out.splitlines() if "[score-missing]" in line]
    assert code == 0
    assert places == [
        f"learn/physics/{site.path(KEELS).name}:1",
        f"learn/psychology/{site.path(LENSES).name}:1",
    ]


def test_json_is_one_object_per_finding_and_line(site, capsys):
    site.spoil(LENSES, {"seo.page_keywords": "lens,eye"})
    _, out, _ = run(capsys, "--json")
    (finding,) = map(json.loads, out.splitlines())
    assert finding == {
        "path": f"learn/psychology/{site.path(LENSES).name}",
        "line": 15,
        "field": "seo.page_keywords",
        "code": "keyword-spacing",
        "severity": "warning",
        "message": "the keywords are not separated by a comma and one space; write “a, b, c”",
        "fixable": True,
    }


def test_a_rule_is_explained(site, capsys):
    code, out, _ = run(capsys, "--explain", "related-dead")
    assert code == 0
    assert "related-dead  (error, fixable with --fix)" in out
    assert "error page" in out


def test_the_page_is_written(site, capsys, tmp_path):
    site.spoil(LENSES, {"score": None})
    assert run(capsys, "--html", "out/report.html")[0] == 0
    assert "score-missing" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_dry_run_prints_the_diff_and_a_run_lists_what_it_changed(site, capsys):
    before = site.spoil(LENSES, {"seo.page_keywords": "lens,eye"})
    code, out, _ = run(capsys, "--fix", "--dry-run")
    assert code == 0
    assert "-    lens,eye\n+    lens, eye\n" in out
    assert out.endswith("1 file would be changed\n")
    assert site.text(LENSES) == before
    code, out, _ = run(capsys, "--fix")
    assert code == 0
    assert out.startswith(f"learn/psychology/{site.path(LENSES).name}: keyword-spacing\n")
    assert run(capsys) == (0, "4 files checked, 0 with errors\n", "")


def test_a_fix_that_leaves_errors_exits_1(site, capsys):
    site.spoil(LENSES, {"url": "", "seo.page_keywords": "lens,eye"})
    assert run(capsys, "--fix")[0] == 1


def test_fixes_as_json_are_one_object_per_file(site, capsys):
    site.spoil(LENSES, {"seo.page_keywords": "lens,eye"})
    _, out, _ = run(capsys, "--fix", "--json")
    expected = {
        "path": f"learn/psychology/{site.path(LENSES).name}",
        "fixed": ["keyword-spacing"],
        "dry_run": False,
    }
    assert json.loads(out) == expected


def test_a_part_of_the_site_is_said_to_be_one(site, capsys):
    for path in (site.folder / "psychology").glob("*.md"):
        path.unlink()
    code, out, err = run(capsys)
    assert code == 1
    assert "related-dead" in out
    assert "33% of all related links have no target in" in err


def test_what_cannot_be_read_is_named_and_the_rest_is_done(site, capsys):
    (site.folder / "physics" / "broken.md").write_text("nothing", encoding="utf-8")
    code, out, err = run(capsys, "learn", "no-such-folder")
    assert code == 1
    assert "unreadable" in out
    assert "6 files checked" in out
    assert "no-such-folder: there is no such file or folder" in err


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["no-such-folder"], "nothing to check: there is no "),
        (["--rule", "no-such-rule"], "no rule is called"),
        (["--explain", "no-such-rule"], "no rule is called"),
        (["--fix", "--rule", "refusal"], "refusal has no fix"),
        (["--dry-run"], "--dry-run needs --fix"),
        (["--whole-site"], "--whole-site needs --fix"),
        (["--changed-since", "HEAD"], "git knows no revision"),
    ],
)
def test_wrong_usage_exits_2(site, capsys, monkeypatch, argv, said):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(site.folder.parent.parent))
    code, _, err = run(capsys, *argv)
    assert code == 2
    assert said in err


def test_a_missing_content_folder_exits_2(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = run(capsys)
    assert code == 2
    assert "content/learn" in err


def test_an_audit_says_what_to_run_for_its_findings(site, capsys):
    site.spoil(KEELS, lambda text: text.replace("Taken together", "I cannot answer this. Taken together"))
    site.spoil(LENSES, {"seo.title": "QuickTakes | Biology"})
    _, _, err = run(capsys)
    assert "1 file can be fixed: generator audit --fix" in err
    assert "pages to be written again, by rule: refusal 1: generator rewrite --rule refusal --plan" in err
    _, _, listed = run(capsys, "--rule", "seo-title")
    assert "1 file can be fixed: generator audit --fix --rule seo-title" in listed
