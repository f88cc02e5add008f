"""Comparison of two versions of an article file: by field, or as a whole where a file cannot be read."""

from generator.content.drafts.revision import FieldChange
from generator.content.drafts.version_diff import version_changes

OLD = b'---\ntitle: A\nextra: x\nanswer: "1. One\\n"\nseo:\n  page_description: d\n---\n'


def test_fields_that_differ_are_listed_with_unknown_ones_and_the_body():
    new = b'---\ntitle: B\nanswer: "1. Two\\n"\nseo:\n  page_description: d\nadded: y\n---\nbody\n'
    assert version_changes(OLD, new) == (
        FieldChange("title", "A", "B"),
        FieldChange("answer", "1. One\n", "1. Two\n"),
        FieldChange("added", "", "y"),
        FieldChange("body", "", "body\n"),
        FieldChange("extra", "x", ""),
    )


def test_the_same_bytes_have_no_changes_and_another_spelling_is_shown_as_a_whole():
    assert version_changes(OLD, OLD) == ()
    (change,) = version_changes(OLD, OLD.replace(b"title: A", b'title: "A"'))
    assert (change.field, 'title: "A"' in change.new) == ("", True)


def test_a_file_that_cannot_be_read_is_compared_as_text():
    (change,) = version_changes(OLD, b"---\nbroken \xff")
    assert change.new == "---\nbroken \ufffd"
