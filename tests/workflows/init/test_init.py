"""New projects: settings that load, from nothing or from an existing content folder; nothing is overwritten."""

import re
from pathlib import Path

import pytest
import yaml

from generator.config import load_settings
from generator.content.site.site import Site
from generator.errors import UsageError
from generator.workflows.engine.progress import NoProgress
from generator.workflows.init.config_file import scalar
from generator.workflows.init.init import InitRequest, init_project
from tests.support.article_files import put_article
from tests.support.published_articles import article

ROOT = Path(__file__).parents[3]


def init(folder, **options):
    return init_project(InitRequest(folder, **options), NoProgress())


def settings_of(folder):
    return load_settings(folder / "config.yaml", folder=folder)


def test_a_new_project_has_settings_a_list_and_a_gitignore(tmp_path):
    folder = tmp_path / "new" / "site"
    outcome = init(folder)
    assert (set(outcome.written), outcome.kept) == (
        {"config.yaml", "content/", "questions.csv", ".gitignore"},
        (),
    )
    settings = settings_of(folder)
    assert settings.content_dir == folder / "content" and settings.content_dir.is_dir()
    assert settings.site.seo_title_of("Biology") == f"{settings.site.brand} | Biology"
    assert {subject.name for subject in settings.subjects} >= {"Biology", "Physics"}
    assert not (folder / "prompts").exists()


def test_nothing_that_exists_is_overwritten(tmp_path):
    (tmp_path / "questions.csv").write_text("mine")
    assert init(tmp_path).kept == ("questions.csv",)
    assert (tmp_path / "questions.csv").read_text() == "mine"
    config = (tmp_path / "config.yaml").read_bytes()
    with pytest.raises(UsageError, match="exists already"):
        init(tmp_path)
    assert (tmp_path / "config.yaml").read_bytes() == config


def test_prompts_are_copied_on_request(tmp_path):
    init(tmp_path, prompts=True)
    copied = {file.name: file.read_bytes() for file in (tmp_path / "prompts").iterdir()}
    assert copied.pop(".copied.json")
    assert copied == {file.name: file.read_bytes() for file in (ROOT / "prompts").glob("*.j2")}


def site_of(folder, **facts):
    site = Site(brand="Acme: Learn", address="/a/{subject}/{slug}", **facts)
    for number in range(3):
        put_article(folder, article(f"What is cell {number}?", id=number + 5, site=site))


def test_settings_are_read_from_an_existing_site(tmp_path):
    content = tmp_path / "repo" / "content"
    site_of(content)
    (content / "biology" / "broken.md").write_text("no front matter")
    folder = tmp_path / "project"
    outcome = init(folder, content_dir=content)
    assert outcome.facts.unreadable == ("biology/broken.md",)
    settings = settings_of(folder)
    assert settings.content_dir == content
    assert (settings.site.brand, settings.site.author) == ("Acme: Learn", "Acme: Learn")
    assert settings.site.address == "/a/{subject}/{slug}"
    assert settings.site.seo_title_of("Biology") == "Acme: Learn | Biology"
    assert [(subject.name, subject.listed) for subject in settings.subjects] == [("Biology", True)]
    text = (folder / "config.yaml").read_text()
    assert "Their ids are 5 to 7" in text and "could not be told from the articles" in text
    assert "too few articles to measure" in text


def test_the_example_list_asks_in_the_subjects_of_the_site(tmp_path):
    content = tmp_path / "content"
    site_of(content)
    init(tmp_path / "project", content_dir=content)
    rows = (tmp_path / "project" / "questions.csv").read_text().splitlines()
    assert len(rows) > 1 and {row.split(",")[0] for row in rows[1:]} == {"Biology"}
    other = tmp_path / "other"
    put_article(
        other, article("What is a pulse?", id=9, subject="Arts, Crafts", site=Site(brand="Acme: Learn"))
    )
    init(tmp_path / "second", content_dir=other)
    lines = (tmp_path / "second" / "questions.csv").read_text().splitlines()
    assert len(lines) == 6 and all(line.startswith('"Arts, Crafts",') for line in lines[1:])


def test_reading_is_recommended_for_subjects_in_which_an_error_can_harm(tmp_path):
    content = tmp_path / "content"
    site_of(content)
    put_article(content, article("What is a pulse?", id=9, subject="Nursing", site=Site(brand="Acme: Learn")))
    folder = tmp_path / "project"
    init(folder, content_dir=content)
    text = (folder / "config.yaml").read_text()
    assert "#   - {name: Nursing, require: read}" in text and "{name: Biology, require: read}" not in text


def test_a_folder_without_articles_makes_nothing(tmp_path):
    (tmp_path / "content").mkdir()
    for name in ("content", "missing"):
        with pytest.raises(UsageError, match="--from"):
            init(tmp_path / "project", content_dir=tmp_path / name)
    assert not (tmp_path / "project").exists()


@pytest.mark.parametrize(
    "text", ["a", "a: b", "# a", "'", '"', "{brand}", "yes", "1", "", " a", "é–", "a, b", "[a"]
)
def test_a_value_is_quoted_where_yaml_needs_it(text):
    assert yaml.safe_load(f"- {scalar(text)}") == [text]
    assert yaml.safe_load(f"- {{name: {scalar(text)}}}") == [{"name": text}]


@pytest.mark.slow
@pytest.mark.corpus
def test_the_settings_of_the_real_site_are_those_that_the_project_has(tmp_path, corpus_dir):
    init(tmp_path, content_dir=corpus_dir)
    found, real = settings_of(tmp_path), load_settings(ROOT / "config.yaml", folder=ROOT)
    assert {subject.name for subject in found.subjects} >= {s.name for s in real.subjects if s.listed}
    assert (found.site.author, found.site.seo_title) == (real.site.author, real.site.seo_title)
    assert (found.site.address, found.site.body) == (real.site.address, real.site.body)
    assert 200 <= found.limits.answer.words.min < found.limits.answer.words.max <= 500


def test_a_new_config_explains_every_setting_that_the_projects_own_explains(tmp_path):
    init(tmp_path)
    own, new = ((folder / "config.yaml").read_text() for folder in (ROOT, tmp_path))
    keys = re.compile(r"^#?\s*([a-z_]+):", re.MULTILINE)
    assert set(keys.findall(own)) - {"utilize", "mankind", "very"} <= set(keys.findall(new))
