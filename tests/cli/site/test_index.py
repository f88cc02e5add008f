"""``generator index`` as a person or a script runs it."""

import json

import pytest

from tests.support.linked_site import BEES, CONFIG

HIVE = BEES[0]


@pytest.fixture
def site(linked_site):
    return linked_site


def test_index_shows_what_is_there_and_how_large(site, run):
    code, out, err = run("index")
    assert (code, err) == (0, "")
    assert "14 in 2 subjects" in out
    assert "14 added, 0 updated, 0 removed" in out
    assert "none: no sources_dir is set" in out


def test_an_index_is_rebuilt_where_there_was_none(site, run):
    code, out, err = run("index", "--rebuild", "--output-dir", "elsewhere/output")
    assert (code, err) == (0, "")
    assert "14 added, 0 updated, 0 removed" in out


def test_an_index_that_cannot_be_rebuilt_is_one_clear_line(site, run, tmp_path):
    (tmp_path / "taken").write_text("", encoding="utf-8")
    code, out, err = run("index", "--rebuild", "--output-dir", "taken/output")
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_index_as_json_names_what_cannot_be_read(site, run):
    site.path(HIVE).write_text("no front matter", encoding="utf-8")
    code, out, _ = run("index", "--json")
    shown = json.loads(out)
    assert (code, shown["articles"]["count"], shown["pending"], shown["rebuilt"]) == (1, 13, 0, False)
    assert shown["articles"]["subjects"] == {"biology": 7, "physics": 6}
    assert shown["articles"]["unreadable"][0]["path"] == site.name(HIVE)
    assert shown["bytes"] > 0


def test_index_counts_sources(site, run, tmp_path):
    (tmp_path / "config.yaml").write_text(CONFIG + "sources_dir: notes\n", encoding="utf-8")
    assert "none: there is no" in run("index")[1]
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "bees.md").write_text("# Bees\n\nBees dance.\n", encoding="utf-8")
    (tmp_path / "notes" / "broken.pdf").write_bytes(b"")
    code, out, _ = run("index", "--json")
    sources = json.loads(out)["sources"]
    assert (code, sources["count"], [item["path"] for item in sources["unreadable"]]) == (
        1,
        1,
        ["broken.pdf"],
    )


def test_index_can_be_rebuilt_and_survives_damage(site, run, tmp_path):
    run("index")
    assert json.loads(run("index", "--rebuild", "--json")[1])["articles"]["added"] == 14
    (tmp_path / "output" / "index.sqlite3").write_bytes(b"not a database at all" * 100)
    code, out, _ = run("index", "--json")
    assert (code, json.loads(out)["articles"]["count"]) == (0, 14)


def test_help_has_an_example(run):
    code, out, _ = run("index", "--help")
    assert (code, "Example: generator " in out) == (0, True)
