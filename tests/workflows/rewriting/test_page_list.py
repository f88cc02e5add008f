"""Lists of pages: corrections of readers, in the formats and encodings in which people keep lists."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.text import clean, one_line
from generator.errors import UsageError
from generator.workflows.rewriting.page_list import MOST_NOTE_CHARS, ListedPage, read_pages
from generator.workflows.rewriting.requests import PageListSource

CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn", "Co", "Cf")), max_size=40
).map(lambda text: " ".join(text.split()))


def pages(text: str | bytes, name: str = "pages.csv") -> list[ListedPage]:
    data = text if isinstance(text, bytes) else text.encode()
    return list(read_pages(PageListSource(io.BytesIO(data), name)))


def seen(text: str | bytes, name: str = "pages.csv") -> list[tuple[str, str, str]]:
    return [(page.names[0], page.note, page.reporter) for page in pages(text, name)]


@pytest.mark.parametrize(
    "text",
    [
        "url,note,reporter\n/learn/a/questions/b,Too long.,Ada\n",
        "URL;Note;Reporter\r\n/learn/a/questions/b;Too long.;Ada\r\n",
        "Reporter\tComment\tPage URL\nAda\tToo long.\t/learn/a/questions/b\n",
        "| page | correction | reported by |\n| --- | --- | --- |\n| /learn/a/questions/b | Too long. | Ada |\n",
        '{"url": "/learn/a/questions/b", "note": "Too long.", "reporter": "Ada"}\n',
        "# corrections of May\nurl,note,reporter\n/learn/a/questions/b,Too long.,Ada\n",
    ],
)
def test_tables_of_corrections_are_read_whatever_their_form(text: str) -> None:
    assert seen(text) == [("/learn/a/questions/b", "Too long.", "Ada")]


def test_a_list_of_lines_names_a_page_each() -> None:
    text = "biology/cells\n/learn/a/questions/b\nhttps://x.example/learn/a/questions/c\n\nwhat-is-life\n"
    assert [name for name, *_ in seen(text, "pages.txt")] == [
        "biology/cells", "/learn/a/questions/b", "https://x.example/learn/a/questions/c", "what-is-life",
    ]  # fmt: skip


def test_a_slug_that_begins_like_a_list_number_is_kept() -> None:
    assert pages("1-what-is-pi\n2-what-is-e\n", "pages.txt")[0].names[0] == "1-what-is-pi"


def test_a_column_of_questions_beside_the_addresses_does_not_hide_them() -> None:
    (page,) = pages("question,url,note\nWhat are cells?,biology/what-are-cells,Wrong.\n")
    assert "biology/what-are-cells" in page.names and page.note == "Wrong."


def test_a_note_of_several_lines_is_kept() -> None:
    assert seen('url,note\nbiology/cells,"One.\nTwo."\n')[0][1] == "One.\nTwo."


def test_rows_that_cannot_be_used_say_why() -> None:
    long = f"url,note\nbiology/cells,{'x' * (MOST_NOTE_CHARS + 1)}\n,no page\n"
    first, second = pages(long)
    assert "has 4001 characters" in first.problem and second.problem == "names no page"
    assert second.place == "pages.csv:3"


@pytest.mark.parametrize("text", ["", "\n\n", "title,text\nCells,All of it\n"])
def test_what_is_no_list_of_pages_says_what_one_is(text: str) -> None:
    with pytest.raises(UsageError, match="one address, path or slug a line"):
        pages(text)


@given(
    st.lists(
        st.tuples(st.from_regex(r"[a-z]{2,9}/[a-z0-9-]{2,20}", fullmatch=True), CELL, CELL),
        min_size=1,
        max_size=5,
    )
)
def test_any_table_reads_back_without_invisible_characters(rows: list[tuple[str, str, str]]) -> None:
    file = io.StringIO()
    csv.writer(file).writerows([("url", "note", "reporter"), *rows])
    assert seen(file.getvalue()) == [(name, clean(note).strip(), one_line(who)) for name, note, who in rows]
