"""Markdown is split into sections without loss."""

from hypothesis import given
from hypothesis import strategies as st

from generator.content.markdown.sections import _TITLES, _titles, headings, sections_of

ANSWER = """An opening paragraph
over two lines.

1. **Heat**: Warm air rises.

   It takes moisture along:
   - up
   - away

2. **Code** - shown:

   ```python
   # not a heading

   1. not a point
   ```

### Later on

A paragraph under a heading.

In summary, that was it."""


def test_a_point_contains_all_lines_that_are_indented_below_it():
    found = sections_of(ANSWER)
    assert [section.heading for section in found] == ["", "Heat", "Code", "Later on", "Later on"]
    assert found[1].text == "Warm air rises.\n\nIt takes moisture along:\n- up\n- away"
    assert found[2].text == "shown:\n\n```python\n# not a heading\n\n1. not a point\n```"
    assert [ANSWER[section.start :][:4] for section in found] == ["An o", "1. *", "2. *", "A pa", "In s"]


def test_headings_are_those_of_points_and_sections():
    assert headings(ANSWER) == ["Heat", "Code", "Later on"]


def test_a_long_section_is_split_between_paragraphs_then_sentences_then_words():
    text = "One two three. " * 40 + "\n\n" + "short"
    found = sections_of(text, limit_chars=100)
    assert all(len(section.text) <= 100 for section in found)
    assert all(section.text.endswith((".", "short")) for section in found)
    assert " ".join(" ".join(section.text for section in found).split()) == " ".join(text.split())


@given(st.text(alphabet="ab1.-* `\n\t", max_size=200))
def test_no_word_is_lost(text):
    found = "".join(section.heading + section.text for section in sections_of(text, limit_chars=50))
    words = [word for word in text.replace("*", " ").replace("`", " ").split() if word.isalpha()]
    assert all(word in found for word in words)


@given(st.text(max_size=300), st.integers(min_value=1, max_value=80))
def test_no_section_is_longer_than_the_limit(text, limit):
    assert all(0 < len(section.text) <= limit for section in sections_of(text, limit_chars=limit))


@given(
    st.lists(
        st.sampled_from(
            ["#", "## ", " ", "\t", "1.", "٣. ", "12)", "- ", "*", "**", "__", "a", "\n", "\n\n", ":"]
        ),
        max_size=14,
    )
)
def test_titles_are_found_by_the_beginnings_of_lines(parts):
    text = "".join(parts)
    assert [match.span() for match in _titles(text)] == [match.span() for match in _TITLES.finditer(text)]
