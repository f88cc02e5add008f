"""The rewrite command: what it plans, what it says at its end, and what a person does with its drafts."""

import json

import pytest

from tests.support.rewrites import CUT_OFF, KEY, OTHER, OTHER_KEY, publish_page
from tests.support.servers import RunningServer

pytestmark = pytest.mark.port

CONFIG = """
content_dir: content
output_dir: output
review: {reviewer: Ada}
subjects: [Biology]
prices: {test-model: {input: 1, cached_input: 0.1, output: 10}}
model: {name: test-model}
duplicates: {ask_from: null}
"""


@pytest.fixture(scope="module")
def server():
    with RunningServer("--canned") as running:
        yield running


@pytest.fixture
def site(tmp_path, monkeypatch, server):
    publish_page(tmp_path)
    publish_page(tmp_path, OTHER, id=42)
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    return tmp_path


def test_a_plan_says_what_would_be_asked_and_what_it_costs(site, run):
    code, out, _ = run("rewrite", "--rule", "cut-off", "--plan")
    assert code == 0
    assert "2  to rewrite" in out and "2  cut-off" in out and KEY in out
    assert "--max-cost sets a cap" in out
    assert not (site / "output" / "drafts" / "rewrites").exists()
    code, out, _ = run("rewrite", "--rule", "cut-off", "--plan", "--batch", "--json")
    planned = json.loads(out)
    assert (code, planned["pages"], planned["rules"]) == (0, {"new": 2}, {"cut-off": 2})
    assert planned["estimate"]["calls"] == 2 and planned["estimate"]["typical_usd"] > 0


def test_pages_are_rewritten_shown_approved_and_published(site, run):
    code, out, _ = run("rewrite", KEY, "--note", "Name the year.", "--max-cost", "1")
    assert code == 0 and "1 rewritten" in out and "review" in out
    code, out, _ = run("show", KEY)
    assert f"rewrites {KEY}.md   mode repair" in out and "asked: Name the year." in out
    assert "[cut-off]" in out and "[-" in out and "{+" in out
    code, out, _ = run("show", KEY, "--json")
    shown = json.loads(out)
    assert (shown["replaces"], shown["rewrite"]["note"]) == (f"{KEY}.md", "Name the year.")
    assert shown["rewrite"]["changes"] and not shown["rewrite"]["is_outdated"]
    code, out, _ = run("why", KEY)
    assert f"{KEY}.md   repair, " in out and " told: Name the year." in out
    code, out, _ = run("list")
    assert "rewrite" in out
    assert run("approve", KEY)[0] == 0
    code, out, _ = run("publish", KEY)
    assert code == 0 and "1 article published" in out
    text = (site / "content" / f"{KEY}.md").read_text(encoding="utf-8")
    assert "id: 40" in text and "cms_revision: '0017'" in text and CUT_OFF not in text


@pytest.mark.parametrize("form", ["--csv", "--names"])
def test_the_list_of_pages_to_look_at_again_is_a_list_to_rewrite(site, run, form):
    code, out, _ = run("list", "--published", "--reviewed-before", "2026-01-01", form)
    assert code == 0 and f"{OTHER_KEY}.md" in out
    (site / "again.csv").write_text(out, encoding="utf-8")
    code, out, _ = run("rewrite", "--list", "again.csv", "--plan", "--json")
    assert (code, json.loads(out)["pages"]) == (0, {"new": 3})


def test_what_is_bound_to_a_time_becomes_the_note_of_a_rewrite(site, run):
    page = site / "content" / f"{KEY}.md"
    page.write_text(
        page.read_text(encoding="utf-8").replace("Without them", "As of 2025, without them", 1),
        encoding="utf-8",
    )
    code, out, _ = run("list", "--published", "--dated", "--csv")
    assert code == 0 and len(out.splitlines()) == 2
    (site / "again.csv").write_text(out, encoding="utf-8")
    assert run("rewrite", "--list", "again.csv", "--max-cost", "1")[0] == 0
    assert "asked: Bring up to date what depends on the time: “As of 2025”" in run("show", KEY)[1]


def test_a_second_run_pays_nothing(site, run, server):
    run("rewrite", "--rule", "cut-off", "--json")
    before = server.stats()["completed"]
    code, out, _ = run("rewrite", "--rule", "cut-off", "--json")
    result = json.loads(out)
    assert (code, result["pages"], result["before"]) == (0, {"drafted": 2}, {"drafted": 2})
    assert result["spend"]["calls"] == 0 and server.stats()["completed"] == before


def test_the_rows_of_a_list_that_fit_are_rewritten(site, run):
    (site / "pages.csv").write_text(f"url,note\n{OTHER_KEY},Shorter.\nbiology/none,\n", encoding="utf-8")
    code, out, err = run("rewrite", "--list", "pages.csv")
    assert code == 1 and "1 rewritten, 1 skipped" in out
    assert "pages.csv:3: no published article is named 'biology/none'" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "in one way"),
        ((KEY, "--rule", "cut-off"), "in one way"),
        ((KEY, "--offline"), "it cannot correct them"),
        ((KEY, "--mode", "new"), "--mode takes repair, fresh"),
        ((KEY, "--json-mode", "plain"), "--json-mode needs --batch"),
        ((KEY, "--sheet", "A"), "--sheet needs --list"),
        ((KEY, "--batch", "--check-claims"), "collect the batch"),
        (("--list", "none.csv"), "cannot be read"),
        (("biology/none",), "no published article is named"),
    ],
)
def test_wrong_usage_is_refused_before_anything_is_asked(site, run, arguments, message):
    code, _, err = run("rewrite", *arguments)
    assert code == 2 and message in err
