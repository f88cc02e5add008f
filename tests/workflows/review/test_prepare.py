"""The preparation of the review page: reviewers' names, and edits of draft files."""

import pytest

from generator.workflows.engine.progress import NoProgress
from generator.workflows.review.prepare import prepare_review
from generator.workflows.site.reviewer import reviewer_names
from tests.support.drafts import draft_of, file_of, with_drafts
from tests.support.services import settings


@pytest.fixture
def services(tmp_path):
    made = with_drafts(tmp_path)
    yield made
    made.close()


def test_edits_on_disk_are_imported_unless_the_page_is_read_only(services):
    file = file_of(services, draft_of(services))
    file.write_bytes(file.read_bytes().replace(b"Lysozyme", b"Pepsin"))
    assert prepare_review(services, NoProgress(), read_only=True).edited == []
    assert draft_of(services).version == 1
    (edited,) = prepare_review(services, NoProgress(), read_only=False).edited
    assert (edited.id, edited.version) == (draft_of(services).id, 2)


def test_each_reviewer_is_named_once_and_a_reader_needs_no_name(tmp_path):
    known = settings(tmp_path, review={"reviewer": "Ada"})
    assert reviewer_names(known, ["Grace", " Ada ", "Grace"], read_only=False) == ["Grace", "Ada"]
    assert reviewer_names(known, [], read_only=False) == ["Ada"]
    assert reviewer_names(known, [], read_only=True) == ["reader"]
