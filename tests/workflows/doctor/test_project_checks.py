"""The checks of the project: each fault is found, named, and comes with what to do."""

import shutil
from collections import namedtuple

import pytest

from generator.services import Services
from generator.workflows.doctor.project_checks import PROJECT_CHECKS, project_findings
from tests.support.article_files import put_article
from tests.support.drafts import QUESTIONS, with_drafts
from tests.support.published_articles import article
from tests.support.repositories import commit_all, new_repository, put_behind
from tests.support.services import settings

KEY = {"OPENAI_API_KEY": "sk-secret-0123456789"}


@pytest.fixture
def opened(tmp_path):
    made = []

    def services(**changes):
        made.append(Services(settings(tmp_path, **changes), environment=KEY))
        return made[-1]

    yield services
    for one in made:
        one.close()


def found(services):
    return {finding.check: finding for finding in project_findings(services)}


def states(services):
    return {name: finding.state for name, finding in found(services).items() if finding.state != "ok"}


def test_a_new_folder_has_no_fault(opened):
    findings = found(opened())
    assert set(findings) == {check.name for check in PROJECT_CHECKS}
    assert {finding.state for finding in findings.values()} == {"ok"}
    assert "sk-secret" not in str(findings)


def test_a_missing_key_and_an_unknown_price_are_named(tmp_path):
    services = Services(settings(tmp_path, prices={}), environment={})
    assert states(services) == {"key_present": "warning", "price": "warning"}
    assert "set OPENAI_API_KEY" in found(services)["key_present"].advice
    services.close()


def test_a_file_in_the_place_of_a_folder_is_broken(opened, tmp_path):
    (tmp_path / "content").write_text("", encoding="utf-8")
    assert states(opened())["content_dir"] == "broken"


def test_a_folder_that_cannot_be_written_is_broken(opened, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)
    assert {"content_dir", "output_dir"} <= states(opened()).keys()


@pytest.mark.parametrize(
    ("free", "state"), [(50_000_000, "broken"), (1_000_000_000, "warning"), (10**11, None)]
)
def test_a_full_disk_is_noticed(opened, monkeypatch, free, state):
    usage = namedtuple("usage", "total used free")(10**12, 0, free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert states(opened()).get("disk") == state


def test_a_damaged_ledger_and_unreadable_articles_are_named(opened, tmp_path):
    with_drafts(tmp_path, QUESTIONS[:1]).close()
    put_article(tmp_path / "content", article("What is a cell?"))
    (tmp_path / "content" / "biology" / "odd.md").write_text("no front matter", encoding="utf-8")
    services = opened()
    services.index.refresh()
    assert states(services) == {"index": "warning"}
    with services.database.transaction():
        services.database.execute("UPDATE blob SET data = x'00'")
    assert states(services)["ledger"] == "broken"


def test_git_that_is_behind_or_has_changes_is_a_warning(opened, tmp_path):
    put_article(tmp_path / "content", article("What is a cell?"))
    new_repository(tmp_path / "content")
    commit_all(tmp_path / "content")
    services = opened()
    assert "nothing uncommitted" in found(services)["git"].found
    put_article(tmp_path / "content", article("What is a gene?", id=2))
    assert "1 file with uncommitted changes" in found(services)["git"].found
    put_behind(tmp_path / "content")
    assert "git pull" in found(services)["git"].advice


def test_prompts_that_changed_in_the_package_since_they_were_copied_are_named(opened, tmp_path):
    folder = tmp_path / "prompts"
    folder.mkdir()
    (folder / "answer.j2").write_text("mine", encoding="utf-8")
    services = opened(prompts_dir=folder)
    assert "prompts" not in states(services)
    (folder / ".copied.json").write_text('{"answer.j2": "0", "seo.j2": "0"}', encoding="utf-8")
    assert found(services)["prompts"].found.startswith("answer.j2 changed in the package")
    (folder / "anwser.j2").write_text("mine", encoding="utf-8")
    assert "no prompt has the name of anwser.j2" in found(services)["prompts"].found


def test_a_clock_that_went_back_is_a_warning(opened, tmp_path):
    with_drafts(tmp_path, QUESTIONS[:1]).close()
    services = opened()
    with services.database.transaction():
        services.database.execute("UPDATE run SET started_at = '2999-01-01T00:00:00.000+00:00'")
    assert "set the clock" in found(services)["clock"].advice
