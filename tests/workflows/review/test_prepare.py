"""The preparation of the review page: reviewers' names, and edits of draft files."""

import pytest

from generator.content.review.reviewers import Reviewer
from generator.errors import UsageError
from generator.workflows.engine.progress import NoProgress
from generator.workflows.review.prepare import prepare_review
from generator.workflows.site.reviewer import page_reviewers
from tests.support.drafts import draft_of, file_of
from tests.support.services import settings


def test_edits_on_disk_are_imported_unless_the_page_is_read_only(services):
    file = file_of(services, draft_of(services))
    file.write_bytes(file.read_bytes().replace(b"Lysozyme", b"Pepsin"))
    assert prepare_review(services, NoProgress(), read_only=True).edited == []
    assert draft_of(services).version == 1
    (edited,) = prepare_review(services, NoProgress(), read_only=False).edited
    assert (edited.id, edited.version) == (draft_of(services).id, 2)


def test_the_page_s_reviewers_are_recorded_in_their_newest_roles(services):
    for role in ("edit", "approve"):
        prepare_review(services, NoProgress(), read_only=False, reviewers=[Reviewer("Kim", role)])
    prepare_review(services, NoProgress(), read_only=True, reviewers=[Reviewer("Guest", "read")])
    assert services.assignments.reviewers() == [Reviewer("Kim", "approve")]


def test_each_reviewer_is_named_once_and_a_reader_needs_no_name(tmp_path):
    known = settings(tmp_path, review={"reviewer": "Ada"})
    given = ["Grace", " Ada  Byron ", "grace", "Kim:edit", "Guest:READ"]
    assert page_reviewers(known, given, read_only=False) == [
        Reviewer("Grace"),
        Reviewer("Ada Byron"),
        Reviewer("Kim", "edit"),
        Reviewer("Guest", "read"),
    ]
    assert page_reviewers(known, [], read_only=False) == [Reviewer("Ada")]
    assert page_reviewers(known, [], read_only=True) == [Reviewer("reader", "read")]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (["Kim:edits"], "the role after the colon is approve, edit, read, not 'edits'"),
        (["Kim:"], "the role after the colon"),
        ([":edit"], "it is empty"),
        (["Dr: Kim:edit"], "it has a colon"),
        (["Ki\x07m"], "it has a control character"),
        (["K" * 81], "it has more than 80 characters"),
        (["Kim:edit", "kim"], "two roles, edit and approve"),
        (["generator:edit"], "cannot be called 'generator'"),
    ],
)
def test_a_reviewer_that_cannot_be_used_is_refused_with_the_reason(tmp_path, given, reason):
    with pytest.raises(UsageError, match=reason):
        page_reviewers(settings(tmp_path), given, read_only=False)
