"""Documents are split into chunks along their headings."""

from hypothesis import given
from hypothesis import strategies as st

from generator.content.markdown.chunks import MAX_CHARS, chunks


def test_short_sections_under_one_heading_are_joined():
    found = chunks("# Tides\n\nThe moon pulls.\n\nSo does the sun.\n\n## Spring tides\n\nBoth pull together.")
    assert [(chunk.number, chunk.heading, chunk.text) for chunk in found] == [
        (0, "Tides", "The moon pulls.\n\nSo does the sun."),
        (1, "Spring tides", "Both pull together."),
    ]


def test_an_empty_document_has_no_chunks():
    assert chunks("") == [] and chunks("\n\n  \n") == []


@given(st.lists(st.text(alphabet="ab. \n", max_size=600), max_size=8))
def test_no_chunk_is_too_long_and_no_word_is_lost(parts):
    text = "\n\n".join(parts)
    found = chunks(text)
    assert all(len(chunk.text) <= MAX_CHARS for chunk in found)
    assert "".join("".join(chunk.text.split()) for chunk in found) == "".join(text.split())
