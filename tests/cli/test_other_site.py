"""A site with another brand, prefix, body and addresses, from draft to published page, audit, fix and report."""

import json
import re
import shutil

import pytest
import yaml

from generator.cli import main
from generator.content.frontmatter import patch, read
from tests.support.servers import ROOT

EXAMPLES = ROOT / "examples" / "content" / "learn"
PREFIX = "Acme Answers says: "
SITE = {
    "brand": "Acme Answers",
    "seo_title": "{subject} - {brand}",
    "page_title": "{title} ({brand})",
    "description_prefix": PREFIX,
    "address": "/help/{slug}/in/{subject}",
    "origin": "https://help.example.org",
    "body": "<!-- end -->",
}
ADDRESS = re.compile(r"/help/[a-z0-9-]+/in/[a-z0-9-]+")
QUESTION = "How do pH and temperature change an enzyme?"
KEY = "biology/how-do-ph-and-temperature-change-an-enzyme"


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder with the example articles, as the other site has them, as the current one."""
    content = tmp_path / "content"
    shutil.copytree(EXAMPLES, content)
    for file in content.rglob("*.md"):
        text = (
            file.read_text().replace("QuickTakes | ", "Acme Answers | ").replace("QuickTakes", SITE["brand"])
        )
        text = re.sub(r"title: Acme Answers \| (.*)", r"title: \1 - Acme Answers", text)
        text = re.sub(r"/learn/([a-z0-9-]+)/questions/([a-z0-9-]+)", r"/help/\2/in/\1", text)
        file.write_text(text.replace("&nbsp;", "<!-- end -->"))
    settings = {
        "content_dir": "content",
        "subjects": ["Biology", "Economics", "Physics", "Psychology"],
        "review": {"reviewer": "Ada"},
        "publish": {"allow_offline": True},
        "site": SITE,
        "duplicates": {"compare_answers": False},
    }
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(settings))
    (tmp_path / "q.csv").write_text(f"subject,question\nBiology,{QUESTION}\n")
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(site, capsys):
    """Runs a command; returns its exit code and what it prints."""

    def command(*arguments):
        code = main(list(arguments))
        return code, capsys.readouterr().out

    return command


def findings(run):
    """Code and path of what an audit finds about facts of the site, or fixes as such."""
    lines = map(json.loads, run("audit", "--json")[1].splitlines())
    about = {"seo-title", "path-differs", "trailing-form", "related-dead", "related-stale"}
    return [(item["code"], item["path"]) for item in lines if item["code"] in about]


def published(site):
    return read((site / "content" / f"{KEY}.md").read_bytes())


def test_a_question_becomes_a_page_of_the_other_site(site, run):
    assert findings(run) == []
    assert run("draft", "q.csv", "--offline")[0] == 0
    shown = run("show", KEY)[1]
    assert f"{QUESTION} (Acme Answers)" in shown
    assert PREFIX in shown
    assert "QuickTakes" not in shown
    assert run("approve", KEY)[0] == 0
    assert run("publish", "--approved")[0] == 0
    page = published(site)
    assert page.get("author") == "Acme Answers"
    assert page.get("seo.title") == "Biology - Acme Answers"
    assert page.get("url") == "/help/how-do-ph-and-temperature-change-an-enzyme/in/biology"
    assert page.text.endswith("\n---\n\n<!-- end -->")
    assert page.related
    assert all(ADDRESS.fullmatch(link.url) for link in page.related)
    assert findings(run) == []


def test_what_another_site_left_behind_is_found_and_fixed(site, run):
    file = site / "content" / "biology" / "how-do-mitosis-and-meiosis-differ.md"
    before = file.read_text()
    old = before.replace("Biology - Acme Answers", "QuickTakes | Biology").replace("<!-- end -->", "&nbsp;")
    file.write_text(old)
    path = "content/biology/how-do-mitosis-and-meiosis-differ.md"
    assert sorted(findings(run)) == [("seo-title", path), ("trailing-form", path)]
    assert run("audit", "--fix")[0] == 0
    assert file.read_text() == before
    file.write_text(patch(before, {"url": "/learn/biology/questions/how-do-mitosis-and-meiosis-differ"}))
    assert findings(run) == [("path-differs", path)]


def test_a_changed_subject_takes_the_title_along(site, run):
    file = site / "content" / "biology" / "how-do-mitosis-and-meiosis-differ.md"
    before = file.read_text()
    file.write_text(patch(before, {"subject": "biology", "seo.title": "biology - Acme Answers"}))
    assert run("audit", "--fix", "--rule", "subject-spelling")[0] == 0
    assert file.read_text() == before


def test_links_lead_to_the_other_addresses(site, run):
    file = site / "content" / "biology" / "how-do-mitosis-and-meiosis-differ.md"
    file.write_text(re.sub(r"related_article\d:\n(?: +.*\n)+", "", file.read_text()))
    code, out = run("related", str(file), "--refresh", "--json")
    assert (code, len(json.loads(out)["changed"])) == (0, 1)
    links = read(file.read_bytes()).related
    assert links
    assert all(ADDRESS.fullmatch(link.url) for link in links)
    own = "https://help.example.org/help/how-do-mitosis-and-meiosis-differ/in/biology"
    candidates = json.loads(run("related", own, "--json")[1])["candidates"]
    assert candidates
    assert all(ADDRESS.fullmatch(item["url"]) for item in candidates)


def test_an_index_made_before_the_addresses_changed_serves_for_the_new_ones(site, run):
    key = "biology/how-do-mitosis-and-meiosis-differ"
    before = json.loads(run("related", key, "--json")[1])["candidates"]
    changed = yaml.safe_load((site / "config.yaml").read_text())
    changed["site"]["address"] = "/{subject}/{slug}"
    (site / "config.yaml").write_text(yaml.safe_dump(changed))
    after = json.loads(run("related", key, "--json")[1])["candidates"]
    assert [item["key"] for item in after] == [item["key"] for item in before]
    assert [item["url"] for item in after] == [f"/{item['key']}" for item in before]


def test_a_withdrawn_page_named_by_its_address_is_unlinked(site, run):
    target = read(
        (site / "content" / "biology" / "how-do-mitosis-and-meiosis-differ.md").read_bytes()
    ).related[0]
    mentioning = [
        file for file in (site / "content").rglob("*.md") if f"    url: {target.url}" in file.read_text()
    ]
    assert mentioning
    assert run("withdraw", target.url, "--reason", "outdated", "--delete")[0] == 0
    assert not any(f"    url: {target.url}" in file.read_text() for file in mentioning)


def test_the_search_report_measures_with_the_other_prefix(site, run):
    page = site / "content" / "biology" / "how-do-mitosis-and-meiosis-differ.md"
    for file in (site / "content").rglob("*.md"):
        if file != page:
            file.unlink()
    page.write_text(patch(page.read_text(), {"seo.page_description": "x" * (160 - len(PREFIX))}))
    report = json.loads(run("seo", "report", "--json")[1])["before"]
    assert (report["articles"], report["within_limits"], report["lengths"]) == (1, 1, {"141–160": 1})
    page.write_text(patch(page.read_text(), {"seo.page_description": "x" * (161 - len(PREFIX))}))
    report = json.loads(run("seo", "report", "--json")[1])["before"]
    assert (report["within_limits"], report["lengths"]) == (0, {"161–180": 1})
