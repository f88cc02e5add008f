"""Markdown is split into sections without loss."""

import re

from hypothesis import given
from hypothesis import strategies as st

from generator.content.markdown.headings import bold_opening, clean_heading
from generator.content.markdown.sections import headings, sections_of

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
    assert [section.text[:4] for section in found] == ["An o", "Warm", "show", "A pa", "In s"]


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


TITLE = re.compile(
    r"^(?:#{1,6}[ \t]+(?P<title>.+?)(?:[ \t]+#+)?[ \t]*$|[ \t]*(?:\d{1,3}[.)]|[-*+])[ \t]+(?=\*\*|__))",
    re.MULTILINE,
)


@given(
    st.lists(
        st.sampled_from(
            ["#", "## ", " ", "\t", "1.", "٣. ", "12)", "- ", "*", "**", "__", "a", "\n", "\n\n", ":"]
        ),
        max_size=14,
    )
)
def test_headings_are_those_that_one_pattern_finds_in_the_whole_text(parts):
    text = "".join(parts)
    found = []
    for match in TITLE.finditer(text):
        bold = None if match["title"] else bold_opening(text, match.end())
        title = match["title"] or (bold and bold["heading"])
        found += [clean_heading(title)] if title else []
    assert headings(text) == found
