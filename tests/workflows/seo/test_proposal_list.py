"""Finding proposals by state, in pages, and by the names of articles."""

import pytest

from generator.errors import UsageError
from generator.workflows.engine.progress import NoProgress
from generator.workflows.seo.apply import apply_proposals
from generator.workflows.seo.decide import approve_proposals, reject_proposals
from generator.workflows.seo.proposal_list import IN_REVIEW, article_with_proposals, list_proposals
from generator.workflows.seo.requests import ApplyRequest
from tests.support.replies import Endpoint, completion
from tests.support.seo_pages import GOOD, KEY, OTHER, QUESTION, page, propose, reply
from tests.support.services import scripted_services

SLUG = KEY.partition("/")[2]


@pytest.fixture
def services(tmp_path):
    opened = scripted_services(tmp_path, Endpoint(*(completion(reply(text)) for text in (GOOD, OTHER))))
    yield opened
    opened.close()


@pytest.fixture
def proposed(services, tmp_path):
    """Services with a proposal for each of two articles, which have the same slug."""
    page(tmp_path)
    page(tmp_path, QUESTION, "Physics", id=2)
    propose(services, concurrency=1)
    return services


def keys(listed):
    return [row.key for row in listed.rows]


def test_there_are_no_counts_before_the_first_proposal(services):
    listed = list_proposals(services)
    assert ([*listed.rows], listed.counts) == ([], None)


def test_proposals_are_listed_by_state_and_counted_in_all(proposed):
    reject_proposals(proposed, [KEY], reviewer="Ada")
    listed = list_proposals(proposed, states=IN_REVIEW)
    assert keys(listed) == [f"physics/{SLUG}"]
    assert listed.counts == {"page_description": {"proposed": 1, "rejected": 1}}


def test_a_list_continues_after_the_last_one_shown(proposed):
    (first,) = list_proposals(proposed, limit=1).rows
    assert keys(list_proposals(proposed, after=first.id)) == [f"physics/{SLUG}"]
    assert keys(list_proposals(proposed, field="page_keywords")) == []


def test_a_slug_names_all_articles_that_have_it(proposed):
    assert keys(list_proposals(proposed, [SLUG])) == [KEY, f"physics/{SLUG}"]
    assert keys(list_proposals(proposed, [KEY])) == [KEY]
    with pytest.raises(UsageError, match="has no proposal that is applied"):
        list_proposals(proposed, [KEY], states=["applied"])


def test_an_article_is_found_by_a_unique_slug(proposed):
    assert article_with_proposals(proposed, KEY) == KEY
    assert article_with_proposals(proposed, "no-such-page") is None
    with pytest.raises(UsageError, match=f"several articles are named '{SLUG}': {KEY}, physics/{SLUG}"):
        article_with_proposals(proposed, SLUG)


def test_no_decision_is_made_on_a_slug_of_several_articles(proposed):
    for decide in (
        lambda: approve_proposals(proposed, [SLUG], reviewer="Ada"),
        lambda: reject_proposals(proposed, [SLUG], reviewer="Ada"),
        lambda: apply_proposals(
            proposed, ApplyRequest(names=(SLUG,), clean=True, reviewer="Ada"), NoProgress()
        ),
    ):
        with pytest.raises(UsageError, match=f"several articles are named '{SLUG}': {KEY}, physics/{SLUG}"):
            decide()
    assert {row.state for row in list_proposals(proposed).rows} == {"proposed"}
    assert reject_proposals(proposed, [KEY, f"physics/{SLUG}"], reviewer="Ada").decided == 2


@pytest.mark.parametrize("name", ["%", f"%/{SLUG}", SLUG.replace("-", "_")])
def test_a_name_is_not_a_pattern(proposed, name):
    with pytest.raises(UsageError, match="has no proposal"):
        list_proposals(proposed, [name])


@pytest.mark.parametrize("name", [f"/learn/biology/questions/{SLUG}", f"FOLDER/{KEY}.md", f"{KEY}.md", KEY])
def test_an_article_is_named_as_in_other_commands(proposed, name):
    name = name.replace("FOLDER", str(proposed.settings.content_dir))
    assert keys(list_proposals(proposed, [name])) == [KEY]
