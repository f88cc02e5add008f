"""``generator related`` as a person or a script runs it."""

import json

import pytest

from tests.support.drafts import draft_of, with_drafts
from tests.support.linked_site import BEES, CONFIG, GLACIERS, LinkedSite, gone, link
from tests.support.repositories import new_repository

HIVE = BEES[0]


@pytest.fixture
def site(linked_site):
    return linked_site


def slug(site, question):
    return site.path(question).stem


def test_related_lists_candidates_with_scores(site, run):
    code, out, _ = run("related", slug(site, HIVE), "--limit", "3")
    lines = out.splitlines()
    assert code == 0
    assert lines[0].split() == ["score", "similarity", "article"]
    assert len(lines) == 4
    assert all(line.split()[2].startswith("biology/") for line in lines[1:])


def test_related_takes_a_key_an_address_or_a_question(site, run):
    by_key = run("related", f"biology/{slug(site, HIVE)}", "--json")[1]
    assert (
        run("related", f"https://example.org/learn/biology/questions/{slug(site, HIVE)}", "--json")[1]
        == by_key
    )
    shown = json.loads(by_key)
    assert shown["key"] == f"biology/{slug(site, HIVE)}"
    assert {"key", "id", "question", "subject", "url", "score", "similarity"} == set(shown["candidates"][0])
    asked = json.loads(
        run("related", "--question", "How do glaciers move?", "--subject", "Physics", "--json")[1]
    )
    assert asked["key"] is None
    assert asked["candidates"][0]["question"] == GLACIERS[0]


@pytest.mark.parametrize("subject", ["Marine Studies", "marine-studies", "Marine-Studies"])
def test_a_slug_of_several_subjects_takes_the_subject_by_its_name_or_its_slug(site, run, subject):
    file = site.folder / "marine-studies" / site.path(HIVE).name
    file.parent.mkdir()
    file.write_bytes(site.path(HIVE).read_bytes())
    shown = json.loads(run("related", slug(site, HIVE), "--subject", subject, "--json")[1])
    assert shown["key"] == f"marine-studies/{slug(site, HIVE)}"


def test_related_takes_a_draft(tmp_path, run, monkeypatch):
    services = with_drafts(tmp_path)
    key = draft_of(services).key
    services.close()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text("content_dir: content\nsubjects: [Biology]\n", encoding="utf-8")
    site = LinkedSite(tmp_path / "content")
    shown = json.loads(run("related", key, "--json")[1])
    assert shown["key"] == key
    assert shown["question"] == "How do enzymes speed up chemical reactions?"
    assert all(f"{item['key']}.md" in map(site.name, (*BEES, *GLACIERS)) for item in shown["candidates"])


def test_related_says_why_an_article_was_left_out(site, run):
    site.patch(HIVE, no_index=True)
    _, out, _ = run("related", "--question", "Do honeybees always find their hive?")
    assert "not linked:" in out
    assert "hidden from search engines" in out


def test_refresh_follows_what_the_settings_list_at_once(site, run, tmp_path):
    site.relink(HIVE, link(BEES[1]), link(GLACIERS[0]), link(BEES[2]))

    def reasons():
        file = str(site.path(HIVE))
        return json.loads(run("related", "--refresh", file, "--dry-run", "--json")[1])["reasons"]

    assert reasons() == {"unlike": 1}
    unlisted = CONFIG.replace("Physics", "{name: PHYSICS, listed: false}")
    (tmp_path / "config.yaml").write_text(unlisted, encoding="utf-8")
    assert reasons() == {"hidden": 1}
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    assert reasons() == {"unlike": 1}


def test_related_says_that_a_subject_is_not_listed(site, run, tmp_path):
    (tmp_path / "config.yaml").write_text(
        CONFIG.replace("Biology", "{name: BIOLOGY, listed: false}"), encoding="utf-8"
    )
    shown = json.loads(run("related", "--question", "How do honeybees find their hive?", "--json")[1])
    assert [item["key"] for item in shown["candidates"] if item["key"].startswith("biology/")] == []
    assert "the site does not list its subject" in {
        item["reason"].partition(": ")[2] for item in shown["left_out"]
    }


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("no-such-article",),
        ("a", "b"),
        ("--question", " "),
        ("a", "--dry-run"),
        ("--refresh", "--limit", "3"),
        ("--refresh", "--dry-run", "--commit"),
        ("--refresh", "no-such-file.md"),
    ],
)
def test_wrong_usage_is_code_2(site, run, arguments):
    code, out, err = run("related", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("generator: ")


def test_a_dry_run_shows_diffs_and_writes_nothing(site, run):
    site.relink(HIVE)
    before = site.everything()
    code, out, _ = run("related", "--refresh", "--dry-run")
    assert code == 0
    assert f"+++ b/{site.name(HIVE)}" in out
    assert "+related_article1:" in out
    assert "14 files checked, 1 file would be changed" in out
    assert site.everything() == before


def test_refresh_changes_what_is_named_and_is_done_once(site, run):
    site.relink(HIVE)
    site.relink(GLACIERS[0], link(GLACIERS[1]), link(GLACIERS[1]))
    glacier = site.text(GLACIERS[0])
    code, out, _ = run("related", "--refresh", "learn/biology", "--json")
    report = json.loads(out)
    assert (code, report["looked_at"], report["reasons"]) == (0, 8, {"none": 1})
    assert report["changed"][0]["path"] == site.name(HIVE)
    assert len(report["changed"][0]["added"]) == 5
    assert site.text(GLACIERS[0]) == glacier
    assert json.loads(run("related", "--refresh", "learn/biology", "--json")[1])["changed"] == []


def test_a_file_that_cannot_be_read_is_named_and_skipped(site, run):
    site.path(BEES[2]).write_text("---\nid: [\n---\n", encoding="utf-8")
    site.relink(HIVE)
    code, out, err = run("related", "--refresh")
    assert code == 1
    assert f"{site.name(HIVE)}: none" in out
    assert f"{site.name(BEES[2])}: " in err


def test_dead_links_of_a_part_of_the_site_stay_unless_an_option_says_otherwise(site, run):
    site.relink(HIVE, *map(gone, range(1, 6)))
    before = site.text(HIVE)
    code, out, err = run("related", "--refresh")
    assert (code, site.text(HIVE)) == (0, before)
    assert "looks like a part of the site, so 5 dead links stayed; --whole-site drops them" in err
    assert run("related", "--refresh", "--whole-site")[0] == 0
    assert not any("No such page" in title for title in site.titles(HIVE))


def test_a_commit_that_git_refuses_is_for_a_person(site, run, tmp_path):
    new_repository(tmp_path)
    (tmp_path / ".gitignore").write_text("learn\n", encoding="utf-8")
    site.relink(HIVE)
    code, _, err = run("related", "--refresh", "--commit")
    assert (code, "not committed: git ignores" in err, len(site.titles(HIVE))) == (1, True, 5)


def test_a_commit_outside_a_checkout_writes_nothing(site, run, monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    before = site.relink(HIVE)
    code, _, err = run("related", "--refresh", "--commit")
    assert (code, "nothing was written" in err, site.text(HIVE)) == (2, True, before)


def test_help_has_an_example(run):
    code, out, _ = run("related", "--help")
    assert (code, "Example: generator " in out) == (0, True)
