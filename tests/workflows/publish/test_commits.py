"""Commits of published articles: everything that was published and not committed, and nobody else's changes."""

import pytest

from generator.workflows.publish.commits import PublicationCommits
from generator.workflows.publish.publisher import Publisher
from generator.workflows.site.git import Checkout
from tests.support.drafts import WHO, approve_all
from tests.support.repositories import commit_all, git, new_repository


@pytest.fixture
def checkout(services):
    root = services.settings.content_dir
    root.mkdir()
    (root / "README.md").write_text("the site")
    new_repository(root)
    commit_all(root)
    return root


def commits(services):
    return PublicationCommits(services, Checkout(services.settings.content_dir))


def last_commit(checkout):
    return {*git(checkout, "show", "--name-only", "--format=", "HEAD").split()}


def test_a_commit_takes_what_was_published_without_one(services, checkout):
    first, *others = approve_all(services)
    Publisher(services).publish([first], who=WHO)
    report = Publisher(services).publish(others, who=WHO, commit=True)
    assert report.commit == git(checkout, "rev-parse", "HEAD").strip()
    assert last_commit(checkout) == {f"{row.key}.md" for row in (first, *others)}
    assert Publisher(services).publish([], who=WHO, commit=True).commit is None


def test_what_is_published_can_be_committed_alone(services, checkout):
    rows = approve_all(services)
    Publisher(services).publish(rows, who=WHO)
    assert {item.path for item in commits(services).pending().ours} == {f"{row.key}.md" for row in rows}
    assert commits(services).commit().hash == git(checkout, "rev-parse", "HEAD").strip()
    assert commits(services).pending().ours == [] and commits(services).commit().hash is None


def test_an_article_that_somebody_has_changed_since_is_left_for_them_to_commit(services, checkout):
    first, second, third = approve_all(services)
    Publisher(services).publish([first, second], who=WHO)
    changed = checkout / f"{first.key}.md"
    changed.write_bytes(changed.read_bytes() + b"\n")
    report = Publisher(services).publish([third], who=WHO, commit=True)
    assert report.uncommitted == [f"{first.key}.md"]
    assert last_commit(checkout) == {f"{row.key}.md" for row in (second, third)}
    assert f"?? {first.key}.md" in git(checkout, "status", "--porcelain", "--untracked-files=all")
    commit_all(checkout)
    assert Publisher(services).publish([], who=WHO, commit=True).uncommitted == []


def test_files_that_were_committed_by_hand_are_not_committed_again(services, checkout):
    Publisher(services).publish(approve_all(services), who=WHO)
    commit_all(checkout)
    before = git(checkout, "rev-parse", "HEAD")
    assert commits(services).commit() == (commits(services).commit())
    assert git(checkout, "rev-parse", "HEAD") == before
    assert services.publications.uncommitted() == []
