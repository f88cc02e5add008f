"""Published pages that are to be looked at again: never read, read long ago, or bound to a time."""

import pytest

from generator.content.evidence.release import Release
from generator.content.frontmatter import patch, read
from generator.errors import UsageError
from generator.workflows.engine.progress import NoProgress
from generator.workflows.publish.publisher import Publisher
from generator.workflows.publish.withdrawal import WithdrawRequest, withdraw_article
from generator.workflows.review.views.page_reviews import PageReviewRequest, list_page_reviews
from tests.support.article_files import put_article
from tests.support.drafts import QUESTIONS, WHO, approve_all, draft_of, with_drafts
from tests.support.published_articles import article, publish_by_hand
from tests.support.reading import Clock, read_by
from tests.support.services import scripted_services

BY_HAND = "What is a substrate?"


@pytest.fixture
def services(tmp_path):
    """Three pages of drafts, published in 2030, the first of which Ada has read; and one page of another origin."""
    services = with_drafts(tmp_path)
    publish_by_hand(tmp_path, article(BY_HAND, id=900))
    read_by(services, draft_of(services))
    services.now = Clock()
    Publisher(services).publish(approve_all(services), who=WHO)
    yield services
    services.close()


def listed(services, **request):
    found = list_page_reviews(services, PageReviewRequest(**request), NoProgress())
    return [page.question for page in found.pages]


def test_pages_that_nobody_read_come_first_whoever_published_them(services):
    found = list_page_reviews(services, PageReviewRequest(), NoProgress())
    assert [page.release.kind for page in found.pages] == ["unknown", "bulk", "bulk", "read"]
    assert found.pages[-1].question == QUESTIONS[0]
    assert found.pages[-1].release == Release("read", 180) and found.pages[-1].read_at == services.now()


def test_pages_read_before_a_date_are_found(services):
    assert QUESTIONS[0] not in listed(services, reviewed_before="2030-01-01")
    assert QUESTIONS[0] in listed(services, reviewed_before="2030-01-02")
    assert len(listed(services, reviewed_before="2030-01-01")) == 3


def test_pages_are_found_by_kind_subject_and_limit(services):
    assert listed(services, released="unknown") == [BY_HAND]
    assert listed(services, released="read") == [QUESTIONS[0]]
    assert len(listed(services, subject="biology")) == 4 and listed(services, subject="Physics") == []
    assert len(listed(services, limit=1, offset=1)) == 1


def test_pages_with_dated_facts_are_found_with_the_words_and_a_note(services):
    assert listed(services, dated=True) == []
    file = services.settings.content_dir / "biology/what-is-a-substrate.md"
    text = file.read_text()
    answer = read(text).get("answer", "").replace("Without them", "As of 2029, without them", 1)
    file.write_text(patch(text, {"answer": answer}))
    (page,) = list_page_reviews(services, PageReviewRequest(dated=True), NoProgress()).pages
    assert page.dated[0] == "As of 2029"
    assert page.note == "Bring up to date what depends on the time: “As of 2029”, “2029”"


def test_a_withdrawn_page_is_not_listed(services):
    key = draft_of(services, QUESTIONS[1]).key
    withdraw_article(services, WithdrawRequest(key, "wrong", reviewer=WHO), NoProgress())
    assert len(listed(services)) == 3 and QUESTIONS[1] not in listed(services)


def test_a_site_without_a_ledger_has_pages_that_nobody_read(tmp_path):
    put_article(tmp_path / "content", article(BY_HAND))
    services = scripted_services(tmp_path)
    assert listed(services, reviewed_before="2000-01-01") == [BY_HAND]
    assert not services.has_ledger
    services.close()


def test_a_site_without_pages_is_an_error(tmp_path):
    services = scripted_services(tmp_path)
    with pytest.raises(UsageError, match="there is no content folder"):
        listed(services)
    services.close()
