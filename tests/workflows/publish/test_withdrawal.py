"""Withdrawing: hidden or gone, unlinked, never asked again, and safe to repeat."""

import pytest

from generator.content.frontmatter import read
from generator.errors import UsageError
from generator.workflows.drafting.planner import Planner
from tests.support.desks import WHO, article, desk_with, publish_by_hand
from tests.support.workshops import DATE, rows

CELL = "What is a cell?"


@pytest.fixture
def desk(tmp_path):
    cell = article(CELL, id=1)
    virus = article("What is a virus?", id=2)
    publish_by_hand(
        tmp_path,
        cell,
        virus,
        article("What is life?", id=3, related=[virus.link(), cell.link()]),
        article("What is a gene?", id=4, related=[cell.link(), virus.link()]),
    )
    made = desk_with(tmp_path, ())
    yield made
    made.shop.close()


def document(desk, name):
    return read((desk.shop.settings.content_dir / "biology" / f"{name}.md").read_bytes())


def decided(desk, question, subject="Biology"):
    """What planning decides about a question."""
    (candidate,) = Planner(desk.shop, desk.shop.endpoint(), date=DATE, near="allow").decide(
        rows(question, subject=subject)
    )
    return candidate


def test_a_withdrawn_article_is_hidden_and_nothing_links_to_it(desk):
    before = (desk.shop.settings.content_dir / "biology" / "what-is-a-cell.md").read_text()
    report = desk.withdrawing.withdraw("what-is-a-cell", reason="wrong", who=WHO)
    after = (desk.shop.settings.content_dir / "biology" / "what-is-a-cell.md").read_text()
    assert after.replace("no_index: True\n", "") == before != after
    assert report.unlinked == ["biology/what-is-a-gene.md", "biology/what-is-life.md"]
    assert [(link.number, link.title) for link in document(desk, "what-is-a-gene").related] == [
        (1, "What is a virus?")
    ]
    assert desk.shop.index.get("biology/what-is-a-cell").no_index


def test_a_deleted_question_is_never_drafted_again(desk):
    desk.withdrawing.withdraw("/learn/biology/questions/what-is-a-cell", reason="wrong", who=WHO, delete=True)
    found = decided(desk, CELL)
    assert (found.decision, found.existing) == ("published", "biology/what-is-a-cell")
    assert "withdrawn: wrong" in found.message
    assert decided(desk, CELL, subject=None).decision == "published"
    assert decided(desk, CELL, subject="Physics").decision == "new"


def test_withdrawing_twice_changes_nothing_more(desk):
    desk.withdrawing.withdraw("what-is-a-cell", reason="wrong", who=WHO)
    report = desk.withdrawing.withdraw("what-is-a-cell", reason="wrong", who="Bob")
    assert (report.hidden, report.unlinked, report.withdrawal.who) == (False, [], WHO)
    report = desk.withdrawing.withdraw("what-is-a-cell", reason="wrong", who=WHO, delete=True)
    assert report.deleted
    assert desk.withdrawing.withdraw("what-is-a-cell", reason="wrong", who=WHO, delete=True).unlinked == []


def test_a_withdrawal_cut_off_after_the_file_went_is_finished_by_the_next(desk, monkeypatch):
    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(desk.withdrawing, "_unlink", die)
        with pytest.raises(KeyboardInterrupt):
            desk.withdrawing.withdraw("what-is-a-cell", reason="wrong", who=WHO, delete=True)
    report = desk.withdrawing.withdraw("what-is-a-cell", reason="wrong", who=WHO, delete=True)
    assert len(report.unlinked) == 2


def test_what_is_not_there_or_not_unique_is_said(desk, tmp_path):
    with pytest.raises(UsageError, match="no published article"):
        desk.withdrawing.withdraw("what-is-dark", reason="wrong", who=WHO)
    publish_by_hand(tmp_path, article(CELL, "Physics", id=9))
    with pytest.raises(UsageError, match="several"):
        desk.withdrawing.withdraw("what-is-a-cell", reason="wrong", who=WHO)
    with pytest.raises(UsageError, match="reason"):
        desk.withdrawing.withdraw("biology/what-is-a-cell", reason=" ", who=WHO)


def test_a_draft_of_a_withdrawn_question_is_not_published(tmp_path):
    desk = desk_with(tmp_path, ["What is a cell?"])
    row = desk.deciding.approve(next(desk.shop.drafts.all()), who=WHO)
    publish_by_hand(tmp_path, article(CELL, id=1))
    desk.withdrawing.withdraw("what-is-a-cell", reason="wrong", who=WHO, delete=True)
    report = desk.publishing.publish([row], who=WHO)
    assert report.refused[0].reason == "its question was withdrawn: wrong"
    desk.shop.close()
