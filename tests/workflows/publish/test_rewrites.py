"""Publishing rewrites together with new articles, and after an interruption."""

import datetime

import pytest

from generator.content.frontmatter import read
from generator.workflows.publish.publisher import Publisher
from generator.workflows.review.decisions.decide import approve_drafts
from generator.workflows.review.views.show import view_drafts
from generator.workflows.site.files import SiteFiles
from tests.support.drafts import QUESTIONS, WHO, draft_of, file_of, with_drafts
from tests.support.repositories import commit_all, new_repository
from tests.support.rewrites import KEY, OTHER, OTHER_KEY, publish_page, rewrite, rewrite_of, rewriting


@pytest.fixture
def approved(tmp_path):
    """A new article and the rewrites of two pages, approved."""
    with_drafts(tmp_path, QUESTIONS[1:2]).close()
    publish_page(tmp_path)
    publish_page(tmp_path, OTHER, id=42)
    services, _ = rewriting(tmp_path)
    rewrite(services, KEY, OTHER_KEY)
    rows = approve_drafts(
        services, [KEY, OTHER_KEY, draft_of(services, QUESTIONS[1]).key], reviewer=WHO
    ).decided
    yield services, rows
    services.close()


def test_rewrites_and_new_articles_are_published_together(approved):
    services, rows = approved
    pages = {key: (services.settings.content_dir / f"{key}.md").read_bytes() for key in (KEY, OTHER_KEY)}
    report = Publisher(services).publish(rows, who=WHO)
    assert report.refused == [] and len(report.published) == 3
    for key, before in pages.items():
        after = (services.settings.content_dir / f"{key}.md").read_bytes()
        assert after != before and read(after).get("id") == read(before).get("id")
        assert read(after).related == read(before).related
    assert Publisher(services).publish(rows, who=WHO).already_published != []


def test_an_interrupted_publication_of_a_rewrite_is_finished(approved, monkeypatch):
    services, rows = approved

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(SiteFiles, "write_all", interrupted)
        Publisher(services).publish(rows, who=WHO)
    assert rewrite_of(services).state == "publishing"
    report = Publisher(services).publish([], who=WHO)
    assert len(report.finished) == 3
    assert b"up to a million" in (services.settings.content_dir / f"{KEY}.md").read_bytes()


def test_one_page_that_was_changed_does_not_stop_the_others(approved):
    services, rows = approved
    file = services.settings.content_dir / f"{KEY}.md"
    file.write_bytes(file.read_bytes() + b"\n")
    report = Publisher(services).publish(rows, who=WHO)
    assert [item.key for item in report.refused] == [KEY] and len(report.published) == 2


def test_a_page_with_uncommitted_changes_is_refused_and_its_draft_keeps_its_file(tmp_path, monkeypatch):
    """The page was rewritten as it is now: only git shows that somebody is working on it."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent.resolve()))
    page = publish_page(tmp_path)
    new_repository(page.parents[1])
    commit_all(page.parents[1])
    page.write_bytes(page.read_bytes().replace(b"cms_revision: '0017'", b"cms_revision: '0018'"))
    services, _ = rewriting(tmp_path)
    rewrite(services)
    rows = approve_drafts(services, [KEY], reviewer=WHO).decided
    publisher, before = Publisher(services), page.read_bytes()
    preview = publisher.preview(rows)
    assert preview.planned == [] and "uncommitted changes" in preview.refused[0].reason
    report = publisher.publish(rows, who=WHO)
    assert report.refused == preview.refused and page.read_bytes() == before
    assert file_of(services, rewrite_of(services)).exists()
    assert len(publisher.preview(rows, despite_git=True).planned) == 1
    assert len(publisher.publish(rows, who=WHO, despite_git=True).published) == 1
    services.close()


def test_a_score_is_written_where_the_settings_want_it(tmp_path):
    services, _ = rewriting(tmp_path, judge={"write_score": True})
    rewrite(services)
    row = rewrite_of(services)
    with services.database.transaction():
        services.database.execute("UPDATE draft SET score = 4.5 WHERE id = ?", (row.id,))
    (planned,) = Publisher(services).preview(approve_drafts(services, [KEY], reviewer=WHO).decided).planned
    assert planned.changes == {"score": ("-1.0", "4.5")} and b"score: 4.5" in planned.data
    services.close()


def test_a_page_that_has_the_rewrite_already_counts_as_published(approved):
    services, rows = approved
    file = services.settings.content_dir / f"{KEY}.md"
    (row,) = [row for row in rows if row.key == KEY]
    (planned,) = Publisher(services).preview([row]).planned
    file.write_bytes(planned.data)
    assert not view_drafts(services, KEY)[0].view.rewrite.is_outdated
    report = Publisher(services).publish([row], who=WHO)
    assert report.refused == [] and [item.path for item in report.published] == [f"{KEY}.md"]
    assert file.read_bytes() == planned.data
    assert services.drafts.get(row.id).state == "published"


def test_a_page_that_got_the_rewrite_on_an_earlier_day_counts_as_published(tmp_path):
    settings = {"judge": {"write_score": True}, "publish": {"date_on_rewrite": "today"}}
    services, _ = rewriting(tmp_path, **settings)
    rewrite(services)
    row = rewrite_of(services)
    with services.database.transaction():
        services.database.execute("UPDATE draft SET score = 4.5 WHERE id = ?", (row.id,))
    rows = approve_drafts(services, [KEY], reviewer=WHO).decided
    day = datetime.date(2026, 1, 5)
    (planned,) = Publisher(services).preview(rows, date=day).planned
    assert "date" in planned.changes and "score" in planned.changes
    file = services.settings.content_dir / f"{KEY}.md"
    file.write_bytes(planned.data)
    assert not view_drafts(services, KEY)[0].view.rewrite.is_outdated
    report = Publisher(services).publish(rows, who=WHO)
    assert report.refused == [] and file.read_bytes() == planned.data
    services.close()


def test_a_page_with_the_rewrite_and_another_change_is_refused(approved):
    services, rows = approved
    (row,) = [row for row in rows if row.key == KEY]
    (planned,) = Publisher(services).preview([row]).planned
    file = services.settings.content_dir / f"{KEY}.md"
    for data in (planned.data + b"\n", planned.data.replace(b"up to a million", b"some"), b"broken"):
        file.write_bytes(data)
        assert view_drafts(services, KEY)[0].view.rewrite.is_outdated
        (refused,) = Publisher(services).publish([row], who=WHO).refused
        assert "was changed after it was rewritten" in refused.reason
        assert file.read_bytes() == data
